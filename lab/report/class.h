/*
 * A class as a report sees it: students by exercises, with points.
 *
 * Pure: made of grades and a policy; knows no clock and no file.
 */
#ifndef NSLAB_LAB_REPORT_CLASS_H
#define NSLAB_LAB_REPORT_CLASS_H

#include "lab/course/catalogue.h"
#include "lab/grade/grade.h"
#include "lab/report/policy.h"

#include <stdbool.h>
#include <stddef.h>

/* One student's exercise. */
struct class_cell {
	const struct grade *grade; /* NULL: not graded yet */
	bool counts;	    /* it has points: neither an error, nor unsupported, nor not graded */
	double points, max; /* of one that counts */
	unsigned days_late;
};

struct class_student {
	const char *name;
	struct class_cell *cells; /* one for each exercise */
	double points, max;	  /* of those that count */
	bool complete;		  /* no error and nothing not graded */
	unsigned passed;
	unsigned days_late; /* of the latest exercise */
	long long graded;   /* the last time */
};

/* How often something went wrong. */
struct class_cause {
	const char *cause;
	unsigned n;
};

struct class_exercise {
	const char *id;
	const char *title; /* "" where the course does not have it */
	unsigned n[GRADE_VERDICTS];
	unsigned graded;	    /* students it is a verdict for: pass, fail, timeout, missing */
	struct class_cause *causes; /* the commonest first */
	size_t n_causes;
};

struct class
{
	const struct policy *policy;
	struct class_student *students; /* by name */
	size_t n_students;
	struct class_exercise *exercises; /* in course order */
	size_t n_exercises;
};

/**
 * Make it of grades, sorted as results_settle() leaves them; strings stay theirs and the
 * catalogue's. STUDENT NULL: everybody.
 */
void class_build(const struct grade *grades, size_t n, const struct catalogue *catalogue,
		 const struct policy *policy, const char *student, struct class *ret);
void class_free(struct class *class);

#define cleanup_class __attribute__((cleanup(class_free)))

/** Points as text: at most two decimals, none where there is nothing behind the point. */
void class_points(double points, char ret[32]);

/** Points rounded to two decimals, for JSON. */
double class_round(double points);

#endif
