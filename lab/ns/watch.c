/*
 * lab ns --watch: wait, look, print what is different.
 *
 * The kernel tells anybody of the end of a process (pidfd) and of changed mounts (poll on
 * mountinfo), but of no start, unshare or setns: for those everything is looked at again
 * every STEP_MS, less often where a look takes long.
 */
#define _GNU_SOURCE
#include "lab/ns/view.h"

#include "common/cleanup.h"
#include "lab/interrupt.h"
#include "lab/ns/track.h"
#include "lab/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define STEP_MS 100
/* A look may take this part of the time at most. */
#define STEP_SHARE 10
#define EVENTS	   64

/* What an event of epoll is about: a PID, or one of these. */
enum source {
	SOURCE_SIGNAL = -1,
	SOURCE_OUTPUT = -2,
	SOURCE_MOUNTS = -3,
};

struct watch {
	struct track track;
	int epoll;
	bool output_closed;
};

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Descriptors that can't be waited for (a regular file as output) are left out. */
static void listen_to(int epoll, int fd, uint32_t events, enum source source)
{
	struct epoll_event event = {.events = events, .data.u64 = (uint64_t)(int64_t)source};

	if (fd >= 0)
		(void)epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

/* Two descriptors for each process: take all that the hard limit allows. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void handle(struct watch *watch, const struct epoll_event *event)
{
	int64_t source = (int64_t)event->data.u64;

	if (source == SOURCE_OUTPUT)
		watch->output_closed = true;
	else if (source == SOURCE_MOUNTS)
		track_mounts_changed(&watch->track);
	else if (source > 0)
		track_ended(&watch->track, (pid_t)source);
}

/* Wait until it is time to look, handling what the kernel tells meanwhile. */
static void wait_until(struct watch *watch, long long due)
{
	struct epoll_event events[EVENTS];
	long long left;

	while (!watch->output_closed && !interrupt_signal() && (left = due - now_ms()) > 0) {
		int n = epoll_wait(watch->epoll, events, EVENTS, (int)left);

		for (int i = 0; i < n; i++)
			handle(watch, &events[i]);
		/* An end is told at once, what follows from it with the next look. */
		if (fflush(stdout) != 0)
			watch->output_closed = errno == EPIPE;
	}
}

static int watch_loop(struct watch *watch)
{
	long long pause = STEP_MS;

	while (!watch->output_closed && !interrupt_signal()) {
		long long start = now_ms();

		track_step(&watch->track);
		if (fflush(stdout) != 0)
			break;
		if (!watch->track.request->all && !track_living(&watch->track))
			break;
		pause = (now_ms() - start) * STEP_SHARE;
		wait_until(watch, start + (pause > STEP_MS ? pause : STEP_MS));
	}
	if (interrupt_signal())
		return LAB_INTERRUPTED;
	if (ferror(stdout) && errno == EPIPE) {
		/* Whoever read has seen enough: no failure, and nothing more to write. */
		__fpurge(stdout);
		clearerr(stdout);
	}
	return LAB_PASS;
}

static int watch_with(struct watch *watch, const struct ns_request *request)
{
	int status = track_start(&watch->track, request, watch->epoll);

	if (status == LAB_PASS) {
		ns_event_watching(request, track_living(&watch->track), watch->track.n_namespaces);
		status = watch_loop(watch);
	}
	track_free(&watch->track);
	return status;
}

int ns_watch_run(const struct lab *lab, const struct ns_request *request)
{
	cleanup_fd int epoll = epoll_create1(EPOLL_CLOEXEC);
	cleanup_fd int mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct watch watch = {.epoll = epoll};
	struct error err = {0};
	int status;

	(void)lab;
	if (epoll < 0) {
		(void)error_set(&err, errno, "cannot watch");
		return output_error(&err, LAB_ERROR);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	raise_file_limit();
	interrupt_begin();
	listen_to(epoll, interrupt_fd(), EPOLLIN, SOURCE_SIGNAL);
	listen_to(epoll, STDOUT_FILENO, 0, SOURCE_OUTPUT);
	listen_to(epoll, mountinfo, EPOLLPRI, SOURCE_MOUNTS);
	status = watch_with(&watch, request);
	interrupt_end();
	return status;
}
