#include "lab/screen/vt_internal.h"

int vt_top(const struct vt *vt, int rows)
{
	int top = vt->back.count - vt->scrolled;
	int cursor = vt_cursor(vt).row;

	/* An area smaller than the screen shows the part with the cursor. */
	if (!vt->scrolled && cursor >= rows)
		top += cursor - rows + 1;
	return top;
}

/* What the display can show of a character; what it would show otherwise takes other room. */
static void make_drawable(struct cell *cell)
{
	int marks = 1, width;

	if (!cell->text[0])
		return;
	if (!surface_is_utf8()) {
		const char *ascii = letter_ascii((uint32_t)cell->text[0]);

		cell->text[0] = (wchar_t)(ascii[0] ? ascii[0] : ' ');
		cell->text[1] = 0;
		return;
	}
	width = letter_width((uint32_t)cell->text[0]);
	if (width < 1)
		cell->text[0] = (wchar_t)LETTER_MALFORMED;
	else if (width > cell->width)
		cell->text[0] = cell->text[1] = 0; /* its other half was overwritten */
	for (int i = 1; i < SURFACE_CHARS && cell->text[i]; i++)
		if (letter_width((uint32_t)cell->text[i]) == 0)
			cell->text[marks++] = cell->text[i];
	while (marks < SURFACE_CHARS)
		cell->text[marks++] = 0;
}

/* A wide cell whose character is not wide, or is shown as another: two cells. */
static void draw_cell(const struct area *area, int row, int col, const struct cell *from)
{
	struct cell cell = *from;
	struct cell space = *from;

	make_drawable(&cell);
	if (cell.width == 2 &&
	    (!surface_is_utf8() || !cell.text[0] || letter_width((uint32_t)cell.text[0]) != 2)) {
		cell.width = space.width = 1;
		for (int i = 0; i < SURFACE_CHARS; i++)
			space.text[i] = 0;
		area_cell(area, row, col + 1, &space);
	}
	area_cell(area, row, col, &cell);
}

static void draw_line(const struct vt *vt, const struct area *area, int row, int line)
{
	static struct cell cells[VT_MOST];
	int n = vt_line_cells(vt, line, cells);

	vt_mark_cells(vt, line, cells, n);
	for (int col = 0; col < n && col < area->rect.cols; col++)
		if (cells[col].width)
			draw_cell(area, row, col, &cells[col]);
	/* Lines that have scrolled out are kept whole, however narrow the screen is now. */
	if (n > area->rect.cols)
		(void)area_put(area, row, area->rect.cols - 1, ROLE_DIM,
			       surface_is_utf8() ? "…" : "~");
}

void vt_draw(const struct vt *vt, const struct area *area, int *ret_cursor_row, int *ret_cursor_col)
{
	int top = vt_top(vt, area->rect.rows);
	VTermPos pos = vt_cursor(vt);
	int row = vt->back.count + pos.row - top;

	area_clear(area);
	for (int i = 0; i < area->rect.rows && top + i < vt_lines(vt); i++)
		draw_line(vt, area, i, top + i);
	*ret_cursor_row = vt->cursor_hidden || row < 0 || row >= area->rect.rows ? -1 : row;
	*ret_cursor_col = pos.col < area->rect.cols ? pos.col : area->rect.cols - 1;
}
