/*
 * Which hint comes next. Pure.
 */
#ifndef NSLAB_LAB_COURSE_HINT_H
#define NSLAB_LAB_COURSE_HINT_H

#include "lab/course/lesson.h"
#include "lab/course/progress.h"

struct hint {
	unsigned level;			  /* 1 to 3, 0 for the hint of a cause */
	const struct lesson_cause *cause; /* NULL for a level */
	const char *text;		  /* Markdown, the lesson's; NULL: the lesson has none */
};

/**
 * The next hint for an exercise with this progress: that of the last failure's cause if it
 * was not shown yet, else one level more than last time, at most 3.
 */
struct hint hint_next(const struct lesson *lesson, const struct progress_entry *entry);

/** The hint of a level, 1 to 3. */
struct hint hint_level(const struct lesson *lesson, unsigned level);

#endif
