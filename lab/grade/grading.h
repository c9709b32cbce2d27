/*
 * Grading a class:
 *
 *	DIR ── handed_list ── one submission after another ── collect ── private copies
 *	                                                          │
 *	     results file <── grade <── judge <── lab check --json (-j at a time)
 *
 * What comes out does not depend on order, load or neighbours: every check is a process of its
 * own on copies of its own, and what ended in an error, or did not pass while the machine was
 * short of processors or memory, is run once more alone before it counts.
 */
#ifndef NSLAB_LAB_GRADE_GRADING_H
#define NSLAB_LAB_GRADE_GRADING_H

#include "common/error.h"
#include "lab/course/catalogue.h"
#include "lab/grade/bar.h"
#include "lab/grade/handed.h"
#include "lab/grade/plan.h"
#include "lab/grade/results.h"
#include "lab/lab.h"

#include <stdbool.h>
#include <stddef.h>

struct grading {
	const struct lab *lab;
	const struct catalogue *catalogue;
	const bool *wanted; /* by the exercise's place in the catalogue */
	unsigned jobs;
	unsigned long long seed; /* of the class */
	enum plan_mode mode;
};

/* What was done. */
struct grading_tally {
	size_t graded; /* now */
	size_t kept;   /* they were graded before */
	size_t old;    /* of these: --regrade would run them */
	size_t errors; /* of the graded ones */
	size_t unsupported;
};

/**
 * Grade the class, between interrupt_begin() and interrupt_end(). Grades go to RESULTS as they
 * come. Returns 0, -EINTR where a signal came, another -errno where we can't go on; what has
 * been graded by then is kept. Nothing else is left behind.
 */
int grading_run(const struct grading *grading, const struct handed_class *class,
		struct results *results, struct bar *bar, struct grading_tally *tally,
		struct error *err);

#endif
