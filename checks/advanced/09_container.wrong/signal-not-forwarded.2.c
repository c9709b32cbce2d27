/* The runtime passes on, init does not: PID 1 ignores what it has no handler for. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void put(const char *path, const char *format, unsigned id)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dprintf(fd, format, id) < 0)
		err(1, "%s", path);
	close(fd);
}

static void at(const char *type, const char *target, const char *options)
{
	mkdir(target, 0755);
	if (mount(type, target, type, MS_NOSUID, options) < 0)
		err(1, "mount %s", target);
}

static void build(const char *hostname, const char *rootfs)
{
	static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty"};
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char path[64];

	sethostname(hostname, strlen(hostname));
	ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) < 0 || chdir(rootfs) < 0)
		err(1, "%s", rootfs);
	at("proc", "proc", NULL);
	at("tmpfs", "dev", "mode=755");
	at("devpts", "dev/pts", "newinstance,ptmxmode=0666");
	at("tmpfs", "dev/shm", "mode=1777");
	at("tmpfs", "tmp", "mode=1777");
	for (size_t i = 0; i < 6; i++) {
		snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		if (mknod(path + 1, S_IFREG | 0666, 0) < 0 || mount(path, path + 1, NULL, MS_BIND, NULL) < 0)
			err(1, "%s", path);
	}
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		err(1, "pivot_root");
	umount2(".", MNT_DETACH);
	if (chdir("/") < 0)
		err(1, "chdir");
}

static int tend(pid_t child, const sigset_t *watched)
{
	for (;;) {
		siginfo_t info;
		int status, sig = sigwaitinfo(watched, &info);
		pid_t dead;

		if (sig > 0 && sig != SIGCHLD && info.si_code != SI_KERNEL)
			kill(child, sig);
		while ((dead = waitpid(-1, &status, WNOHANG)) > 0)
			if (dead == child)
				return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	}
}

int main(int argc, char *argv[])
{
	const char *hostname = "container";
	unsigned uid = getuid(), gid = getgid();
	sigset_t watched, before;
	pid_t child;

	if (argc > 2 && strcmp(argv[1], "--hostname") == 0) {
		hostname = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc < 3)
		return 2;
	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGINT);
	sigprocmask(SIG_BLOCK, &watched, &before);
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC |
		    CLONE_NEWCGROUP) < 0)
		err(1, "unshare");
	put("/proc/self/setgroups", "deny", 0);
	put("/proc/self/uid_map", "0 %u 1", uid);
	put("/proc/self/gid_map", "0 %u 1", gid);
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child > 0)
		return tend(child, &watched);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigdelset(&watched, SIGTERM);
	sigdelset(&watched, SIGINT);
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigprocmask(SIG_BLOCK, &watched, NULL);
	build(hostname, argv[1]);
	close_range(3, ~0U, 0);
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child > 0)
		return tend(child, &watched);
	sigprocmask(SIG_SETMASK, &before, NULL);
	execvp(argv[2], argv + 2);
	err(errno == ENOENT ? 127 : 126, "%s", argv[2]);
}
