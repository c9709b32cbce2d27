/*
 * A grade: what came out of one exercise of one submission, and of what. One line of JSON:
 *
 *	{ "schema": "nslab/grade/v1", "student": "alice", "exercise": "pid/clone",
 *	  "verdict": "pass", "score": 7, "max_score": 7, "cause": "", "reason": "",
 *	  "file": "pid/02_clone.c", "submission": "sha256 ...", "checks": "sha256 ...",
 *	  "seed": 12, "submitted": "2026-11-26T08:00:00Z", "graded": "2026-...",
 *	  "duration_ms": 412, "lab": "0.1.0", "kernel": "6.1", "result": { nslab/result/v1 } }
 *
 * The verdicts are those of a check, and "missing": nothing was handed in for it. An "error"
 * has no score at all: score and max_score are null.
 */
#ifndef NSLAB_LAB_GRADE_GRADE_H
#define NSLAB_LAB_GRADE_GRADE_H

#include "common/error.h"
#include "common/strbuf.h"

#include <stdbool.h>

#include <jansson.h>

#define GRADE_SCHEMA "nslab/grade/v1"

enum grade_verdict {
	GRADE_PASS,
	GRADE_FAIL,
	GRADE_TIMEOUT,
	GRADE_MISSING,
	GRADE_UNSUPPORTED, /* this machine can't check it: counts for nobody */
	GRADE_ERROR,	   /* nothing is known */
};

#define GRADE_VERDICTS (GRADE_ERROR + 1)

/* Strings are allocated; "" where there is nothing to say, never NULL. */
struct grade {
	char *student;
	char *exercise;
	enum grade_verdict verdict;
	unsigned score, max_score; /* 0 of GRADE_ERROR and GRADE_UNSUPPORTED */
	char *cause;
	char *reason;		   /* of an error, or of what is unsupported: a sentence */
	char *file;		   /* as the student called it */
	char *submission, *checks; /* hashes */
	unsigned long long seed;
	long long submitted, graded; /* seconds since 1970 */
	unsigned duration_ms;
	char *lab, *kernel;
	json_t *result; /* of lab check, or NULL */
};

/** "pass", "missing", ... */
const char *grade_verdict_name(enum grade_verdict verdict);

/** A grade with all strings empty. */
struct grade grade_new(void);
void grade_free(struct grade *grade);

#define cleanup_grade __attribute__((cleanup(grade_free)))

/** Replace one of its strings. */
void grade_set(char **member, const char *text);

/** It as a line with a newline. */
void grade_line(const struct grade *grade, struct strbuf *to);

/** Read a line. -EBADMSG with the reason where it is no grade; *ret is then untouched. */
int grade_parse(const char *line, size_t len, struct grade *ret, struct error *err);

/**
 * What `lab check ID --json` said, and its exit status as of waitpid(2), made the verdict:
 * an error where they are not a result of EXERCISE with this SEED that makes sense.
 */
void grade_judge(struct grade *grade, const char *text, size_t len, int status);

/** Make it an error, for that reason. */
void grade_fail_to_tell(struct grade *grade, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** A time as "2026-11-26T08:00:00Z", and back; -1 where it is no time. */
void grade_time_text(long long time, char ret[32]);
long long grade_time(const char *text);

#endif
