/*
 * Waiting for what happens in the sandbox: events where there are any, looks
 * at short intervals else, output taken and limits kept meanwhile.
 */
#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include "checks/lib/probe.h"
#include "common/cleanup.h"
#include "common/proc.h"
#include "common/sandbox_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLOWEST 5.0 /* how much longer a wait may be on a machine that is full */

static void take_output(struct session *session)
{
	int fds[2] = {session->out, session->err};
	char chunk[65536];

	for (int i = 0; i < 2; i++) {
		ssize_t n;

		while (fds[i] >= 0 && (n = read(fds[i], chunk, sizeof(chunk))) > 0) {
			strbuf_add(&session->text[i], chunk, (size_t)n);
			if (session->text[i].len > sandbox_limits_default.output) {
				session->outcome = SANDBOX_OUTPUT_LIMIT;
				return;
			}
		}
	}
}

/* Everything that may have come, without the descriptors that are at their end. */
static void wait_event(struct session *session, int timeout)
{
	struct pollfd polled[5] = {
		{.fd = session->lifeline, .events = POLLIN},
		{.fd = session->inotify, .events = POLLIN},
		{.fd = session->out, .events = POLLIN},
		{.fd = session->err, .events = POLLIN},
		{.fd = session->box->control, .events = POLLIN},
	};
	char events[4096];

	(void)poll(polled, 5, timeout);
	if (polled[0].revents)
		session->outcome = SANDBOX_LOST;
	if (polled[1].revents)
		(void)!read(session->inotify, events, sizeof(events));
	for (int i = 0; i < 2; i++) {
		/* At its end a pipe is readable for ever: take what is there and forget it. */
		if ((polled[2 + i].revents & (POLLHUP | POLLERR)) && !session->terminal) {
			take_output(session);
			(void)close(polled[2 + i].fd);
			*(i == 0 ? &session->out : &session->err) = -1;
		}
	}
}

long long session_deadline(const char *ms)
{
	double load = 0, full = 2.0 * (double)sysconf(_SC_NPROCESSORS_ONLN);
	double slow = getloadavg(&load, 1) == 1 && load > full ? load / full : 1;

	return sandbox_now_ms() +
	       (long long)((double)atoll(ms) * (slow < SLOWEST ? slow : SLOWEST));
}

bool session_keep_limits(struct session *session)
{
	if (session->outcome == SANDBOX_EXITED)
		session->outcome = sandbox_watch(session->box);
	if (session->outcome == SANDBOX_EXITED)
		return true;
	/* All of it, at once: what it holds is needed elsewhere. */
	(void)kill(sandbox_pid(session->box), SIGKILL);
	return false;
}

bool session_wait(struct session *session, session_condition *condition, void *data,
		  long long deadline)
{
	int pause = 1;

	for (;;) {
		long long left = deadline - sandbox_now_ms();

		take_output(session);
		if (condition(session, data))
			return true;
		if (!session_keep_limits(session) || left <= 0)
			return false;
		/*
		 * Most conditions come with an event; what has none (a name changed, a
		 * zombie reaped) is looked at again after one millisecond, then two, four.
		 */
		wait_event(session, (int)(left < pause ? left : pause));
		pause = pause < 16 ? pause * 2 : 16;
	}
}

bool session_has_ended(struct session *session, void *unused)
{
	struct subject *caller = session->terminal ? session_subject(session, "caller") : NULL;
	struct proc_status status;

	(void)unused;
	if (!session->running || session->ended)
		return session->ended;
	if (caller && proc_read_status(caller->dir, &status) == 0) {
		if (strncmp(status.name, PROBE_ENDED, strlen(PROBE_ENDED)) == 0) {
			session->status = atoi(status.name + strlen(PROBE_ENDED)) << 8;
			session->ended = true;
		}
		proc_status_free(&status);
	} else {
		int r = sandbox_wait(session->box, &session->process, 0, &session->status);

		session->ended = r == 0;
		if (r == -ECHILD)
			session->outcome = SANDBOX_LOST;
	}
	return session->ended;
}

#define QUIET_LOOKS 4

struct quiet {
	struct strbuf before;
	unsigned looks;
};

static bool is_quiet(struct session *session, void *data)
{
	struct quiet *quiet = data;
	struct strbuf now cleanup_strbuf = STRBUF_INIT;
	struct pid_list pids;
	bool busy = false;

	if (proc_list(sandbox_proc_fd(session->box), &pids) < 0)
		return false;
	for (size_t i = 0; i < pids.n; i++) {
		cleanup_fd int dir = -1;
		struct proc_stat stat;

		if (proc_open(sandbox_proc_fd(session->box), pids.pids[i], &dir) < 0 ||
		    proc_read_stat(dir, &stat) < 0)
			continue;
		busy |= stat.state == 'R' || stat.state == 'D';
		strbuf_addf(&now, "%d%c ", (int)pids.pids[i], stat.state);
	}
	pid_list_free(&pids);
	quiet->looks = busy || strcmp(now.s, quiet->before.s) != 0 ? 0 : quiet->looks + 1;
	strbuf_reset(&quiet->before);
	strbuf_adds(&quiet->before, now.s);
	return quiet->looks >= QUIET_LOOKS;
}

bool session_quiet(struct session *session, long long deadline)
{
	struct quiet quiet = {.before = STRBUF_INIT};
	bool came = session_wait(session, is_quiet, &quiet, deadline);

	strbuf_free(&quiet.before);
	return came;
}
