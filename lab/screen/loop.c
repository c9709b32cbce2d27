/*
 * Descriptors by epoll(7), signals by signalfd(2), deadlines by epoll's time-out: at
 * most LOOP_TIMERS, so a table that is walked suffices.
 */
#define _GNU_SOURCE
#include "lab/screen/loop.h"

#include "common/strbuf.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_A_TURN 32

struct watcher {
	loop_fd_fn *fn; /* NULL: not watched */
	void *data;
	uint32_t generation; /* of what is watched: an event of before is nobody's */
};

struct timer {
	loop_timer_fn *fn; /* NULL: free */
	void *data;
	long long due_ms;
	unsigned turn; /* it was set in; due in the same turn, it waits for the next */
};

struct loop {
	int epoll_fd, signal_fd;
	sigset_t signals, old_mask;
	bool masked;
	loop_signal_fn *on_signal;
	void *signal_data;
	struct watcher *watchers; /* by descriptor */
	int n_watchers;
	uint32_t generation;
	struct timer timers[LOOP_TIMERS];
	unsigned turn;
	bool stopped;
};

static sigset_t newest_old_mask;

long long loop_now_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What whoever started us ignores (nohup) stays ignored: blocked, it would come after all. */
static void choose_signals(sigset_t *ret)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};

	(void)sigemptyset(ret);
	(void)sigaddset(ret, SIGWINCH);
	(void)sigaddset(ret, SIGCHLD);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		struct sigaction old;

		if (sigaction(ending[i], NULL, &old) < 0 || old.sa_handler != SIG_IGN)
			(void)sigaddset(ret, ending[i]);
	}
}

int loop_new(struct loop **ret, struct error *err)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));
	int r;

	choose_signals(&loop->signals);
	loop->signal_fd = -1;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0) {
		r = error_set(err, errno, "cannot wait for events");
		loop_free(loop);
		return r;
	}
	loop->signal_fd = signalfd(-1, &loop->signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (loop->signal_fd < 0) {
		r = error_set(err, errno, "cannot wait for signals");
		loop_free(loop);
		return r;
	}
	(void)sigprocmask(SIG_BLOCK, &loop->signals, &loop->old_mask);
	loop->masked = true;
	newest_old_mask = loop->old_mask;
	*ret = loop;
	return 0;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	if (loop->masked)
		(void)sigprocmask(SIG_SETMASK, &loop->old_mask, NULL);
	if (loop->signal_fd >= 0)
		(void)close(loop->signal_fd);
	if (loop->epoll_fd >= 0)
		(void)close(loop->epoll_fd);
	free(loop->watchers);
	free(loop);
}

static void make_room(struct loop *loop, int fd)
{
	int want = loop->n_watchers ? loop->n_watchers : 16;

	while (want <= fd)
		want *= 2;
	if (want == loop->n_watchers)
		return;
	loop->watchers = xreallocarray(loop->watchers, (size_t)want, sizeof(*loop->watchers));
	for (int i = loop->n_watchers; i < want; i++)
		loop->watchers[i] = (struct watcher){0};
	loop->n_watchers = want;
}

int loop_fd(struct loop *loop, int fd, uint32_t events, loop_fd_fn *fn, void *data)
{
	struct epoll_event event = {.events = events};

	if (fd < 0)
		return -EBADF;
	if (!events) {
		if (fd < loop->n_watchers && loop->watchers[fd].fn) {
			loop->watchers[fd].fn = NULL;
			/* Fails where it was closed before; epoll has forgotten it then. */
			(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
		}
		return 0;
	}
	event.data.u64 = (uint64_t)++loop->generation << 32 | (uint32_t)fd;
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, fd, &event) < 0 &&
	    (errno != ENOENT || epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0))
		return -errno;
	make_room(loop, fd);
	loop->watchers[fd] = (struct watcher){fn, data, loop->generation};
	return 0;
}

