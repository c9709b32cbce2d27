/*
 * The place is a byte of the text, not a number of a line: it stays where it is when
 * the lines change with the width. Matches of a search are bytes of the text, too.
 */
#define _GNU_SOURCE
#include "lab/screen/pager.h"

#include "lab/course/markdown.h"
#include "lab/screen/find.h"

#include <stdlib.h>
#include <string.h>

#define WIDTH_BEFORE 80 /* until it is drawn for the first time */
#define SIDE_STEP    8	/* columns */

struct pager {
	struct pane pane;
	struct pane_ops ops; /* the name is its own */
	char *title;
	char *source;
	bool markdown;

	struct doc doc;
	int width; /* it is laid out for; 0: not yet */
	int rows;  /* of the last draw */
	size_t top;
	size_t place; /* of the top: decides when the lines are others */
	int side;     /* columns of code that are out of sight to the left */

	char *needle; /* what is searched for, or NULL */
	struct matches found;
	size_t current; /* of them */
};

static const enum role roles[SPAN_KINDS] = {
	[SPAN_TEXT] = ROLE_TEXT,   [SPAN_DIM] = ROLE_DIM,	  [SPAN_BOLD] = ROLE_BOLD,
	[SPAN_ITALIC] = ROLE_BOLD, [SPAN_HEADING] = ROLE_HEADING, [SPAN_CODE] = ROLE_CODE,
	[SPAN_BLOCK] = ROLE_CODE,  [SPAN_LINK] = ROLE_LINK,	  [SPAN_MARK] = ROLE_DIM,
	[SPAN_RULE] = ROLE_DIM,
};

static struct pager *of(struct pane *pane)
{
	return (struct pager *)pane;
}

/* ---- lines ---- */

static size_t last_top(const struct pager *pager)
{
	size_t rows = pager->rows > 0 ? (size_t)pager->rows : 1;

	return pager->doc.n_lines > rows ? pager->doc.n_lines - rows : 0;
}

static void lay_out(struct pager *pager, int width)
{
	struct doc_look look = {
		.width = width > 0 ? width : 1, .medium = DOC_PANE, .columns = text_columns};

	if (pager->width == look.width)
		return;
	pager->width = look.width;
	if (pager->markdown)
		doc_markdown(&pager->doc, pager->source, &look);
	else
		doc_plain(&pager->doc, pager->source, &look);
	pager->top = doc_line_at(&pager->doc, pager->place);
}

/* Lines are needed before there is a pane to fit them into. */
static void lay_out_once(struct pager *pager)
{
	if (!pager->width)
		lay_out(pager, WIDTH_BEFORE);
}

/* Returns whether that is another line than before. */
static bool go_to_line(struct pager *pager, size_t line)
{
	size_t before = pager->top < last_top(pager) ? pager->top : last_top(pager);

	pager->top = line < last_top(pager) ? line : last_top(pager);
	pager->place = pager->doc.n_lines ? pager->doc.lines[pager->top].place : 0;
	return pager->top != before;
}

/* The line that shows a byte of the text. */
static size_t line_of(const struct pager *pager, size_t place)
{
	const struct doc *doc = &pager->doc;
	size_t first = doc_line_at(doc, place);

	/* A row of a table goes on in the lines below the one it begins in. */
	for (size_t line = first; line < doc->n_lines && doc->lines[line].place <= place; line++) {
		const struct doc_span *span = doc->spans + doc->lines[line].first_span;

		for (unsigned i = 0; i < doc->lines[line].n_spans; i++, span++)
			if (span->kind != SPAN_MARK && span->kind != SPAN_RULE &&
			    place >= span->at && place < span->at + span->len)
				return line;
	}
	return first;
}

/* ---- what it shows ---- */

static void forget_search(struct pager *pager)
{
	free(pager->needle);
	pager->needle = NULL;
	pager->found.n = pager->current = 0;
}

static void show(struct pager *pager, const char *title, const char *source, bool markdown)
{
	char *new_title = xstrdup(title);
	char *new_source = xstrdup(source);

	free(pager->title);
	free(pager->source);
	pager->title = new_title;
	pager->source = new_source;
	pager->markdown = markdown;
	pager->top = pager->place = 0;
	pager->side = 0;
	pager->width = 0;
	forget_search(pager);
}

void pager_markdown(struct pager *pager, const char *title, const char *markdown)
{
	show(pager, title, markdown, true);
}

void pager_text(struct pager *pager, const char *title, const char *text)
{
	show(pager, title, text, false);
}

int pager_top(const struct pager *pager)
{
	return (int)pager->place;
}

void pager_set_top(struct pager *pager, int place)
{
	lay_out_once(pager);
	pager->place = place > 0 ? (size_t)place : 0;
	pager->top = doc_line_at(&pager->doc, pager->place);
}

