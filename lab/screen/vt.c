#define _GNU_SOURCE
#include "lab/screen/vt_internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE 4096 /* bytes written to libvterm at a time: it puts them on the stack */

/* ---- what libvterm calls ---- */

void vt_pushed(struct vt *vt)
{
	if (vt->resizing)
		vt->owed++;
	/* What is in sight stays there, as long as it is kept. */
	if ((vt->scrolled || vt->held) && vt->scrolled < vt->back.count)
		vt->scrolled++;
	if (vt->scrolled > vt->back.count)
		vt->scrolled = vt->back.count;
}

static bool is_erased(const VTermScreenCell *cell)
{
	return !cell->chars[0] && VTERM_COLOR_IS_DEFAULT_BG(&cell->bg) && !cell->attrs.reverse &&
	       !cell->attrs.underline && !cell->attrs.strike;
}

static int push_line(int cols, const VTermScreenCell *cells, void *user)
{
	struct vt *vt = user;

	if (vt->ignored) {
		vt->ignored--;
		return 1;
	}
	if (cols > VT_MOST)
		cols = VT_MOST;
	while (cols && is_erased(&cells[cols - 1]))
		cols--;
	for (int col = 0; col < cols; col++) {
		vt_cell_from(&cells[col], &vt->cells[col]);
		if (vt->cells[col].width == 2 && col + 1 < cols)
			vt->cells[++col] = (struct cell){.role = ROLE_OWN};
	}
	vt_scrollback_push(&vt->back, vt->cells, cols);
	vt_pushed(vt);
	return 1;
}

/* Where the last row of a line begins that is wrapped at so many columns. */
static int last_row_begins(const struct cell *cells, int n, int cols)
{
	int begin = 0;

	while (n - begin > cols) {
		begin += cols;
		if (cells[begin].width == 0)
			begin--;
	}
	return begin;
}

/* The screen grows: its new first row is the newest line, or the end of it where it is too long. */
static int pop_line(int cols, VTermScreenCell *cells, void *user)
{
	struct vt *vt = user;
	int newest = vt->back.count - 1;
	int n, begin;

	if (!vt->resizing || !vt->back.count || vt->allow <= 0)
		return 0;
	n = vt_scrollback_get(&vt->back, newest, vt->cells, VT_MOST);
	begin = last_row_begins(vt->cells, n, cols);
	for (int col = 0; col < cols; col++) {
		struct cell blank = {.width = 1, .fg = COLOR_DEFAULT, .bg = COLOR_DEFAULT};
		const struct cell *cell = begin + col < n ? &vt->cells[begin + col] : &blank;

		vt_cell_to(vt->state, cell, &cells[col]);
		if (cell->width == 2 && col + 1 == cols)
			cells[col].width = 1;
	}
	vt_scrollback_pop(&vt->back);
	if (begin) {
		vt_scrollback_push(&vt->back, vt->cells, begin);
		return 1;
	}
	vt->allow--;
	if (vt->owed)
		vt->owed--;
	if (vt->scrolled)
		vt->scrolled--;
	return 1;
}

static int set_property(VTermProp prop, VTermValue *value, void *user)
{
	struct vt *vt = user;

	if (prop == VTERM_PROP_ALTSCREEN)
		vt->alternate = value->boolean != 0;
	else if (prop == VTERM_PROP_CURSORVISIBLE)
		vt->cursor_hidden = !value->boolean;
	return 1;
}

static void take_output(const char *bytes, size_t len, void *user)
{
	struct vt *vt = user;

	if (vt->out)
		strbuf_add(vt->out, bytes, len);
}

static const VTermScreenCallbacks callbacks = {
	.settermprop = set_property,
	.sb_pushline = push_line,
	.sb_popline = pop_line,
};

/* ---- life cycle ---- */

static int clamped(int size)
{
	return size < VT_LEAST ? VT_LEAST : size > VT_MOST ? VT_MOST : size;
}

struct vt *vt_new(int rows, int cols)
{
	struct vt *vt = xcalloc(1, sizeof(*vt));

