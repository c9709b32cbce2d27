/*
 * The front matter of a lesson: lines `key: value` between two `---` lines. A
 * table in manifest.c has one row per key; anything else is an error with file
 * and line.
 */
#ifndef NSLAB_LAB_COURSE_MANIFEST_H
#define NSLAB_LAB_COURSE_MANIFEST_H

#include "common/error.h"
#include "lab/course/catalogue.h"

/**
 * Read the front matter of exercise->lesson into the members that come from it. NAME is
 * the file's name in messages. On failure err holds "NAME:LINE: what is wrong";
 * members may be partly filled (catalogue_free() takes care of them).
 */
int manifest_read(const char *name, struct exercise *exercise, struct error *err);

/** The same from a text. */
int manifest_parse(const char *name, const char *text, struct exercise *exercise,
		   struct error *err);

/** Is TEXT a legal exercise or phase name: a lower-case letter, then letters, digits, - and _? */
bool manifest_is_name(const char *text, size_t len);

/**
 * The name of key I (from 0) of the front matter, what it means (Markdown) and whether it
 * must be there; NULL behind the last.
 */
const char *manifest_key(size_t i, const char **ret_help, bool *ret_required);

/** Where the lesson starts behind the front matter of TEXT; TEXT itself if there is none. */
const char *manifest_skip(const char *text);

#endif
