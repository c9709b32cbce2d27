/*
 * The author's lint: does everything an exercise is made of exist, and does it
 * keep the rules of docs/design.md? Each rule is a function over one exercise;
 * a finding is a line FILE:LINE: MESSAGE.
 */
#ifndef NSLAB_LAB_COURSE_LINT_H
#define NSLAB_LAB_COURSE_LINT_H

#include "common/strbuf.h"
#include "lab/course/catalogue.h"

/* Authors write this where a template leaves something for them to say. */
#define LINT_UNWRITTEN "TO BE WRITTEN"

struct lint {
	const char *course;
	unsigned findings;
};

/** Print a finding about PATH (absolute, shown relative to the course); line 0: no line. */
void lint_say(struct lint *lint, const char *path, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** Append the file's text; a finding and false where it can't be read. */
bool lint_read(struct lint *lint, const char *path, struct strbuf *text);

/** Call visit() for each entry of a directory, sorted, hidden ones left out. Returns how many. */
unsigned lint_each(const char *dir, void (*visit)(void *data, const char *path, const char *name),
		   void *data);

/** All rules for one exercise (also a broken one). */
void lint_exercise(struct lint *lint, const struct exercise *exercise);

/** The rules for a text without an exercise. */
void lint_appendix(struct lint *lint, const struct appendix *appendix);

/** Files of the course that belong to no exercise. */
void lint_strays(struct lint *lint, const struct catalogue *catalogue);

/** The rules for the lesson (sections, hints, causes). SOLUTION is the solution's text. */
void lint_lesson(struct lint *lint, const struct exercise *exercise, const char *solution);

/** The rules for starter and solution (regions, header, style). */
void lint_sources(struct lint *lint, const struct exercise *exercise, const char *starter,
		  const char *solution);

/** Every C file of the exercise compiles without a warning. */
void lint_compile(struct lint *lint, const struct exercise *exercise);

#endif
