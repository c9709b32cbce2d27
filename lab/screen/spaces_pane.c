#define _GNU_SOURCE
#include "lab/screen/spaces_view.h"

#include "common/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct spaces_pane *of(struct pane *pane)
{
	return (struct spaces_pane *)(void *)pane;
}

static const struct spaces_pane *of_const(const struct pane *pane)
{
	return (const struct spaces_pane *)(const void *)pane;
}

const struct spaces *spaces_pane_picture(const struct spaces_pane *pane)
{
	return pane->frozen ? pane->frozen : pane->live;
}

/* The newest that lives; after a run the newest of all. */
static size_t newest(const struct spaces *spaces)
{
	size_t n = spaces_columns(spaces);

	for (size_t i = n; i > 2; i--)
		if (!spaces_column(spaces, i - 1)->ended)
			return i - 1;
	return n - 1;
}

size_t spaces_pane_column(const struct spaces_pane *pane)
{
	const struct spaces *spaces = spaces_pane_picture(pane);

	for (size_t i = spaces_columns(spaces); pane->pid && i > 0; i--)
		if (spaces_column(spaces, i - 1)->pid == pane->pid)
			return i - 1;
	return newest(spaces);
}

void spaces_add_name(const struct spaces *spaces, size_t column, struct strbuf *to)
{
	const char *comm = spaces_column(spaces, column)->comm;

	if (column < 2)
		strbuf_adds(to, column ? "sandbox" : "lab");
	else
		text_one_line(to, comm, strlen(comm), 64);
}

void spaces_lines_add(struct spaces_lines *lines, enum role role, struct strbuf *text)
{
	lines->list = xreallocarray(lines->list, lines->n + 1, sizeof(lines->list[0]));
	lines->list[lines->n++] = (struct spaces_line){strbuf_steal(text), role};
}

void spaces_lines_free(struct spaces_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->list[i].text);
	free(lines->list);
	*lines = (struct spaces_lines){NULL, 0};
}

static void title(const struct pane *any, struct strbuf *to)
{
	const struct spaces_pane *pane = of_const(any);
	const struct spaces *spaces = spaces_pane_picture(pane);
	size_t n = spaces_columns(spaces);
	size_t shown = pane->drawn.columns;

	strbuf_adds(to, "Namespaces");
	if (pane->view == SPACES_TREE)
		strbuf_adds(to, ": tree");
	if (pane->view == SPACES_NETWORK)
		strbuf_adds(to, ": network");
	if (pane->view == SPACES_DETAILS) {
		strbuf_addf(to, ": %s of ", nstypes[spaces_pane_type(pane)].name);
		spaces_add_name(spaces, spaces_pane_column(pane), to);
	}
	if (n > 1 && !spaces_running(spaces))
		strbuf_adds(to, " - ended; what was seen");
	if (pane->view == SPACES_TABLE && shown > 2 && shown < n)
		strbuf_addf(to, " - processes %zu-%zu of %zu", pane->drawn.first - 1,
			    pane->drawn.first + shown - 4, n - 2);
	if (spaces_hidden(spaces))
		strbuf_addf(to, " - %u more without room", spaces_hidden(spaces));
	if (pane->frozen)
		strbuf_adds(to, " - PAUSED");
	if (spaces_is_pinned(spaces))
		strbuf_adds(to, " - pinned");
}

static void clamp_lines(struct spaces_pane *pane)
{
	int n = (int)pane->lines.n;

	if (pane->line >= n)
		pane->line = n - 1;
	if (pane->line < 0)
		pane->line = 0;
	if (pane->top > n - pane->seen)
		pane->top = n - pane->seen;
	if (pane->line < pane->top)
		pane->top = pane->line;
	if (pane->seen && pane->line >= pane->top + pane->seen)
		pane->top = pane->line - pane->seen + 1;
	if (pane->top < 0)
		pane->top = 0;
}

static void draw_lines(struct spaces_pane *pane, const struct area *area, bool focus)
{
	pane->seen = area->rect.rows;
	clamp_lines(pane);
	for (int row = 0; row < pane->seen && pane->top + row < (int)pane->lines.n; row++) {
		const struct spaces_line *line = &pane->lines.list[pane->top + row];

		(void)area_put_cut(area, row, 0, area->rect.cols, line->role, line->text,
				   strlen(line->text));
		if (pane->top + row == pane->line)
			area_role(area, row, 0, area->rect.cols,
				  focus ? ROLE_SELECTED : ROLE_SELECTED_BLUR);
	}
}

