/*
 * What every pane can do: draw itself, move, search. The screen (lab/screen/screen.c)
 * holds them, decides where they are and which has the focus, and acts on keys that
 * are not movements.
 */
#ifndef NSLAB_LAB_SCREEN_PANE_H
#define NSLAB_LAB_SCREEN_PANE_H

#include "common/strbuf.h"
#include "lab/screen/surface.h"

#include <stdbool.h>

enum move {
	MOVE_UP,
	MOVE_DOWN,
	MOVE_LEFT,
	MOVE_RIGHT,
	MOVE_PAGE_UP,
	MOVE_PAGE_DOWN,
	MOVE_HALF_UP,
	MOVE_HALF_DOWN,
	MOVE_TOP,
	MOVE_BOTTOM,
};

struct pane;

struct pane_ops {
	const char *name; /* "lesson", as help and `:focus` call it */

	/** The title on the frame, appended: what is shown and what filters or pauses it. */
	void (*title)(const struct pane *pane, struct strbuf *to);

	/** Draw inside the frame. The cursor, relative to the area, if the pane has one. */
	void (*draw)(struct pane *pane, const struct area *area, bool focus, int *ret_cursor_row,
		     int *ret_cursor_col);

	/** Returns false where it can't move that way. The size is that of the last draw. */
	bool (*move)(struct pane *pane, enum move move);

	/**
	 * The next place with this text (UTF-8, case ignored unless it has capitals), false: none.
	 * NULL ends a search: matches are no longer marked.
	 */
	bool (*search)(struct pane *pane, const char *text, bool forwards);

	/** A click at a place of the last draw. May be NULL. */
	void (*click)(struct pane *pane, int row, int col);

	/** For the scroll mark: first line shown, lines shown, lines in all. May be NULL. */
	void (*extent)(const struct pane *pane, int *ret_top, int *ret_seen, int *ret_total);
};

/* The first member of each pane's own structure. */
struct pane {
	const struct pane_ops *ops;
};

#endif
