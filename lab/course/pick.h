/*
 * The first lines of every command that works on one exercise: read the
 * catalogue and the progress, and find the exercise that is meant.
 */
#ifndef NSLAB_LAB_COURSE_PICK_H
#define NSLAB_LAB_COURSE_PICK_H

#include "lab/course/catalogue.h"
#include "lab/course/progress.h"
#include "lab/lab.h"

struct pick {
	struct catalogue catalogue;
	struct progress progress;
	const struct exercise *exercise; /* the catalogue's */
};

#define PICK_INIT                                                                        \
	{                                                                                \
		.catalogue = CATALOGUE_INIT, .progress = PROGRESS_INIT, .exercise = NULL \
	}

/** Read catalogue and progress. Returns LAB_PASS, or a status after printing the error. */
int pick_load(const struct lab *lab, struct pick *ret);

/**
 * The usable exercise WORD stands for; without a word (NULL) the current
 * one, else the first that is not solved. Returns LAB_PASS, or a status after printing why.
 */
int pick_choose(struct pick *ret, const char *word);

/** pick_load() and pick_choose(). */
int pick_open(const struct lab *lab, const char *word, struct pick *ret);
void pick_free(struct pick *pick);

#define cleanup_pick __attribute__((cleanup(pick_free)))

#endif
