/*
 * What the files of the terminal share.
 *
 *	vt.c             life cycle, output of programs, notes, size
 *	vt_guard.c       what libvterm gets to see of that output
 *	vt_flood.c       a short way for many plain lines
 *	vt_scrollback.c  lines that have scrolled out at the top, packed
 *	vt_cell.c        cells and colours: libvterm's, and those of a surface
 *	vt_draw.c        the picture
 *	vt_find.c        search and selection
 *	vt_keys.c        keys and pasted text, encoded
 *
 *	bytes -> text_filter() -> vt_guard_feed() -> libvterm -> screen cells -> vt_draw()
 *	                                                      -> lines that scroll out
 *
 * Lines are numbered from the oldest one kept: first those that have scrolled out,
 * then the rows of the screen.
 */
#ifndef NSLAB_LAB_SCREEN_VT_INTERNAL_H
#define NSLAB_LAB_SCREEN_VT_INTERNAL_H

#include "common/strbuf.h"
#include "common/text.h"
#include "lab/screen/letter.h"
#include "lab/screen/vt.h"

#include <stdint.h>
#include <vterm.h>

/*
 * VT_LEAST: libvterm fails with one row or column.
 * VT_MOST: a terminal that is larger is mistaken.
 */

/* vt_scrollback.c */

#define VT_SCROLLBACK_BYTES (12 << 20) /* of memory, however the lines are coloured */

struct vt_line;

struct vt_scrollback {
	struct vt_line **ring; /* VT_SCROLLBACK of them */
	int first, count;
	size_t bytes;
	long long dropped; /* lines that were here before the oldest one kept */
};

void vt_scrollback_init(struct vt_scrollback *back);
void vt_scrollback_free(struct vt_scrollback *back);

/** Keep a copy of n cells as the newest line; the oldest ones go where there is no room. */
void vt_scrollback_push(struct vt_scrollback *back, const struct cell *cells, int n);

/** Forget the newest line; there is one. */
void vt_scrollback_pop(struct vt_scrollback *back);

/** The same for printable ASCII, as normal text. */
void vt_scrollback_push_text(struct vt_scrollback *back, const char *text, size_t len);

/** Unpack at most max cells of a line (0: the oldest), without spaces at its end; returns how many. */
int vt_scrollback_get(const struct vt_scrollback *back, int line, struct cell *cells, int max);

/* vt_guard.c */

#define VT_MARKS 4 /* that may combine with one character */

/*
 * text_filter() drops what a terminal must not be told; this keeps from libvterm what
 * it fails on (seen in 0.1.4), and says in its words what it doesn't know.
 */
struct vt_guard {
	struct text_filter filter;
	struct strbuf passed; /* of the filter */
	struct strbuf safe;
	char last[LETTER_BYTES]; /* the character to repeat */
	size_t last_len;
	int marks;	  /* since the last character that has a width */
	bool region;	  /* a scroll region may be set */
	VTerm *oracle;	  /* asked which characters combine */
	uint8_t *answers; /* 2 bits for each: 0 not asked, 1 has a width, 2 combines */
};

void vt_guard_init(struct vt_guard *guard);
void vt_guard_free(struct vt_guard *guard);

/** What may be written to a libvterm of that many columns; valid until the next call. */
const struct strbuf *vt_guard_feed(struct vt_guard *guard, const char *bytes, size_t len, int cols);

/** The same for the sequences that undo what the program has left on. */
const struct strbuf *vt_guard_end(struct vt_guard *guard, int cols);

/* vt_cell.c */

/** A cell of libvterm's, with colours as of xterm-256color. ROLE_OWN. */
void vt_cell_from(const VTermScreenCell *from, struct cell *ret);

/** The way back, for lines that return to the screen. */
void vt_cell_to(const VTermState *state, const struct cell *from, VTermScreenCell *ret);

/** Is there nothing to see in it? */
bool vt_cell_is_blank(const struct cell *cell);

/* vt.c */

struct vt {
	VTerm *term;
	VTermState *state;
	VTermScreen *screen;
	int rows, cols;
	struct vt_guard guard;
	struct vt_scrollback back;
	struct cell *cells; /* room for one line of VT_MOST cells */
	bool alternate;
	bool cursor_hidden;
	int owed;  /* lines that went into the scroll-back because the screen got smaller */
	int allow; /* lines that may come back while it is resized */
	bool resizing;
	int ignored; /* lines that scroll out next and are in the scroll-back already */
	int scrolled;
	bool held;
	struct strbuf *out; /* where libvterm's keys go; NULL: nowhere */

	bool selected;
	struct vt_place from, to; /* in order; of these the columns */
	long long from_line, to_line;
	char *search;	   /* NULL: none */
	long long at_line; /* the line found last, -1: none */
};

/** A line's number that stays when older ones are dropped. */
static inline long long vt_long_line(const struct vt *vt, int line)
{
	return vt->back.dropped + line;
}

/** The cells of a line, without spaces at the end; returns how many (at most VT_MOST). */
int vt_line_cells(const struct vt *vt, int line, struct cell cells[static VT_MOST]);

/** The same for a row of the screen. */
int vt_row_cells(const struct vt *vt, int row, struct cell cells[static VT_MOST]);

/** A line was added to the scroll-back. */
void vt_pushed(struct vt *vt);

/** The first line in sight of an area with that many rows. */
int vt_top(const struct vt *vt, int rows);

/** libvterm's cursor. */
VTermPos vt_cursor(const struct vt *vt);

/* vt_flood.c */

/**
 * Take plain lines from the beginning of the output, if they are many; returns the bytes
 * taken. What is left must be written at once.
 */
size_t vt_flood(struct vt *vt, const char *bytes, size_t len);

/* vt_find.c */

/** Give the cells of a line that are selected or found their role. */
void vt_mark_cells(const struct vt *vt, int line, struct cell *cells, int n);

#endif
