/*
 * Running one command in a sandbox: to its end with both outputs caught, or on
 * the terminal of the caller.
 */
#define _GNU_SOURCE
#include "common/sandbox_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>

#define TURN_MS 50

static const char *const causes[] = {
	[SANDBOX_TIME_LIMIT] = "time-limit",	   [SANDBOX_MEMORY_LIMIT] = "memory-limit",
	[SANDBOX_PROCESS_LIMIT] = "process-limit", [SANDBOX_OUTPUT_LIMIT] = "output-limit",
	[SANDBOX_LOST] = "sandbox-lost",
};

const char *sandbox_outcome_cause(enum sandbox_outcome outcome)
{
	return causes[outcome];
}

/* ---- capture ---- */

/* Take what a pipe has; false at its end. Beyond the limit the outcome says so. */
static bool take(struct sandbox *box, int fd, struct strbuf *to, enum sandbox_outcome *outcome)
{
	char chunk[65536];
	ssize_t n = read(fd, chunk, sizeof(chunk));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n == 0)
		return false;
	strbuf_add(to, chunk, (size_t)n);
	if (box->limits.output && to->len > box->limits.output)
		*outcome = SANDBOX_OUTPUT_LIMIT;
	return true;
}

static void collect(struct sandbox *box, const struct sandbox_process *process, int out, int errors,
		    struct sandbox_capture *ret)
{
	struct pollfd polled[3] = {
		{.fd = out, .events = POLLIN},
		{.fd = errors, .events = POLLIN},
		{.fd = box->control, .events = POLLIN},
	};
	struct strbuf *buffers[2] = {&ret->out, &ret->err};
	bool ended = false;

	/* The command's end counts, not the pipes': a daemon may hold those for ever. */
	while (ret->outcome == SANDBOX_EXITED && !ended) {
		int r;

		(void)poll(polled, 3, TURN_MS);
		for (int i = 0; i < 2; i++)
			if (polled[i].revents &&
			    !take(box, polled[i].fd, buffers[i], &ret->outcome))
				polled[i].fd = -1;
		r = sandbox_wait(box, process, 0, &ret->status);
		ended = r == 0;
		if (r == -ECHILD)
			ret->outcome = SANDBOX_LOST;
		else if (!ended && ret->outcome == SANDBOX_EXITED)
			ret->outcome = sandbox_watch(box);
	}
	for (int i = 0; i < 2 && ended; i++) {
		enum sandbox_outcome outcome = SANDBOX_EXITED;
		struct pollfd rest = {.fd = polled[i].fd, .events = POLLIN};

		while (rest.fd >= 0 && outcome == SANDBOX_EXITED && poll(&rest, 1, 0) > 0)
			if (!take(box, rest.fd, buffers[i], &outcome))
				break;
		if (outcome != SANDBOX_EXITED)
			ret->outcome = outcome;
	}
}

int sandbox_capture(struct sandbox *box, const char *const *argv, struct sandbox_capture *ret,
		    struct error *err)
{
	cleanup_fd int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	cleanup_fd int out = -1, errors = -1, out_end = -1, errors_end = -1;
	struct sandbox_command command = {.argv = argv};
	struct sandbox_process process;
	long long begun = sandbox_now_ms();
	int pipes[2][2];
	int r;

	*ret = (struct sandbox_capture){.out = STRBUF_INIT, .err = STRBUF_INIT};
	if (null < 0 || pipe2(pipes[0], O_CLOEXEC) < 0)
		return error_set(err, errno, "cannot make a pipe");
	out = pipes[0][0];
	out_end = pipes[0][1];
	if (pipe2(pipes[1], O_CLOEXEC) < 0)
		return error_set(err, errno, "cannot make a pipe");
	errors = pipes[1][0];
	errors_end = pipes[1][1];
	command.stdio[0] = null;
	command.stdio[1] = out_end;
	command.stdio[2] = errors_end;
	r = sandbox_spawn(box, &command, &process, err);
	if (r < 0)
		return r;
	(void)close(steal_fd(&out_end));
	(void)close(steal_fd(&errors_end));
	collect(box, &process, out, errors, ret);
	(void)close(process.pidfd);
	ret->duration_ms = (unsigned)(sandbox_now_ms() - begun);
	return 0;
}

