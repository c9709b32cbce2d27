/*
 * Wrong: pivot_root(2), the other exercise.
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
	if (unshare(CLONE_NEWNS) < 0)
		err(1, "unshare");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	if (mount(argv[1], argv[1], NULL, MS_BIND | MS_REC, NULL) < 0)
		err(1, "mount %s on itself", argv[1]);
	if (chdir(argv[1]) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		err(1, "pivot_root %s", argv[1]);
	if (umount2(".", MNT_DETACH) < 0)
		err(1, "umount the old root");
	if (chdir("/") < 0)
		err(1, "chdir /");
	run(argc, argv);
}
