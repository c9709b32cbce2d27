/*
 * Manual pages in roff, with the man(7) macros: lab(1) made from the command table, the key
 * table and the tables in man.c, lab-exercise(5) from those of the front matter and of a
 * lesson's sections, so that nothing has to be said twice.
 */
#ifndef NSLAB_LAB_MAN_H
#define NSLAB_LAB_MAN_H

#include "common/strbuf.h"

/** Append lab(1). */
void man_page(struct strbuf *to);

/** Append lab-exercise(5). */
void man_page_exercise(struct strbuf *to);

/**
 * Append text so that troff(1) shows exactly it: escaped, with everything beyond ASCII as
 * \[uXXXX]. Newlines become spaces.
 */
void man_text(struct strbuf *to, const char *text, size_t len);

/* ---- the parts of a page ---- */

/* What is explained: its name, and a sentence or two in Markdown. */
struct man_entry {
	const char *name;
	const char *text;
};

void man_section(struct strbuf *to, const char *name);

/** Markdown, with the macro BETWEEN (".PP", ".IP") before every paragraph but the first. */
void man_markdown(struct strbuf *to, const char *markdown, const char *between);

/** A list of ENTRIES, which ends with a NULL name. */
void man_entries(struct strbuf *to, const struct man_entry *entries);

#endif
