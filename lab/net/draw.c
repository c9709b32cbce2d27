#define _GNU_SOURCE
#include "lab/net/draw_internal.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_COLUMNS_MAX 20
#define BOX_COLUMNS_MIN	 24
#define EXTRA_LINES_MAX	 16 /* below the links of one box */

/* ---- signs ---- */

/* Which ways a line leaves a cell. */
enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, BROKEN = 16 };

/* By UP, DOWN, LEFT, RIGHT. */
static const char *const utf8_signs[16] = {" ", "│", "│", "│", "─", "┘", "┐", "┤",
					   "─", "└", "┌", "├", "─", "┴", "┬", "┼"};
static const char ascii_signs[] = " |||-+++-+++-++|";

struct signs {
	const char *top_left, *top_right, *bottom_left, *bottom_right, *across, *side, *port;
	const char *branch, *last;
};

static const struct signs signs[] = {
	[NET_UTF8] = {"┌", "┐", "└", "┘", "─", "│", "├", "├ ", "└ "},
	[NET_ASCII] = {"+", "+", "+", "+", "-", "|", "+", "|- ", "`- "},
};

enum net_charset net_charset_here(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? NET_UTF8 : NET_ASCII;
}

static const char *sign_of(unsigned ways, enum net_charset charset, char buf[2])
{
	if (ways & BROKEN) {
		bool across = (ways & ~(unsigned)BROKEN) == (LEFT | RIGHT);
		bool along = (ways & ~(unsigned)BROKEN) == (UP | DOWN);

		if (charset == NET_ASCII && (across || along))
			return across ? "." : ":";
		if (across || along)
			return across ? "╌" : "╎";
	}
	ways &= UP | DOWN | LEFT | RIGHT;
	if (charset == NET_UTF8)
		return utf8_signs[ways];
	buf[0] = ascii_signs[ways];
	buf[1] = '\0';
	return buf;
}

/* ---- rows ---- */

enum row_kind { ROW_TOP, ROW_INSIDE, ROW_BOTTOM };

struct row {
	enum row_kind kind;
	char *text;  /* of ROW_TOP the name */
	size_t wire; /* that leaves here, or NO_WIRE */
};

struct rows {
	struct row *list;
	size_t n;
	unsigned inner; /* columns between the borders' blanks */
};

static void add_row(struct rows *rows, enum row_kind kind, struct strbuf *text, size_t wire)
{
	rows->list = xreallocarray(rows->list, rows->n + 1, sizeof(rows->list[0]));
	rows->list[rows->n++] =
		(struct row){.kind = kind, .text = strbuf_steal(text), .wire = wire};
}

static void pad(struct strbuf *to, unsigned columns)
{
	for (unsigned i = 0; i < columns; i++)
		strbuf_addc(to, ' ');
}

/* Names of one namespace stand in a column of this width. */
static unsigned name_columns(const struct drawing *drawing, const struct drawn_space *space)
{
	unsigned most = 2;

	for (size_t i = 0; i < space->n; i++) {
		const struct drawn_link *link = &drawing->links[space->first + i];
		const char *branch = signs[drawing->look->charset].branch;
		unsigned columns =
			net_columns(link->link->name) + (link->depth ? net_columns(branch) : 0);

		if (columns > most)
			most = columns;
	}
	return most < NAME_COLUMNS_MAX ? most : NAME_COLUMNS_MAX;
}

static const char *state_text(const struct net_link *link)
{
	return link->state == NET_NO_CARRIER ? "no carrier" : net_state_name(link->state);
}

/* The states of one namespace, too. */
static unsigned state_columns(const struct drawing *drawing, const struct drawn_space *space)
{
	unsigned most = 2;

	for (size_t i = 0; i < space->n; i++) {
		const struct net_link *link = drawing->links[space->first + i].link;

		if (strlen(state_text(link)) > most)
			most = (unsigned)strlen(state_text(link));
	}
	return most;
}

