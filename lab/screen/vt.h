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

#define VT_SCROLLBACK 10000 /* lines kept, in at most 12 MiB */
#define VT_LEAST      2	    /* rows and columns */
#define VT_MOST	      1000

struct vt;

/** Never fails. Rows and columns are kept from VT_LEAST to VT_MOST. */
struct vt *vt_new(int rows, int cols);
void vt_free(struct vt *vt);

/**
 * No row is lost: those without room scroll out and come back when there is room. Rows
 * that get too wide are wrapped where the cursor is on the last one (a shell); elsewhere
 * the program draws anew, and the end of a row is cut. Lines that have scrolled out stay whole.
 */
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

/** Lines that were there before the oldest one kept: with it, a line has the same number for ever. */
long long vt_dropped(const struct vt *vt);

/** New output leaves the live picture in place too, by scrolling back from it. */
void vt_hold(struct vt *vt, bool hold);

/** Draw at most the area; the cursor in *ret (row -1: none, or scrolled away), relative to the area. */
void vt_draw(const struct vt *vt, const struct area *area, int *ret_cursor_row,
	     int *ret_cursor_col);

/**
 * Move to the next line with text (forwards: newer; behind the last one comes the first)
 * and mark matches; false: none. Case counts where the text has capitals. NULL ends it.
 */
bool vt_search(struct vt *vt, const char *text, bool forwards);
int vt_found(const struct vt *vt); /* the line found last, -1: none (or no longer kept) */

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