static void draw(struct pane *any, const struct area *area, bool focus, int *ret_cursor_row,
		 int *ret_cursor_col)
{
	struct spaces_pane *pane = of(any);

	*ret_cursor_row = *ret_cursor_col = -1;
	area_clear(area);
	if (area->rect.rows <= 0 || area->rect.cols <= 0)
		return;
	if (pane->view == SPACES_TABLE) {
		spaces_table_draw(pane, area, focus);
		return;
	}
	if (pane->view == SPACES_TREE) {
		spaces_lines_free(&pane->lines);
		spaces_tree_lines(spaces_pane_picture(pane), &pane->lines);
	} else if (pane->view == SPACES_NETWORK) {
		spaces_network_lines(pane, area->rect.cols);
	} else {
		(void)spaces_details_read(pane, area->rect.cols);
	}
	draw_lines(pane, area, focus);
}

static bool move_to(int *place, int to, int n)
{
	int was = *place;

	if (to >= n)
		to = n - 1;
	*place = to < 0 ? 0 : to;
	return *place != was;
}

/* How far a movement goes down; 0: it is none of those. */
static int distance(enum move move, int page, int all)
{
	switch (move) {
	case MOVE_UP:
		return -1;
	case MOVE_DOWN:
		return 1;
	case MOVE_PAGE_UP:
		return -page;
	case MOVE_PAGE_DOWN:
		return page;
	case MOVE_HALF_UP:
		return -(page + 1) / 2;
	case MOVE_HALF_DOWN:
		return (page + 1) / 2;
	case MOVE_TOP:
		return -all;
	case MOVE_BOTTOM:
		return all;
	default:
		return 0;
	}
}

static bool move_column(struct spaces_pane *pane, int by)
{
	const struct spaces *spaces = spaces_pane_picture(pane);
	int at = (int)spaces_pane_column(pane);

	/* The first movement only shows where the selection is. */
	if (!move_to(&at, pane->pid ? at + by : at, (int)spaces_columns(spaces)) && pane->pid)
		return false;
	pane->pid = spaces_column(spaces, (size_t)at)->pid;
	return true;
}

static bool move(struct pane *any, enum move movement)
{
	struct spaces_pane *pane = of(any);
	int page = pane->seen > 1 ? pane->seen - 1 : 1;

	if (movement == MOVE_LEFT || movement == MOVE_RIGHT)
		return (pane->view == SPACES_TABLE || pane->view == SPACES_DETAILS) &&
		       move_column(pane, movement == MOVE_RIGHT ? 1 : -1);
	if (pane->view == SPACES_TABLE)
		return move_to(&pane->type,
			       pane->type + distance(movement, SPACES_TYPES / 2, SPACES_TYPES),
			       SPACES_TYPES);
	return move_to(&pane->line, pane->line + distance(movement, page, (int)pane->lines.n),
		       (int)pane->lines.n);
}

static bool has_text(const char *text, const char *wanted)
{
	for (const char *c = wanted; *c; c++)
		if (isupper((unsigned char)*c))
			return strstr(text, wanted) != NULL;
	return strcasestr(text, wanted) != NULL;
}

static bool search_lines(struct spaces_pane *pane, const char *text, bool forwards)
{
	int n = (int)pane->lines.n;

	for (int i = 1; i <= n; i++) {
		int at = (pane->line + (forwards ? i : n - i)) % n;

		if (!has_text(pane->lines.list[at].text, text))
			continue;
		pane->line = at;
		return true;
	}
	return false;
}

/* In reading order: a column's head counts as its first row, a row's as its first column. */
static bool place_has(const struct spaces *spaces, int place, const char *text)
{
	size_t column = (size_t)place % spaces_columns(spaces);
	enum nstype_id type = spaces_types[(size_t)place / spaces_columns(spaces)];
	const struct spaces_column *process = spaces_column(spaces, column);
	cleanup_strbuf struct strbuf words = STRBUF_INIT;

	if (type == spaces_types[0]) {
		spaces_add_name(spaces, column, &words);
		strbuf_addf(&words, "\n%d (%d)\n", (int)process->pid, (int)process->inside);
	}
	if (column == 0)
		strbuf_addf(&words, "%s\n", nstypes[type].name);
	if (process->cells[type].ino)
		strbuf_addf(&words, "%u\n", (unsigned)process->cells[type].ino);
	return has_text(words.s, text);
}

static bool search_table(struct spaces_pane *pane, const char *text, bool forwards)
{
	const struct spaces *spaces = spaces_pane_picture(pane);
	int columns = (int)spaces_columns(spaces);
	int n = columns * SPACES_TYPES;
	int from = pane->type * columns + (int)spaces_pane_column(pane);

	for (int i = 1; i <= n; i++) {
		int at = (from + (forwards ? i : n - i)) % n;

		if (!place_has(spaces, at, text))
			continue;
		pane->type = at / columns;
		pane->pid = spaces_column(spaces, (size_t)(at % columns))->pid;
		return true;
	}
	return false;
}

