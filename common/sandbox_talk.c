/*
 * The conversation with a sandbox's init: start a command, hear of exits, get
 * a terminal. init is asked one thing at a time; its exits come in between and
 * are kept until somebody asks. What it says is checked for shape only: once a
 * program with all capabilities inside runs, init may be in that program's hands.
 */
#define _GNU_SOURCE
#include "common/sandbox_internal.h"

#include "common/cleanup.h"
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* An init that is stopped, or in a program's hands, may never answer. */
#define ANSWER_MS    30000
#define REFUSED_MS   20
#define MESSAGES_MAX 1024

static void note_exit(struct sandbox *box, pid_t inside, int status)
{
	/* init reaps orphans too: only what fits is kept, the oldest goes. */
	if (box->n_exits == 64) {
		memmove(box->exits, box->exits + 1, 63 * sizeof(*box->exits));
		box->n_exits--;
	}
	box->exits = xreallocarray(box->exits, 64, sizeof(*box->exits));
	box->exits[box->n_exits++] = (struct sandbox_exit){inside, status};
}

/* One message of init; descriptors that came with it into fds. Returns its kind, 0 none, -ECHILD. */
static int receive(struct sandbox *box, int flags, struct wire_reply *ret, int fds[2])
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(4 * sizeof(int))];
	} control;
	struct wire_reply reply = {0};
	struct iovec iov = {.iov_base = &reply, .iov_len = sizeof(reply)};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *part;
	ssize_t n;

	fds[0] = fds[1] = -1;
	do
		n = recvmsg(box->control, &msg, flags | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (n <= 0)
		return -ECHILD;
	part = CMSG_FIRSTHDR(&msg);
	if (part && part->cmsg_type == SCM_RIGHTS) {
		size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int got[4];

		memcpy(got, CMSG_DATA(part), count * sizeof(int));
		for (size_t i = 0; i < count; i++) {
			if (i < 2)
				fds[i] = got[i];
			else
				(void)close(got[i]);
		}
	}
	*ret = reply;
	if ((size_t)n != sizeof(reply))
		return WIRE_REFUSED;
	return (int)reply.kind;
}

static void close_pair(const int fds[2])
{
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
}

int sandbox_receive(struct sandbox *box)
{
	/* As many as there may be at once: what tells lies without an end must not hold us. */
	for (int i = 0; i < MESSAGES_MAX; i++) {
		struct wire_reply reply;
		int fds[2] = {-1, -1};
		int kind = receive(box, MSG_DONTWAIT, &reply, fds);

		if (kind <= 0)
			return kind;
		close_pair(fds);
		if (kind == WIRE_EXITED)
			note_exit(box, reply.pid, reply.status);
	}
	return 0;
}

/* Wait for the answer to a request; exits that come in between are kept. */
static int answer(struct sandbox *box, int want, struct wire_reply *ret, int fds[2])
{
	long long deadline = sandbox_now_ms() + ANSWER_MS;

	for (;;) {
		struct pollfd polled = {.fd = box->control, .events = POLLIN};
		long long left = deadline - sandbox_now_ms();
		int kind;

		if (left <= 0)
			return -ETIMEDOUT;
		(void)poll(&polled, 1, (int)left);
		kind = receive(box, MSG_DONTWAIT, ret, fds);
		if (kind < 0 || kind == want)
			return kind < 0 ? kind : 0;
		close_pair(fds);
		if (kind == WIRE_EXITED)
			note_exit(box, ret->pid, ret->status);
		if (kind == WIRE_REFUSED)
			return ret->status > 0 ? -ret->status : -EPROTO;
	}
}

/* The PID of a pidfd in the caller's procfs: "Pid:" of its fdinfo, 0 once it is reaped. */
static pid_t pid_of(int pidfd)
{
	cleanup_free char *path = xasprintf("/proc/self/fdinfo/%d", pidfd);
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	const char *line;

	if (io_read_proc(AT_FDCWD, path, 4096, &text) < 0)
		return 0;
	line = strstr(text.s, "Pid:");
	return line ? (pid_t)atoi(line + 4) : 0;
}

static void add_string(struct strbuf *to, const char *text)
{
	strbuf_add(to, text, strlen(text) + 1);
}

/* The environment of every program: rebuilt, nothing of the caller's but TERM for a terminal. */
static uint32_t add_environment(const struct sandbox *box, const struct sandbox_command *command,
				struct strbuf *to)
{
	static const char *const common[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"LANG=C.UTF-8",
		"SHELL=/bin/bash",
	};
	static const char *const root[] = {"HOME=/root", "USER=root", "LOGNAME=root"};
	static const char *const user[] = {"HOME=/home/learner", "USER=learner", "LOGNAME=learner"};
	const char *const *who = box->start == SANDBOX_USER ? user : root;
	const char *term = getenv("TERM");
	uint32_t count = 0;

