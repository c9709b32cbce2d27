/*
 * From what a check's run left behind to a result: TAP, records and the way the
 * run ended are joined, and every failure gets its why and where to read.
 *
 *	records  fail         skip      unsupported    none
 *	TAP
 *	ok       fail         error     error          pass
 *	not ok   fail         error     error          error
 *	skip     fail         skip      unsupported    error
 *
 * What the table calls an error, a plan that was not kept, a record of no test
 * and a bats that died make the verdict `error`, never pass or fail. Else a
 * failure makes it `fail` with the first failing test's cause (`timeout` where
 * that cause is time-limit), and a check of which nothing could be told is
 * `unsupported`.
 *
 * Pure: knows no process, no clock, no terminal.
 */
#ifndef NSLAB_LAB_CHECK_VERDICT_H
#define NSLAB_LAB_CHECK_VERDICT_H

#include "lab/check/records.h"
#include "lab/check/tap.h"
#include "lab/course/lesson.h"
#include "lab/lab.h"

#include <stdbool.h>
#include <stddef.h>

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_UNSUPPORTED,
	VERDICT_ERROR,
	VERDICT_TIMEOUT,
};

enum result_status {
	RESULT_PASS,
	RESULT_FAIL,
	RESULT_SKIP,	    /* not looked at, because an earlier fact is wrong */
	RESULT_UNSUPPORTED, /* this machine can't tell; leaves the total */
	RESULT_ERROR,
};

/* One test of a check. Strings are allocated; NULL where there is nothing to say. */
struct result_check {
	char *name;
	enum result_status status;
	unsigned points;
	bool extra; /* not a test of the check file (the compiler, lab itself): no point for it */
	char *expected;
	char *observed;
	char *cause;
	char *why;  /* of a failure; the reason where skipped, unsupported or in error */
	char *read; /* "docs/pid/02_clone.md#no-fork" */
};

/* What the kernel answered to a question of the lesson's "Predict first". */
struct result_truth {
	char *question;	 /* "first-child" */
	char *answer;	 /* the kernel's */
	char *predicted; /* the learner's, NULL where there is none */
};

/* The result of one exercise; result_free() frees it. Strings are allocated or NULL. */
struct result {
	char *exercise; /* "pid/clone" */
	char *title;
	enum verdict verdict;
	unsigned score;
	unsigned max_score;
	unsigned long long seed;
	unsigned duration_ms;
	struct result_check *checks;
	size_t n_checks;
	struct result_truth *truths; /* of the tests that passed; at most one for each question */
	size_t n_truths;
	char *compiler; /* its messages */
	char *output;	/* what the failing tests printed */
	char *program;	/* the file that was checked, as the user knows it */
	char *kernel;
	char *hash; /* of the source (progress_hash()), NULL for a program */
	char *note; /* a sentence about how it was checked */
	/* nslab/net/v1 (common/netmodel.h), NULL: not told: */
	char *network;		/* as it was when the first failing test failed */
	char *network_expected; /* as it is in a right run */
};

#define RESULT_INIT              \
	{                        \
		.exercise = NULL \
	}

void result_free(struct result *result);

#define cleanup_result __attribute__((cleanup(result_free)))

/* What explains causes: an exercise's lesson, and its path as a user reads it. */
struct verdict_reading {
	const struct lesson *lesson; /* may be NULL */
	const char *path;	     /* "docs/pid/02_clone.md" */
};

/* What the run of a check file left behind. */
struct verdict_evidence {
	const struct tap *tap; /* after tap_end() */
	const struct records *records;
	char *const *names; /* the tests the check file has */
	size_t n_names;
	bool timed_out;	    /* it was stopped at limit_s */
	unsigned limit_s;   /* seconds */
	int status;	    /* of bats, as of waitpid(2) */
	const char *errors; /* what bats wrote to standard error */
};

/** Fill checks, verdict, scores and output of a result from a run. */
void verdict_join(struct result *result, const struct verdict_evidence *evidence,
		  const struct verdict_reading *reading);

/* Why a check's tests could not be run. */
struct verdict_stop {
	enum verdict verdict;
	const char *name;     /* of the one check that says so: "the program compiles" */
	const char *cause;    /* or NULL */
	const char *expected; /* or NULL */
	const char *observed; /* or NULL */
	const char *why;      /* NULL: as the cause says */
};

/** Fill a result whose tests were not run: one check says why, NAMES are skipped. */
void verdict_stop(struct result *result, const struct verdict_stop *stop, char *const *names,
		  size_t n_names, const struct verdict_reading *reading);

/** The first check that failed, timed out or is in error, or NULL. */
const struct result_check *result_first_bad(const struct result *result);

/** "pass", "fail", ... */
const char *verdict_name(enum verdict verdict);

/** The exit status of a verdict. */
enum lab_status verdict_status(enum verdict verdict);

/** The worse of two exit statuses: error, time limit, fail, unsupported, pass. */
enum lab_status verdict_worse(enum lab_status a, enum lab_status b);

/** What lab itself knows about a cause ("time-limit"), one sentence, or NULL. */
const char *verdict_builtin_why(const char *cause);

#endif
