/*
 * Wrong: A new mount namespace is a copy whose shared mounts are peers of the
 * originals. Without MS_PRIVATE the new proc appears outside too.
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

/* What a copy does before it becomes CMD. It is PID 1 already. */
static void run(int argc, char *argv[], const sigset_t *mask)
{
	/* Should the program be killed, this namespace ends with it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);


	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) < 0)
		err(1, "mount /proc");

	sigprocmask(SIG_SETMASK, mask, NULL);
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("sleep", "sleep", "100", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s",
	    argc > 1 ? argv[1] : "sleep");
}

static void kill_both(const pid_t copy[2], int sig)
{
	for (int i = 0; i < 2; i++)
		if (copy[i] > 0) /* 0: has ended, its number is free again */
			kill(copy[i], sig);
}

int main(int argc, char *argv[])
{
	const struct timespec grace = { .tv_sec = 2 };
	sigset_t watched, before;
	pid_t copy[2] = { 0, 0 };
	int stopping = 0, result = 0;

	/* Block first: from now on no signal is lost or ends us half-way. */
	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGINT);
	sigprocmask(SIG_BLOCK, &watched, &before);

	for (int i = 0; i < 2; i++) {
		struct clone_args args = {
			.flags = CLONE_NEWPID | CLONE_NEWNS,
			.exit_signal = SIGCHLD,
		};

		copy[i] = syscall(SYS_clone3, &args, sizeof(args));
		if (copy[i] < 0)
			err(1, "clone3");
		if (copy[i] == 0)
			run(argc, argv, &before);
	}

	while (copy[0] > 0 || copy[1] > 0) {
		int sig = sigtimedwait(&watched, NULL,
				       stopping ? &grace : NULL);

		/*
		 * A copy is PID 1: the kernel throws SIGTERM away if it has no
		 * handler for it. Nothing throws away a SIGKILL from outside.
		 */
		if (sig < 0 && errno == EAGAIN) /* the grace is over */
			kill_both(copy, SIGKILL);

		if (sig == SIGTERM || sig == SIGINT) {
			kill_both(copy, sig);
			stopping = 1;
		}

		int status;
		pid_t dead;

		while ((dead = waitpid(-1, &status, WNOHANG)) > 0) {
			copy[dead == copy[0] ? 0 : 1] = 0;
			if (WIFSIGNALED(status))
				result = 128 + WTERMSIG(status);
			else if (WEXITSTATUS(status) != 0)
				result = WEXITSTATUS(status);
		}
	}
	return result;
}
