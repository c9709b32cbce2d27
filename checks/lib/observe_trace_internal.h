/*
 * What the tracer's two files share: observe_trace.c follows the program,
 * observe_trace_calls.c knows which calls are noted, and reads what they are about.
 */
#ifndef NSLAB_CHECKS_OBSERVE_TRACE_INTERNAL_H
#define NSLAB_CHECKS_OBSERVE_TRACE_INTERNAL_H

#include "checks/lib/observe.h"

#include <stdint.h>

#define TRACE_PENDING_MAX 64
#define TRACE_OPENED_MAX  16
#define TRACE_TEXT_MAX	  256

/* A call between its entry and its exit. */
struct trace_pending {
	pid_t tid; /* 0: free */
	const char *what;
	char file[32];
	char text[TRACE_TEXT_MAX];
	bool failures_only;
};

/* A map file that a process has open. */
struct trace_opened {
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
	struct trace_pending pending[TRACE_PENDING_MAX];
	struct trace_opened opened[TRACE_OPENED_MAX];
	unsigned next_opened;
	/* trace_beside: what the program has listed is not there any more when it goes on. */
	int sandbox_proc;
	pid_t busy; /* whose children come and go, 0: nobody's */
	unsigned holds;
};

/** Is this call (its number, its six arguments) one that is noted? Fills all of *to but tid then. */
bool trace_take(const struct tracer *tracer, pid_t tid, long nr, const uint64_t *args,
		struct trace_pending *to);

/** A directory has been read: hold the program until the newest of the busy one's children has gone. */
void trace_let_go(struct tracer *tracer);

/** A call that opened a map file has succeeded: remember its descriptor. */
void trace_remember(struct tracer *tracer, const struct trace_pending *event, int fd);

#endif
