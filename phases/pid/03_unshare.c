/*
 * A PID namespace for the children
 *
 * Goal:   Ask for a new PID namespace, then fork: the caller stays where it
 *         is, and its first child, CMD, is PID 1 of the new one.
 * Man:    unshare(2) fork(2) pid_namespaces(7) waitpid(2)
 * Run:    unshare [CMD [ARG...]]
 * Expect: "unshare sh -c 'echo $$'" prints 1; the exit status is CMD's.
 * Read:   docs/pid/03_unshare.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWPID */
#include <sys/wait.h>
#include <unistd.h>

static void run(int argc, char *argv[])
{
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("ps", "ps", "aux", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 1 ? argv[1] : "ps");
}

int main(int argc, char *argv[])
{
	pid_t child;

	/*
	 * A process keeps its PID, and with it its PID namespace, for life. All
	 * that changes is where its next child will be born: the entry
	 * "pid_for_children" in /proc/self/ns.
	 */
	/* TODO(1): ask for a new PID namespace with unshare(2) */
	errx(42, "TODO(1): no PID namespace is asked for yet");
	/* END(1) */

	/* The first child is PID 1. The namespace lives as long as it does. */
	/* TODO(2): make the child with fork(2) */
	errx(42, "TODO(2): the child is not made yet");
	/* END(2) */

	if (child == 0)
		run(argc, argv);

	/* TODO(3): wait for CMD with waitpid(2), return what $? would show */
	errx(42, "TODO(3): CMD's end is not waited for yet");
	/* END(3) */
}
