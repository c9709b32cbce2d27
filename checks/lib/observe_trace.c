#define _GNU_SOURCE
#include "checks/lib/observe_trace.h"

#include "checks/lib/probe.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/sandbox_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#ifndef PTRACE_GET_SYSCALL_INFO
#define PTRACE_GET_SYSCALL_INFO 0x420e
#endif

#define HELD_MS	    4000
#define EVENTS_MAX  120 /* their lines fit into the pipe */
#define PENDING_MAX 64
#define OPENED_MAX  16
#define TEXT_MAX    256

/* What PTRACE_GET_SYSCALL_INFO fills, as far as it is used here (ptrace(2), Linux 5.3). */
struct syscall_info {
	uint8_t op; /* 1 entry, 2 exit */
	uint8_t pad[3];
	uint32_t arch;
	uint64_t instruction_pointer, stack_pointer;
	union {
		struct {
			uint64_t nr, args[6];
		} entry;
		struct {
			int64_t rval;
			uint8_t is_error;
		} exit;
		uint64_t room[10];
	};
};

/* A call between its entry and its exit. */
struct pending {
	pid_t tid; /* 0: free */
	const char *what;
	char file[32];
	char text[TEXT_MAX];
	bool failures_only;
};

/* A map file that a process has open. */
struct opened {
	pid_t tgid; /* 0: free */
	int fd;
	char file[32];
};

struct tracer {
	int into; /* the log */
	int proc;
	uint32_t arch; /* the machine's own: of the probe's first call */
	unsigned events;
	struct probe_file probe;
	struct pending pending[PENDING_MAX];
	struct opened opened[OPENED_MAX];
	unsigned next_opened;
};

/* ---- what a call is about ---- */

static const char *const map_files[] = {"uid_map", "gid_map", "setgroups"};

static bool is_map_file(const char *path, char *ret_name, size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < 3; i++) {
		if (strcmp(map_files[i], name) != 0)
			continue;
		(void)snprintf(ret_name, size, "%s", name);
		return true;
	}
	return false;
}

/* Bytes of the tracee's memory up to a NUL as text; whatever could confuse a reader is replaced. */
static void take_text(pid_t tid, uint64_t at, size_t len, char *to, size_t size)
{
	struct iovec here = {to, len < size - 1 ? len : size - 1};
	struct iovec there = {(void *)(uintptr_t)at, here.iov_len};
	ssize_t n = process_vm_readv(tid, &here, 1, &there, 1, 0);

	to[n < 0 ? 0 : n] = '\0';
	for (; *to; to++) {
		if (*to == '\n')
			*to = ';';
		else if (*to < ' ' || *to > '~' || *to == '|')
			*to = ' ';
	}
}

static pid_t group_of(const struct tracer *tracer, pid_t tid)
{
	cleanup_fd int dir = -1;
	struct proc_status status;
	pid_t tgid;

	if (proc_open(tracer->proc, tid, &dir) < 0 || proc_read_status(dir, &status) < 0)
		return 0;
	tgid = status.tgid;
	proc_status_free(&status);
	return tgid;
}

/* The oldest is forgotten: nobody writes to so many. */
static void remember(struct tracer *tracer, const struct pending *event, int fd)
{
	struct opened *opened = &tracer->opened[tracer->next_opened++ % OPENED_MAX];

	*opened = (struct opened){.tgid = group_of(tracer, event->tid), .fd = fd};
	memcpy(opened->file, event->file, sizeof(opened->file));
}

static bool recall(const struct tracer *tracer, pid_t tid, int fd, char *ret_name, size_t size)
{
	pid_t tgid = group_of(tracer, tid);

	for (unsigned i = 0; i < OPENED_MAX && tgid; i++) {
		unsigned at = (tracer->next_opened + OPENED_MAX - 1 - i) % OPENED_MAX;
		const struct opened *opened = &tracer->opened[at];

		if (opened->tgid != tgid || opened->fd != fd)
			continue;
		(void)snprintf(ret_name, size, "%s", opened->file);
		return true;
	}
	return false;
}

