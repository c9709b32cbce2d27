/*
 * Different: no netlink and no library. clone3(2) makes child and namespace in
 * one; lo comes up by the older way, ioctl(2) on any socket made inside.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void bring_lo_up(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		err(1, "flags of lo");
	request.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		err(1, "lo up");
	close(fd);
}

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("ip", "ip", "addr", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "ip");
}

int main(int argc, char *argv[])
{
	struct clone_args args = {
		.flags = CLONE_NEWNET,
		.exit_signal = SIGCHLD,
	};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));
	int status;

	if (child < 0)
		err(1, "clone3");
	if (child == 0) {
		bring_lo_up();
		run(argv + (argc > 0));
	}
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
