/*
 * The table.
 *
 *	         lab         sandbox     bash        unshare     bash
 *	 PID     2314        2399 (1)    2401 (2)    2417 (9)    2418 (1)
 *	 cgroup  4026531835  4026532182≠ 4026532182= ...
 *	>pid     4026531836  4026532181≠ 4026532181= 4026532181= 4026532253≠*
 *
 * Lab and the sandbox stay; of the others as many as have room, the selected one among them.
 */
#define _GNU_SOURCE
#include "lab/screen/spaces_view.h"

#include "common/strbuf.h"

#include <stdio.h>
#include <string.h>

#define LABEL_COLS 8
/* Wider columns are harder to compare. */
#define WIDTH_MAX 24
/* "bash 24001(2)" */
#define HEAD_COLS 13
#define FIXED	  2

const enum nstype_id spaces_types[SPACES_TYPES] = {
	NSTYPE_CGROUP, NSTYPE_IPC,  NSTYPE_MNT,	 NSTYPE_NET,
	NSTYPE_PID,    NSTYPE_TIME, NSTYPE_USER, NSTYPE_UTS,
};

/* The rows of the area: what has no room is left out, explanations first. */
struct plan {
	int head;    /* 1: name and PID in one row, 2 */
	int body;    /* types that have room */
	int meaning; /* the row it is in, -1: none */
	int legend;
};

static struct plan plan_rows(int rows, int width)
{
	struct plan plan = {.head = 2, .meaning = -1, .legend = -1};

	/* Where both fit in one row that is better than a type out of sight. */
	if (rows < SPACES_TYPES + plan.head && (width > HEAD_COLS || rows < 4))
		plan.head = 1;

	plan.body = rows - plan.head;
	if (plan.body > SPACES_TYPES)
		plan.body = SPACES_TYPES;
	if (plan.body < 0)
		plan.body = 0;
	if (rows > plan.head + plan.body)
		plan.meaning = rows - 1;
	if (rows > plan.head + plan.body + 1) {
		plan.meaning = rows - 2;
		plan.legend = rows - 1;
	}
	return plan;
}

/* Full numbers where all columns fit with them, else short ones, and as many columns as fit. */
static void plan_columns(struct spaces_pane *pane, int cols)
{
	const struct spaces *spaces = spaces_pane_picture(pane);
	struct spaces_drawn *drawn = &pane->drawn;
	size_t n = spaces_columns(spaces);
	int room = cols - LABEL_COLS;
	int width = spaces_cell_width(spaces, true) + 1;
	size_t selected = spaces_pane_column(pane);
	size_t moving;

	drawn->label = LABEL_COLS;
	if (width * (int)n > room)
		width = spaces_cell_width(spaces, false) + 1;
	drawn->columns = room / width > 0 ? (size_t)(room / width) : 1;
	if (drawn->columns > n)
		drawn->columns = n;
	width = room / (int)drawn->columns;
	drawn->width = width > WIDTH_MAX ? WIDTH_MAX : width;
	moving = drawn->columns > FIXED ? drawn->columns - FIXED : 0;
	if (selected >= FIXED && selected < pane->first)
		pane->first = selected;
	if (moving && selected >= pane->first + moving)
		pane->first = selected - moving + 1;
	if (pane->first + moving > n)
		pane->first = n - moving;
	if (pane->first < FIXED)
		pane->first = FIXED;
	drawn->first = pane->first;
}

/* The column of the picture that is shown in a place. */
static size_t column_at(const struct spaces_drawn *drawn, size_t place)
{
	return place < FIXED ? place : drawn->first + place - FIXED;
}

static void draw_head(const struct spaces_pane *pane, const struct area *area, bool focus,
		      size_t place)
{
	const struct spaces *spaces = spaces_pane_picture(pane);
	const struct spaces_drawn *drawn = &pane->drawn;
	size_t at = column_at(drawn, place);
	const struct spaces_column *column = spaces_column(spaces, at);
	int col = drawn->label + (int)place * drawn->width;
	int cols = drawn->width - 1;
	cleanup_strbuf struct strbuf name = STRBUF_INIT;
	cleanup_strbuf struct strbuf pid = STRBUF_INIT;
	enum role role = column->ended ? ROLE_DIM : ROLE_HEADING;

	spaces_add_name(spaces, at, &name);
	if (drawn->head == 1) {
		int room = cols - text_columns(name.s, name.len) - 1;

		/* A number is of more use than the end of a name. */
		spaces_add_pid(spaces, at, room < 8 ? 8 : room, &pid);
		room = cols - (int)pid.len - 1;
		if (text_columns(name.s, name.len) < room)
			room = text_columns(name.s, name.len);
		if (room > 0)
			(void)area_put_cut(area, 0, col, room++, role, name.s, name.len);
		else
			room = 0;
		(void)area_put_cut(area, 0, col + room, cols - room, ROLE_DIM, pid.s, pid.len);
	} else {
		spaces_add_pid(spaces, at, cols, &pid);
		(void)area_put_cut(area, 0, col, cols, role, name.s, name.len);
		(void)area_put_cut(area, 1, col, cols, column->ended ? ROLE_DIM : ROLE_TEXT, pid.s,
				   pid.len);
	}
	if (pane->pid && at == spaces_pane_column(pane))
		area_role(area, 0, col, cols, focus ? ROLE_SELECTED : ROLE_SELECTED_BLUR);
}