/*
 * The descriptor says what it leads to; those of a set-user-ID program are closed
 * to an ordinary user, and then it counts what was opened under this number.
 */
static bool take_write(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		       struct pending *to)
{
	cleanup_free char *link = xasprintf("/proc/%d/fd/%d", (int)tid, (int)args[0]);
	char path[256];
	ssize_t len = readlink(link, path, sizeof(path) - 1);

	path[len < 0 ? 0 : len] = '\0';
	if (len < 0 ? !recall(tracer, tid, (int)args[0], to->file, sizeof(to->file))
		    : !is_map_file(path, to->file, sizeof(to->file)))
		return false;
	take_text(tid, args[1], args[2], to->text, sizeof(to->text));
	return true;
}

/* The first piece only: the kernel takes each one as a map of its own. */
static bool take_writev(const struct tracer *tracer, pid_t tid, const uint64_t *args,
			struct pending *to)
{
	struct iovec first = {NULL, 0};
	struct iovec here = {&first, sizeof(first)};
	struct iovec there = {(void *)(uintptr_t)args[1], sizeof(first)};
	uint64_t plain[3] = {args[0]};

	if (process_vm_readv(tid, &here, 1, &there, 1, 0) != sizeof(first))
		return false;
	plain[1] = (uintptr_t)first.iov_base;
	plain[2] = first.iov_len;
	return take_write(tracer, tid, plain, to);
}

static bool take_open_at(pid_t tid, uint64_t path_at, uint64_t flags, struct pending *to)
{
	char path[TEXT_MAX];

	to->failures_only = true;
	if ((flags & O_ACCMODE) == O_RDONLY)
		return false;
	take_text(tid, path_at, sizeof(path), path, sizeof(path));
	return is_map_file(path, to->file, sizeof(to->file));
}

static bool take_openat(const struct tracer *tracer, pid_t tid, const uint64_t *args,
			struct pending *to)
{
	(void)tracer;
	return take_open_at(tid, args[1], args[2], to);
}

#ifdef SYS_open
static bool take_open(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		      struct pending *to)
{
	(void)tracer;
	return take_open_at(tid, args[0], args[1], to);
}
#endif

static bool take_mount(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		       struct pending *to)
{
	(void)tracer;
	take_text(tid, args[1], sizeof(to->text), to->text, sizeof(to->text));
	take_text(tid, args[2], sizeof(to->file), to->file, sizeof(to->file));
	return true;
}

static const struct {
	long nr;
	const char *what;
	bool (*take)(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		     struct pending *to);
} watched[] = {
	{SYS_write, "write", take_write},   {SYS_pwrite64, "write", take_write},
	{SYS_writev, "write", take_writev}, {SYS_openat, "open", take_openat},
#ifdef SYS_open
	{SYS_open, "open", take_open},
#endif
	{SYS_mount, "mount", take_mount},
};

/* ---- the tracer ---- */

static void note(struct tracer *tracer, pid_t tid, const struct pending *event, int errnum)
{
	cleanup_fd int dir = -1;
	cleanup_free char *line = NULL;
	struct proc_status status = {.n_groups = 0};
	struct ns_snapshot ns;
	char user[NS_ENTRY_TEXT], ipc[NS_ENTRY_TEXT];

	if (tracer->events++ >= EVENTS_MAX || proc_open(tracer->proc, tid, &dir) < 0)
		return;
	(void)proc_read_status(dir, &status);
	(void)ns_snapshot_take(dir, &ns);
	line = xasprintf("%s|%s|%s|%d|%016llx|%s|%s\n", event->what, event->file, event->text,
			 errnum, (unsigned long long)status.cap[PROC_CAP_EFF],
			 ns_entry_text(&ns.entry[NSTYPE_USER], user),
			 ns_entry_text(&ns.entry[NSTYPE_IPC], ipc));
	proc_status_free(&status);
	(void)!write(tracer->into, line, strlen(line));
}

