#include "lab/screen/vt_internal.h"

#include "common/text_parse.h"

/*
 * libvterm takes some 10 microseconds a line, since it moves the whole screen. Of a
 * flood of plain lines only those that stay on the screen have to go that way:
 *
 *	screen, cursor on the last row     rows above the cursor -> scroll-back
 *	plain line                         -> scroll-back
 *	...                                -> scroll-back
 *	the last ROWS plain lines          -> libvterm, which scrolls the old rows out again:
 *	                                      those are ignored
 */

/* Bytes of the plain line that begins here, with its end; 0: it is something else. */
static size_t plain_line(const char *bytes, size_t len, int cols)
{
	size_t n = 0;

	while (n < len && bytes[n] >= 0x20 && bytes[n] < 0x7f)
		n++;
	if (n > (size_t)cols || len - n < 2 || bytes[n] != '\r' || bytes[n + 1] != '\n')
		return 0;
	return n + 2;
}

/* Nothing is set that would make plain text anything else, and the cursor begins the last row. */
static bool is_ready(const struct vt *vt)
{
	VTermPos pos = vt_cursor(vt);

	return vt->guard.filter.state == TEXT_GROUND && !vt->guard.filter.left_on &&
	       !vt->guard.region && !vt->alternate && pos.col == 0 && pos.row == vt->rows - 1 &&
	       vterm_screen_is_eol(vt->screen, pos);
}

static int count_lines(const char *bytes, size_t len, int cols)
{
	int lines = 0;
	size_t n;

	while ((n = plain_line(bytes, len, cols))) {
		bytes += n;
		len -= n;
		lines++;
	}
	return lines;
}

size_t vt_flood(struct vt *vt, const char *bytes, size_t len)
{
	static struct cell cells[VT_MOST];
	size_t at = 0;
	int lines;

	if (len < (size_t)vt->rows * 4 || !is_ready(vt))
		return 0;
	lines = count_lines(bytes, len, vt->cols) - vt->rows;
	if (lines < vt->rows)
		return 0;
	for (int row = 0; row < vt->rows - 1; row++) {
		vt_scrollback_push(&vt->back, cells, vt_row_cells(vt, row, cells));
		vt_pushed(vt);
	}
	for (; lines; lines--) {
		size_t n = plain_line(bytes + at, len - at, vt->cols);

		vt_scrollback_push_text(&vt->back, bytes + at, n - 2);
		vt_pushed(vt);
		at += n;
	}
	vt->ignored = vt->rows - 1;
	return at;
}
