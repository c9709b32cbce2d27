/*
 * How the files of progress change and read what is stored; for lab/course/progress*.c
 * only.
 */
#ifndef NSLAB_LAB_COURSE_PROGRESS_STORE_H
#define NSLAB_LAB_COURSE_PROGRESS_STORE_H

#include "lab/course/progress.h"

/* A change of one exercise's entry (and of the whole), made under the lock. */
typedef void progress_change_fn(json_t *root, json_t *entry, const struct exercise *exercise,
				const void *data);

/** Read, change, write, under the lock. A note about a corrupt file goes to standard error. */
int progress_update(const struct lab *lab, const struct exercise *exercise,
		    progress_change_fn *change, const void *data, struct error *err);

/** The entry of an exercise, under its own or a former id; NULL: none. The progress's. */
const json_t *progress_stored(const struct progress *progress, const struct exercise *exercise);

#endif
