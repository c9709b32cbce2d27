/*
 * Different: the old root is put on a directory of its own, which is then removed;
 * one clone3() makes both namespaces; the tree becomes a slave, not private.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The rest of the work, in the process that is PID 1 of its namespace. */
static void enter(const char *rootfs)
{
	/* Neither the old root nor the new one may be a shared mount. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		err(1, "mount / slave");

	/* The new root must be a mount, and ROOTFS is but a directory. */
	if (mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) < 0)
		err(1, "mount %s on itself", rootfs);
	if (chdir(rootfs) < 0)
		err(1, "chdir %s", rootfs);

	if (mkdir("old", 0700) < 0)
		err(1, "mkdir %s/old", rootfs);
	if (syscall(SYS_pivot_root, ".", "old") < 0)
		err(1, "pivot_root %s", rootfs);
	if (chdir("/") < 0)
		err(1, "chdir /");
	if (mount("none", "/proc", "proc", 0, NULL) < 0)
		err(1, "mount /proc");
	if (umount2("/old", MNT_DETACH) < 0 || rmdir("/old") < 0)
		err(1, "remove /old");
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

	struct clone_args args = {
		.flags = CLONE_NEWPID | CLONE_NEWNS,
		.exit_signal = SIGCHLD,
	};

	child = syscall(SYS_clone3, &args, sizeof(args));
	if (child < 0)
		err(1, "clone3");
	if (child == 0) {
		enter(argv[1]);
		run(argc, argv);
	}
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
