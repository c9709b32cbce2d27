/*
 * PID 1 of a sandbox: reaps, starts what its supervisor asks for, and ends
 * with it. A program of its own, so that nothing of the supervisor's memory,
 * environment or descriptors is there for the programs to find.
 *
 * It is told what to do on descriptor 3 (see sandbox_internal.h) and believes
 * it; the supervisor, in turn, believes nothing but exit statuses from here.
 */
#define _GNU_SOURCE
#include "common/sandbox_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define MAX_STRINGS 4096

/* Returns whether it was sent: descriptors may be refused, see spawn(). */
static bool reply(uint32_t kind, int pid, int status, const int *fds, size_t n_fds)
{
	struct wire_reply answer = {.kind = kind, .pid = pid, .status = status};
	struct iovec iov = {.iov_base = &answer, .iov_len = sizeof(answer)};
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control = {0};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (n_fds) {
		struct cmsghdr *part;

		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		part = CMSG_FIRSTHDR(&msg);
		part->cmsg_level = SOL_SOCKET;
		part->cmsg_type = SCM_RIGHTS;
		part->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(part), fds, n_fds * sizeof(int));
	}
	return sendmsg(SANDBOX_CONTROL, &msg, MSG_NOSIGNAL) >= 0;
}

/* Runs in the child: become the command, or say why not with a shell's statuses. */
static void become(const struct wire_spawn *spawn, char **strings, const int *stdio)
{
	char **argv = strings + 1;
	char **env = argv + spawn->argc + 1;
	const unsigned long as_born[8] = {0}; /* the kernel's struct sigaction: SIG_DFL */
	sigset_t none;
	int saved;

	(void)setsid();
	if (spawn->terminal)
		(void)ioctl(stdio[0], TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		if (dup2(stdio[fd], fd) < 0)
			_exit(126);
	(void)syscall(SYS_close_range, 3, ~0U, 0);
	if (!strings[0] || chdir(strings[0]) < 0)
		(void)!chdir("/");
	/*
	 * As after a login: nothing ignored, nothing blocked, whatever our supervisor
	 * had. By system call, since libraries keep some numbers to themselves.
	 */
	for (int sig = 1; sig <= 64; sig++)
		(void)syscall(SYS_rt_sigaction, sig, as_born, NULL, 8);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	environ = env;
	(void)execvp(argv[0], argv);
	saved = errno;
	dprintf(2, "cannot run %s: %s\n", argv[0], strerror(saved));
	_exit(saved == ENOENT ? 127 : 126);
}

/* Split the message's text into count strings, a NULL after the arguments and after the rest. */
static int split(const struct wire_spawn *spawn, size_t len, char **strings)
{
	const char *at = spawn->text;
	const char *end = (const char *)spawn + len;
	size_t n = 0;
	size_t count = 1 + (size_t)spawn->argc + spawn->envc;

	if (spawn->argc < 1 || count + 2 > MAX_STRINGS)
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		const char *stop = memchr(at, '\0', (size_t)(end - at));

		if (!stop)
			return -EINVAL;
		strings[n++] = (char *)at;
		if (i == spawn->argc)
			strings[n++] = NULL;
		at = stop + 1;
	}
	strings[n] = NULL;
	return 0;
}

static void spawn(const struct wire_spawn *request, size_t len, const int *stdio)
{
	static char *strings[MAX_STRINGS];
	int pidfd;
	pid_t pid;
	int r = split(request, len, strings);

	if (r < 0) {
		(void)reply(WIRE_REFUSED, 0, -r, NULL, 0);
		return;
	}
	pid = fork();
	if (pid < 0) {
		(void)reply(WIRE_REFUSED, 0, errno, NULL, 0);
		return;
	}
	if (pid == 0)
		become(request, strings, stdio);
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	/*
	 * How many descriptors of a user may be on their way is counted over all that it runs,
	 * other sandboxes too. One of those must not keep this answer back.
	 */
	if (!reply(WIRE_SPAWNED, pid, 0, &pidfd, pidfd >= 0 ? 1 : 0))
		(void)reply(WIRE_SPAWNED, pid, 0, NULL, 0);
	if (pidfd >= 0)
		(void)close(pidfd);
}

static void open_terminal(void)
{
	int pair[2] = {-1, -1};

	pair[0] = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pair[0] >= 0 && unlockpt(pair[0]) == 0)
		pair[1] = ioctl(pair[0], TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pair[1] < 0 || !reply(WIRE_PTY, 0, 0, pair, 2))
		(void)reply(WIRE_REFUSED, 0, errno, NULL, 0);
	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			(void)close(pair[i]);
}

/* Serve one request; false when the supervisor has gone. */
static bool serve(void)
{
	static union {
		struct wire_spawn spawn;
		char room[WIRE_SPAWN_MAX];
	} request;
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(3 * sizeof(int))];
	} control;
	struct iovec iov = {.iov_base = &request, .iov_len = sizeof(request)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fds[3] = {-1, -1, -1};
	size_t n_fds = 0;
	struct cmsghdr *part;
	ssize_t len = recvmsg(SANDBOX_CONTROL, &msg, MSG_CMSG_CLOEXEC);

	if (len <= 0)
		return len < 0 && errno == EINTR;
	part = CMSG_FIRSTHDR(&msg);
	if (part && part->cmsg_type == SCM_RIGHTS) {
		n_fds = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(part), n_fds * sizeof(int));
	}
	if (request.spawn.kind == WIRE_SPAWN && n_fds == 3)
		spawn(&request.spawn, (size_t)len, fds);
	else if (request.spawn.kind == WIRE_TERMINAL)
		open_terminal();
	else
		(void)reply(WIRE_REFUSED, 0, EINVAL, NULL, 0);
	for (size_t i = 0; i < n_fds; i++)
		(void)close(fds[i]);
	return true;
}

static void reap(int signals)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	(void)!read(signals, &info, sizeof(info));
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		(void)reply(WIRE_EXITED, pid, status, NULL, 0);
}

int main(void)
{
	struct pollfd polled[2] = {
		{.fd = SANDBOX_CONTROL, .events = POLLIN},
		{.fd = -1, .events = POLLIN},
	};
	sigset_t all;

	/* The kernel cleared the death signal if the ids changed on the way here. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NAME, "init");
	(void)fcntl(SANDBOX_CONTROL, F_SETFD, FD_CLOEXEC);
	/* The caller may have had descriptors that survive an exec. */
	(void)syscall(SYS_close_range, SANDBOX_CONTROL + 1, ~0U, 0);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	polled[1].fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (polled[1].fd < 0 || !reply(WIRE_UP, 1, 0, NULL, 0))
		return 1;
	for (;;) {
		if (poll(polled, 2, -1) < 0)
			continue;
		if (polled[1].revents)
			reap(polled[1].fd);
		if (polled[0].revents && !serve())
			return 0;
	}
}
