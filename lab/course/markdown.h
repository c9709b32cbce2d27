/*
 * Markdown (CommonMark with tables, parsed by md4c) laid out as lines: headings,
 * paragraphs, lists, quotations, tables, code, links as text. A link to the web is
 * followed by its target. HTML is shown as it is written. Pure.
 *
 * Nothing is refused: what makes no sense as Markdown is text, and so is what would
 * take md4c too long (a table of thousands of columns, megabytes).
 */
#ifndef NSLAB_LAB_COURSE_MARKDOWN_H
#define NSLAB_LAB_COURSE_MARKDOWN_H

#include "lab/course/doc.h"

/** Lay out Markdown. Replaces what was there. */
void doc_markdown(struct doc *doc, const char *markdown, const struct doc_look *look);

#endif
