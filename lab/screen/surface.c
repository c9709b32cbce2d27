#define _GNU_SOURCE
#include "lab/screen/surface.h"

#include "common/cleanup.h"
#include "common/strbuf.h"
#include "lab/screen/letter.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cell blank = {
	.width = 1, .role = ROLE_TEXT, .fg = COLOR_DEFAULT, .bg = COLOR_DEFAULT};

/* Lines and marks; frames with the focus are told by other lines, not by colour alone. */
struct frame_signs {
	const char *across, *down;
	const char *top_left, *top_right, *bottom_left, *bottom_right;
};

static const struct frame_signs frames_utf8[] = {
	{"─", "│", "┌", "┐", "└", "┘"},
	{"━", "┃", "┏", "┓", "┗", "┛"},
};
static const struct frame_signs frames_ascii[] = {
	{"-", "|", "+", "+", "+", "+"},
	{"=", "#", "#", "#", "#", "#"},
};

bool surface_is_utf8(void)
{
	static int known = -1;

	if (known < 0)
		known = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	return known > 0;
}

void surface_size(struct surface *surface, int rows, int cols)
{
	size_t want, have = (size_t)surface->rows * (size_t)surface->cols;

	rows = rows < 0 ? 0 : rows;
	cols = cols < 0 ? 0 : cols;
	want = (size_t)rows * (size_t)cols;
	if (want > have || !surface->cells) {
		free(surface->cells);
		surface->cells = xcalloc(want ? want : 1, sizeof(*surface->cells));
	}
	surface->rows = rows;
	surface->cols = cols;
	for (size_t i = 0; i < want; i++)
		surface->cells[i] = blank;
}

void surface_free(struct surface *surface)
{
	free(surface->cells);
	*surface = (struct surface){0};
}

struct area surface_area(struct surface *surface)
{
	return (struct area){surface, {0, 0, surface->rows, surface->cols}};
}

/* The part of a span [at, at + size) that is in [0, limit). */
static void cut(int *at, int *size, int limit)
{
	if (*at < 0) {
		*size += *at;
		*at = 0;
	}
	if (*at > limit)
		*at = limit;
	if (*size > limit - *at)
		*size = limit - *at;
	if (*size < 0)
		*size = 0;
}

struct area area_part(const struct area *area, const struct rect *rect)
{
	struct rect part = *rect;

	cut(&part.row, &part.rows, area->rect.rows);
	cut(&part.col, &part.cols, area->rect.cols);
	part.row += area->rect.row;
	part.col += area->rect.col;
	return (struct area){area->surface, part};
}

/* The cell at a place of the area, NULL outside. */
static struct cell *cell_at(const struct area *area, int row, int col)
{
	if (row < 0 || row >= area->rect.rows || col < 0 || col >= area->rect.cols)
		return NULL;
	return &area->surface->cells[(area->rect.row + row) * area->surface->cols + area->rect.col +
				     col];
}

static void make_space(struct cell *cell)
{
	memset(cell->text, 0, sizeof(cell->text));
	cell->width = 1;
}

/* Overwriting one half of a wide character leaves a space in place of the other, wherever it is. */
static void split_wide(const struct area *area, struct cell *cell, int col)
{
	int at = area->rect.col + col;

	if (cell->width == 0 && at > 0)
		make_space(cell - 1);
	else if (cell->width == 2 && at + 1 < area->surface->cols)
		make_space(cell + 1);
}

static void put_cell(const struct area *area, int row, int col, const struct cell *what)
{
	struct cell *cell = cell_at(area, row, col);
	struct cell *right = what->width == 2 ? cell_at(area, row, col + 1) : NULL;

	if (!cell)
		return;
	split_wide(area, cell, col);
	if (right)
		split_wide(area, right, col + 1);
	*cell = *what;
	if (right) {
		*right = *what;
		memset(right->text, 0, sizeof(right->text));
		right->width = 0;
	} else if (what->width != 1) {
		make_space(cell); /* no room for it, or half of one */
	}
}

