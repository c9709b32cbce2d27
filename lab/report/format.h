/*
 * The formats of a class's grades. A row in format.c and a function in format_NAME.c each.
 *
 *	pretty csv html json junit tap	a class
 *	jsonl				the grades themselves, as the results file has them
 *	gradescope classroom50 autolab	one student: what a platform's autograder hands over
 *
 * A platform is told nothing about a student as long as something of hers could not be graded:
 * it would take it for a score.
 *
 * Pure: append to a text, and know no clock; the classroom's names come from the environment.
 */
#ifndef NSLAB_LAB_REPORT_FORMAT_H
#define NSLAB_LAB_REPORT_FORMAT_H

#include "lab/grade/results.h"
#include "lab/report/class.h"

#include "common/error.h"
#include "common/strbuf.h"

struct format {
	const char *name;
	const char *ending;	    /* of a file: ".html" */
	enum results_detail detail; /* of the grades that it needs */
	/* One of the two. The second returns -errno where there is nothing it may say. */
	void (*write_class)(const struct class *class, struct strbuf *to);
	int (*write_student)(const struct class *class, const struct class_student *student,
			     struct strbuf *to, struct error *err);
};

/** All formats, ending with name NULL. */
extern const struct format formats[];

/** Their names, ending with NULL: for completion. */
extern const char *const format_names[];

const struct format *format_find(const char *name);

void format_pretty(const struct class *class, struct strbuf *to);
void format_csv(const struct class *class, struct strbuf *to);
void format_html(const struct class *class, struct strbuf *to);
void format_json(const struct class *class, struct strbuf *to);
void format_jsonl(const struct class *class, struct strbuf *to);
void format_junit(const struct class *class, struct strbuf *to);
void format_tap(const struct class *class, struct strbuf *to);
int format_gradescope(const struct class *class, const struct class_student *student,
		      struct strbuf *to, struct error *err);
int format_classroom50(const struct class *class, const struct class_student *student,
		       struct strbuf *to, struct error *err);
int format_autolab(const struct class *class, const struct class_student *student,
		   struct strbuf *to, struct error *err);

#endif