/* Several of a kind are one. */
static void read_signals(void *data, uint32_t events)
{
	struct loop *loop = data;
	struct signalfd_siginfo info[16];
	sigset_t seen;
	ssize_t n;

	(void)events;
	(void)sigemptyset(&seen);
	while ((n = read(loop->signal_fd, info, sizeof(info))) > 0)
		for (size_t i = 0; i < (size_t)n / sizeof(info[0]); i++)
			(void)sigaddset(&seen, (int)info[i].ssi_signo);
	for (int signo = 1; signo < NSIG; signo++)
		if (sigismember(&seen, signo) == 1 && loop->on_signal)
			loop->on_signal(loop->signal_data, signo);
}

void loop_signals(struct loop *loop, loop_signal_fn *fn, void *data)
{
	loop->on_signal = fn;
	loop->signal_data = data;
	/* Until there is someone to hear them they wait. */
	(void)loop_fd(loop, loop->signal_fd, fn ? EPOLLIN : 0, read_signals, loop);
}

void loop_timer(struct loop *loop, int ms, loop_timer_fn *fn, void *data)
{
	struct timer *chosen = NULL;

	for (size_t i = 0; i < LOOP_TIMERS; i++) {
		struct timer *timer = &loop->timers[i];

		if (timer->fn == fn && timer->data == data) {
			chosen = timer;
			break;
		}
		if (!timer->fn && !chosen)
			chosen = timer;
	}
	if (ms < 0) {
		if (chosen && chosen->fn)
			*chosen = (struct timer){0};
		return;
	}
	if (!chosen)
		abort();
	*chosen = (struct timer){fn, data, loop_now_ms() + ms, loop->turn};
}

/* Milliseconds until the next one is due, -1: there is none. */
static int next_timer(const struct loop *loop)
{
	long long now = loop_now_ms(), wait = -1;

	for (size_t i = 0; i < LOOP_TIMERS; i++) {
		const struct timer *timer = &loop->timers[i];
		long long left = timer->due_ms > now ? timer->due_ms - now : 0;

		if (timer->fn && (wait < 0 || left < wait))
			wait = left;
	}
	return wait > INT_MAX ? INT_MAX : (int)wait;
}

/* The earliest first; what these set anew is for the next turn, so that they starve nobody. */
static void run_timers(struct loop *loop)
{
	long long now = loop_now_ms();

	loop->turn++;
	while (!loop->stopped) {
		struct timer *due = NULL;
		struct timer timer;

		for (size_t i = 0; i < LOOP_TIMERS; i++) {
			struct timer *at = &loop->timers[i];

			if (at->fn && at->turn != loop->turn && at->due_ms <= now &&
			    (!due || at->due_ms < due->due_ms))
				due = at;
		}
		if (!due)
			return;
		timer = *due;
		*due = (struct timer){0};
		timer.fn(timer.data);
	}
}

static void run_events(struct loop *loop, const struct epoll_event *events, int n)
{
	for (int i = 0; i < n && !loop->stopped; i++) {
		int fd = (int)(uint32_t)events[i].data.u64;
		uint32_t generation = (uint32_t)(events[i].data.u64 >> 32);
		struct watcher watcher;

		if (fd >= loop->n_watchers)
			continue;
		watcher = loop->watchers[fd];
		/* An earlier one of this turn may have stopped watching it. */
		if (watcher.fn && watcher.generation == generation)
			watcher.fn(watcher.data, events[i].events);
	}
}

int loop_run(struct loop *loop, loop_timer_fn *before_wait, void *data, struct error *err)
{
	struct epoll_event events[EVENTS_A_TURN];
	int r = 0;

	while (!loop->stopped) {
		int n;

		if (before_wait)
			before_wait(data);
		if (loop->stopped)
			break;
		n = epoll_wait(loop->epoll_fd, events, EVENTS_A_TURN, next_timer(loop));
		if (n < 0 && errno != EINTR) {
			r = error_set(err, errno, "cannot wait for events");
			break;
		}
		run_events(loop, events, n);
		run_timers(loop);
	}
	loop->stopped = false;
	return r;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

const sigset_t *loop_old_mask(const struct loop *loop)
{
	return loop ? &loop->old_mask : &newest_old_mask;
}
