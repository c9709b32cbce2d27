#define _GNU_SOURCE
#include "lab/screen/list_pane.h"

#include "common/cleanup.h"
#include "lab/home.h"
#include "lab/screen/find.h"

#include <stdlib.h>
#include <string.h>

/* A row: a phase, or one of its exercises; behind the phases the appendices and their heading. */
struct list_row {
	unsigned phase; /* index in catalogue_phases; of the appendices that of its end */
	const struct exercise *exercise;
	const struct appendix *appendix;
};

struct list_pane {
	struct pane pane;
	const struct pick *pick;
	const struct exercise *current;
	struct list_row *rows;
	size_t n_rows;
	size_t selected;
	size_t top;
	int seen; /* rows of the last draw */
	char *filter;
};

/* How a state reads; in UTF-8 and in ASCII. */
static const struct {
	const char *sign, *ascii;
	enum role role;
} list_states[] = {
	[PROGRESS_NONE] = {"·", "-", ROLE_DIM},
	[PROGRESS_FAIL] = {"✗", "x", ROLE_BAD},
	[PROGRESS_PASS] = {"✓", "*", ROLE_GOOD},
};

static struct list_pane *of(struct pane *pane)
{
	return (struct list_pane *)pane;
}

static bool matches(const struct list_row *row, const char *text)
{
	const char *id = "", *title = "";

	if (row->exercise) {
		id = row->exercise->id;
		title = row->exercise->title;
	} else if (row->appendix) {
		id = row->appendix->id;
		title = row->appendix->title;
	}
	return find_in(id, strlen(id), text) || find_in(title, strlen(title), text);
}

/* A row, unless the filter leaves it out, and before the first of a phase its heading. */
static void add(struct list_pane *list, struct list_row row)
{
	bool headed = list->n_rows && list->rows[list->n_rows - 1].phase == row.phase;

	if (list->filter && !matches(&row, list->filter))
		return;
	list->rows = xreallocarray(list->rows, list->n_rows + 2, sizeof(*list->rows));
	if (!headed)
		list->rows[list->n_rows++] = (struct list_row){row.phase, NULL, NULL};
	list->rows[list->n_rows++] = row;
}

/* The rows anew; the cursor stays on what it was on, or near. */
static void arrange(struct list_pane *list)
{
	const struct catalogue *catalogue = &list->pick->catalogue;
	struct list_row was = {0, NULL, NULL};
	unsigned phase;

	if (list->n_rows)
		was = list->rows[list->selected];
	list->n_rows = 0;
	for (phase = 0; catalogue_phases[phase]; phase++)
		for (size_t i = 0; i < catalogue->n_exercises; i++) {
			const struct exercise *exercise = &catalogue->exercises[i];

			if (strcmp(exercise->phase, catalogue_phases[phase]) == 0)
				add(list, (struct list_row){phase, exercise, NULL});
		}
	for (size_t i = 0; i < catalogue->n_appendices; i++)
		add(list, (struct list_row){phase, NULL, &catalogue->appendices[i]});
	list->selected = list->n_rows > 1 ? 1 : 0;
	for (size_t i = 0; i < list->n_rows; i++)
		if (list->rows[i].exercise == was.exercise && list->rows[i].phase == was.phase &&
		    list->rows[i].appendix == was.appendix)
			list->selected = i;
}

static const struct pane_ops list_ops;

struct list_pane *list_pane_new(const struct pick *pick)
{
	struct list_pane *list = xcalloc(1, sizeof(*list));

	list->pane.ops = &list_ops;
	list->pick = pick;
	arrange(list);
	return list;
}

void list_pane_free(struct list_pane *list)
{
	if (!list)
		return;
	free(list->rows);
	free(list->filter);
	free(list);
}

struct pane *list_pane_pane(struct list_pane *list)
{
	return &list->pane;
}

void list_pane_changed(struct list_pane *list)
{
	arrange(list);
}

const struct exercise *list_pane_selected(const struct list_pane *list)
{
	return list->n_rows ? list->rows[list->selected].exercise : NULL;
}

