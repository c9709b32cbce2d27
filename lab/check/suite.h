/*
 * One run of a check file: bats, watched. bats is trusted to run tests and to
 * print TAP, never to end in time or to clean up; the process group it leads is
 * killed and reaped whatever happened, and everything a test started in a
 * sandbox ends with the test's observer.
 */
#ifndef NSLAB_LAB_CHECK_SUITE_H
#define NSLAB_LAB_CHECK_SUITE_H

#include "common/error.h"
#include "common/strbuf.h"
#include "lab/check/tap.h"

#include <stdbool.h>
#include <stddef.h>

struct suite_request {
	const char *bats;	/* the program, see suite_find_bats() */
	const char *file;	/* the check */
	const char *tmpdir;	/* where bats may put its files; emptied by the caller */
	const char *const *env; /* "NAME=value" added to the environment, NULL-terminated */
	unsigned limit_s;
};

struct suite_run {
	struct tap tap;
	bool timed_out;
	bool interrupted;     /* see lab/interrupt.h */
	int status;	      /* as of waitpid(2) */
	struct strbuf errors; /* standard error, bounded */
};

#define SUITE_RUN_INIT                                 \
	{                                              \
		.tap = TAP_INIT, .errors = STRBUF_INIT \
	}

void suite_run_free(struct suite_run *run);

#define cleanup_suite_run __attribute__((cleanup(suite_run_free)))

/** bats on PATH as an allocated path; -ENOENT with the remedy. */
int suite_find_bats(char **ret, struct error *err);

/** The descriptor in bats and all it starts that reaches its end when lab is gone. */
#define SUITE_LIFELINE 9

/**
 * Run a check file between interrupt_begin() and interrupt_end(). Returns 0 with
 * *ret filled (it starts as SUITE_RUN_INIT), or -errno where bats could not be started.
 */
int suite_run(const struct suite_request *request, struct suite_run *ret, struct error *err);

#endif