static void note_exec(struct tracer *tracer, pid_t tid)
{
	struct pending event = {.what = "exec"};
	cleanup_fd int dir = -1;
	struct proc_file exe;
	struct proc_stat stat;

	if (proc_open(tracer->proc, tid, &dir) < 0 || proc_read_stat(dir, &stat) < 0)
		return;
	(void)snprintf(event.file, sizeof(event.file), "%.31s", stat.comm);
	for (char *c = event.file; *c; c++)
		if (*c < ' ' || *c > '~' || *c == '|')
			*c = ' ';
	if (proc_identify(dir, "exe", &exe) == 0 && exe.dev == tracer->probe.dev &&
	    exe.ino == tracer->probe.ino)
		(void)snprintf(event.file, sizeof(event.file), "cmd");
	note(tracer, tid, &event, 0);
}

static struct pending *pending_of(struct tracer *tracer, pid_t tid)
{
	for (size_t i = 0; i < PENDING_MAX; i++)
		if (tracer->pending[i].tid == tid)
			return &tracer->pending[i];
	return NULL;
}

static void enter_call(struct tracer *tracer, pid_t tid, const struct syscall_info *info)
{
	struct pending event = {.tid = tid};
	struct pending *place = pending_of(tracer, 0);

	for (size_t i = 0; place && i < sizeof(watched) / sizeof(watched[0]); i++) {
		if (watched[i].nr != (long)info->entry.nr)
			continue;
		event.what = watched[i].what;
		if (watched[i].take(tracer, tid, info->entry.args, &event))
			*place = event;
	}
}

static void leave_call(struct tracer *tracer, pid_t tid, const struct syscall_info *info)
{
	struct pending *event = pending_of(tracer, tid);
	int errnum = info->exit.is_error ? (int)-info->exit.rval : 0;

	if (!event)
		return;
	if (errnum || !event->failures_only)
		note(tracer, tid, event, errnum);
	else
		remember(tracer, event, (int)info->exit.rval);
	event->tid = 0;
}

static void at_call(struct tracer *tracer, pid_t tid)
{
	struct syscall_info info = {.op = 0};

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(info), &info) < 0)
		return;
	if (!tracer->arch)
		tracer->arch = info.arch;
	if (info.op == 1 && info.arch == tracer->arch)
		enter_call(tracer, tid, &info);
	else if (info.op == 2)
		leave_call(tracer, tid, &info);
}

static bool is_stop_signal(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static void follow(struct tracer *tracer)
{
	for (;;) {
		int status = 0, sig, event;
		pid_t tid = waitpid(-1, &status, __WALL);

		if (tid < 0 && errno == EINTR)
			continue;
		if (tid < 0)
			return;
		if (!WIFSTOPPED(status)) {
			struct pending *lost = pending_of(tracer, tid);

			if (lost)
				lost->tid = 0;
			continue;
		}
		sig = WSTOPSIG(status);
		event = status >> 16;
		if (event == PTRACE_EVENT_STOP && is_stop_signal(sig)) {
			(void)ptrace(PTRACE_LISTEN, tid, NULL, NULL);
			continue;
		}
		if (sig == (SIGTRAP | 0x80))
			at_call(tracer, tid);
		else if (event == PTRACE_EVENT_EXEC)
			note_exec(tracer, tid);
		/* Whatever is no stop of ours is a signal, and goes on to where it was sent. */
		if (sig == (SIGTRAP | 0x80) || event)
			sig = 0;
		(void)ptrace(PTRACE_SYSCALL, tid, NULL, (void *)(intptr_t)sig);
	}
}

static void be_tracer(struct tracer *tracer, pid_t pid, int ready)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			     PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	int errnum = 0;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Not the observer's ends of anything: the sandbox must see those close. */
	if (dup2(tracer->into, 3) < 0 || dup2(ready, 4) < 0)
		_exit(1);
	(void)syscall(SYS_close_range, 5U, ~0U, 0U);
	tracer->into = 3;
	tracer->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)options) < 0 ||
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		errnum = errno;
	(void)!write(4, &errnum, sizeof(errnum));
	(void)close(4);
	if (errnum == 0)
		follow(tracer);
	_exit(0);
}

