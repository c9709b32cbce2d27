/*
 * What a grade says in detail, as far as a policy shows it. What is hidden reads as "".
 */
#ifndef NSLAB_LAB_REPORT_FACT_H
#define NSLAB_LAB_REPORT_FACT_H

#include "lab/grade/grade.h"
#include "lab/report/policy.h"

#include "common/strbuf.h"

#include <stddef.h>

/* One test of a check. Strings are the grade's, never NULL. */
struct fact {
	const char *name;
	const char *status; /* pass, fail, skip, error */
	unsigned points;
	const char *expected, *observed, *cause, *why, *read;
};

/** How many there are; 0 where nothing was checked. */
size_t fact_count(const struct grade *grade);
struct fact fact_at(const struct grade *grade, size_t i, enum policy_show show);

/** The compiler's messages and what failing tests printed. */
const char *fact_compiler(const struct grade *grade, enum policy_show show);
const char *fact_output(const struct grade *grade, enum policy_show show);

/** The lines that explain a fact which is wrong: "expected  ...", each with a newline. */
void fact_explain(const struct fact *fact, struct strbuf *to);

/** What there is to say of an exercise as a whole: missing, an error with its reason; "" else. */
char *fact_remark(const struct grade *grade);

#endif
