/* Wrong: only the mount namespace is new. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/syscall.h> /* SYS_pivot_root: the C library has no function */
#include <sys/wait.h>
#include <unistd.h>

/* The rest of the work, in the process that is PID 1 of its namespace. */
static void enter(const char *rootfs)
{
	/* Neither the old root nor the new one may be a shared mount. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");

	/* The new root must be a mount, and ROOTFS is but a directory. */
	if (mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) < 0)
		err(1, "mount %s on itself", rootfs);
	if (chdir(rootfs) < 0)
		err(1, "chdir %s", rootfs);

	/*
	 * Before the old root goes: in a user namespace the kernel mounts proc
	 * only for who can see one already.
	 */
	if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) < 0)
		err(1, "mount %s/proc", rootfs);

	if (syscall(SYS_pivot_root, ".", ".") < 0)
		err(1, "pivot_root %s", rootfs);
	if (umount2(".", MNT_DETACH) < 0)
		err(1, "umount the old root");
	if (chdir("/") < 0)
		err(1, "chdir /");
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

	if (unshare(CLONE_NEWNS) < 0)
		err(1, "unshare");

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
