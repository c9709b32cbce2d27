/*
 * What was handed in: the entries of a directory that holds a class, one for each student.
 *
 *	DIR/alice/		a work directory, or a flat set of files
 *	DIR/bob.tar.gz		the same as an archive (.tar.gz, .tgz, .zip)
 *	DIR/carol -> /etc	no submission; that it is none is an error of hers, never followed
 *	DIR/notes.txt, DIR/.lab	not for us
 *
 * Nothing in it is believed: entries are opened relative to DIR, one name at a time, and
 * never through a symbolic link.
 */
#ifndef NSLAB_LAB_GRADE_HANDED_H
#define NSLAB_LAB_GRADE_HANDED_H

#include "common/error.h"

#include <stddef.h>

enum handed_kind {
	HANDED_DIRECTORY,
	HANDED_TAR_GZ,
	HANDED_ZIP,
	HANDED_NOTHING, /* a link, a FIFO, a device ...: see what */
};

struct handed {
	char *student; /* see lab/grade/student.h; no two of a class are equal */
	char *name;    /* of the entry; any bytes */
	enum handed_kind kind;
	const char *what; /* of HANDED_NOTHING: "a symbolic link" */
	long long time;	  /* when it was last written, seconds since 1970 */
};

struct handed_class {
	int dir; /* what names are relative to */
	struct handed *list;
	size_t n;
	unsigned ignored; /* entries that are no submission at all */
};

#define HANDED_INIT                     \
	{                               \
		.dir = -1, .list = NULL \
	}

/** The submissions in DIR, by student. -errno where it can't be read. *ret starts as HANDED_INIT. */
int handed_list(const char *dir, struct handed_class *ret, struct error *err);

/**
 * Take PATH, a directory or an archive, as one submission; STUDENT NULL: named by the path.
 * What is asked for by its name may be reached through links.
 */
int handed_one(const char *path, const char *student, struct handed_class *ret, struct error *err);

void handed_free(struct handed_class *class);

#define cleanup_handed __attribute__((cleanup(handed_free)))

#endif
