/*
 * A container runtime
 *
 * Goal:   Run CMD in a container, without any privilege: seven namespaces, a
 *         root of its own, a small /dev, an init, and nothing of the caller's.
 * Man:    namespaces(7) clone(2) user_namespaces(7) pivot_root(2) mount(2)
 *         capabilities(7) close_range(2) sigtimedwait(2)
 * Run:    container [--hostname NAME] ROOTFS CMD [ARG...]
 * Expect: "container /rootfs sh" gives a shell as root of a machine named
 *         "container" that has two processes and its own files.
 * Read:   docs/advanced/09_container.md
 *
 *	container            the caller's namespaces; waits, passes signals on
 *	  └─ init            PID 1 of all seven; builds the rest, then reaps
 *	       └─ CMD        PID 2; has given up what a container may not do
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h> /* struct clone_args, CLONE_NEW... */
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h> /* calls that not every C library has */
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define QUIET (MS_NOSUID | MS_NODEV | MS_NOEXEC)

/* What is mounted below the new root, in this order. */
static const struct {
	const char *target, *type, *options;
	unsigned long flags;
} mounts[] = {
	{ "proc", "proc", NULL, QUIET },
	{ "dev", "tmpfs", "mode=755,size=64k", MS_NOSUID | MS_NOEXEC },
	{ "dev/pts", "devpts", "newinstance,ptmxmode=0666,mode=620",
	  MS_NOSUID | MS_NOEXEC },
	{ "dev/shm", "tmpfs", "mode=1777", QUIET },
	{ "tmp", "tmpfs", "mode=1777", MS_NOSUID | MS_NODEV },
};

/* mknod(2) of a device is for real root only: these are the caller's. */
static const char *const devices[] = {
	"null", "zero", "full", "random", "urandom", "tty",
};

static const char *const links[][2] = {
	{ "pts/ptmx", "dev/ptmx" },
	{ "/proc/self/fd", "dev/fd" },
	{ "/proc/self/fd/0", "dev/stdin" },
	{ "/proc/self/fd/1", "dev/stdout" },
	{ "/proc/self/fd/2", "dev/stderr" },
};

/* What root in a container may do: the fourteen that Docker keeps. */
static const int kept[] = {
	CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,     CAP_FSETID,
	CAP_KILL,   CAP_SETGID,	      CAP_SETUID,     CAP_SETPCAP,
	CAP_MKNOD,  CAP_SYS_CHROOT,   CAP_NET_RAW,    CAP_NET_BIND_SERVICE,
	CAP_SETFCAP, CAP_AUDIT_WRITE,
};

/* Signals that whoever waits passes on to whom it waits for. */
static const int passed_on[] = {
	SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2,
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* What the caller has asked for, and who that is. */
struct plan {
	const char *hostname, *rootfs;
	char **cmd;
	unsigned uid, gid;
	sigset_t watched, before; /* masks: while we wait; the caller's */
};

static void write_file(const char *path, const char *format, unsigned id)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dprintf(fd, format, id) < 0)
		err(1, "%s", path);
	close(fd);
}

/* A new network namespace has a loopback device, and it is down. */
static void raise_loopback(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		err(1, "lo up");
	close(fd);
}

/* The new root's mounts, while the old root is still there to take from. */
static void furnish(const char *rootfs)
{
	char path[64];

	/* Nothing may travel out; and the new root has to be a mount. */
	/* TODO(3): private, recursively; ROOTFS on itself; see mount(2) */
	errx(42, "TODO(3): ROOTFS is no private mount yet");
	/* END(3) */
	if (chdir(rootfs) < 0)
		err(1, "chdir %s", rootfs);

	for (size_t i = 0; i < COUNT(mounts); i++) {
		if (mkdir(mounts[i].target, 0755) < 0 && errno != EEXIST)
			err(1, "mkdir %s", mounts[i].target);
		/* TODO(4): mount there what the row says; see mount(2) */
		errx(42, "TODO(4): nothing is mounted there yet");
		/* END(4) */
	}

	/* A device is a file: bound on an empty one it is the same device. */
	for (size_t i = 0; i < COUNT(devices); i++) {
		snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		/* TODO(5): an empty file, path + 1: mknod(2); bind: mount(2) */
		errx(42, "TODO(5): no device is there yet");
		/* END(5) */
	}
	for (size_t i = 0; i < COUNT(links); i++)
		if (symlink(links[i][0], links[i][1]) < 0)
			err(1, "symlink %s", links[i][1]);
}

