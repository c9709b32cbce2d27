/*
 * Which exercise a file of a submission is for, told by its path alone:
 *
 *	pid/02_clone.c		the work directory as it is; below other directories, too
 *	02_clone.c  clone.c	a flat set of files, where no other phase has the name
 *	pid/clone.sh .py	programs that are no C
 *
 * The number is not looked at, except to tell two phases apart: another year's course may
 * have counted differently. Hidden files and what lies in a copy of the course itself
 * (phases/, solutions/, checks/) are nobody's work.
 *
 * Pure.
 */
#ifndef NSLAB_LAB_GRADE_CHOOSE_H
#define NSLAB_LAB_GRADE_CHOOSE_H

#include "lab/course/catalogue.h"

#include <stdbool.h>

#define CHOOSE_DEPTH 8 /* parts a path may have at most */

struct choice {
	const struct exercise *exercise; /* NULL: for none, or for several */
	bool several;			 /* of which phase it is can't be told */
	const char *ending;		 /* ".c", ".sh" or ".py" */
	bool program;			 /* checked as a program, not as a source */
	unsigned rank;			 /* of several files for an exercise the lowest counts */
};

struct choice choose(const struct catalogue *catalogue, const char *path);

/** Does a path stay where it is: not absolute, without "..", not empty? */
bool choose_stays_inside(const char *path);

#endif
