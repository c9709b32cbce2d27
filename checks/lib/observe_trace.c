#define _GNU_SOURCE
#include "checks/lib/observe_trace.h"
#include "checks/lib/observe_trace_internal.h"

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
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef PTRACE_GET_SYSCALL_INFO
#define PTRACE_GET_SYSCALL_INFO 0x420e
#endif

#define HELD_MS	   4000
#define EVENTS_MAX 120 /* their lines fit into the pipe */

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

/* ---- the tracer ---- */

static void note(struct tracer *tracer, pid_t tid, const struct trace_pending *event, int errnum)
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
	struct trace_pending event = {.what = "exec"};
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

static struct trace_pending *pending_of(struct tracer *tracer, pid_t tid)
{
	for (size_t i = 0; i < TRACE_PENDING_MAX; i++)
		if (tracer->pending[i].tid == tid)
			return &tracer->pending[i];
	return NULL;
}

static void enter_call(struct tracer *tracer, pid_t tid, const struct syscall_info *info)
{
	struct trace_pending event = {.tid = tid};
	struct trace_pending *place = pending_of(tracer, 0);

	if (place && trace_take(tracer, tid, (long)info->entry.nr, info->entry.args, &event))
		*place = event;
}

static void leave_call(struct tracer *tracer, pid_t tid, const struct syscall_info *info)
{
	struct trace_pending *event = pending_of(tracer, tid);
	int errnum = info->exit.is_error ? (int)-info->exit.rval : 0;

	if (!event)
		return;
	if (tracer->busy && strcmp(event->what, "list") == 0)
		trace_let_go(tracer);
	else if (errnum || !event->failures_only)
		note(tracer, tid, event, errnum);
	else
		trace_remember(tracer, event, (int)info->exit.rval);
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
			struct trace_pending *lost = pending_of(tracer, tid);

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
	if (dup2(tracer->into, 3) < 0 || dup2(ready, 4) < 0 || dup2(tracer->sandbox_proc, 5) < 0)
		_exit(1);
	(void)syscall(SYS_close_range, 6U, ~0U, 0U);
	tracer->into = 3;
	tracer->sandbox_proc = 5;
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

static int start_tracer(struct session *session, pid_t busy, struct error *err)
{
	static struct tracer tracer;
	cleanup_fd int from = -1, into = -1, answer = -1, ready = -1, proc = -1;
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
	proc = fcntl(sandbox_proc_fd(session->box), F_DUPFD_CLOEXEC, 10);
	tracer = (struct tracer){
		.into = into, .probe = session->probes[0], .sandbox_proc = proc, .busy = busy};
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

static int launch(struct session *session, char **words, pid_t busy, struct error *err)
{
	union sigval none = {.sival_int = 0};
	siginfo_t info = {.si_signo = PROBE_RELEASE, .si_code = SI_QUEUE};
	const struct subject *program;
	int r = session_launch(session, words, SESSION_TRACED, err);

	if (r < 0)
		return r;
	(void)session_wait(session, is_held, NULL, sandbox_now_ms() + HELD_MS);
	program = session_subject(session, "program");
	if (!program || session->ended)
		return error_say(err, ECHILD, "the program could not be held");
	r = start_tracer(session, busy, err);
	if (r < 0)
		return r;
	info.si_value = none;
	info.si_pid = getpid();
	if (syscall(SYS_pidfd_send_signal, program->dir, PROBE_RELEASE, &info, 0) < 0)
		return error_set(err, errno, "cannot let the program go");
	return 0;
}

int trace_launch(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	(void)to;
	return launch(session, words, 0, err);
}

int trace_beside(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	const struct subject *helper = session_subject(session, words[0]);
	struct strbuf children cleanup_strbuf = STRBUF_INIT;
	cleanup_free char *path = NULL;

	(void)to;
	if (!helper)
		return error_say(err, ESRCH, "there is no %s", words[0]);
	path = xasprintf("task/%d/children", (int)helper->pid);
	if (io_read_proc(helper->dir, path, 4096, &children) < 0 || !atoi(children.s))
		return error_say(err, ESRCH, "%s has no child", words[0]);
	return launch(session, words + 1, (pid_t)atoi(children.s), err);
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