static void draw_row(const struct spaces_pane *pane, const struct area *area, bool focus, int i,
		     int row)
{
	const struct spaces *spaces = spaces_pane_picture(pane);
	const struct spaces_drawn *drawn = &pane->drawn;
	enum nstype_id type = spaces_types[i];
	enum role label = ROLE_TEXT;

	if (i == pane->type)
		label = focus ? ROLE_SELECTED : ROLE_SELECTED_BLUR;
	(void)area_printf(area, row, 0, label, "%c%-*s", i == pane->type ? '>' : ' ',
			  drawn->label - 2, nstypes[type].name);
	for (size_t place = 0; place < drawn->columns; place++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		enum role role = spaces_add_cell(spaces, column_at(drawn, place), type,
						 drawn->width - 1, &text);

		(void)area_put_cut(area, row, drawn->label + (int)place * drawn->width,
				   drawn->width - 1, role, text.s, text.len);
	}
}

/* Beside lab's own column, while there is nothing else. */
static void draw_invitation(const struct spaces_pane *pane, const struct area *area)
{
	static const char *const nothing[] = {
		"Nothing has run yet.",
		"r runs the program, ! opens a shell;",
		"watch this table.",
	};
	static const char *const starting[] = {
		"Starting: no process in a sandbox yet.",
	};
	static const char *const missed[] = {
		"It ended before it could be looked at.",
		"r runs the program, ! opens a shell;",
		"watch this table.",
	};
	const struct spaces *spaces = spaces_pane_picture(pane);
	const char *const *text = nothing;
	size_t n = sizeof(nothing) / sizeof(nothing[0]);

	if (spaces_running(spaces)) {
		text = starting;
		n = 1;
	} else if (spaces_steps(spaces)) {
		text = missed;
	}
	for (size_t i = 0; i < n; i++)
		(void)area_put(area, pane->drawn.head + 1 + (int)i,
			       pane->drawn.label + pane->drawn.width + 2, ROLE_DIM, text[i]);
}

/* Whose children will be elsewhere: the selected process, or the first that is so; NULL: nobody. */
static const struct spaces_column *pending_in(const struct spaces_pane *pane, enum nstype_id type)
{
	const struct spaces *spaces = spaces_pane_picture(pane);
	const struct spaces_column *column = spaces_column(spaces, spaces_pane_column(pane));

	if (column->cells[type].pending)
		return column;
	for (size_t i = 0; i < spaces_columns(spaces); i++) {
		column = spaces_column(spaces, i);
		if (column->cells[type].pending && !column->ended)
			return column;
	}
	return NULL;
}

static void draw_meaning(const struct spaces_pane *pane, const struct area *area, int row)
{
	enum nstype_id type = spaces_pane_type(pane);
	const struct spaces_column *pending = pending_in(pane, type);

	if (pending)
		(void)area_printf(area, row, 0, ROLE_DIM,
				  "%s: %d itself stays where it is; its next children will not",
				  nstypes[type].name, (int)pending->pid);
	else
		(void)area_printf(area, row, 0, ROLE_DIM, "%s: %s (%s)", nstypes[type].name,
				  nstypes[type].meaning, nstypes[type].man);
}

void spaces_table_draw(struct spaces_pane *pane, const struct area *area, bool focus)
{
	struct spaces_drawn *drawn = &pane->drawn;
	struct plan plan;

	plan_columns(pane, area->rect.cols);
	plan = plan_rows(area->rect.rows, drawn->width);
	drawn->head = plan.head;
	drawn->body = plan.body;
	if (pane->type < pane->type_top)
		pane->type_top = pane->type;
	if (plan.body && pane->type >= pane->type_top + plan.body)
		pane->type_top = pane->type - plan.body + 1;
	if (pane->type_top + plan.body > SPACES_TYPES)
		pane->type_top = SPACES_TYPES - plan.body;
	if (plan.head == 2)
		(void)area_put(area, 1, 1, ROLE_HEADING, "PID");
	for (size_t place = 0; place < drawn->columns; place++)
		draw_head(pane, area, focus, place);
	for (int i = 0; i < plan.body; i++)
		draw_row(pane, area, focus, pane->type_top + i, plan.head + i);
	if (spaces_columns(spaces_pane_picture(pane)) == 1)
		draw_invitation(pane, area);
	if (plan.meaning >= 0)
		draw_meaning(pane, area, plan.meaning);
	if (plan.legend >= 0)
		(void)area_put(area, plan.legend, 0, ROLE_DIM, spaces_legend());
}
