/*
 * A Debian system without root
 *
 * Goal:   Make a minimal Debian system in DIR, as root of a user namespace: who
 *         may do nearly all, but may not make device nodes.
 * Man:    debootstrap(8) mknod(2) mount(2) unshare(2) user_namespaces(7)
 * Run:    debootstrap DIR [SUITE [MIRROR]]
 * Expect: "chroot DIR dpkg-query -W" lists the packages of a small Debian.
 * Read:   docs/mnt/07_debootstrap.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h> /* unshare, CLONE_NEWNS */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const devices[] = { "null",	 "zero",    "full",
				       "random", "urandom", "tty" };

static void make_directory(const char *path)
{
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		err(1, "mkdir %s", path);
}

/* What mknod(2) refuses: devices below DIR/dev, as mounts of those outside. */
static void give_device(const char *dir, const char *name)
{
	char from[64], to[4096];
	int fd;

	snprintf(from, sizeof(from), "/dev/%s", name);
	snprintf(to, sizeof(to), "%s/dev/%s", dir, name);
	fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		err(1, "%s", to);
	close(fd);
	/* TODO(3): put outside's device on this empty file with mount(2) */
	if (mount(from, to, NULL, MS_BIND, NULL) < 0)
		err(1, "mount %s on %s", from, to);
	/* END(3) */
}

int main(int argc, char *argv[])
{
	const char *suite = argc > 2 ? argv[2] : "stable";
	const char *mirror = argc > 3 ? argv[3] :
					"http://deb.debian.org/debian";
	char dev[4096];

	if (argc < 2 || argc > 4) {
		fprintf(stderr, "usage: debootstrap DIR [SUITE [MIRROR]]\n");
		return 2;
	}

	/* All that gets mounted below DIR shall go when the work is done. */
	/* TODO(1): ask for a mount namespace with unshare(2) */
	if (unshare(CLONE_NEWNS) < 0)
		err(1, "unshare");
	/* END(1) */

	/* TODO(2): make the whole tree private with mount(2) */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	/* END(2) */

	make_directory(argv[1]);
	snprintf(dev, sizeof(dev), "%s/dev", argv[1]);
	make_directory(dev);
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		give_device(argv[1], devices[i]);

	/*
	 * debootstrap tries mknod first and gives up, unless it is told that it
	 * runs in a container of the kind that has no mknod.
	 */
	/* TODO(4): set "container" to what the script knows; see setenv(3) */
	if (setenv("container", "lxc", 1) < 0)
		err(1, "setenv");
	/* END(4) */

	/* TODO(5): become debootstrap(8) for the smallest variant */
	execlp("debootstrap", "debootstrap", "--variant=minbase", suite,
	       argv[1], mirror, (char *)NULL);
	/* END(5) */

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec debootstrap %s %s", suite,
	    mirror);
}
