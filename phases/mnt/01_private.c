/*
 * A mount that nobody else sees
 *
 * Goal:   Run CMD in a new mount namespace with a tmpfs on /data and a file in
 *         it; outside has neither, not even where its mounts are shared.
 * Man:    unshare(2) mount(2) mount_namespaces(7) tmpfs(5)
 * Run:    private [CMD [ARG...]]
 * Expect: one line of text, which is in no file outside.
 * Read:   docs/mnt/01_private.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWNS */
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_hello(void)
{
	FILE *file = fopen("/data/hello", "w");

	if (!file)
		err(1, "open /data/hello");
	fprintf(file, "hello from the inside\n");
	if (fclose(file) != 0)
		err(1, "write /data/hello");
}

int main(int argc, char *argv[])
{
	/*
	 * A copy of the mount table. It moves the caller at once: no fork is
	 * needed, unlike with PID namespaces.
	 */
	/* TODO(1): ask for a new mount namespace with unshare(2) */
	errx(42, "TODO(1): there is no new mount namespace yet");
	/* END(1) */

	/*
	 * The copy of a shared mount is a peer of the original, and each mount
	 * of the table has a propagation type of its own.
	 */
	/* TODO(2): make every mount private with mount(2) */
	errx(42, "TODO(2): the mounts are still shared with outside");
	/* END(2) */

	/* A directory is a directory in every mount namespace. */
	if (mkdir("/data", 0755) < 0 && errno != EEXIST)
		err(1, "mkdir /data");

	/* TODO(3): mount a tmpfs on /data with mount(2); see tmpfs(5) */
	errx(42, "TODO(3): nothing is mounted on /data yet");
	/* END(3) */

	/* From here on paths below /data lead into the new file system. */
	write_hello();

	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("cat", "cat", "/data/hello", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 1 ? argv[1] : "cat");
}
