#include "lab/screen/vt_internal.h"

#include <stdlib.h>
#include <string.h>

/*
 * A line packed: runs of equal looks, then the characters as UTF-8. A byte before a
 * character tells what is special about it; control characters are never in a cell.
 */
#define IS_WIDE 0x01
#define IS_MARK 0x02 /* combines with the character before */

struct run {
	uint16_t cells;
	uint16_t attrs;
	int16_t fg, bg;
};

struct vt_line {
	uint32_t bytes; /* of text */
	uint16_t cells;
	uint16_t runs; /* 0: all as normal text */
	unsigned char data[];
};

void vt_scrollback_init(struct vt_scrollback *back)
{
	*back = (struct vt_scrollback){.ring = xcalloc(VT_SCROLLBACK, sizeof(*back->ring))};
}

static size_t size_of(const struct vt_line *line)
{
	return sizeof(*line) + line->runs * sizeof(struct run) + line->bytes;
}

static struct vt_line **slot(const struct vt_scrollback *back, int line)
{
	return &back->ring[(back->first + line) % VT_SCROLLBACK];
}

static void drop_oldest(struct vt_scrollback *back)
{
	struct vt_line **oldest = slot(back, 0);

	back->bytes -= size_of(*oldest);
	free(*oldest);
	*oldest = NULL;
	back->first = (back->first + 1) % VT_SCROLLBACK;
	back->count--;
	back->dropped++;
}

void vt_scrollback_pop(struct vt_scrollback *back)
{
	struct vt_line **newest = slot(back, back->count - 1);

	back->bytes -= size_of(*newest);
	free(*newest);
	*newest = NULL;
	back->count--;
}

void vt_scrollback_free(struct vt_scrollback *back)
{
	while (back->count)
		vt_scrollback_pop(back);
	free(back->ring);
	*back = (struct vt_scrollback){0};
}

/* ---- packing ---- */

static bool same_look(const struct cell *a, const struct cell *b)
{
	return a->attrs == b->attrs && a->fg == b->fg && a->bg == b->bg;
}

static bool is_normal(const struct cell *cell)
{
	return !cell->attrs && cell->fg == COLOR_DEFAULT && cell->bg == COLOR_DEFAULT;
}

/* The number of runs, 0 where all is normal. */
static int count_runs(const struct cell *cells, int n)
{
	int runs = 0;
	bool normal = true;

	for (int i = 0; i < n; i++) {
		normal = normal && is_normal(&cells[i]);
		if (i == 0 || !same_look(&cells[i], &cells[i - 1]))
			runs++;
	}
	return normal ? 0 : runs;
}

/* At most this many bytes for one cell. */
#define CELL_BYTES (SURFACE_CHARS * (1 + LETTER_BYTES))

static size_t pack_cell(const struct cell *cell, unsigned char *to)
{
	size_t n = 0;

	if (cell->width == 0)
		return 0;
	if (cell->width == 2)
		to[n++] = IS_WIDE;
	if (!cell->text[0])
		to[n++] = ' ';
	for (int i = 0; i < SURFACE_CHARS && cell->text[i]; i++) {
		if (i)
			to[n++] = IS_MARK;
		n += letter_encode((uint32_t)cell->text[i], (char *)to + n);
	}
	return n;
}

static void pack_runs(const struct cell *cells, int n, struct vt_line *line)
{
	struct run *runs = (struct run *)(void *)line->data;
	int at = -1;

	for (int i = 0; i < n && line->runs; i++) {
		if (i == 0 || !same_look(&cells[i], &cells[i - 1]))
			runs[++at] = (struct run){0, cells[i].attrs, cells[i].fg, cells[i].bg};
		runs[at].cells++;
	}
}

static struct vt_line *pack(const struct cell *cells, int n)
{
	static unsigned char text[VT_MOST * CELL_BYTES];
	struct vt_line *line;
	size_t bytes = 0;
	int runs;

	while (n && vt_cell_is_blank(&cells[n - 1]))
		n--;
	runs = count_runs(cells, n);
	for (int i = 0; i < n; i++)
		bytes += pack_cell(&cells[i], text + bytes);
	line = xmalloc(sizeof(*line) + (size_t)runs * sizeof(struct run) + bytes);
	line->bytes = (uint32_t)bytes;
	line->cells = (uint16_t)n;
	line->runs = (uint16_t)runs;
	pack_runs(cells, n, line);
	memcpy(line->data + (size_t)runs * sizeof(struct run), text, bytes);
	return line;
}

static void keep(struct vt_scrollback *back, struct vt_line *line)
{
	if (back->count == VT_SCROLLBACK)
		drop_oldest(back);
	*slot(back, back->count) = line;
	back->count++;
	back->bytes += size_of(line);
	while (back->bytes > VT_SCROLLBACK_BYTES && back->count > 1)
		drop_oldest(back);
}

void vt_scrollback_push(struct vt_scrollback *back, const struct cell *cells, int n)
{
	keep(back, pack(cells, n < VT_MOST ? n : VT_MOST));
}

void vt_scrollback_push_text(struct vt_scrollback *back, const char *text, size_t len)
{
	struct vt_line *line;

	while (len && text[len - 1] == ' ')
		len--;
	line = xmalloc(sizeof(*line) + len);
	*line = (struct vt_line){.bytes = (uint32_t)len, .cells = (uint16_t)len};
	memcpy(line->data, text, len);
	keep(back, line);
}

/* ---- unpacking ---- */

/* One cell; returns the bytes used. */
static size_t unpack_cell(const unsigned char *text, size_t len, struct cell *cell)
{
	size_t used = 0;
	int n = 0;

	*cell = (struct cell){.width = 1, .role = ROLE_OWN};
	if (text[0] == IS_WIDE) {
		cell->width = 2;
		used = 1;
	}
	do {
		uint32_t letter;

		if (n)
			used++;
		used += letter_decode((const char *)text + used, len - used, &letter);
		cell->text[n++] = (wchar_t)letter;
	} while (used < len && text[used] == IS_MARK && n < SURFACE_CHARS);
	if (n == 1 && cell->text[0] == L' ')
		cell->text[0] = 0;
	return used;
}

int vt_scrollback_get(const struct vt_scrollback *back, int number, struct cell *cells, int max)
{
	const struct vt_line *line = *slot(back, number);
	const struct run *runs = (const struct run *)(const void *)line->data;
	const unsigned char *text = line->data + line->runs * sizeof(struct run);
	size_t at = 0;
	int n = 0, run = 0, left = line->runs ? runs[0].cells : 0;

	for (; n < line->cells && n < max; n++) {
		struct cell *cell = &cells[n];

		if (n && cells[n - 1].width == 2)
			*cell = (struct cell){.role = ROLE_OWN};
		else
			at += unpack_cell(text + at, line->bytes - at, cell);
		cell->fg = cell->bg = COLOR_DEFAULT;
		if (!line->runs)
			continue;
		if (!left)
			left = runs[++run].cells;
		left--;
		cell->attrs = runs[run].attrs;
		cell->fg = runs[run].fg;
		cell->bg = runs[run].bg;
	}
	return n;
}
