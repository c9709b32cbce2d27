/*
 * Four ways to be connected
 *
 * Goal:   Run CMD in a new mount namespace in which the mount at DIR has the
 *         type that was asked for, and every other mount is as it was.
 * Man:    mount(2) unshare(2) mount_namespaces(7)
 * Run:    propagation TYPE DIR [CMD [ARG...]], where TYPE is private, slave,
 *         shared or unbindable
 * Expect: in mountinfo, for DIR: nothing, master:N, shared:N, unbindable.
 * Read:   docs/mnt/02_propagation.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWNS */
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* The type that a word names, as a flag of mount(2); 0: it names none. */
static unsigned long type_of(const char *word)
{
	if (strcmp(word, "shared") == 0)
		return MS_SHARED;

	/* TODO(1): the other three; see mount(2), mount_namespaces(7) */
	if (strcmp(word, "private") == 0)
		return MS_PRIVATE;
	if (strcmp(word, "slave") == 0)
		return MS_SLAVE;
	if (strcmp(word, "unbindable") == 0)
		return MS_UNBINDABLE;
	/* END(1) */

	return 0;
}

int main(int argc, char *argv[])
{
	unsigned long type = argc > 2 ? type_of(argv[1]) : 0;

	if (!type)
		errx(2, "usage: propagation TYPE DIR [CMD [ARG...]]");

	/* Every mount of the copy has the type and peers of the original. */
	/* TODO(2): ask for a new mount namespace with unshare(2) */
	if (unshare(CLONE_NEWNS) < 0)
		err(1, "unshare");
	/* END(2) */

	/* A type alone as flags mounts nothing: it changes the mount at DIR. */
	/* TODO(3): change the type of that one mount with mount(2) */
	if (mount(NULL, argv[2], NULL, type, NULL) < 0)
		err(1, "mount %s %s", argv[2], argv[1]);
	/* END(3) */

	if (argc > 3)
		execvp(argv[3], argv + 3);
	else
		execlp("cat", "cat", "/proc/self/mountinfo", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 3 ? argv[3] : "cat");
}
