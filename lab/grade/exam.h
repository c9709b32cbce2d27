/*
 * One submission's exercise being checked: a `lab check ID --json` of its own, as at home.
 *
 * It is a session that ends with us, has a directory for temporary files that goes with it,
 * sees no other submission, and is ended at a deadline that is beyond every limit of the check.
 */
#ifndef NSLAB_LAB_GRADE_EXAM_H
#define NSLAB_LAB_GRADE_EXAM_H

#include "common/error.h"
#include "common/strbuf.h"
#include "lab/course/catalogue.h"
#include "lab/lab.h"

#include <stdbool.h>
#include <sys/types.h>

struct exam_request {
	const struct lab *lab;
	const struct exercise *exercise;
	const char *file;
	bool program; /* the file is one, not a source */
	unsigned long long seed;
	const char *dir; /* exists; for its temporary files */
};

struct exam {
	pid_t pid; /* 0: none */
	int pidfd, out, errors;
	struct strbuf text; /* what it has printed */
	struct strbuf complaint;
	long long begun, deadline; /* ms of the monotonic clock */
	bool late;		   /* it was asked to end */
	bool flooded;		   /* it has printed more than a result can be */
};

#define EXAM_INIT                                                          \
	{                                                                  \
		.pidfd = -1, .out = -1, .errors = -1, .text = STRBUF_INIT, \
		.complaint = STRBUF_INIT                                   \
	}

/** Milliseconds of the monotonic clock. */
long long exam_now(void);

/** Start one; *ret starts as EXAM_INIT. -errno where no process could be started. */
int exam_start(const struct exam_request *request, struct exam *ret, struct error *err);

/** Take what it has printed. Returns whether it has ended. */
bool exam_take(struct exam *exam);

/**
 * How many times as long as lab check ran did it wait for a processor (/proc/PID/schedstat)? That of
 * a machine which is overloaded is large, also where something else in the same check is to blame.
 * Before exam_end(). UINT_MAX where the kernel does not tell.
 */
unsigned exam_waited(const struct exam *exam);

/** Ask it to end (it cleans up), and what does not by then is killed. */
void exam_interrupt(struct exam *exam);

/** After its end, or to end it: reap it. *ret_status as of waitpid(2). */
void exam_end(struct exam *exam, int *ret_status);

void exam_free(struct exam *exam);

#endif
