/*
 * A lesson: Markdown below docs/PHASE/NN_name.md, cut into the parts that lab
 * shows one by one.
 *
 *	---
 *	front matter	(lab/course/manifest.h)
 *	---
 *	# Title
 *	## Predict first
 *	### QUESTION	a question, then its choices, one a line: "- CHOICE"
 *	## Task ...	a section, text up to the next "## "
 *	## Hints
 *	### 1 ...	hint texts 1 to 3
 *	## What people get wrong
 *	### CAUSE	first paragraph: why; the rest: the hint for that cause
 *
 * Headings inside fenced code blocks are text. Pure apart from reading the file.
 */
#ifndef NSLAB_LAB_COURSE_LESSON_H
#define NSLAB_LAB_COURSE_LESSON_H

#include "common/error.h"
#include "common/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define LESSON_HINTS 3

struct lesson_section {
	char *title;	    /* "Task" */
	char *text;	    /* Markdown below the heading, trimmed, without the heading */
	unsigned line;	    /* of the heading in the file */
	unsigned text_line; /* of the text's first line */
};

struct lesson_cause {
	char *name; /* "no-fork" */
	char *why;  /* the one sentence a failing check shows: one line, Markdown marks removed */
	char *hint; /* Markdown; "" if there is no second paragraph */
	unsigned line; /* of the heading in the file */
};

/* A question that is asked before the program runs; the check knows what the kernel answers. */
struct lesson_question {
	char *name;	/* "first-child" */
	char *text;	/* Markdown, without the choices */
	char **choices; /* as they are written, trimmed */
	size_t n_choices;
	unsigned line; /* of the heading in the file */
};

struct lesson {
	char *title; /* of the "# " heading, or "" */
	char *body;  /* the whole text without the front matter */
	struct lesson_section *sections;
	size_t n_sections;
	char *hints[LESSON_HINTS]; /* Markdown; NULL where missing */
	struct lesson_cause *causes;
	size_t n_causes;
	struct lesson_question *questions;
	size_t n_questions;
};

#define LESSON_INIT           \
	{                     \
		.title = NULL \
	}

/** The titles of the sections a lesson has, in their order, ending with NULL. */
extern const char *const lesson_titles[];

/** Read and cut a lesson file. A lesson without some section is no error here (lab lint says so). */
int lesson_load(const char *path, struct lesson *ret, struct error *err);

/** Cut a lesson's text. */
void lesson_parse(const char *text, struct lesson *ret);
void lesson_free(struct lesson *lesson);

#define cleanup_lesson __attribute__((cleanup(lesson_free)))

/** A section by its title, or NULL. */
const struct lesson_section *lesson_section(const struct lesson *lesson, const char *title);

/** What the lesson says about a cause, or NULL. Accepts a NULL cause. */
const struct lesson_cause *lesson_cause(const struct lesson *lesson, const char *cause);

/** May a lesson do without the section of this title? */
bool lesson_is_optional(const char *title);

/** Is a section part of the lesson as it is shown, before or after the exercise is solved? */
bool lesson_is_shown(const struct lesson_section *section, bool solved);

/** How Markdown is shown as text. */
struct lesson_look {
	unsigned width; /* columns paragraphs are wrapped at */
	bool color;	/* bold headings and code by escape sequences; else plain text */
};

/** Append Markdown as text for a terminal of that look. */
void lesson_render(const char *markdown, const struct lesson_look *look, struct strbuf *to);

#endif
