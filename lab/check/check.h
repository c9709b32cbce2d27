/*
 * One exercise, from a source or a program to a result:
 *
 *	source --- compile (sandbox) --+
 *	                               +-- payload --- bats --- TAP, records --- result
 *	program and its folder --------+
 *
 * Everything made meanwhile is gone when check_run() returns, also where it is
 * interrupted; what a lab that was killed leaves is swept by the next one.
 */
#ifndef NSLAB_LAB_CHECK_CHECK_H
#define NSLAB_LAB_CHECK_CHECK_H

#include "common/error.h"
#include "common/sandbox.h"
#include "lab/check/verdict.h"
#include "lab/course/catalogue.h"
#include "lab/lab.h"

/* Exactly one of source and program is given. */
struct check_request {
	const struct exercise *exercise;
	const char *source;  /* a C file */
	const char *program; /* any executable */
	unsigned long long seed;
	enum sandbox_propagation propagation;
};

/**
 * Check. Returns 0 with *ret filled (whatever the verdict), -EINTR where a
 * signal came, and another -errno with err filled where source or program is
 * nothing that can be checked: the user's mistake. *ret starts as RESULT_INIT.
 */
int check_run(const struct lab *lab, const struct check_request *request, struct result *ret,
	      struct error *err);

/** A result that says why an exercise can't be checked at all (it is broken). */
void check_broken(const struct exercise *exercise, struct result *ret);

/** A seed for a run: 31 random bits. */
unsigned long long check_seed(void);

/* Directories of the course and the learner that no sandbox shows. */
#define CHECK_HIDE 2

void check_hide(const struct lab *lab, const char *ret_hide[CHECK_HIDE], size_t *ret_n);

#endif
