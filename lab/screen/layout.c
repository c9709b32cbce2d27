#include "lab/screen/layout.h"

#include "lab/screen/display.h"

#define WIDE_COLS 120 /* from here on all panes at once, in two columns */
#define WIDE_ROWS 34
#define HUGE_COLS 180 /* in three */

#define LIST_COLS   25 /* of a narrow layout */
#define COLUMN_COLS 38 /* of the first column of a wide one */

static struct rect box(int row, int col, int rows, int cols)
{
	return (struct rect){.row = row, .col = col, .rows = rows, .cols = cols};
}

/* Two views: reading and running; the focus says which. */
static void narrow(const struct layout_wish *wish, int rows, struct layout *ret)
{
	int right = wish->cols - LIST_COLS;
	int verdict = wish->focus == PANE_VERDICT ? rows * 2 / 3 : rows * 2 / 5;
	int spaces = rows - LAYOUT_SPACES_ROWS < 8 ? rows - 8 : LAYOUT_SPACES_ROWS;

	if (wish->focus == PANE_TERMINAL || wish->focus == PANE_SPACES) {
		ret->panes[PANE_TERMINAL] = box(0, 0, rows - spaces, wish->cols);
		ret->panes[PANE_SPACES] = box(rows - spaces, 0, spaces, wish->cols);
		return;
	}
	ret->panes[PANE_LIST] = box(0, 0, rows, LIST_COLS);
	ret->panes[PANE_LESSON] = box(0, LIST_COLS, rows - verdict, right);
	ret->panes[PANE_VERDICT] = box(rows - verdict, LIST_COLS, verdict, right);
}

static void wide(const struct layout_wish *wish, int rows, struct layout *ret)
{
	int right = wish->cols - COLUMN_COLS;
	int list = wish->focus == PANE_VERDICT ? rows / 3 : rows / 2;
	int upper = rows - LAYOUT_SPACES_ROWS;
	int lesson = wish->focus == PANE_LESSON ? upper * 3 / 5 : upper * 2 / 5;

	ret->panes[PANE_LIST] = box(0, 0, list, COLUMN_COLS);
	ret->panes[PANE_VERDICT] = box(list, 0, rows - list, COLUMN_COLS);
	ret->panes[PANE_LESSON] = box(0, COLUMN_COLS, lesson, right);
	ret->panes[PANE_TERMINAL] = box(lesson, COLUMN_COLS, upper - lesson, right);
	ret->panes[PANE_SPACES] = box(upper, COLUMN_COLS, LAYOUT_SPACES_ROWS, right);
}

static void huge(const struct layout_wish *wish, int rows, struct layout *ret)
{
	int rest = wish->cols - COLUMN_COLS;
	int middle = rest * 2 / 5;
	int verdict = wish->focus == PANE_VERDICT ? rows / 2 : rows / 3;
	int upper = rows - LAYOUT_SPACES_ROWS;

	ret->panes[PANE_LIST] = box(0, 0, rows, COLUMN_COLS);
	ret->panes[PANE_LESSON] = box(0, COLUMN_COLS, rows - verdict, middle);
	ret->panes[PANE_VERDICT] = box(rows - verdict, COLUMN_COLS, verdict, middle);
	ret->panes[PANE_TERMINAL] = box(0, COLUMN_COLS + middle, upper, rest - middle);
	ret->panes[PANE_SPACES] =
		box(upper, COLUMN_COLS + middle, LAYOUT_SPACES_ROWS, rest - middle);
}

void layout_make(const struct layout_wish *wish, struct layout *ret)
{
	int rows = wish->rows - 2;

	*ret = (struct layout){.too_small = wish->rows < DISPLAY_ROWS || wish->cols < DISPLAY_COLS};
	if (ret->too_small)
		return;
	ret->message = box(rows, 0, 1, wish->cols);
	ret->footer = box(rows + 1, 0, 1, wish->cols);
	if (wish->zoom)
		ret->panes[wish->focus] = box(0, 0, rows, wish->cols);
	else if (wish->rows < WIDE_ROWS || wish->cols < WIDE_COLS)
		narrow(wish, rows, ret);
	else if (wish->cols < HUGE_COLS)
		wide(wish, rows, ret);
	else
		huge(wish, rows, ret);
}