	vt->rows = clamped(rows);
	vt->cols = clamped(cols);
	vt->at_line = -1;
	vt->cells = xcalloc(VT_MOST, sizeof(*vt->cells));
	vt_guard_init(&vt->guard);
	vt_scrollback_init(&vt->back);
	vt->term = vterm_new(vt->rows, vt->cols);
	vterm_set_utf8(vt->term, 1);
	vterm_output_set_callback(vt->term, take_output, vt);
	vt->state = vterm_obtain_state(vt->term);
	vt->screen = vterm_obtain_screen(vt->term);
	vterm_screen_set_callbacks(vt->screen, &callbacks, vt);
	vterm_screen_set_damage_merge(vt->screen, VTERM_DAMAGE_SCROLL);
	vterm_screen_enable_altscreen(vt->screen, 1);
	vterm_screen_reset(vt->screen, 1);
	return vt;
}

void vt_free(struct vt *vt)
{
	if (!vt)
		return;
	vterm_free(vt->term);
	vt_guard_free(&vt->guard);
	vt_scrollback_free(&vt->back);
	free(vt->cells);
	free(vt->search);
	free(vt);
}

VTermPos vt_cursor(const struct vt *vt)
{
	VTermPos pos;

	vterm_state_get_cursorpos(vt->state, &pos);
	return pos;
}

bool vt_alternate(const struct vt *vt)
{
	return vt->alternate;
}

/* ---- output ---- */

static void write_safe(struct vt *vt, const struct strbuf *safe)
{
	for (size_t at = 0; at < safe->len; at += SLICE) {
		size_t left = safe->len - at;

		(void)vterm_input_write(vt->term, safe->s + at, left < SLICE ? left : SLICE);
	}
}

static void write_text(struct vt *vt, const char *text)
{
	(void)vterm_input_write(vt->term, text, strlen(text));
}

static void move_cursor(struct vt *vt, int row, int col)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "\033[%d;%dH", row < 0 ? 1 : row + 1,
		       col < 0 ? 1 : col + 1);
	write_text(vt, text);
}

/* How much to take at a time: up to a newline, where there is one, for vt_flood() to begin at. */
static size_t slice(const char *bytes, size_t len)
{
	const char *end;

	if (len <= SLICE)
		return len;
	end = memrchr(bytes, '\n', SLICE);
	return end ? (size_t)(end - bytes) + 1 : SLICE;
}

void vt_feed(struct vt *vt, const char *bytes, size_t len)
{
	while (len) {
		size_t n = vt_flood(vt, bytes, len);

		if (!n) {
			n = slice(bytes, len);
			write_safe(vt, vt_guard_feed(&vt->guard, bytes, n, vt->cols));
		}
		bytes += n;
		len -= n;
	}
	vt->ignored = 0;
}

void vt_restart(struct vt *vt)
{
	write_safe(vt, vt_guard_end(&vt->guard, vt->cols));
	/* What the filter doesn't count: tab stops. */
	vterm_state_reset(vt->state, 0);
	vt->guard.region = false;
}

static bool row_is_blank(const struct vt *vt, int row)
{
	return vterm_screen_is_eol(vt->screen, (VTermPos){.row = row, .col = 0});
}

static int last_row(const struct vt *vt)
{
	int row = vt->rows - 1;

	while (row >= 0 && row_is_blank(vt, row))
		row--;
	return row;
}

void vt_note(struct vt *vt, const char *text)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	struct text_filter filter = vt->guard.filter;
	int last = last_row(vt);

	/* Below what is there, wherever the program has left the cursor. */
	if (vt_cursor(vt).row < last)
		move_cursor(vt, last, 0);
	if (!row_is_blank(vt, vt_cursor(vt).row))
		strbuf_adds(&line, "\r\n");
	strbuf_adds(&line, "\r\033[m");
	text_one_line(&line, text, strlen(text), VT_MOST);
	strbuf_adds(&line, "\r\n");
	/* The program may be in the middle of a sequence. */
	vt->guard.filter = (struct text_filter)TEXT_FILTER_INIT;
	write_safe(vt, vt_guard_feed(&vt->guard, line.s, line.len, vt->cols));
	vt->guard.filter = filter;
}

/* ---- size ---- */

/* libvterm crashes where the region ends above its beginning. The cursor stays. */
static void forget_region(struct vt *vt)
{
	VTermPos pos = vt_cursor(vt);

	if (!vt->guard.region)
		return;
	write_text(vt, "\033[r");
	move_cursor(vt, pos.row, pos.col);
	vt->guard.region = false;
}

