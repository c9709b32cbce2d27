/*
 * A check of the learner's own file, which counts: the file is found (or put
 * there), checked, and what came out is remembered.
 */
#ifndef NSLAB_LAB_CHECK_ATTEMPT_H
#define NSLAB_LAB_CHECK_ATTEMPT_H

#include "common/error.h"
#include "common/sandbox.h"
#include "lab/check/verdict.h"
#include "lab/course/catalogue.h"
#include "lab/lab.h"

struct attempt {
	const struct catalogue *catalogue;
	const struct exercise *exercise;
	unsigned long long seed;
	enum sandbox_propagation propagation;
};

/**
 * Check the learner's file and record the verdict. Returns as check_run(). That
 * progress could not be written is said on standard error and is no failure.
 */
int attempt_check(const struct lab *lab, const struct attempt *attempt, struct result *ret,
		  struct error *err);

/** Print a result of the learner's own file for people, with what to do next. */
void attempt_print(const struct lab *lab, const struct catalogue *catalogue,
		   const struct result *result);

/** The id of the exercise to do next, allocated; NULL where none is left or nothing can be read. */
char *attempt_next(const struct lab *lab, const struct catalogue *catalogue);

#endif
