/*
 * Text laid out as lines of a width: a lesson, a hint or a help before it is known
 * whether it goes into a pipe, to a terminal or on a pane.
 *
 *	text	"The picture\nThe namespace and its first ...\n"
 *	lines	place in the text, level of the heading, spans
 *	spans	a column, a kind, a piece of the text
 *
 * The text is the same for every width, and a line knows where in it it begins. So
 * a place is found again after the text was laid out anew, and what is searched for
 * is found where a line was broken within it.
 *
 * lab/course/markdown.h and doc_plain() make such lines. They hold no control
 * characters but the newlines of the text, whatever they were made from. Pure.
 */
#ifndef NSLAB_LAB_COURSE_DOC_H
#define NSLAB_LAB_COURSE_DOC_H

#include "common/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum span_kind {
	SPAN_TEXT,
	SPAN_DIM, /* the target of a link */
	SPAN_BOLD,
	SPAN_ITALIC,
	SPAN_HEADING,
	SPAN_CODE,  /* in a sentence */
	SPAN_BLOCK, /* a line of a code block */
	SPAN_LINK,
	SPAN_MARK, /* not of the text: the mark of a list's item, of a quotation */
	SPAN_RULE, /* a line across: has no text, only columns */
	SPAN_KINDS,
};

struct doc_span {
	enum span_kind kind;
	int col, cols;
	size_t at, len; /* in doc.text; of a SPAN_MARK in doc.marks */
};

struct doc_line {
	size_t place;	     /* where it begins in doc.text; never less than the line before */
	size_t first_span;   /* in doc.spans */
	unsigned n_spans;    /* 0: an empty line */
	int cols;	     /* may be more than the width */
	unsigned char level; /* 1 to 6 on the first line of a heading, else 0 */
	bool code;	     /* of a code block: as it was written, never broken */
};

struct doc {
	struct strbuf text; /* each block ends with a newline */
	struct strbuf marks;
	struct doc_line *lines;
	size_t n_lines;
	struct doc_span *spans;
	size_t n_spans;
	size_t lines_cap, spans_cap;
};

#define DOC_INIT                                          \
	{                                                 \
		.text = STRBUF_INIT, .marks = STRBUF_INIT \
	}

enum doc_medium {
	DOC_STREAM, /* printed: words are never broken, headings stand apart */
	DOC_PANE,   /* a pane that cuts at its edge: everything but code fits the width */
};

/* How text is laid out. */
struct doc_look {
	int width; /* columns, at least 1 */
	enum doc_medium medium;
	int (*columns)(const char *text, size_t len); /* of UTF-8; NULL: doc_columns() */
};

void doc_free(struct doc *doc);

/** Nothing is in it any more. */
void doc_clear(struct doc *doc);

/** Lay out text line by line as it is; only lines that are too long are broken. Replaces what was there. */
void doc_plain(struct doc *doc, const char *text, const struct doc_look *look);

/** The bytes of a span; not terminated. "" for a SPAN_RULE. */
const char *doc_span_text(const struct doc *doc, const struct doc_span *span);

/** The first line that shows the place, 0 if there is no line. */
size_t doc_line_at(const struct doc *doc, size_t place);

/** Columns of UTF-8 by wcwidth(3); what it does not know has one. */
int doc_columns(const char *text, size_t len);

/* ---- for what makes the lines ---- */

/* From here on the text is of that kind, up to the next run. */
struct doc_run {
	size_t at;
	enum span_kind kind;
};

struct doc_runs {
	struct doc_run *runs;
	size_t n, cap;
};

/* A piece of the text that fits on a line. */
struct doc_piece {
	size_t at, len;
	int cols;
};

/** Begin a line. Valid until the next one begins. */
struct doc_line *doc_add_line(struct doc *doc, size_t place);

/** Put something on the last line. */
void doc_add_span(struct doc *doc, const struct doc_span *span);
void doc_add_mark(struct doc *doc, int col, const char *mark);
void doc_add_rule(struct doc *doc, int col, int cols);

/** Put a piece of the text on the last line, cut into spans where its kind changes. */
void doc_add_piece(struct doc *doc, const struct doc_look *look, const struct doc_runs *runs,
		   const struct doc_piece *piece, int col);

void doc_runs_add(struct doc_runs *runs, size_t at, enum span_kind kind);

/**
 * Take the next line's worth of words from *from; false at the end. Newlines are kept.
 * A word longer than the look's width stands alone; it is broken where the medium is a pane.
 */
bool doc_wrap(const struct doc *doc, const struct doc_look *look, size_t end, size_t *from,
	      struct doc_piece *ret);

int doc_look_columns(const struct doc_look *look, const char *text, size_t len);

/** Append a line with its tabs as spaces, stops every 8 columns. */
void doc_add_untabbed(struct doc *doc, const struct doc_look *look, const char *line, size_t len);

#endif
