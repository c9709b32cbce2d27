/*
 * From the options of lab grade and lab report to a report on standard output or in files.
 */
#ifndef NSLAB_LAB_REPORT_DELIVER_H
#define NSLAB_LAB_REPORT_DELIVER_H

#include "lab/command.h"
#include "lab/course/catalogue.h"
#include "lab/grade/grade.h"
#include "lab/report/format.h"
#include "lab/report/policy.h"

#include <stddef.h>

struct delivery {
	struct policy policy;
	const struct format *format;
	const char *output;  /* NULL: standard output */
	const char *student; /* NULL: all */
};

#define DELIVERY_INIT                  \
	{                              \
		.policy = POLICY_INIT, \
	}

/** Read the options. Returns LAB_PASS, or a status after saying what is wrong. */
int delivery_parse(const struct args *args, struct delivery *ret);

/** Make the report of grades sorted as results_settle() leaves them. Returns an enum lab_status. */
int delivery_make(const struct delivery *delivery, const struct catalogue *catalogue,
		  const struct grade *grades, size_t n);

void delivery_free(struct delivery *delivery);

#define cleanup_delivery __attribute__((cleanup(delivery_free)))

#endif