/* ---- the observer's side ---- */

static bool is_held(struct session *session, void *unused)
{
	const struct subject *program = session_subject(session, "program");
	struct proc_stat stat;

	(void)unused;
	return session_has_ended(session, NULL) ||
	       (program && proc_read_stat(program->dir, &stat) == 0 &&
		strcmp(stat.comm, PROBE_HELD) == 0);
}

static int start_tracer(struct session *session, struct error *err)
{
	static struct tracer tracer;
	cleanup_fd int from = -1, into = -1, answer = -1, ready = -1;
	int log[2], said[2], errnum = ECHILD;

	if (pipe2(log, O_CLOEXEC | O_NONBLOCK) < 0)
		return error_set(err, errno, "cannot make a pipe");
	from = log[0];
	into = fcntl(log[1], F_DUPFD_CLOEXEC, 10);
	(void)close(log[1]);
	if (pipe2(said, O_CLOEXEC) < 0)
		return error_set(err, errno, "cannot make a pipe");
	answer = said[0];
	ready = fcntl(said[1], F_DUPFD_CLOEXEC, 10);
	(void)close(said[1]);
	tracer = (struct tracer){.into = into, .probe = session->probes[0]};
	session->tracer = fork();
	if (session->tracer < 0)
		return error_set(err, errno, "cannot fork");
	if (session->tracer == 0)
		be_tracer(&tracer, session->process.pid, ready);
	(void)close(steal_fd(&ready));
	(void)!read(answer, &errnum, sizeof(errnum));
	if (errnum) {
		error_set(err, EOPNOTSUPP, "this machine does not let a program be traced (%s)",
			  strerror(errnum));
		error_remedy(err, "see kernel.yama.ptrace_scope");
		return -EOPNOTSUPP;
	}
	session->trace_log = steal_fd(&from);
	return 0;
}

int trace_launch(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	union sigval none = {.sival_int = 0};
	siginfo_t info = {.si_signo = PROBE_RELEASE, .si_code = SI_QUEUE};
	const struct subject *program;
	int r = session_launch(session, words, SESSION_TRACED, err);

	(void)to;
	if (r < 0)
		return r;
	(void)session_wait(session, is_held, NULL, sandbox_now_ms() + HELD_MS);
	program = session_subject(session, "program");
	if (!program || session->ended)
		return error_say(err, ECHILD, "the program could not be held");
	r = start_tracer(session, err);
	if (r < 0)
		return r;
	info.si_value = none;
	info.si_pid = getpid();
	if (syscall(SYS_pidfd_send_signal, program->dir, PROBE_RELEASE, &info, 0) < 0)
		return error_set(err, errno, "cannot let the program go");
	return 0;
}

int trace_read(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	char chunk[65536];
	ssize_t n;

	(void)words;
	if (!session->tracer)
		return error_say(err, EINVAL, "nothing is traced");
	while ((n = read(session->trace_log, chunk, sizeof(chunk))) > 0)
		strbuf_add(&session->trace, chunk, (size_t)n);
	answer_add(to, "trace", session->trace.s);
	return 0;
}

void trace_end(struct session *session)
{
	if (session->tracer > 0) {
		(void)kill(session->tracer, SIGKILL);
		while (waitpid(session->tracer, NULL, 0) < 0 && errno == EINTR)
			;
		(void)close(session->trace_log);
	}
	strbuf_free(&session->trace);
}