/* A link's words, as many to a line as fit behind its name and state. */
static void add_link_rows(const struct drawing *drawing, const struct drawn_space *space,
			  const struct drawn_link *link, struct rows *rows)
{
	const struct signs *sign = &signs[drawing->look->charset];
	const char *branch = !link->depth ? "" : link->last ? sign->last : sign->branch;
	unsigned names = name_columns(drawing, space);
	unsigned start = names + 2 + state_columns(drawing, space);
	unsigned at = start;
	struct strbuf text = STRBUF_INIT;
	struct words words = {NULL, 0};
	size_t wire = link->wire;

	words_of_link(drawing, link, &words);
	strbuf_adds(&text, branch);
	pad(&text, names - net_columns(branch) -
			   net_text_add(&text, link->link->name, names - net_columns(branch),
					drawing->look->charset));
	strbuf_addf(&text, "  %-*s", (int)(start - names - 2), state_text(link->link));
	for (size_t i = 0; i < words.n; i++) {
		unsigned columns = net_columns(words.list[i]);

		if (at > start && at + 2 + columns > rows->inner) {
			add_row(rows, ROW_INSIDE, &text, wire);
			wire = NO_WIRE;
			pad(&text, start);
			at = start;
		}
		pad(&text, 2);
		at += 2 + net_text_add(&text, words.list[i],
				       rows->inner > at + 2 ? rows->inner - at - 2 : 1,
				       drawing->look->charset);
	}
	words_free(&words);
	add_row(rows, ROW_INSIDE, &text, wire);
}

/* One line of a namespace, wrapped between words. */
static void add_wrapped(const struct drawing *drawing, const char *line, struct rows *rows)
{
	struct strbuf text = STRBUF_INIT;
	unsigned at = 0;

	while (*line) {
		size_t len = strcspn(line, " ");
		char *word = xstrndup(line, len);
		unsigned columns = net_columns(word);

		if (at > 2 && at + 1 + columns > rows->inner) {
			add_row(rows, ROW_INSIDE, &text, NO_WIRE);
			pad(&text, 2);
			at = 2;
		} else if (at) {
			strbuf_addc(&text, ' ');
			at++;
		}
		at += net_text_add(&text, word, rows->inner > at ? rows->inner - at : 1,
				   drawing->look->charset);
		line += len;
		line += strspn(line, " ");
		free(word);
	}
	add_row(rows, ROW_INSIDE, &text, NO_WIRE);
}

static void add_space_rows(const struct drawing *drawing, const struct drawn_space *space,
			   struct rows *rows)
{
	struct strbuf text = STRBUF_INIT;
	struct words words = {NULL, 0};

	(void)net_text_add(&text, space->space->name, rows->inner - 3, drawing->look->charset);
	add_row(rows, ROW_TOP, &text, NO_WIRE);
	for (size_t i = 0; i < space->n; i++)
		add_link_rows(drawing, space, &drawing->links[space->first + i], rows);
	words_of_space(drawing, space, &words);
	for (size_t i = 0; i < words.n && i < EXTRA_LINES_MAX; i++)
		add_wrapped(drawing, words.list[i], rows);
	if (words.n > EXTRA_LINES_MAX) {
		strbuf_addf(&text, "and %zu more lines", words.n - EXTRA_LINES_MAX);
		add_row(rows, ROW_INSIDE, &text, NO_WIRE);
	}
	words_free(&words);
	add_row(rows, ROW_BOTTOM, &text, NO_WIRE);
}

static void free_rows(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		free(rows->list[i].text);
	free(rows->list);
	rows->list = NULL;
	rows->n = 0;
}

static void make_rows(const struct drawing *drawing, unsigned inner, struct rows *rows)
{
	free_rows(rows);
	rows->inner = inner;
	for (size_t i = 0; i < drawing->n_spaces; i++)
		add_space_rows(drawing, &drawing->spaces[i], rows);
}

/* No wider than the longest line needs. */
static unsigned widest(const struct rows *rows)
{
	unsigned most = BOX_COLUMNS_MIN;

	for (size_t i = 0; i < rows->n; i++) {
		unsigned columns =
			net_columns(rows->list[i].text) + (rows->list[i].kind == ROW_TOP ? 3 : 0);

		if (columns > most)
			most = columns;
	}
	return most < rows->inner ? most : rows->inner;
}

/* ---- lines ---- */

/* Where each wire begins and ends, in rows. */
struct reach {
	size_t from, to;
};

static void find_reaches(const struct drawing *drawing, const struct rows *rows,
			 struct reach *reaches)
{
	for (size_t i = 0; i < drawing->n_wires; i++)
		reaches[i] = (struct reach){SIZE_MAX, 0};
	for (size_t i = 0; i < rows->n; i++) {
		size_t wire = rows->list[i].wire;

		if (wire == NO_WIRE)
			continue;
		if (reaches[wire].from == SIZE_MAX)
			reaches[wire].from = i;
		else
			reaches[wire].to = i;
	}
}

