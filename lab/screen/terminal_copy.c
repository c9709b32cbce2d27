/* Copy mode: a cursor of lab's own over all lines that are kept. */
#include "lab/screen/terminal_internal.h"

int terminal_top(const struct terminal_pane *terminal)
{
	return vt_lines(terminal->vt) - terminal->rows - vt_scrolled(terminal->vt);
}

int terminal_clamp(int n, int least, int most)
{
	return n < least ? least : n > most ? most : n;
}

struct vt_place terminal_place(const struct terminal_pane *terminal, const struct copy_place *place)
{
	long long line = place->line - vt_dropped(terminal->vt);

	if (line < 0)
		return (struct vt_place){0, 0}; /* no longer kept: from the oldest on */
	return (struct vt_place){terminal_clamp((int)line, 0, vt_lines(terminal->vt) - 1),
				 place->col};
}

static void show_selection(struct terminal_pane *terminal)
{
	struct vt_place from = terminal_place(terminal, &terminal->mark);
	struct vt_place to = terminal_place(terminal, &terminal->at);

	vt_select(terminal->vt, terminal->marked ? &from : NULL, terminal->marked ? &to : NULL);
}

void terminal_copy_to(struct terminal_pane *terminal, int line, int col)
{
	int lines = vt_lines(terminal->vt);
	int top = terminal_top(terminal);

	line = terminal_clamp(line, 0, lines - 1);
	terminal->at.line = vt_dropped(terminal->vt) + line;
	terminal->at.col = terminal_clamp(col, 0, terminal->cols - 1);
	if (line < top)
		(void)vt_scroll(terminal->vt, lines - terminal->rows - line);
	else if (line >= top + terminal->rows)
		(void)vt_scroll(terminal->vt, lines - 1 - line);
	show_selection(terminal);
}

void terminal_pane_copy_begin(struct terminal_pane *terminal)
{
	terminal->copying = true;
	terminal->marked = false;
	vt_hold(terminal->vt, true);
	terminal_copy_to(terminal, terminal_top(terminal) + terminal->rows - 1, 0);
}

bool terminal_pane_copying(const struct terminal_pane *terminal)
{
	return terminal->copying;
}

void terminal_pane_copy_mark(struct terminal_pane *terminal)
{
	terminal->mark = terminal->at;
	terminal->marked = true;
	show_selection(terminal);
}

void terminal_pane_copy_take(struct terminal_pane *terminal, struct strbuf *to)
{
	/* Without a mark: the whole line. */
	if (!terminal->marked) {
		terminal->mark = (struct copy_place){terminal->at.line, 0};
		terminal->at.col = terminal->cols - 1;
		terminal->marked = true;
	}
	show_selection(terminal);
	vt_selected(terminal->vt, to);
	terminal_pane_copy_end(terminal);
}

void terminal_pane_copy_end(struct terminal_pane *terminal)
{
	terminal->copying = false;
	terminal->marked = false;
	vt_hold(terminal->vt, false);
	(void)vt_scroll(terminal->vt, 0);
	show_selection(terminal);
}

bool terminal_copy_move(struct terminal_pane *terminal, enum move where)
{
	int page = terminal->rows - 1;
	int lines = vt_lines(terminal->vt);
	struct copy_place was = terminal->at;
	struct vt_place at = terminal_place(terminal, &terminal->at);
	static const int right[] = {[MOVE_LEFT] = -1, [MOVE_RIGHT] = 1, [MOVE_BOTTOM] = 0};
	const int down[] = {
		[MOVE_UP] = -1,
		[MOVE_DOWN] = 1,
		[MOVE_PAGE_UP] = -page,
		[MOVE_PAGE_DOWN] = page,
		[MOVE_HALF_UP] = -(page + 1) / 2,
		[MOVE_HALF_DOWN] = (page + 1) / 2,
		[MOVE_TOP] = -lines,
		[MOVE_BOTTOM] = lines,
	};

	terminal_copy_to(terminal, at.line + down[where], at.col + right[where]);
	return was.line != terminal->at.line || was.col != terminal->at.col;
}