void sandbox_capture_free(struct sandbox_capture *capture)
{
	strbuf_free(&capture->out);
	strbuf_free(&capture->err);
}

int sandbox_read_file(struct sandbox *box, const char *path, size_t max, struct strbuf *buf,
		      struct error *err)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	cleanup_fd int fd = (int)syscall(SYS_openat2, box->root, path, &how, sizeof(how));
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(err, errno, "cannot read %s in the sandbox", path);
	if (!S_ISREG(st.st_mode))
		return error_say(err, EINVAL, "%s in the sandbox is not a regular file", path);
	r = io_read_fd(fd, max, buf);
	if (r < 0)
		return error_set(err, -r, "cannot read %s in the sandbox", path);
	return 0;
}

/* ---- on the caller's terminal ---- */

struct relay {
	struct sandbox *box;
	bool terminal;	      /* descriptor 0 and 1 are one */
	struct termios modes; /* of the caller's terminal, to be put back */
	int signals;
	int to;	     /* where the caller's input goes, -1: closed */
	int from[2]; /* what the program prints: terminal or stdout, stderr; -1: ended */
	struct text_filter filters[2];
};

/* Signals that would end us half-way; taken as events while the relay runs. */
static int block_signals(sigset_t *ret_old)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < 5; i++)
		(void)sigaddset(&set, ((int[]){SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT})[i]);
	(void)sigprocmask(SIG_BLOCK, &set, ret_old);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void raw_mode(struct relay *relay)
{
	struct termios raw;

	if (tcgetattr(0, &relay->modes) < 0)
		return;
	raw = relay->modes;
	cfmakeraw(&raw);
	(void)tcsetattr(0, TCSADRAIN, &raw);
}

static void copy_window_size(int to)
{
	struct winsize size;

	if (ioctl(1, TIOCGWINSZ, &size) == 0)
		(void)ioctl(to, TIOCSWINSZ, &size);
}

/* The caller's input to the program. End of file: ^D to a terminal, a closed pipe otherwise. */
static void pass_input(struct relay *relay, struct pollfd *polled)
{
	char chunk[4096];
	ssize_t n = read(0, chunk, sizeof(chunk));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0 && io_write_all(relay->to, chunk, (size_t)n) == 0)
		return;
	polled->fd = -1;
	if (!relay->terminal) {
		(void)close(relay->to);
		relay->to = -1;
	}
}

static void pass_output(struct relay *relay, int i)
{
	struct strbuf shown cleanup_strbuf = STRBUF_INIT;
	char chunk[65536];
	ssize_t n = read(relay->from[i], chunk, sizeof(chunk));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) { /* EIO: the last holder of the terminal has gone */
		relay->from[i] = -1;
		return;
	}
	if (isatty(1 + i)) {
		text_filter(&relay->filters[i], chunk, (size_t)n, &shown);
		(void)io_write_all(1 + i, shown.s, shown.len);
	} else {
		(void)io_write_all(1 + i, chunk, (size_t)n);
	}
}

/* The program is gone: undo what it has left the terminal in. */
static void restore_screen(struct relay *relay)
{
	for (int i = 0; i < 2; i++) {
		struct strbuf last cleanup_strbuf = STRBUF_INIT;

		text_filter_end(&relay->filters[i], &last);
		(void)io_write_all(1 + i, last.s, last.len);
	}
}

