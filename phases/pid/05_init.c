/*
 * A small init for a PID namespace
 *
 * Goal:   Run CMD as PID 2 of a new PID namespace, under a PID 1 that reaps
 *         orphans, passes signals on and ends when CMD ends.
 * Man:    clone(2) pid_namespaces(7) sigtimedwait(2) kill(2) waitpid(2)
 * Run:    init [CMD [ARG...]]
 * Expect: "init sh -c 'echo $$'" prints 2; the exit status is CMD's.
 * Read:   docs/pid/05_init.md
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
		/* TODO(4): pass SIGTERM and SIGINT on with kill(2) */
		errx(42, "TODO(4): signals are not passed on yet");
		/* END(4) */

		/* One SIGCHLD may stand for many deaths, orphans included. */
		/* TODO(5): reap them all with waitpid(2), end with the child */
		errx(42, "TODO(5): nothing is reaped yet");
		/* END(5) */
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

	/* TODO(1): make init in two new namespaces with clone3(2) */
	errx(42, "TODO(1): there is no init yet");
	/* END(1) */
	if (child > 0)
		return tend(child, &watched);

	/* Should the program be killed, the namespace ends with it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);

	/* TODO(2): make the mounts private, then mount proc; see mount(2) */
	errx(42, "TODO(2): there is no /proc of the namespace yet");
	/* END(2) */

	/* TODO(3): stay, and make the child that becomes CMD; see fork(2) */
	errx(42, "TODO(3): there is no child for CMD yet");
	/* END(3) */
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