/* ---- searching ---- */

static bool is_seen(const struct pager *pager, size_t line)
{
	return line >= pager->top &&
	       line < pager->top + (size_t)(pager->rows > 0 ? pager->rows : 1);
}

/* Bring the current match into sight: its line, and where it is code its columns. */
static void show_current(struct pager *pager)
{
	const struct match *match = &pager->found.matches[pager->current];
	size_t line = line_of(pager, match->at);
	const struct doc_line *at = &pager->doc.lines[line];
	int third = pager->rows / 3;

	if (!is_seen(pager, line))
		(void)go_to_line(pager, line > (size_t)third ? line - (size_t)third : 0);
	if (at->code && at->n_spans) {
		const struct doc_span *span = &pager->doc.spans[at->first_span + at->n_spans - 1];
		int begin = span->col +
			    text_columns(pager->doc.text.s + span->at, match->at - span->at);
		int end = begin + text_columns(pager->doc.text.s + match->at, match->len);

		if (end - pager->side > pager->width)
			pager->side = end - pager->width;
		if (begin - pager->side < 0)
			pager->side = begin;
		if (end <= pager->width)
			pager->side = 0;
	}
}

/* A new search begins at the top of the pane, and so does one whose match is out of sight. */
static void choose_match(struct pager *pager, bool forwards, bool again)
{
	size_t n = pager->found.n, from;

	if (again && is_seen(pager, line_of(pager, pager->found.matches[pager->current].at))) {
		pager->current = (pager->current + (forwards ? 1 : n - 1)) % n;
		return;
	}
	from = matches_from(&pager->found, pager->place);
	pager->current = (from + (forwards ? 0 : n - 1)) % n;
}

static bool search(struct pane *pane, const char *text, bool forwards)
{
	struct pager *pager = of(pane);
	bool again = text && pager->needle && strcmp(pager->needle, text) == 0;

	if (!text || !text[0]) {
		forget_search(pager);
		return false;
	}
	lay_out_once(pager);
	if (!again) {
		forget_search(pager);
		pager->needle = xstrdup(text);
		matches_find(&pager->found, pager->doc.text.s, pager->doc.text.len, text);
	}
	if (!pager->found.n)
		return false;
	choose_match(pager, forwards, again);
	show_current(pager);
	return true;
}

/* The first heading that holds the text, else the first line; n_lines: neither. */
static size_t line_with(const struct pager *pager, const char *text)
{
	const struct doc *doc = &pager->doc;
	struct matches found = {0};
	size_t line = doc->n_lines;

	matches_find(&found, doc->text.s, doc->text.len, text);
	if (found.n)
		line = line_of(pager, found.matches[0].at);
	matches_free(&found);
	for (size_t i = 0; i < doc->n_lines; i++) {
		const char *heading = doc->text.s + doc->lines[i].place;

		if (doc->lines[i].level && find_in(heading, strcspn(heading, "\n"), text))
			return i;
	}
	return line;
}

bool pager_goto(struct pager *pager, const char *text)
{
	size_t line;

	lay_out_once(pager);
	line = line_with(pager, text);
	if (line >= pager->doc.n_lines)
		return false;
	pager->place = pager->doc.lines[line].place;
	pager->top = line;
	return true;
}

/* ---- drawing ---- */

static void draw_rule(const struct area *area, int row, const struct doc_span *span)
{
	for (int i = 0; i < span->cols; i++)
		(void)area_put(area, row, span->col + i, ROLE_DIM, "─");
}

/* Mark what of a span is searched for. */
static void draw_matches(const struct pager *pager, const struct area *area, int row, int col,
			 const struct doc_span *span)
{
	const char *text = pager->doc.text.s;
	size_t end = span->at + span->len;
	size_t i = matches_from(&pager->found, span->at);

	if (i > 0 && pager->found.matches[i - 1].at + pager->found.matches[i - 1].len > span->at)
		i--;
	for (; i < pager->found.n && pager->found.matches[i].at < end; i++) {
		size_t from = pager->found.matches[i].at, to = from + pager->found.matches[i].len;

		from = from < span->at ? span->at : from;
		to = to > end ? end : to;
		area_role(area, row, col + text_columns(text + span->at, from - span->at),
			  text_columns(text + from, to - from),
			  i == pager->current ? ROLE_SELECTED : ROLE_MATCH);
	}
}

