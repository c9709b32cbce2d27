/*
 * Wrong: moves the root, and leaves the working directory where it was.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(int argc, char *argv[])
{
	if (argc > 2)
		execvp(argv[2], argv + 2);
	else
		execl("/bin/sh", "sh", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 2 ? argv[2] : "/bin/sh");
}

int main(int argc, char *argv[])
{
	if (argc < 2)
		errx(2, "usage: chroot ROOTFS [CMD [ARG...]]");
	if (chroot(argv[1]) < 0)
		err(1, "chroot %s", argv[1]);
	run(argc, argv);
}
