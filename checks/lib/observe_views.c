#define _GNU_SOURCE
#include "checks/lib/observe_views.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#define TOLD_MAX 65536

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

/* Where a child looks from and what at: open namespaces (-1: not needed) and a process directory. */
struct view {
	int user; /* outside's, in whose namespaces root of it may do everything */
	int from, to;
	int dir;
};

/* In the child: 0 or -errno. */
typedef int looker(const struct view *view, struct strbuf *to);

static void view_close(const struct view *view)
{
	const int fds[] = {view->user, view->from, view->to};

	for (size_t i = 0; i < 3; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
}

/* Run it in a child that is root of the sandbox; what it appends is appended here. */
static int look(const struct view *view, looker *run, struct strbuf *to, struct error *err)
{
	cleanup_fd int told = memfd_create("told", MFD_CLOEXEC);
	pid_t child = told < 0 ? -1 : fork();
	int status = 1;

	if (child == 0) {
		struct strbuf text cleanup_strbuf = STRBUF_INIT;
		bool done = setns(view->user, CLONE_NEWUSER) == 0 && run(view, &text) == 0 &&
			    io_write_all(told, text.s, text.len) == 0;

		_exit(!done);
	}
	if (child < 0)
		return error_set(err, errno, "cannot start a process");
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (status != 0)
		return error_say(err, EIO, "cannot look from inside a namespace");
	(void)lseek(told, 0, SEEK_SET);
	return io_read_fd(told, TOLD_MAX, to) < 0 ? error_say(err, EIO, "too much was told") : 0;
}

/* ---- cgroups ---- */

static int look_at_cgroups(const struct view *view, struct strbuf *to)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	int r;

	if (view->to >= 0 && setns(view->to, CLONE_NEWCGROUP) < 0)
		return -errno;
	r = io_read_proc(view->dir, "cgroup", TOLD_MAX, &text);
	if (r == 0)
		answer_add(to, "cgroups", text.s);
	return r;
}

int view_cgroups(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	const struct subject *who = session_subject(session, words[0]);
	const struct subject *viewer = session_subject(session, words[1]);
	struct view view = {.user = -1, .from = -1, .to = -1};
	int r;

	if (!who || (!viewer && strcmp(words[1], "observer") != 0))
		return error_say(err, ESRCH, "there is no %s", who ? words[1] : words[0]);
	view.dir = who->dir;
	r = ns_open(session_subject(session, "outside")->dir, NSTYPE_USER, &view.user);
	if (r == 0 && viewer)
		r = ns_open(viewer->dir, NSTYPE_CGROUP, &view.to);
	/* Of a process that has ended there is nothing to tell. */
	if (r == 0)
		r = look(&view, look_at_cgroups, to, err);
	view_close(&view);
	return r == -ENOENT || r == -ESRCH ? 0 : r;
}

/* ---- clocks ---- */

static const struct {
	const char *name;
	clockid_t id;
} clocks[] = {
	{"boottime", CLOCK_BOOTTIME},
	{"monotonic", CLOCK_MONOTONIC},
	{"realtime", CLOCK_REALTIME}, /* the last one */
};

#define CLOCKS (sizeof(clocks) / sizeof(clocks[0]))

/* The system call itself: the shortcut in user space keeps the time namespace it was made for. */
static void read_clocks(double ret_seconds[CLOCKS])
{
	for (size_t i = 0; i < CLOCKS; i++) {
		struct timespec at = {0, 0};

		(void)syscall(SYS_clock_gettime, clocks[i].id, &at);
		ret_seconds[i] = (double)at.tv_sec + (double)at.tv_nsec / 1e9;
	}
}

#define LOOKS_MAX 20

/* Both sides at nearly the same moment: less than half a second apart, whatever else runs. */
static int read_both(const struct view *view, double before[CLOCKS], double after[CLOCKS])
{
	for (int tries = 0; tries < LOOKS_MAX; tries++) {
		double elapsed;

		if (setns(view->from, CLONE_NEWTIME) < 0)
			return -errno;
		read_clocks(before);
		if (setns(view->to, CLONE_NEWTIME) < 0)
			return -errno;
		read_clocks(after);
		/* The time of day is the same in all of them. */
		elapsed = after[CLOCKS - 1] - before[CLOCKS - 1];
		if (elapsed > -0.4 && elapsed < 0.4)
			return 0;
	}
	return -ETIMEDOUT;
}

static int look_at_clocks(const struct view *view, struct strbuf *to)
{
	struct strbuf offsets cleanup_strbuf = STRBUF_INIT, tidy cleanup_strbuf = STRBUF_INIT;
	double before[CLOCKS], after[CLOCKS];
	bool gap = true;
	int r = read_both(view, before, after);

	if (r < 0)
		return r;
	for (size_t i = 0; i < CLOCKS; i++) {
		double ahead = after[i] - before[i];
		cleanup_free char *text =
			xasprintf("%lld", (long long)(ahead < 0 ? ahead - 0.5 : ahead + 0.5));

		answer_add(to, clocks[i].name, text);
	}
	(void)io_read_proc(view->dir, "timens_offsets", TOLD_MAX, &offsets);
	for (const char *c = offsets.s; *c; c++) {
		if (*c != ' ' && *c != '\t')
			strbuf_addc(&tidy, *c);
		else if (!gap)
			strbuf_addc(&tidy, ' ');
		gap = *c == ' ' || *c == '\t' || *c == '\n';
	}
	answer_add(to, "offsets", tidy.s);
	return 0;
}

int view_clocks(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	const struct subject *who = session_subject(session, words[0]);
	const struct subject *outside = session_subject(session, "outside");
	struct view view = {.user = -1, .from = -1, .to = -1};
	int r;

	if (!who)
		return error_say(err, ESRCH, "there is no %s", words[0]);
	view.dir = who->dir;
	r = ns_open(outside->dir, NSTYPE_USER, &view.user);
	if (r == 0)
		r = ns_open(outside->dir, NSTYPE_TIME, &view.from);
	if (r == 0)
		r = ns_open(who->dir, NSTYPE_TIME, &view.to);
	if (r == 0)
		r = look(&view, look_at_clocks, to, err);
	view_close(&view);
	return r == -ENOENT || r == -ESRCH ? 0 : r;
}