static void draw_line(const struct pager *pager, const struct area *area, int row,
		      const struct doc_line *line)
{
	int side = line->code ? pager->side : 0;

	for (unsigned i = 0; i < line->n_spans; i++) {
		const struct doc_span *span = &pager->doc.spans[line->first_span + i];
		int col = span->col - side;

		if (span->kind == SPAN_RULE) {
			draw_rule(area, row, span);
			continue;
		}
		(void)area_put_cut(area, row, col, area->rect.cols - col, roles[span->kind],
				   doc_span_text(&pager->doc, span), span->len);
		if (span->kind != SPAN_MARK)
			draw_matches(pager, area, row, col, span);
	}
	/* As area_put_cut() does on the right. */
	if (side && line->n_spans)
		(void)area_put(area, row, 0, ROLE_DIM, surface_is_utf8() ? "…" : "~");
}

static void draw(struct pane *pane, const struct area *area, bool focus, int *ret_cursor_row,
		 int *ret_cursor_col)
{
	struct pager *pager = of(pane);

	(void)focus;
	*ret_cursor_row = -1;
	*ret_cursor_col = 0;
	lay_out(pager, area->rect.cols);
	/* From the place, not the top: a window that was large for a moment shows the same again. */
	if (pager->rows != area->rect.rows)
		pager->top = doc_line_at(&pager->doc, pager->place);
	pager->rows = area->rect.rows;
	if (pager->top > last_top(pager))
		pager->top = last_top(pager);
	for (int row = 0; row < area->rect.rows; row++)
		if (pager->top + (size_t)row < pager->doc.n_lines)
			draw_line(pager, area, row, &pager->doc.lines[pager->top + (size_t)row]);
}

static void title(const struct pane *pane, struct strbuf *to)
{
	const struct pager *pager = (const struct pager *)pane;

	strbuf_adds(to, pager->title ? pager->title : pane->ops->name);
	if (pager->found.n)
		strbuf_addf(to, " /%s %zu of %zu", pager->needle, pager->current + 1,
			    pager->found.n);
}

/* ---- moving ---- */

/* Columns of the widest line of code in sight. */
static int widest(const struct pager *pager)
{
	size_t end = pager->top + (size_t)pager->rows;
	int cols = 0;

	for (size_t i = pager->top; i < pager->doc.n_lines && i < end; i++)
		if (pager->doc.lines[i].code && pager->doc.lines[i].cols > cols)
			cols = pager->doc.lines[i].cols;
	return cols;
}

static bool move_side(struct pager *pager, int by)
{
	int most = widest(pager) - pager->width;
	int side = pager->side + by;

	/* To the right as far as there is something to see. */
	if (by > 0)
		side = side > most ? (most > pager->side ? most : pager->side) : side;
	side = side < 0 ? 0 : side;
	if (side == pager->side)
		return false;
	pager->side = side;
	return true;
}

static bool move(struct pane *pane, enum move where)
{
	struct pager *pager = of(pane);
	size_t page = pager->rows > 2 ? (size_t)pager->rows - 1 : 1;
	size_t half = pager->rows > 2 ? (size_t)pager->rows / 2 : 1;
	size_t top = pager->top;

	lay_out_once(pager);
	switch (where) {
	case MOVE_UP:
		return go_to_line(pager, top > 0 ? top - 1 : 0);
	case MOVE_DOWN:
		return go_to_line(pager, top + 1);
	case MOVE_PAGE_UP:
		return go_to_line(pager, top > page ? top - page : 0);
	case MOVE_PAGE_DOWN:
		return go_to_line(pager, top + page);
	case MOVE_HALF_UP:
		return go_to_line(pager, top > half ? top - half : 0);
	case MOVE_HALF_DOWN:
		return go_to_line(pager, top + half);
	case MOVE_TOP:
		return go_to_line(pager, 0);
	case MOVE_BOTTOM:
		return go_to_line(pager, last_top(pager));
	case MOVE_LEFT:
		return move_side(pager, -SIDE_STEP);
	case MOVE_RIGHT:
		return move_side(pager, SIDE_STEP);
	}
	return false;
}

static void extent(const struct pane *pane, int *ret_top, int *ret_seen, int *ret_total)
{
	const struct pager *pager = (const struct pager *)pane;

	*ret_top = (int)pager->top;
	*ret_seen = pager->rows;
	*ret_total = (int)pager->doc.n_lines;
}

/* ---- */

struct pager *pager_new(const char *name)
{
	struct pager *pager = xcalloc(1, sizeof(*pager));

	pager->ops = (struct pane_ops){
		.name = name,
		.title = title,
		.draw = draw,
		.move = move,
		.search = search,
		.extent = extent,
	};
	pager->pane.ops = &pager->ops;
	pager->doc = (struct doc)DOC_INIT;
	pager->source = xstrdup("");
	return pager;
}

void pager_free(struct pager *pager)
{
	if (!pager)
		return;
	doc_free(&pager->doc);
	free(pager->title);
	free(pager->source);
	free(pager->needle);
	matches_free(&pager->found);
	free(pager);
}

struct pane *pager_pane(struct pager *pager)
{
	return &pager->pane;
}