static void set_size(struct vt *vt, int rows, int cols)
{
	VTermPos pos;

	vterm_set_size(vt->term, rows, cols);
	vt->rows = rows;
	vt->cols = cols;
	/* Rows that went out at the top may have taken the cursor along. */
	pos = vt_cursor(vt);
	if (pos.row < 0 || pos.row >= rows || pos.col < 0 || pos.col >= cols)
		move_cursor(vt, pos.row < rows ? pos.row : rows - 1,
			    pos.col < cols ? pos.col : cols - 1);
}

/* Is there anything in a row from this column on? */
static bool reaches(const struct vt *vt, int row, int col)
{
	return !vterm_screen_is_eol(vt->screen, (VTermPos){.row = row, .col = col});
}

static bool would_be_cut(const struct vt *vt, int cols)
{
	for (int row = 0; row < vt->rows; row++)
		if (reaches(vt, row, cols))
			return true;
	return false;
}

/*
 * libvterm cuts what is too wide. So let all rows above the cursor scroll out, whole, and
 * come back wrapped.
 */
static void narrow(struct vt *vt, int rows, int cols)
{
	int owed = vt->owed;

	if (reaches(vt, vt_cursor(vt).row, cols))
		write_text(vt, "\r\n");
	vterm_set_size(vt->term, 1, vt->cols);
	vterm_set_size(vt->term, 1, cols);
	vt->allow = vt->owed - owed;
	set_size(vt, rows, cols);
}

static void resize_primary(struct vt *vt, int rows, int cols)
{
	int cursor = vt_cursor(vt).row;

	vt->resizing = true;
	if (cols < vt->cols && cursor >= last_row(vt) && would_be_cut(vt, cols)) {
		narrow(vt, rows, cols);
	} else {
		/* Where the screen is full, all may come back; else only what a smaller one drove out. */
		vt->allow = cursor == vt->rows - 1 ? INT_MAX : vt->owed;
		set_size(vt, rows, cols);
	}
	vt->resizing = false;
}

void vt_resize(struct vt *vt, int rows, int cols)
{
	VTermPos pos = vt_cursor(vt);
	bool alternate = vt->alternate;
	bool smaller;

	rows = clamped(rows);
	cols = clamped(cols);
	if (rows == vt->rows && cols == vt->cols)
		return;
	smaller = rows < vt->rows || cols < vt->cols;
	vt_select(vt, NULL, NULL);
	forget_region(vt);
	/*
	 * In the alternate screen libvterm cuts the other one. Programs draw the alternate
	 * screen anew when told of the size; what was on the other nobody draws.
	 */
	if (alternate && smaller)
		write_text(vt, "\033[?1049l\033[1g");
	resize_primary(vt, rows, cols);
	if (alternate && smaller) {
		write_text(vt, "\033[?1049h");
		move_cursor(vt, pos.row < rows ? pos.row : rows - 1,
			    pos.col < cols ? pos.col : cols - 1);
	}
	if (vt->scrolled > vt->back.count)
		vt->scrolled = vt->back.count;
}

/* ---- lines ---- */

int vt_lines(const struct vt *vt)
{
	return vt->back.count + vt->rows;
}

long long vt_dropped(const struct vt *vt)
{
	return vt->back.dropped;
}

void vt_hold(struct vt *vt, bool hold)
{
	vt->held = hold;
}

int vt_scroll(struct vt *vt, int lines)
{
	vt->scrolled = lines < 0 ? 0 : lines > vt->back.count ? vt->back.count : lines;
	return vt->scrolled;
}

int vt_scrolled(const struct vt *vt)
{
	return vt->scrolled;
}

int vt_row_cells(const struct vt *vt, int row, struct cell cells[static VT_MOST])
{
	int n = 0;

	for (int col = 0; col < vt->cols; col++) {
		VTermScreenCell cell;

		if (!vterm_screen_get_cell(vt->screen, (VTermPos){.row = row, .col = col}, &cell))
			break;
		vt_cell_from(&cell, &cells[col]);
		if (cells[col].width == 2 && col + 1 < vt->cols)
			cells[++col] = (struct cell){.role = ROLE_OWN};
		if (!vt_cell_is_blank(&cells[col]))
			n = col + 1;
	}
	return n;
}

int vt_line_cells(const struct vt *vt, int line, struct cell cells[static VT_MOST])
{
	if (line < 0 || line >= vt_lines(vt))
		return 0;
	if (line < vt->back.count)
		return vt_scrollback_get(&vt->back, line, cells, VT_MOST);
	return vt_row_cells(vt, line - vt->back.count, cells);
}
