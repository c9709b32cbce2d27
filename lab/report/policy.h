/*
 * How grades become points: what an exercise weighs, when something was handed in and what
 * being late costs, and how much of a failure a student may see. Everything here is applied when
 * a report is made; the grades themselves stay as they were measured.
 */
#ifndef NSLAB_LAB_REPORT_POLICY_H
#define NSLAB_LAB_REPORT_POLICY_H

#include "common/error.h"
#include "lab/course/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

/* How much of a failing check is shown. */
enum policy_show {
	SHOW_FULL,  /* expected, observed, cause, why, compiler, output */
	SHOW_CAUSE, /* which mistake it is and why, not the numbers */
	SHOW_NAME,  /* only which fact is wrong */
};

enum policy_credit {
	CREDIT_PARTIAL, /* each fact counts */
	CREDIT_WHOLE,	/* an exercise counts when it passes */
};

struct policy_weight {
	char *what; /* an id or a phase */
	unsigned weight;
};

struct policy_time {
	char *student;
	long long time;
};

struct policy {
	enum policy_show show;
	enum policy_credit credit;
	long long deadline; /* seconds since 1970, -1: none */
	unsigned late;	    /* per cent of the points lost for each day begun after it */
	struct policy_weight *weights;
	size_t n_weights;
	struct policy_time *times;
	size_t n_times;
};

#define POLICY_INIT            \
	{                      \
		.deadline = -1 \
	}

#define POLICY_WEIGHT_MAX 1000

/** "full", "cause", "name"; false where it is none of them. */
bool policy_show(const char *word, enum policy_show *ret);

/**
 * Read a file of weights: lines "ID WEIGHT" or "PHASE WEIGHT", weights 0 to 1000; an id counts more
 * than its phase, "#" begins a comment. -EBADMSG names the line.
 */
int policy_read_weights(struct policy *policy, const char *path, struct error *err);

/** Read a CSV of "STUDENT,TIME" with times as grade_time() reads them; a header is passed over. */
int policy_read_times(struct policy *policy, const char *path, struct error *err);

/** The points an exercise is worth, or -1: one for each of its facts. EXERCISE may be NULL. */
int policy_weight(const struct policy *policy, const char *id, const struct exercise *exercise);

/** When a student handed in; FALLBACK where the times do not say. */
long long policy_time(const struct policy *policy, const char *student, long long fallback);

/** Days begun after the deadline: 0 where it is in time. */
unsigned policy_days_late(const struct policy *policy, long long time);

/** What being that late leaves of the points, in per cent. */
unsigned policy_per_cent(const struct policy *policy, unsigned days);

void policy_free(struct policy *policy);

#define cleanup_policy __attribute__((cleanup(policy_free)))

#endif