/* What a container may not have is given up for good: no exec returns it. */
static void give_up(void)
{
	/* Each is a way out: a directory, a socket, a namespace of outside. */
	/* TODO(7): whatever the caller has open from 3 on; close_range(2) */
	errx(42, "TODO(7): descriptors are open yet");
	/* END(7) */

	for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++) {
		size_t i = 0;

		while (i < COUNT(kept) && kept[i] != cap)
			i++;
		if (i < COUNT(kept))
			continue;
		/* TODO(8): take cap from the bounding set; see prctl(2) */
		errx(42, "TODO(8): every capability is kept");
		/* END(8) */
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		err(1, "no_new_privs");
}

/* The runtime looks after init this way, and init after CMD. */
static int tend(pid_t child, const sigset_t *watched)
{
	const struct timespec grace = { .tv_sec = 3 };
	int stopping = 0;

	for (;;) {
		siginfo_t info;
		int status, sig = sigtimedwait(watched, &info,
					       stopping ? &grace : NULL);
		pid_t dead;

		if (sig < 0 && errno == EAGAIN) /* the grace is over */
			kill(child, SIGKILL);

		/*
		 * From a key (SI_KERNEL) all in the foreground have had it,
		 * CMD included.
		 */
		if (sig > 0 && sig != SIGCHLD && info.si_code != SI_KERNEL) {
			kill(child, sig);
			stopping |= sig == SIGTERM || sig == SIGINT;
		}

		/* One SIGCHLD may stand for many deaths, orphans included. */
		while ((dead = waitpid(-1, &status, WNOHANG)) > 0) {
			if (dead == child && WIFSIGNALED(status))
				return 128 + WTERMSIG(status);
			if (dead == child)
				return WEXITSTATUS(status);
		}
	}
}

/* PID 1: makes itself root, the namespaces a container, and a child CMD. */
static int init(const struct plan *plan)
{
	pid_t child;

	/* Should the runtime be killed, the container ends with it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);

	/* Every capability is here, until the first exec. Now or never. */
	write_file("/proc/self/setgroups", "deny", 0);
	/* TODO(2): root is the caller, in both maps; user_namespaces(7) */
	errx(42, "TODO(2): nobody is root in there yet");
	/* END(2) */
	if (sethostname(plan->hostname, strlen(plan->hostname)) < 0)
		err(1, "sethostname %s", plan->hostname);
	raise_loopback();
	furnish(plan->rootfs);

	/* TODO(6): swap the roots and let the old one go; pivot_root(2) */
	errx(42, "TODO(6): the root is still the old one");
	/* END(6) */
	if (chdir("/") < 0)
		err(1, "chdir /");
	give_up();

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child > 0)
		return tend(child, &plan->watched);
	signal(SIGTTOU, SIG_DFL);
	sigprocmask(SIG_SETMASK, &plan->before, NULL);
	execvp(plan->cmd[0], plan->cmd);
	err(errno == ENOENT ? 127 : 126, "exec %s", plan->cmd[0]);
}

int main(int argc, char *argv[])
{
	struct plan plan = {
		.hostname = "container",
		.uid = geteuid(),
		.gid = getegid(),
	};
	struct termios modes;
	pid_t child = -1, front;
	int status;

	/* Is there a terminal, and is it ours to take back in the end? */
	int on_terminal = tcgetpgrp(STDIN_FILENO) == getpgrp() &&
			  tcgetattr(STDIN_FILENO, &modes) == 0;

	if (argc > 2 && strcmp(argv[1], "--hostname") == 0) {
		plan.hostname = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc < 3) {
		fprintf(stderr, "usage: container [--hostname NAME] "
				"ROOTFS CMD [ARG...]\n");
		return 2;
	}
	plan.rootfs = argv[1];
	plan.cmd = argv + 2;
	sigemptyset(&plan.watched);
	sigaddset(&plan.watched, SIGCHLD);
	for (size_t i = 0; i < COUNT(passed_on); i++)
		sigaddset(&plan.watched, passed_on[i]);
	sigprocmask(SIG_BLOCK, &plan.watched, &plan.before);
	signal(SIGTTOU, SIG_IGN);

	/* TODO(1): make init, in seven new namespaces, with clone3(2) */
	errx(42, "TODO(1): no namespaces are asked for yet");
	/* END(1) */
	if (child == 0)
		return init(&plan);
	status = tend(child, &plan.watched);

	/*
	 * A shell takes the terminal, and dies in front: nobody moves up. But
	 * who was sent to the background by now must not come forward.
	 */
	front = tcgetpgrp(STDIN_FILENO);
	if (on_terminal && (front == getpgrp() ||
			    (kill(-front, 0) < 0 && errno == ESRCH))) {
		tcsetpgrp(STDIN_FILENO, getpgrp());
		tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
	}
	return status;
}
