/*
 * From a submission to private copies: for each exercise the one file that is graded.
 *
 *	alice/, bob.zip  --- walk or unpack() --- choose() --- best file --- DIR/pid/02_clone.c
 *
 * Copies are bounded, have names of ours, and are all that the checks ever see of a
 * submission. Two different files that have the same claim are an error: nobody guesses
 * which one counts.
 */
#ifndef NSLAB_LAB_GRADE_COLLECT_H
#define NSLAB_LAB_GRADE_COLLECT_H

#include "lab/course/catalogue.h"
#include "lab/grade/digest.h"
#include "lab/grade/handed.h"

#include <stdbool.h>
#include <stddef.h>

#define COLLECT_ENTRIES_MAX 4096
#define COLLECT_FILE_MAX    (1024L * 1024)

/* What a submission has for an exercise. */
struct collected {
	const struct exercise *exercise; /* NULL: nothing */
	char *path;			 /* as the student called it, plain text */
	char *copy;			 /* where it is now */
	bool program;
	unsigned rank;
	char *trouble; /* why it can't be graded, or NULL; then there is no copy */
	char hash[DIGEST_HEX];
	long long time; /* when it was handed in, as far as files tell; seconds since 1970 */
};

struct collection {
	struct collected *list; /* one for each exercise of the catalogue, in its order */
	size_t n;
	char *trouble;	       /* why nothing of it can be graded, or NULL */
	char hash[DIGEST_HEX]; /* where trouble is: of what can be told about the submission */
};

#define COLLECTION_INIT      \
	{                    \
		.list = NULL \
	}

/**
 * Collect what HANDED, an entry of CLASS, has for the catalogue's exercises, with copies
 * below DIR (which exists, is empty and the caller's to remove). What is wrong with the
 * submission is in *ret; -errno is our own failure (DIR can't be written).
 */
int collect(const struct handed_class *class, const struct handed *handed,
	    const struct catalogue *catalogue, const char *dir, struct collection *ret,
	    struct error *err);

void collection_free(struct collection *collection);

#define cleanup_collection __attribute__((cleanup(collection_free)))

#endif