/* One signal of the caller's; true where it means the end. */
static bool handle_signal(const struct relay *relay)
{
	struct signalfd_siginfo info;
	bool end = false;

	while (read(relay->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			copy_window_size(relay->to);
		else
			end = true;
	}
	return end;
}

static enum sandbox_outcome relay_run(struct relay *relay, const struct sandbox_process *process,
				      int *ret_status)
{
	struct pollfd polled[5] = {
		{.fd = 0, .events = POLLIN},
		{.fd = relay->signals, .events = POLLIN},
		{.fd = relay->box->control, .events = POLLIN},
	};
	bool ended = false;

	for (;;) {
		enum sandbox_outcome outcome;
		int r;

		for (int i = 0; i < 2; i++)
			polled[3 + i] = (struct pollfd){.fd = relay->from[i], .events = POLLIN};
		/* After the command's end only what is still in the pipes is taken. */
		r = poll(polled, 5, ended ? 0 : 5 * TURN_MS);
		if (ended && r == 0)
			return SANDBOX_EXITED;
		for (int i = 0; i < 2; i++)
			if (polled[3 + i].fd >= 0 && polled[3 + i].revents)
				pass_output(relay, i);
		if (ended && relay->from[0] < 0 && relay->from[1] < 0)
			return SANDBOX_EXITED;
		if (polled[0].fd >= 0 && polled[0].revents && !ended)
			pass_input(relay, &polled[0]);
		if (polled[1].revents && handle_signal(relay)) {
			*ret_status = SIGTERM;
			return SANDBOX_EXITED;
		}
		if (ended) {
			polled[0].fd = polled[2].fd = -1;
			continue;
		}
		r = sandbox_wait(relay->box, process, 0, ret_status);
		if (r == -ECHILD)
			return SANDBOX_LOST;
		ended = r == 0;
		outcome = ended ? SANDBOX_EXITED : sandbox_watch(relay->box);
		if (outcome != SANDBOX_EXITED)
			return outcome;
	}
}

/* Whether the caller's output and errors go to one place, as after 2>&1. */
static bool one_output(void)
{
	struct stat out, errors;

	return fstat(1, &out) == 0 && fstat(2, &errors) == 0 && out.st_dev == errors.st_dev &&
	       out.st_ino == errors.st_ino;
}

/* The program's three descriptors and our ends of them; what goes to one place keeps its order. */
static int open_streams(struct relay *relay, int stdio[3], struct error *err)
{
	int pipes[3][2];
	int n = one_output() ? 2 : 3;
	int r;

	if (relay->terminal) {
		r = sandbox_open_terminal(relay->box, &relay->to, &stdio[0], err);
		if (r < 0)
			return r;
		stdio[1] = stdio[2] = stdio[0];
		relay->from[0] = relay->to;
		copy_window_size(relay->to);
		return 0;
	}
	for (int i = 0; i < n; i++)
		if (pipe2(pipes[i], O_CLOEXEC) < 0)
			return error_set(err, errno, "cannot make a pipe");
	stdio[0] = pipes[0][0];
	relay->to = pipes[0][1];
	for (int i = 1; i < n; i++) {
		relay->from[i - 1] = pipes[i][0];
		stdio[i] = pipes[i][1];
	}
	if (n == 2)
		stdio[2] = stdio[1];
	return 0;
}

static void close_streams(const int stdio[3])
{
	(void)close(stdio[0]);
	if (stdio[1] != stdio[0])
		(void)close(stdio[1]);
	if (stdio[2] != stdio[1])
		(void)close(stdio[2]);
}

int sandbox_interact(struct sandbox *box, const struct sandbox_command *command,
		     enum sandbox_outcome *ret_outcome, int *ret_status, struct error *err)
{
	struct relay relay = {
		.box = box,
		.terminal = isatty(0) && isatty(1),
		.to = -1,
		.from = {-1, -1},
	};
	struct sandbox_command inside = *command;
	struct sandbox_process process;
	sigset_t old;
	int status = 0;
	int r = open_streams(&relay, inside.stdio, err);
	int streams[3] = {relay.to, relay.from[0], relay.from[1]};

	if (r < 0)
		return r;
	inside.terminal = relay.terminal;
	(void)signal(SIGPIPE, SIG_IGN);
	r = sandbox_spawn(box, &inside, &process, err);
	close_streams(inside.stdio);
	if (r == 0) {
		relay.signals = block_signals(&old);
		if (relay.terminal)
			raw_mode(&relay);
		*ret_outcome = relay_run(&relay, &process, &status);
		restore_screen(&relay);
		*ret_status = status;
		if (relay.terminal)
			(void)tcsetattr(0, TCSADRAIN, &relay.modes);
		(void)close(relay.signals);
		(void)sigprocmask(SIG_SETMASK, &old, NULL);
		(void)close(process.pidfd);
	}
	if (relay.to >= 0)
		(void)close(relay.to);
	for (int i = relay.terminal ? 2 : 1; i < 3; i++)
		if (streams[i] >= 0)
			(void)close(streams[i]);
	return r;
}