const struct appendix *list_pane_appendix(const struct list_pane *list)
{
	return list->n_rows ? list->rows[list->selected].appendix : NULL;
}

void list_pane_select(struct list_pane *list, const struct exercise *exercise)
{
	const struct list_row row = {.exercise = exercise};

	if (list->filter && exercise && !matches(&row, list->filter))
		list_pane_filter(list, NULL);
	for (size_t i = 0; i < list->n_rows; i++)
		if (list->rows[i].exercise == exercise)
			list->selected = i;
}

bool list_pane_select_phase(struct list_pane *list, unsigned number)
{
	for (size_t i = 0; i < list->n_rows; i++) {
		if (list->rows[i].phase + 1 == number && !list->rows[i].exercise &&
		    catalogue_phases[list->rows[i].phase]) {
			list->selected = i + 1 < list->n_rows ? i + 1 : i;
			return true;
		}
	}
	return false;
}

void list_pane_current(struct list_pane *list, const struct exercise *exercise)
{
	list->current = exercise;
}

void list_pane_filter(struct list_pane *list, const char *text)
{
	free(list->filter);
	list->filter = text && text[0] ? xstrdup(text) : NULL;
	arrange(list);
	/* Back on what is worked on, where it is in sight. */
	for (size_t i = 0; i < list->n_rows; i++)
		if (list->current && list->rows[i].exercise == list->current)
			list->selected = i;
}

bool list_pane_filtered(const struct list_pane *list)
{
	return list->filter != NULL;
}

/* ---- the pane ---- */

static void title(const struct pane *pane, struct strbuf *to)
{
	const struct list_pane *list = (const struct list_pane *)pane;
	struct tally all = home_tally(list->pick, NULL);

	strbuf_addf(to, "exercises %u/%u", all.solved, all.total);
	if (list->filter)
		strbuf_addf(to, " \\%s", list->filter);
}

static void draw_phase(const struct list_pane *list, const struct area *area, int at,
		       unsigned phase)
{
	struct tally tally = home_tally(list->pick, catalogue_phases[phase]);
	int col = area_printf(area, at, 0, ROLE_HEADING, "%u %s ", phase + 1,
			      catalogue_phases[phase]);

	col = area_printf(area, at, col, ROLE_DIM, "%u/%u ", tally.solved, tally.total);
	(void)area_put_cut(area, at, col, area->rect.cols - col, ROLE_DIM,
			   catalogue_phase_titles[phase], strlen(catalogue_phase_titles[phase]));
}

static void draw_exercise(const struct list_pane *list, const struct area *area, int at,
			  const struct exercise *exercise)
{
	struct progress_entry entry = progress_get(&list->pick->progress, exercise);
	enum progress_state state = entry.passed ? PROGRESS_PASS : entry.state;
	const char *sign = surface_is_utf8() ? list_states[state].sign : list_states[state].ascii;
	int col;

	(void)area_put(area, at, 0, ROLE_TEXT, exercise == list->current ? ">" : " ");
	(void)area_put(area, at, 2, exercise->broken ? ROLE_BAD : list_states[state].role,
		       exercise->broken ? "!" : sign);
	col = area_put(area, at, 4, ROLE_TEXT, exercise->name) + 1;
	/* Titles in a column of their own, so that they can be read down. */
	col = col < 15 ? 15 : col;
	if (area->rect.cols - col >= 12)
		(void)area_put_cut(area, at, col, area->rect.cols - col, ROLE_DIM, exercise->title,
				   strlen(exercise->title));
}

static void draw_row(const struct list_pane *list, const struct area *area, int at,
		     const struct list_row *row)
{
	if (row->exercise) {
		draw_exercise(list, area, at, row->exercise);
	} else if (row->appendix) {
		int col = area_put(area, at, 4, ROLE_TEXT, row->appendix->name) + 1;

		col = col < 15 ? 15 : col;
		if (area->rect.cols - col >= 12)
			(void)area_put_cut(area, at, col, area->rect.cols - col, ROLE_DIM,
					   row->appendix->title, strlen(row->appendix->title));
	} else if (catalogue_phases[row->phase]) {
		draw_phase(list, area, at, row->phase);
	} else {
		(void)area_put(area, at, 0, ROLE_HEADING, "  appendix");
	}
}

