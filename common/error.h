/*
 * The error that reaches a user: what was tried, what the kernel said, what to
 * do about it. Functions that can fail in a way a user must hear about take a
 * struct error * as their last argument (never NULL), fill it and return the
 * negative errno; only the top of a program prints it.
 */
#ifndef NSLAB_COMMON_ERROR_H
#define NSLAB_COMMON_ERROR_H

#include <stdio.h>

struct error {
	int errnum;	  /* a positive errno, 0 while nothing failed */
	char what[512];	  /* one sentence without the full stop or a newline */
	char remedy[512]; /* what the user can do about it, or "" */
};

/**
 * Record a failure. The text is FMT formatted; where errnum is not 0 the
 * error's own words (strerror) are appended after ": ".
 * Returns -errnum, or -EINVAL where errnum is 0, so that a caller can write
 * return error_set(err, errno, "cannot open %s", path);
 */
int error_set(struct error *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** Like error_set() without the error's own words: FMT already says it. */
int error_say(struct error *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** Add what the user can do. Replaces an earlier remedy. */
void error_remedy(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Print "PROGRAM: WHAT." and, if there is one, the remedy on a second line. */
void error_print(const struct error *err, const char *program, FILE *to);

#endif