void area_clear(const struct area *area)
{
	for (int row = 0; row < area->rect.rows; row++)
		for (int col = 0; col < area->rect.cols; col++)
			put_cell(area, row, col, &blank);
}

void area_cell(const struct area *area, int row, int col, const struct cell *cell)
{
	/* The right half comes with the left one. */
	if (cell->width)
		put_cell(area, row, col, cell);
}

/* A mark joins the character before it; beyond SURFACE_CHARS it is dropped. */
static void combine(const struct area *area, int row, int col, wchar_t mark)
{
	struct cell *cell = cell_at(area, row, col - 1);
	size_t n = 0;

	if (cell && cell->width == 0)
		cell = cell_at(area, row, col - 2);
	if (!cell)
		return;
	if (!cell->text[0])
		cell->text[0] = L' ';
	while (n < SURFACE_CHARS && cell->text[n])
		n++;
	if (n < SURFACE_CHARS)
		cell->text[n] = mark;
}

/* Put text up to a column; returns the column behind. */
static int put_text(const struct area *area, int row, int col, int end, enum role role,
		    const char *text, size_t len)
{
	const char *stop = text + len;
	int begin = col;

	while (text < stop) {
		struct letter letter;

		text += letter_next(text, (size_t)(stop - text), &letter);
		if (letter.width == 0 && letter.n && col > begin)
			combine(area, row, col, letter.chars[0]);
		if (letter.width > 0 && letter.n && col >= end)
			break;
		for (int i = 0; letter.width && i < letter.n && col < end; i++) {
			struct cell cell = blank;

			cell.role = (uint8_t)role;
			cell.text[0] = letter.chars[i];
			cell.width = (uint8_t)letter.width;
			if (col + letter.width > end) {
				cell.text[0] = 0;
				cell.width = 1;
			}
			put_cell(area, row, col, &cell);
			col += cell.width;
		}
	}
	return col;
}

int area_put(const struct area *area, int row, int col, enum role role, const char *text)
{
	return put_text(area, row, col, area->rect.cols, role, text, strlen(text));
}

int area_printf(const struct area *area, int row, int col, enum role role, const char *fmt, ...)
{
	cleanup_free char *text = NULL;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0) {
		text = NULL;
		abort();
	}
	return area_put(area, row, col, role, text);
}

int area_put_cut(const struct area *area, int row, int col, int cols, enum role role,
		 const char *text, size_t len)
{
	int end = cols < area->rect.cols - col ? col + cols : area->rect.cols;

	len = strnlen(text, len);
	if (col >= end || text_columns(text, len) <= end - col)
		return put_text(area, row, col, end, role, text, len);
	/* Behind a wide character that has no room there is a space. */
	(void)put_text(area, row, col, end - 1, role, text, len);
	return put_text(area, row, end - 1, end, role, surface_is_utf8() ? "…" : "~",
			surface_is_utf8() ? strlen("…") : 1);
}

int area_put_path(const struct area *area, int row, int col, int cols, enum role role,
		  const char *path)
{
	int room = cols < area->rect.cols - col ? cols : area->rect.cols - col;

	if (text_columns(path, strlen(path)) <= room)
		return area_put(area, row, col, role, path);
	while (*path && text_columns(path, strlen(path)) > room - 1)
		do
			path++;
		while (((unsigned char)*path & 0xc0) == 0x80);
	col = put_text(area, row, col, col + room, role, surface_is_utf8() ? "…" : "~",
		       surface_is_utf8() ? strlen("…") : 1);
	return area_put(area, row, col, role, path);
}

void area_role(const struct area *area, int row, int col, int cols, enum role role)
{
	for (int end = col + cols; col < end; col++) {
		struct cell *cell = cell_at(area, row, col);

		if (cell)
			cell->role = (uint8_t)role;
	}
}

static const struct frame_signs *frame_signs(bool focus)
{
	return surface_is_utf8() ? &frames_utf8[focus] : &frames_ascii[focus];
}

