/*
 * Two namespaces side by side
 *
 * Goal:   Run two copies of CMD at the same time, each in a PID namespace of
 *         its own with its own /proc; SIGTERM ends both.
 * Man:    clone(2) pid_namespaces(7) mount_namespaces(7) sigtimedwait(2)
 * Run:    pair [CMD [ARG...]]
 * Expect: "pair ps -e" prints two lists, each with nothing but ps, as PID 1.
 * Read:   docs/pid/07_pair.md
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

	/* TODO(2): make the mounts of this copy private with mount(2) */
	errx(42, "TODO(2): the mounts are not private yet");
	/* END(2) */

	/* TODO(3): mount this namespace's proc with mount(2); see proc(5) */
	errx(42, "TODO(3): there is no /proc of the namespace yet");
	/* END(3) */

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
		/* TODO(1): a child with its own two namespaces; see clone(2) */
		errx(42, "TODO(1): there are no copies yet");
		/* END(1) */
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

		/* TODO(4): pass SIGTERM and SIGINT on to both; see kill(2) */
		errx(42, "TODO(4): signals are not passed on yet");
		/* END(4) */

		/* TODO(5): reap who has ended, note a status; see waitpid(2) */
		errx(42, "TODO(5): nothing is reaped yet");
		/* END(5) */
	}
	return result;
}
