/*
 * Finding text in text, as / does: UTF-8, case ignored unless the needle has capitals.
 * Pure.
 */
#ifndef NSLAB_LAB_SCREEN_FIND_H
#define NSLAB_LAB_SCREEN_FIND_H

#include <stdbool.h>
#include <stddef.h>

struct match {
	size_t at, len; /* in bytes */
};

struct matches {
	struct match *matches;
	size_t n, cap;
};

/** All matches in their order, none within another. Replaces what was there. */
void matches_find(struct matches *matches, const char *text, size_t len, const char *needle);
void matches_free(struct matches *matches);

/** The first match that begins at or behind a place, matches->n where there is none. */
size_t matches_from(const struct matches *matches, size_t place);

/** Is it anywhere in the len bytes? An empty needle is nowhere. */
bool find_in(const char *text, size_t len, const char *needle);

#endif