static void scroll_to_cursor(struct list_pane *list, int rows)
{
	size_t seen = rows > 0 ? (size_t)rows : 1;

	list->seen = rows;
	if (list->top > list->selected)
		list->top = list->selected;
	if (list->selected >= list->top + seen)
		list->top = list->selected - seen + 1;
	if (list->top + seen > list->n_rows)
		list->top = list->n_rows > seen ? list->n_rows - seen : 0;
}

static void draw(struct pane *pane, const struct area *area, bool focus, int *ret_cursor_row,
		 int *ret_cursor_col)
{
	struct list_pane *list = of(pane);

	*ret_cursor_row = -1;
	*ret_cursor_col = 0;
	scroll_to_cursor(list, area->rect.rows);
	if (!list->n_rows)
		(void)area_put(area, 0, 0, ROLE_DIM, "nothing matches");
	for (int at = 0; at < area->rect.rows && list->top + (size_t)at < list->n_rows; at++) {
		const struct list_row *row = &list->rows[list->top + (size_t)at];

		draw_row(list, area, at, row);
		if (list->top + (size_t)at != list->selected)
			continue;
		area_role(area, at, 0, area->rect.cols, focus ? ROLE_SELECTED : ROLE_SELECTED_BLUR);
		if (focus)
			*ret_cursor_row = at;
	}
}

static bool move(struct pane *pane, enum move where)
{
	struct list_pane *list = of(pane);
	long page = list->seen > 1 ? list->seen - 1 : 1;
	long to = (long)list->selected;

	switch (where) {
	case MOVE_UP:
		to--;
		break;
	case MOVE_DOWN:
		to++;
		break;
	case MOVE_PAGE_UP:
		to -= page;
		break;
	case MOVE_PAGE_DOWN:
		to += page;
		break;
	case MOVE_HALF_UP:
		to -= page / 2;
		break;
	case MOVE_HALF_DOWN:
		to += page / 2;
		break;
	case MOVE_TOP:
		to = 0;
		break;
	case MOVE_BOTTOM:
		to = (long)list->n_rows - 1;
		break;
	case MOVE_LEFT: /* to the phase */
		while (to > 0 && (list->rows[to].exercise || list->rows[to].appendix))
			to--;
		break;
	default:
		return false;
	}
	if (to >= (long)list->n_rows)
		to = (long)list->n_rows - 1;
	if (to < 0)
		to = 0;
	if ((size_t)to == list->selected)
		return false;
	list->selected = (size_t)to;
	return true;
}

static bool search(struct pane *pane, const char *text, bool forwards)
{
	struct list_pane *list = of(pane);

	if (!text)
		return false;
	for (size_t i = 1; i <= list->n_rows; i++) {
		size_t at = (list->selected + (forwards ? i : list->n_rows - i)) % list->n_rows;

		if (matches(&list->rows[at], text)) {
			list->selected = at;
			return true;
		}
	}
	return false;
}

static void click(struct pane *pane, int row, int col)
{
	struct list_pane *list = of(pane);

	(void)col;
	if (list->top + (size_t)row < list->n_rows)
		list->selected = list->top + (size_t)row;
}

static void extent(const struct pane *pane, int *ret_top, int *ret_seen, int *ret_total)
{
	const struct list_pane *list = (const struct list_pane *)pane;

	*ret_top = (int)list->top;
	*ret_seen = list->seen;
	*ret_total = (int)list->n_rows;
}

static const struct pane_ops list_ops = {
	.name = "exercises",
	.title = title,
	.draw = draw,
	.move = move,
	.search = search,
	.click = click,
	.extent = extent,
};
