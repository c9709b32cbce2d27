/*
 * Where the panes are: a pure function of the size and of what is looked at.
 *
 *	80x24, reading         80x24, running         120x36 and more
 *	+------+-----------+   +------------------+   +-------+-----------+
 *	| list | lesson    |   | terminal         |   | list  | lesson    |
 *	|      |           |   |                  |   |       +-----------+
 *	|      +-----------+   +------------------+   +-------+ terminal  |
 *	|      | verdict   |   | namespaces       |   |verdict+-----------+
 *	+------+-----------+   +------------------+   |       | namespaces|
 *	 message               message                +-------+-----------+
 *	 footer                 footer
 *
 * From 180 columns on there are three columns; a zoomed pane has all of it.
 */
#ifndef NSLAB_LAB_SCREEN_LAYOUT_H
#define NSLAB_LAB_SCREEN_LAYOUT_H

#include "lab/screen/surface.h"

#include <stdbool.h>

enum pane_id {
	PANE_LIST,
	PANE_LESSON,
	PANE_VERDICT,
	PANE_TERMINAL,
	PANE_SPACES,
	PANE_COUNT,
};

struct layout_wish {
	int rows, cols; /* of the terminal */
	enum pane_id focus;
	bool zoom; /* the pane with the focus alone */
};

struct layout {
	bool too_small;		       /* nothing else is valid then */
	struct rect panes[PANE_COUNT]; /* rows 0: not shown */
	struct rect message;	       /* one row; the prompt is there, too */
	struct rect footer;	       /* one row */
};

/* Rows the namespace pane needs with its frame: two of headings, one a type. */
#define LAYOUT_SPACES_ROWS 12

void layout_make(const struct layout_wish *wish, struct layout *ret);

#endif
