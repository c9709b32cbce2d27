/*
 * A root of its own
 *
 * Goal:   Run CMD in a new PID and mount namespace whose root is ROOTFS, with
 *         its own /proc, and with no way back to the old root.
 * Man:    pivot_root(2) mount(2) umount(2) unshare(2) mount_namespaces(7)
 * Run:    pivot ROOTFS [CMD [ARG...]]
 * Expect: "pivot ROOTFS cat /proc/self/mountinfo" prints two lines.
 * Read:   docs/mnt/06_pivot.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWPID, CLONE_NEWNS */
#include <stdio.h>
#include <sys/mount.h>
#include <sys/syscall.h> /* SYS_pivot_root: the C library has no function */
#include <sys/wait.h>
#include <unistd.h>

/* The rest of the work, in the process that is PID 1 of its namespace. */
static void enter(const char *rootfs)
{
	/* Neither the old root nor the new one may be a shared mount. */
	/* TODO(2): make the whole tree private with mount(2) */
	errx(42, "TODO(2): the mounts are not private yet");
	/* END(2) */

	/* The new root must be a mount, and ROOTFS is but a directory. */
	/* TODO(3): make a mount of it with mount(2) */
	errx(42, "TODO(3): the new root is no mount yet");
	/* END(3) */
	if (chdir(rootfs) < 0)
		err(1, "chdir %s", rootfs);

	/*
	 * Before the old root goes: in a user namespace the kernel mounts proc
	 * only for who can see one already.
	 */
	/* TODO(4): mount proc below the new root with mount(2); see proc(5) */
	errx(42, "TODO(4): no proc is mounted yet");
	/* END(4) */

	/* TODO(5): swap the roots and let the old one go; see pivot_root(2) */
	errx(42, "TODO(5): the root is still the old one");
	/* END(5) */
}

static void run(int argc, char *argv[])
{
	if (argc > 2)
		execvp(argv[2], argv + 2);
	else
		execl("/bin/sh", "sh", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s",
	    argc > 2 ? argv[2] : "/bin/sh");
}

int main(int argc, char *argv[])
{
	pid_t child;
	int status;

	if (argc < 2) {
		fprintf(stderr, "usage: pivot ROOTFS [CMD [ARG...]]\n");
		return 2;
	}

	/* TODO(1): ask for the two namespaces with unshare(2) */
	errx(42, "TODO(1): no namespaces are asked for yet");
	/* END(1) */

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		enter(argv[1]);
		run(argc, argv);
	}
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
