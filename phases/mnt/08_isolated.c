/*
 * Three namespaces at once
 *
 * Goal:   Run CMD in new PID, mount and network namespaces: its root is ROOTFS,
 *         its /proc its own, and its network is lo, up, and nothing else.
 * Man:    clone(2) pivot_root(2) mount(2) netdevice(7) pid_namespaces(7)
 * Run:    isolated ROOTFS [CMD [ARG...]]
 * Expect: "isolated ROOTFS sh -c 'ps; ifconfig'" shows sh, ps and lo.
 * Read:   docs/mnt/08_isolated.md
 */
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
	/* TODO(2): get the link's flags, add one; see netdevice(7) */
	errx(42, "TODO(2): lo is still down");
	/* END(2) */
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		err(1, "set lo up");
	close(fd);
}

static void enter(const char *rootfs)
{
	/* TODO(3): private mounts, then a mount of ROOTFS; see mount(2) */
	errx(42, "TODO(3): the new root is no mount yet");
	/* END(3) */
	if (chdir(rootfs) < 0)
		err(1, "chdir %s", rootfs);

	/* TODO(4): proc below the new root, then swap; see pivot_root(2) */
	errx(42, "TODO(4): the root is still the old one");
	/* END(4) */
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

	/* TODO(1): make the child in all three namespaces; see clone(2) */
	errx(42, "TODO(1): no namespaces are asked for yet");
	/* END(1) */
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
