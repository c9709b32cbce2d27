/*
 * What is to be done about a student's exercise, by what is known of it.
 *
 *	no grade yet, or another file was handed in since	run
 *	the checks or lab have changed, or it was no verdict	run with --regrade
 *	else							keep
 *
 * Pure.
 */
#ifndef NSLAB_LAB_GRADE_PLAN_H
#define NSLAB_LAB_GRADE_PLAN_H

#include "lab/grade/grade.h"

enum plan {
	PLAN_RUN,
	PLAN_KEEP,
	PLAN_KEEP_OLD, /* it is kept, and --regrade would run it */
};

enum plan_mode { PLAN_RESUME, PLAN_REGRADE };

/** KNOWN may be NULL; SUBMISSION and CHECKS are the hashes of now. */
enum plan plan_for(const struct grade *known, const char *submission, const char *checks,
		   enum plan_mode mode);

/** The seed of one student's exercise: from the class's and who and what it is, 31 bits. */
unsigned long long plan_seed(unsigned long long class_seed, const char *student,
			     const char *exercise);

#endif
