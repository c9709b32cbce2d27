/*
 * A /proc for the new PID namespace
 *
 * Goal:   Run CMD in a new PID namespace with a /proc that shows exactly that
 *         namespace, while outside keeps its mounts as they are.
 * Man:    unshare(2) mount(2) mount_namespaces(7) pid_namespaces(7)
 * Run:    procfs [CMD [ARG...]]
 * Expect: "procfs ps -e" lists ps itself, as PID 1, and nothing else.
 * Read:   docs/pid/04_procfs.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWPID, CLONE_NEWNS */
#include <sys/mount.h>
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

static int wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

int main(int argc, char *argv[])
{
	pid_t child;

	/*
	 * One call for both, but they begin at different times: this process is
	 * in the new mount namespace at once, in the new PID namespace never.
	 */
	/* TODO(1): ask for both namespaces with unshare(2) */
	errx(42, "TODO(1): no namespaces are asked for yet");
	/* END(1) */

	/*
	 * The new mount namespace is a copy. The copy of a shared mount is a
	 * peer of the original: what is mounted on one appears on the other.
	 */
	/* TODO(2): make the whole tree private with mount(2) */
	errx(42, "TODO(2): the mounts are not private yet");
	/* END(2) */

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		/* A proc file system shows the namespace of who mounts it. */
		/* TODO(3): mount one on /proc with mount(2); see proc(5) */
		errx(42, "TODO(3): no proc file system is mounted yet");
		/* END(3) */
		run(argc, argv);
	}

	/* When the last process in it ends, the mount namespace goes too. */
	return wait_for(child);
}
