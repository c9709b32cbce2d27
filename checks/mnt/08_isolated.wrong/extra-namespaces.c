/* Wrong: host name and IPC are new as well, which nobody asked for. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h> /* struct clone_args, CLONE_NEWNET ... */
#include <net/if.h>	 /* struct ifreq, IFF_UP */
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A network namespace is born with one link, lo, and lo is born down. */
static void bring_lo_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(1, "socket");
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		err(1, "flags of lo");
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		err(1, "set lo up");
	close(fd);
}

static void enter(const char *rootfs)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	if (mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) < 0)
		err(1, "mount %s on itself", rootfs);
	if (chdir(rootfs) < 0)
		err(1, "chdir %s", rootfs);

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
	pid_t child = -1;
	int status;

	if (argc < 2) {
		fprintf(stderr, "usage: isolated ROOTFS [CMD [ARG...]]\n");
		return 2;
	}

	struct clone_args args = {
		.flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET |
			 CLONE_NEWUTS | CLONE_NEWIPC,
		.exit_signal = SIGCHLD,
	};

	child = syscall(SYS_clone3, &args, sizeof(args));
	if (child < 0)
		err(1, "clone3");
	if (child == 0) {
		bring_lo_up();
		enter(argv[1]);
		run(argc, argv);
	}
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
