/*
 * A file that CMD can't read
 *
 * Goal:   Run CMD in a new mount namespace in which FILE is empty, while it is
 *         as it was for everybody else.
 * Man:    unshare(2) mount(2) mount_namespaces(7) null(4)
 * Run:    mask FILE [CMD [ARG...]]
 * Expect: "mask /etc/hosts" prints nothing; cat /etc/hosts outside does.
 * Read:   docs/mnt/01_mask.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWNS */
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	if (argc < 2) {
		fprintf(stderr, "usage: mask FILE [CMD [ARG...]]\n");
		return 2;
	}

	/* A copy of the mount table. It may still be shared with outside. */
	/* TODO(1): unshare(2) the mounts, and make all private, mount(2) */
	if (unshare(CLONE_NEWNS) < 0)
		err(1, "unshare");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	/* END(1) */

	/* A file can be a mount point. What is below is out of reach. */
	/* TODO(2): cover FILE with /dev/null by a bind mount, mount(2) */
	if (mount("/dev/null", argv[1], NULL, MS_BIND, NULL) < 0)
		err(1, "mount %s", argv[1]);
	/* END(2) */

	if (argc > 2)
		execvp(argv[2], argv + 2);
	else
		execlp("cat", "cat", argv[1], (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 2 ? argv[2] : "cat");
}
