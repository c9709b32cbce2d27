/*
 * What the panes draw on: a grid of character cells, later copied to the terminal
 * by lab/screen/display.h. So a pane needs no terminal and can be tested without.
 *
 * A cell has a role (what it means; lab/screen/theme.h says how that looks) or,
 * for the picture of a program's terminal, colours of its own.
 *
 * Coordinates are rows and columns from 0. Text is UTF-8 and is cut at the edge of
 * the area by columns, never inside a character; control characters and malformed
 * bytes are shown as U+FFFD ("?" where the locale is not UTF-8).
 */
#ifndef NSLAB_LAB_SCREEN_SURFACE_H
#define NSLAB_LAB_SCREEN_SURFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

/* What a cell means. Never the only carrier of a meaning. */
enum role {
	ROLE_OWN, /* the cell's own colours and attributes count */
	ROLE_TEXT,
	ROLE_DIM,
	ROLE_BOLD,
	ROLE_HEADING,
	ROLE_CODE,
	ROLE_LINK,
	ROLE_BORDER,
	ROLE_BORDER_FOCUS,
	ROLE_TITLE,
	ROLE_TITLE_FOCUS,
	ROLE_SELECTED,	    /* the line the cursor is on, in the pane with the focus */
	ROLE_SELECTED_BLUR, /* ... in another */
	ROLE_GOOD,
	ROLE_BAD,
	ROLE_WARN,
	ROLE_SAME,
	ROLE_DIFFERENT,
	ROLE_CHANGED, /* just now */
	ROLE_MATCH,   /* of a search */
	ROLE_KEY,     /* a key in the footer */
	ROLE_FOOTER,
	ROLE_MESSAGE,
	ROLE_COUNT,
};

enum {
	ATTR_BOLD = 1 << 0,
	ATTR_DIM = 1 << 1,
	ATTR_UNDERLINE = 1 << 2,
	ATTR_REVERSE = 1 << 3,
	ATTR_ITALIC = 1 << 4,
	ATTR_BLINK = 1 << 5,
	ATTR_STRIKE = 1 << 6,
};

#define SURFACE_CHARS 5	   /* a base character and what combines with it */
#define COLOR_DEFAULT (-1) /* else 0 to 255, as of xterm-256color */

struct cell {
	wchar_t text[SURFACE_CHARS]; /* ends early with 0; text[0] 0: a space */
	uint8_t width;		     /* 1, 2, or 0 for the right half of a wide character */
	uint8_t role;		     /* enum role */
	uint16_t attrs;		     /* for ROLE_OWN */
	int16_t fg, bg;		     /* for ROLE_OWN */
};

struct surface {
	int rows, cols;
	struct cell *cells; /* rows * cols */
};

struct rect {
	int row, col, rows, cols;
};

/* A part of a surface: what a pane gets to draw on. */
struct area {
	struct surface *surface;
	struct rect rect;
};

/** All spaces, ROLE_TEXT. Memory is kept where it suffices; surface_free() ends. */
void surface_size(struct surface *surface, int rows, int cols);
void surface_free(struct surface *surface);

/** The whole surface, and a part of an area (cut to it). */
struct area surface_area(struct surface *surface);
struct area area_part(const struct area *area, const struct rect *rect);

/** Spaces everywhere. */
void area_clear(const struct area *area);

/** Put text at a place, cut at the area's edge. Returns the column behind it. */
int area_put(const struct area *area, int row, int col, enum role role, const char *text);
int area_printf(const struct area *area, int row, int col, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/** Like area_put(), of at most len bytes of text and at most cols columns; "…" tells of more. */
int area_put_cut(const struct area *area, int row, int col, int cols, enum role role,
		 const char *text, size_t len);

/** The same of a path, whose end says most: "…" tells of what came before. */
int area_put_path(const struct area *area, int row, int col, int cols, enum role role,
		  const char *path);

/** One cell; ignored outside the area. */
void area_cell(const struct area *area, int row, int col, const struct cell *cell);

/** Give the cells of a part of a row another role, keeping their text. */
void area_role(const struct area *area, int row, int col, int cols, enum role role);

/** A border around the whole area with a title on it; returns what is inside. */
struct area area_frame(const struct area *area, const char *title, bool focus);

/** A scroll mark on the right border of a frame: lines `top` to `top + seen` of `total` are shown. */
void area_scroll_mark(const struct area *frame, int top, int seen, int total);

/** Columns of UTF-8 text, as area_put() would use. */
int text_columns(const char *text, size_t len);

/** Bytes of the first line of a text that fit into COLS columns: to a space where there is one. */
size_t text_fitting(const char *text, int cols);

/** May text be drawn with characters beyond ASCII? Decided once by the locale (nl_langinfo). */
bool surface_is_utf8(void);

/** A row as UTF-8 without trailing spaces, appended; for tests and for copying. */
struct strbuf;
void surface_row_text(const struct surface *surface, int row, struct strbuf *to);

#endif
