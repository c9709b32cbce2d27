/*
 * What was drawn last is kept as a surface, so that a row that is the same costs one
 * comparison and a picture that is the same no call of curses at all. Curses itself
 * finds the shortest way to write what differs.
 */
#define _GNU_SOURCE
#define NCURSES_NOMACROS
#include "lab/screen/display_internal.h"

#include "lab/screen/letter.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

static struct {
	const struct theme *theme;
	struct surface last;
	bool known; /* last is what the terminal shows */
	int cursor_row, cursor_col;
} drawn;

void draw_reset(void)
{
	surface_free(&drawn.last);
	drawn.known = false;
}

void draw_theme(const struct theme *theme)
{
	drawn.theme = theme;
	drawn.known = false;
}

void display_forget(void)
{
	drawn.known = false;
}

/* The last line of defence: whatever a program printed, a cell can't send a control or shift the line. */
static void cell_text(const struct cell *cell, wchar_t ret[SURFACE_CHARS + 1])
{
	uint32_t base = (uint32_t)cell->text[0];
	int n = 1;

	ret[0] = base ? (wchar_t)base : L' ';
	if (!surface_is_utf8()) {
		const char *ascii = letter_ascii((uint32_t)ret[0]);

		ret[0] = ascii[0] ? (wchar_t)ascii[0] : L' ';
		ret[1] = 0;
		return;
	}
	if (letter_width((uint32_t)ret[0]) != cell->width)
		ret[0] = (wchar_t)LETTER_MALFORMED;
	for (int i = 1; base && i < SURFACE_CHARS && cell->text[i]; i++)
		if (letter_width((uint32_t)cell->text[i]) == 0)
			ret[n++] = cell->text[i];
	ret[n] = 0;
}

static struct look cell_look(const struct cell *cell)
{
	struct look look = {cell->fg, cell->bg, cell->attrs};

	if (cell->role != ROLE_OWN)
		return drawn.theme->looks[cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT];
	if (!drawn.theme->color) {
		/* Bars and selections that are told by a background stay visible. */
		if (cell->bg != COLOR_DEFAULT && cell->bg != 0)
			look.attrs ^= ATTR_REVERSE;
		look.fg = look.bg = COLOR_DEFAULT;
	}
	return look;
}

static void draw_cell(int row, int col, int cols, const struct cell *cell)
{
	struct look look = cell_look(cell);
	wchar_t text[SURFACE_CHARS + 1] = L" ";
	uint32_t attrs;
	int pair;
	cchar_t out;

	if (cell->width == 0)
		return; /* drawn with its left half */
	if (col + cell->width <= cols)
		cell_text(cell, text);
	color_find(&look, &attrs, &pair);
	/* The pair's number may be more than a short holds: curses takes it from the last argument. */
	if (setcchar(&out, text, (attr_t)attrs, 0, &pair) == ERR)
		return;
	(void)mvadd_wch(row, col, &out);
	/* "?" for a wide character that can't be shown has its second column, too. */
	if (cell->width == 2 && col + 2 <= cols && !surface_is_utf8() &&
	    setcchar(&out, L" ", (attr_t)attrs, 0, &pair) != ERR)
		(void)mvadd_wch(row, col + 1, &out);
}

static void draw_row(const struct surface *surface, int row, int cols)
{
	const struct cell *now = &surface->cells[row * surface->cols];
	const struct cell *before = &drawn.last.cells[row * surface->cols];
	int first = 0, behind = cols;

	if (drawn.known) {
		while (first < cols && memcmp(&now[first], &before[first], sizeof(*now)) == 0)
			first++;
		while (behind > first &&
		       memcmp(&now[behind - 1], &before[behind - 1], sizeof(*now)) == 0)
			behind--;
		/* Never from the middle of a wide character on. */
		while (first > 0 && (now[first].width == 0 || before[first].width == 0))
			first--;
	}
	for (int col = first; col < behind; col++)
		draw_cell(row, col, cols, &now[col]);
}

static bool draw_rows(const struct surface *surface)
{
	int rows = surface->rows < LINES ? surface->rows : LINES;
	int cols = surface->cols < COLS ? surface->cols : COLS;
	size_t stride = (size_t)surface->cols * sizeof(*surface->cells);
	bool changed = false;

	for (int row = 0; row < rows; row++) {
		if (drawn.known && memcmp(&surface->cells[row * surface->cols],
					  &drawn.last.cells[row * surface->cols], stride) == 0)
			continue;
		draw_row(surface, row, cols);
		memcpy(&drawn.last.cells[row * surface->cols], &surface->cells[row * surface->cols],
		       stride);
		changed = true;
	}
	return changed;
}

static void put_cursor(int row, int col)
{
	bool show = row >= 0 && row < LINES && col >= 0 && col < COLS;

	(void)curs_set(show ? 1 : 0);
	/* Where it can't be hidden, it is in a corner. */
	(void)move(show ? row : LINES - 1, show ? col : 0);
	guard_cursor(!show);
	drawn.cursor_row = row;
	drawn.cursor_col = col;
}

void display_draw(const struct surface *surface, int cursor_row, int cursor_col)
{
	bool moved;

	if (!display_is_open() || !surface->cells)
		return;
	if (guard_spoiled() || color_ran_out() || surface->rows != drawn.last.rows ||
	    surface->cols != drawn.last.cols)
		drawn.known = false;
	moved = !drawn.known || cursor_row != drawn.cursor_row || cursor_col != drawn.cursor_col;
	if (!drawn.known) {
		surface_size(&drawn.last, surface->rows, surface->cols);
		(void)erase();
		(void)clearok(curscr, TRUE);
	}
	if (!draw_rows(surface) && !moved)
		return;
	drawn.known = true;
	put_cursor(cursor_row, cursor_col);
	(void)wnoutrefresh(stdscr);
	(void)doupdate();
}
