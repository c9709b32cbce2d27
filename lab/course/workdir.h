/*
 * The work directory: the learner's copies of the starters, and lab's state.
 *
 *	WORK/pid/02_clone.c		edited by the learner
 *	WORK/.lab/progress.json		lab/course/progress.h
 *	WORK/.lab/undo/000001-pid.clone	texts that `lab reset` replaced
 *
 * Made on first need. Nothing the learner wrote is ever overwritten without a
 * copy below .lab first.
 */
#ifndef NSLAB_LAB_COURSE_WORKDIR_H
#define NSLAB_LAB_COURSE_WORKDIR_H

#include "common/error.h"
#include "lab/course/catalogue.h"
#include "lab/lab.h"

#include <stdbool.h>

/**
 * Make the work directory with copies of all starters if it does not exist yet;
 * an existing one is left alone (files in it, too). *ret_made tells whether it
 * was made now; may be NULL.
 */
int workdir_ensure(const struct lab *lab, const struct catalogue *catalogue, bool *ret_made,
		   struct error *err);

/**
 * Where the learner's file of an exercise is (or would be): WORK/PHASE/NN_name.c,
 * or the file that is there under another number or a former name. Allocated.
 */
char *workdir_path(const struct lab *lab, const struct exercise *exercise);

/** workdir_ensure(), and the exercise's starter is copied in if its file is missing. *ret is allocated. */
int workdir_file(const struct lab *lab, const struct catalogue *catalogue,
		 const struct exercise *exercise, char **ret, struct error *err);

/** WORK/.lab/NAME as an allocated string; nothing is made. */
char *workdir_state_path(const struct lab *lab, const char *name);

/** Make WORK/.lab if it is missing. */
int workdir_ensure_state(const struct lab *lab, struct error *err);

/**
 * Put the starter back. The old text goes to .lab/undo first; a file that
 * equals its starter is left alone (*ret_changed false).
 */
int workdir_reset(const struct lab *lab, const struct exercise *exercise, bool *ret_changed,
		  struct error *err);

/**
 * Take the last reset back: of this exercise, or of any (exercise NULL).
 * Text written since then is kept: *ret_kept is its path, NULL if there was none;
 * *ret_path is the file that was restored. Both allocated.
 * -ENOENT with a sentence where nothing was reset.
 */
int workdir_undo(const struct lab *lab, const struct catalogue *catalogue,
		 const struct exercise *exercise, char **ret_path, char **ret_kept,
		 struct error *err);

#endif
