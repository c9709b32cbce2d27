/*
 * How far a grading is, on standard error: a bar with an estimate on a terminal, else a line
 * for each grade. Names of students are plain text by then (lab/grade/student.h).
 */
#ifndef NSLAB_LAB_GRADE_BAR_H
#define NSLAB_LAB_GRADE_BAR_H

#include "lab/grade/grade.h"

#include <stdbool.h>
#include <stddef.h>

struct bar {
	bool terminal;
	size_t total, done; /* grades; done counts those that were kept, too */
	size_t run;	    /* grades that took a check */
	long long begun;    /* ms of the monotonic clock */
	long long shown;
};

struct bar bar_begin(size_t total);

/** A grade was made. */
void bar_step(struct bar *bar, const struct grade *grade);

/** N grades need not be made. */
void bar_pass(struct bar *bar, size_t n);

/** Say something, the bar not being in the way. */
void bar_say(struct bar *bar, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void bar_end(struct bar *bar);

#define BAR_ESTIMATE 64

/** "about 3 min left" for seconds. */
void bar_estimate(long long seconds, char ret[BAR_ESTIMATE]);

#endif
