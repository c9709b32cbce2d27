/*
 * Wrong: A new PID namespace and a new mount namespace, but /proc is still
 * the old one, of the PID namespace outside.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h> /* struct clone_args, CLONE_NEWPID, CLONE_NEWNS */
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h> /* SYS_clone3 */
#include <sys/wait.h>
#include <unistd.h>

/* The program looks after init this way, and init after CMD. */
static int tend(pid_t child, const sigset_t *watched)
{
	const struct timespec grace = { .tv_sec = 3 };
	int stopping = 0;

	for (;;) {
		siginfo_t info;
		int sig = sigtimedwait(watched, &info,
				       stopping ? &grace : NULL);

		if (sig < 0 && errno == EAGAIN) /* the grace is over */
			kill(child, SIGKILL);

		/*
		 * SI_KERNEL is a key: on Ctrl-C the terminal signals all
		 * processes in the foreground, so CMD has this one already.
		 */
		if ((sig == SIGTERM || sig == SIGINT) &&
		    info.si_code != SI_KERNEL) {
			kill(child, sig);
			stopping = 1;
		}

		/* One SIGCHLD may stand for many deaths, orphans included. */
		int status;
		pid_t dead;

		while ((dead = waitpid(-1, &status, WNOHANG)) > 0) {
			if (dead == child && WIFSIGNALED(status))
				return 128 + WTERMSIG(status);
			if (dead == child)
				return WEXITSTATUS(status);
		}
	}
}

int main(int argc, char *argv[])
{
	sigset_t watched, before;
	pid_t child = -1;

	/*
	 * The kernel throws away a signal for which PID 1 has no handler, but
	 * it keeps a blocked one until it is asked for.
	 */
	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGINT);
	sigprocmask(SIG_BLOCK, &watched, &before);

	struct clone_args args = {
		.flags = CLONE_NEWPID | CLONE_NEWNS,
		.exit_signal = SIGCHLD,
	};

	child = syscall(SYS_clone3, &args, sizeof(args));
	if (child < 0)
		err(1, "clone3");
	if (child > 0)
		return tend(child, &watched);

	/* Should the program be killed, the namespace ends with it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);


	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child > 0)
		return tend(child, &watched);

	/* exec keeps the mask: a signal that is blocked would not reach CMD. */
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("sh", "sh", "-c", "echo $$; ps aux", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 1 ? argv[1] : "sh");
}
