/*
 * A terminal in a pane: libvterm's picture of what a program printed, with
 * scroll-back, search, selection, and the encoding of keys for the program.
 * Knows no descriptors and no curses.
 */
#ifndef NSLAB_LAB_SCREEN_VT_H
#define NSLAB_LAB_SCREEN_VT_H

#include "common/strbuf.h"
#include "lab/screen/key.h"
#include "lab/screen/surface.h"

#include <stdbool.h>
#include <stddef.h>

#define VT_SCROLLBACK 10000 /* lines kept */

struct vt;

/** Never fails. Rows and columns are kept from 2 to 1000. */
struct vt *vt_new(int rows, int cols);
void vt_free(struct vt *vt);

void vt_resize(struct vt *vt, int rows, int cols);

/**
 * What the program printed, hostile or not. Only what draws has an effect: it passes
 * text_filter(), so no question of a program is answered (an answer would be typed).
 * Takes up to some 10 microseconds a line.
 */
void vt_feed(struct vt *vt, const char *bytes, size_t len);

/** A line of lab's own between two programs ("-- lab run pid/clone --"); as plain text. */
void vt_note(struct vt *vt, const char *text);

/** Bytes for the program, appended: a key as its modes ask for, pasted text without control characters. */
void vt_key(struct vt *vt, const struct key *key, struct strbuf *to);
void vt_paste(struct vt *vt, const char *text, size_t len, struct strbuf *to);

/** A new program starts: modes of the last one are forgotten (alternate screen, keypad ...), the text stays. */
void vt_restart(struct vt *vt);

/**
 * Lines scrolled back from the newest; 0: the live picture. Clamped; returns what it is
 * now. New output leaves what is in sight there: the number grows.
 */
int vt_scroll(struct vt *vt, int lines);
int vt_scrolled(const struct vt *vt);
int vt_lines(const struct vt *vt); /* scroll-back and screen together */

/** Draw at most the area; the cursor in *ret (row -1: none, or scrolled away), relative to the area. */
void vt_draw(const struct vt *vt, const struct area *area, int *ret_cursor_row,
	     int *ret_cursor_col);

/**
 * Move to the next line with text (forwards: newer; behind the last one comes the first)
 * and mark matches; false: none. Case counts where the text has capitals. NULL ends it.
 */
bool vt_search(struct vt *vt, const char *text, bool forwards);

/**
 * Choose text, both ends included, in any order; lines from 0, the oldest kept. It stays
 * on its lines while others come, and ends with the next vt_resize(). vt_selected()
 * appends it as UTF-8, lines without spaces at their ends.
 */
struct vt_place {
	int line, col;
};
void vt_select(struct vt *vt, const struct vt_place *from,
	       const struct vt_place *to); /* NULLs: none */
void vt_selected(const struct vt *vt, struct strbuf *to);

/** Does the program use the alternate screen (vim, less, top)? */
bool vt_alternate(const struct vt *vt);

#endif