	for (size_t i = 0; i < 3; i++, count++)
		add_string(to, common[i]);
	for (size_t i = 0; i < 3; i++, count++)
		add_string(to, who[i]);
	if (command->terminal) {
		bool plain = term && strlen(term) < 64 &&
			     strspn(term, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "0123456789-+._") == strlen(term);
		cleanup_free char *entry = xasprintf("TERM=%s", plain ? term : "dumb");

		add_string(to, entry);
		count++;
	}
	for (size_t i = 0; command->env && command->env[i]; i++, count++)
		add_string(to, command->env[i]);
	return count;
}

/*
 * The kernel counts descriptors on their way for all that a user runs (unix(7),
 * ETOOMANYREFS), so a program in another sandbox may have taken them all. That one is
 * ended by its limits, and nothing tells when: we ask again.
 */
static int send_when_free(int control, const struct msghdr *msg)
{
	long long deadline = sandbox_now_ms() + ANSWER_MS;

	for (;;) {
		if (sendmsg(control, msg, MSG_NOSIGNAL) >= 0)
			return 0;
		if (errno != ETOOMANYREFS && errno != EINTR)
			return -errno;
		if (sandbox_now_ms() >= deadline)
			return -errno;
		(void)poll(NULL, 0, REFUSED_MS);
	}
}

static int send_spawn(struct sandbox *box, const struct sandbox_command *command)
{
	struct wire_spawn head = {.kind = WIRE_SPAWN, .terminal = command->terminal};
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(3 * sizeof(int))];
	} control = {0};
	struct iovec iov[2];
	struct msghdr msg = {
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *part = CMSG_FIRSTHDR(&msg);

	add_string(&text, command->cwd ? command->cwd : "/work");
	for (; command->argv[head.argc]; head.argc++)
		add_string(&text, command->argv[head.argc]);
	head.envc = add_environment(box, command, &text);
	if (sizeof(head) + text.len > WIRE_SPAWN_MAX)
		return -E2BIG;
	iov[0] = (struct iovec){&head, sizeof(head)};
	iov[1] = (struct iovec){text.s, text.len};
	part->cmsg_level = SOL_SOCKET;
	part->cmsg_type = SCM_RIGHTS;
	part->cmsg_len = CMSG_LEN(3 * sizeof(int));
	memcpy(CMSG_DATA(part), command->stdio, 3 * sizeof(int));
	return send_when_free(box->control, &msg);
}

int sandbox_spawn(struct sandbox *box, const struct sandbox_command *command,
		  struct sandbox_process *ret, struct error *err)
{
	struct wire_reply reply;
	int fds[2];
	int r = send_spawn(box, command);

	if (r == 0)
		r = answer(box, WIRE_SPAWNED, &reply, fds);
	if (r < 0)
		return error_set(err, -r, "cannot start %s in the sandbox", command->argv[0]);
	close_pair((int[]){-1, fds[1]});
	*ret = (struct sandbox_process){
		.pid = fds[0] >= 0 ? pid_of(fds[0]) : 0,
		.inside = reply.pid,
		.pidfd = fds[0],
	};
	return 0;
}

static bool take_exit(struct sandbox *box, pid_t inside, int *ret_status)
{
	for (size_t i = 0; i < box->n_exits; i++) {
		if (box->exits[i].inside != inside)
			continue;
		*ret_status = box->exits[i].status;
		memmove(box->exits + i, box->exits + i + 1,
			(--box->n_exits - i) * sizeof(*box->exits));
		return true;
	}
	return false;
}

int sandbox_wait(struct sandbox *box, const struct sandbox_process *process, int timeout_ms,
		 int *ret_status)
{
	long long deadline = sandbox_now_ms() + timeout_ms;

	for (;;) {
		struct pollfd polled = {.fd = box->control, .events = POLLIN};
		int gone = sandbox_receive(box);
		int left = -1;

		if (take_exit(box, process->inside, ret_status))
			return 0;
		if (gone < 0)
			return gone;
		if (timeout_ms >= 0) {
			long long rest = deadline - sandbox_now_ms();

			if (rest <= 0)
				return -ETIMEDOUT;
			left = (int)rest;
		}
		(void)poll(&polled, 1, left);
	}
}

int sandbox_open_terminal(struct sandbox *box, int *ret_master, int *ret_slave, struct error *err)
{
	uint32_t kind = WIRE_TERMINAL;
	struct wire_reply reply;
	int fds[2] = {-1, -1};
	int r = send(box->control, &kind, sizeof(kind), MSG_NOSIGNAL) < 0 ? -errno : 0;

	if (r == 0)
		r = answer(box, WIRE_PTY, &reply, fds);
	if (r < 0)
		return error_set(err, -r, "cannot open a terminal in the sandbox");
	*ret_master = fds[0];
	*ret_slave = fds[1];
	return 0;
}
