/*
 * How roles look: three themes, each a table from role to colours and attributes.
 * A table with attributes only (mono) must still tell selection and difference.
 */
#ifndef NSLAB_LAB_SCREEN_THEME_H
#define NSLAB_LAB_SCREEN_THEME_H

#include "lab/screen/surface.h"

struct look {
	int16_t fg, bg; /* 0 to 255 or COLOR_DEFAULT */
	uint16_t attrs;
};

struct theme {
	const char *name; /* "default", "mono", "contrast" */
	bool color;	  /* false: no colour at all, those of a program's terminal included */
	struct look looks[ROLE_COUNT];
};

/** All of them, ending with name NULL. */
extern const struct theme themes[];

const struct theme *theme_find(const char *name);

#endif
