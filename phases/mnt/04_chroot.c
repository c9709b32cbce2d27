/*
 * Another root for one process
 *
 * Goal:   Run CMD with ROOTFS as its root and working directory, in outside's
 *         mount namespace: the old way, without any namespace.
 * Man:    chroot(2) chdir(2) path_resolution(7)
 * Run:    chroot ROOTFS [CMD [ARG...]]
 * Expect: "chroot ROOTFS ls /" lists ROOTFS, "chroot ROOTFS pwd" prints /.
 * Read:   docs/mnt/04_chroot.md
 */
#include <err.h>
#include <errno.h>
#include <unistd.h>

static void run(int argc, char *argv[])
{
	/* Looked up in the new root: CMD, its loader, its libraries. */
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
	if (argc < 2)
		errx(2, "usage: chroot ROOTFS [CMD [ARG...]]");

	/* One field of this process: where paths that begin with / begin. */
	/* TODO(1): make it ROOTFS; see chroot(2) */
	errx(42, "TODO(1): the root is still outside's");
	/* END(1) */

	/* Another field: where all other paths begin. It has not moved. */
	/* TODO(2): go into the new root; see chdir(2) */
	errx(42, "TODO(2): the working directory is still outside");
	/* END(2) */

	run(argc, argv);
}
