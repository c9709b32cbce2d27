/*
 * Results as text: for people, and in the formats other tools read.
 *
 *	pretty	one line for each fact, failures explained
 *	tap	TAP version 13 with YAML blocks
 *	junit	JUnit XML
 *	json	nslab/result/v1, an array where several exercises were asked for
 *
 * Pure: appends to a text, knows no terminal (colour is handed in) and no clock.
 */
#ifndef NSLAB_LAB_CHECK_REPORT_H
#define NSLAB_LAB_CHECK_REPORT_H

#include "lab/check/verdict.h"

#include "common/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct report_look {
	const struct lab *lab; /* for output_style(); NULL: no colour */
	unsigned width;	       /* columns that long sentences are wrapped at; 0: never */
	unsigned screen; /* columns that a drawing may take, of lines that are not wrapped; 0: 80 */
	bool several;	 /* several exercises were asked for, however many there are */
	bool own;	 /* the learner's own file: say what to do next */
	const char *next; /* the exercise to do after a pass, or NULL */
};

struct report_format {
	const char *name;
	void (*write)(const struct result *results, size_t n, const struct report_look *look,
		      struct strbuf *to);
	bool streams; /* may be written result by result */
};

/** All formats, ending with name NULL. */
extern const struct report_format report_formats[];

/** A format by its name, or NULL. */
const struct report_format *report_format_find(const char *name);

void report_pretty(const struct result *results, size_t n, const struct report_look *look,
		   struct strbuf *to);
void report_tap(const struct result *results, size_t n, const struct report_look *look,
		struct strbuf *to);
void report_junit(const struct result *results, size_t n, const struct report_look *look,
		  struct strbuf *to);
void report_json(const struct result *results, size_t n, const struct report_look *look,
		 struct strbuf *to);

/** One result as a JSON object (nslab/result/v1); the caller's reference. */
json_t *report_json_object(const struct result *result);

#endif