/* The wires beside one row. */
static void add_gutter(struct strbuf *to, const struct drawing *drawing,
		       const struct reach *reaches, const struct rows *rows, size_t row)
{
	unsigned cells[64] = {0};
	int columns = drawing->lanes * 2;
	int used = 0;

	for (size_t i = 0; i < drawing->n_wires; i++) {
		const struct wire *wire = &drawing->wires[i];
		unsigned broken = wire->carries ? 0 : BROKEN;
		int at = wire->lane * 2 + 1;
		bool is_end = rows->list[row].wire == i;

		if (wire->lane < 0 || row < reaches[i].from || row > reaches[i].to)
			continue;
		cells[at] |= row > reaches[i].from ? UP | broken : 0;
		cells[at] |= row < reaches[i].to ? DOWN | broken : 0;
		cells[at] |= is_end ? LEFT : 0;
		for (int k = 0; is_end && k < at; k++)
			cells[k] |= LEFT | RIGHT | broken;
	}
	for (int i = 0; i < columns; i++)
		used = cells[i] ? i + 1 : used;
	for (int i = 0; i < used; i++) {
		char buf[2];

		strbuf_adds(to, sign_of(cells[i], drawing->look->charset, buf));
	}
}

static void add_border(struct strbuf *to, const char *sign, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		strbuf_adds(to, sign);
}

static void add_box(struct strbuf *to, const struct drawing *drawing, const struct rows *rows,
		    const struct row *row)
{
	const struct signs *sign = &signs[drawing->look->charset];
	unsigned columns = net_columns(row->text);

	switch (row->kind) {
	case ROW_TOP:
		strbuf_addf(to, "%s%s %s ", sign->top_left, sign->across, row->text);
		add_border(to, sign->across, rows->inner - columns - 1);
		strbuf_adds(to, sign->top_right);
		break;
	case ROW_INSIDE:
		strbuf_addf(to, "%s %s", sign->side, row->text);
		pad(to, rows->inner - columns + 1);
		strbuf_adds(to, row->wire == NO_WIRE ? sign->side : sign->port);
		break;
	case ROW_BOTTOM:
		strbuf_adds(to, sign->bottom_left);
		add_border(to, sign->across, rows->inner + 2);
		strbuf_adds(to, sign->bottom_right);
		break;
	}
}

/* The ones without a box, by name. */
static void add_rest(struct strbuf *to, const struct drawing *drawing, unsigned width)
{
	const struct netmodel *model = drawing->model;
	size_t more = model->n_spaces - drawing->n_spaces + model->hidden_spaces;
	struct strbuf text cleanup_strbuf = STRBUF_INIT;

	if (!more)
		return;
	strbuf_addf(&text, "and %zu more namespace%s", more, more == 1 ? "" : "s");
	for (size_t i = drawing->n_spaces; i < model->n_spaces; i++)
		strbuf_addf(&text, "%s%s", i == drawing->n_spaces ? ": " : ", ",
			    model->spaces[i].name);
	(void)net_text_add(to, text.s, width, drawing->look->charset);
	strbuf_addc(to, '\n');
}

void net_draw(struct strbuf *to, const struct netmodel *model, const struct net_look *look)
{
	struct net_look wide = *look;
	struct rows rows = {NULL, 0, 0};
	struct drawing drawing;
	struct reach *reaches;
	unsigned inner;

	if (wide.width < NET_DRAW_MIN)
		wide.width = NET_DRAW_MIN;
	drawing_choose(&drawing, model, &wide);
	inner = wide.width - (unsigned)drawing.lanes * 2 - 4;
	make_rows(&drawing, inner, &rows);
	rows.inner = widest(&rows);
	reaches = xcalloc(drawing.n_wires ? drawing.n_wires : 1, sizeof(reaches[0]));
	find_reaches(&drawing, &rows, reaches);
	for (size_t i = 0; i < rows.n; i++) {
		add_box(to, &drawing, &rows, &rows.list[i]);
		add_gutter(to, &drawing, reaches, &rows, i);
		strbuf_addc(to, '\n');
	}
	add_rest(to, &drawing, wide.width);
	if (!model->n_spaces)
		strbuf_adds(to, "no network namespace\n");
	free(reaches);
	free_rows(&rows);
	drawing_free(&drawing);
}