struct area area_frame(const struct area *area, const char *title, bool focus)
{
	const struct frame_signs *signs = frame_signs(focus);
	enum role role = focus ? ROLE_BORDER_FOCUS : ROLE_BORDER;
	int last_row = area->rect.rows - 1, last_col = area->rect.cols - 1;
	struct rect inside = {1, 1, area->rect.rows - 2, area->rect.cols - 2};

	for (int col = 1; col < last_col; col++) {
		(void)area_put(area, 0, col, role, signs->across);
		(void)area_put(area, last_row, col, role, signs->across);
	}
	for (int row = 1; row < last_row; row++) {
		(void)area_put(area, row, 0, role, signs->down);
		(void)area_put(area, row, last_col, role, signs->down);
	}
	(void)area_put(area, 0, 0, role, signs->top_left);
	(void)area_put(area, 0, last_col, role, signs->top_right);
	(void)area_put(area, last_row, 0, role, signs->bottom_left);
	(void)area_put(area, last_row, last_col, role, signs->bottom_right);
	if (title && title[0] && area->rect.cols > 6) {
		enum role name = focus ? ROLE_TITLE_FOCUS : ROLE_TITLE;
		int col = area_put(area, 0, 2, name, " ");

		col = area_put_cut(area, 0, col, area->rect.cols - 3 - col, name, title,
				   strlen(title));
		(void)area_put(area, 0, col, name, " ");
	}
	return area_part(area, &inside);
}

void area_scroll_mark(const struct area *frame, int top, int seen, int total)
{
	const char *sign = surface_is_utf8() ? "█" : "@";
	int track = frame->rect.rows - 2;
	int length, first;

	if (track < 1 || total <= seen || seen < 1)
		return;
	length = (int)((long long)track * seen / total);
	length = length < 1 ? 1 : length;
	/* At the ends only when there is nothing more. */
	top = top < 0 ? 0 : top > total - seen ? total - seen : top;
	first = (int)((long long)(track - length) * top / (total - seen));
	if (top > 0 && first == 0 && track > length)
		first = 1;
	for (int i = 0; i < length; i++) {
		const struct cell *border = cell_at(frame, 1 + first + i, frame->rect.cols - 1);
		enum role role = border ? (enum role)border->role : ROLE_BORDER;

		(void)area_put(frame, 1 + first + i, frame->rect.cols - 1, role, sign);
	}
}

int text_columns(const char *text, size_t len)
{
	const char *stop = text + strnlen(text, len);
	int cols = 0;

	while (text < stop) {
		struct letter letter;

		text += letter_next(text, (size_t)(stop - text), &letter);
		cols += letter.width * letter.n;
	}
	return cols;
}

size_t text_fitting(const char *text, int cols)
{
	size_t len = strcspn(text, "\n");
	size_t fits = 0, space = 0;

	for (size_t at = 0; at < len;) {
		size_t next = at + 1;

		while (next < len && ((unsigned char)text[next] & 0xc0) == 0x80)
			next++;
		if (at && text_columns(text, next) > cols)
			return space ? space : fits;
		if (text[at] == ' ')
			space = at;
		fits = at = next;
	}
	return len;
}

void surface_row_text(const struct surface *surface, int row, struct strbuf *to)
{
	const struct cell *cells;
	size_t keep = to->len;

	if (row < 0 || row >= surface->rows)
		return;
	cells = &surface->cells[row * surface->cols];
	for (int col = 0; col < surface->cols; col++) {
		char bytes[LETTER_BYTES];

		if (cells[col].width == 0)
			continue;
		if (!cells[col].text[0])
			strbuf_addc(to, ' ');
		for (int i = 0; i < SURFACE_CHARS && cells[col].text[i]; i++)
			strbuf_add(to, bytes, letter_encode((uint32_t)cells[col].text[i], bytes));
		if (cells[col].text[0] && cells[col].text[0] != L' ')
			keep = to->len;
	}
	to->len = keep;
	if (to->cap)
		to->s[keep] = '\0';
}