static bool search(struct pane *any, const char *text, bool forwards)
{
	struct spaces_pane *pane = of(any);

	if (!text || !*text)
		return false;
	return pane->view == SPACES_TABLE ? search_table(pane, text, forwards)
					  : search_lines(pane, text, forwards);
}

static void click_table(struct spaces_pane *pane, int row, int col)
{
	const struct spaces *spaces = spaces_pane_picture(pane);
	const struct spaces_drawn *drawn = &pane->drawn;
	size_t place = drawn->width > 0 && col >= drawn->label
			       ? (size_t)((col - drawn->label) / drawn->width)
			       : drawn->columns;

	if (row >= drawn->head && row < drawn->head + drawn->body)
		pane->type = pane->type_top + row - drawn->head;
	if (place >= drawn->columns)
		return;
	if (place >= 2)
		place += drawn->first - 2;
	if (place < spaces_columns(spaces))
		pane->pid = spaces_column(spaces, place)->pid;
}

static void click(struct pane *any, int row, int col)
{
	struct spaces_pane *pane = of(any);

	if (row < 0 || col < 0)
		return;
	if (pane->view == SPACES_TABLE)
		click_table(pane, row, col);
	else if (pane->top + row < (int)pane->lines.n)
		pane->line = pane->top + row;
}

static void extent(const struct pane *any, int *ret_top, int *ret_seen, int *ret_total)
{
	const struct spaces_pane *pane = of_const(any);
	bool table = pane->view == SPACES_TABLE;

	*ret_top = table ? pane->type_top : pane->top;
	*ret_seen = table ? pane->drawn.body : pane->seen;
	*ret_total = table ? SPACES_TYPES : (int)pane->lines.n;
}

static const struct pane_ops ops = {
	.name = "namespaces",
	.title = title,
	.draw = draw,
	.move = move,
	.search = search,
	.click = click,
	.extent = extent,
};

struct spaces_pane *spaces_pane_new(struct spaces *spaces)
{
	struct spaces_pane *pane = xcalloc(1, sizeof(*pane));

	pane->pane.ops = &ops;
	pane->live = spaces;
	pane->first = 2;
	/* The course begins with PIDs. */
	while (spaces_types[pane->type] != NSTYPE_PID)
		pane->type++;
	return pane;
}

void spaces_pane_free(struct spaces_pane *pane)
{
	if (!pane)
		return;
	spaces_lines_free(&pane->lines);
	spaces_free(pane->frozen);
	free(pane->network);
	free(pane->network_frozen);
	free(pane);
}

struct pane *spaces_pane_pane(struct spaces_pane *pane)
{
	return &pane->pane;
}

static void show(struct spaces_pane *pane, enum spaces_view view)
{
	pane->view = view;
	pane->line = pane->top = 0;
	spaces_lines_free(&pane->lines);
	pane->seen_details = (struct spaces_seen){0};
	pane->network_cols = 0;
}

void spaces_pane_tree(struct spaces_pane *pane)
{
	show(pane, pane->view == SPACES_TREE ? SPACES_TABLE : SPACES_TREE);
}

void spaces_pane_network(struct spaces_pane *pane)
{
	show(pane, pane->view == SPACES_NETWORK ? SPACES_TABLE : SPACES_NETWORK);
}

bool spaces_pane_shows_network(const struct spaces_pane *pane)
{
	return pane->view == SPACES_NETWORK;
}

void spaces_pane_set_network(struct spaces_pane *pane, const char *json, size_t len)
{
	free(pane->network);
	pane->network = json ? xstrndup(json, len) : NULL;
	/* A new text may lie where the old one was. */
	pane->network_cols = 0;
}

void spaces_pane_details(struct spaces_pane *pane)
{
	if (pane->view == SPACES_DETAILS) {
		show(pane, pane->back);
		return;
	}
	pane->back = pane->view;
	show(pane, SPACES_DETAILS);
}

bool spaces_pane_refresh(struct spaces_pane *pane)
{
	return pane->view == SPACES_DETAILS && pane->seen_details.cols &&
	       spaces_details_read(pane, pane->seen_details.cols);
}

void spaces_pane_pause(struct spaces_pane *pane)
{
	if (pane->frozen) {
		spaces_free(pane->frozen);
		free(pane->network_frozen);
		pane->frozen = NULL;
		pane->network_frozen = NULL;
	} else {
		pane->frozen = spaces_copy(pane->live);
		pane->network_frozen = pane->network ? xstrdup(pane->network) : NULL;
	}
	pane->network_cols = 0;
}

bool spaces_pane_paused(const struct spaces_pane *pane)
{
	return pane->frozen != NULL;
}
