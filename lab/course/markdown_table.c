#define _GNU_SOURCE
#include "lab/course/markdown_internal.h"

#include <string.h>

#define GAP	    2  /* columns between two of a table */
#define COLUMNS_MAX 64 /* md4c fills every row up to that */
#define CELLS_MAX   100000

int markdown_table_begin(struct builder *b, const MD_BLOCK_TABLE_DETAIL *detail)
{
	if (detail->col_count > COLUMNS_MAX ||
	    (unsigned long long)detail->col_count *
			    (detail->head_row_count + (unsigned long long)detail->body_row_count) >
		    CELLS_MAX)
		return MARKDOWN_TOO_WIDE;
	b->in_table = true;
	b->table.cols = detail->col_count;
	b->table.n = 0;
	b->table.header = false;
	return 0;
}

void markdown_cell_begin(struct builder *b, const MD_BLOCK_TD_DETAIL *detail)
{
	struct table *table = &b->table;

	table->cells = markdown_grown(table->cells, table->n, &table->cap, sizeof(*table->cells));
	table->cells[table->n++] = (struct cell){.at = b->doc->text.len, .align = detail->align};
	b->start = b->doc->text.len;
}

void markdown_cell_end(struct builder *b)
{
	struct cell *cell = &b->table.cells[b->table.n - 1];

	cell->end = b->doc->text.len;
	if (b->in_header && cell->end > cell->at)
		b->table.header = true;
	/* So that nothing is found that stands in two of them. */
	strbuf_addc(&b->doc->text, '\n');
	b->start = b->doc->text.len;
}

/* ---- how wide the columns are ---- */

struct widths {
	int longest_word[COLUMNS_MAX]; /* less than that breaks a word */
	int natural[COLUMNS_MAX];      /* more than that is empty */
	int is[COLUMNS_MAX];
};

static int longest_word(const struct builder *b, const struct cell *cell)
{
	const char *text = b->doc->text.s;
	int longest = 1;

	for (size_t at = cell->at; at < cell->end;) {
		size_t len = 0;
		int cols;

		while (at + len < cell->end && text[at + len] != ' ' && text[at + len] != '\n')
			len++;
		cols = doc_look_columns(&b->look, text + at, len);
		longest = cols > longest ? cols : longest;
		at += len + 1;
	}
	return longest;
}

static void measure(const struct builder *b, struct widths *widths)
{
	const struct table *table = &b->table;

	for (size_t i = 0; i < table->n; i++) {
		const struct cell *cell = &table->cells[i];
		size_t col = i % table->cols;
		int word = longest_word(b, cell);
		int all =
			doc_look_columns(&b->look, b->doc->text.s + cell->at, cell->end - cell->at);

		if (widths->longest_word[col] < word)
			widths->longest_word[col] = word;
		if (widths->natural[col] < all)
			widths->natural[col] = all;
	}
	for (unsigned col = 0; col < table->cols; col++)
		if (widths->natural[col] < widths->longest_word[col])
			widths->natural[col] = widths->longest_word[col];
}

/*
 * Give the columns what is left, one column of characters after the other to the
 * narrowest that wants more.
 */
static void share(struct widths *widths, unsigned cols, const int *want, int left)
{
	while (left > 0) {
		unsigned narrowest = cols;

		for (unsigned col = 0; col < cols; col++)
			if (widths->is[col] < want[col] &&
			    (narrowest == cols || widths->is[col] < widths->is[narrowest]))
				narrowest = col;
		if (narrowest == cols)
			return;
		widths->is[narrowest]++;
		left--;
	}
}

static int total(const int *widths, unsigned cols)
{
	int sum = 0;

	for (unsigned col = 0; col < cols; col++)
		sum += widths[col];
	return sum;
}

/* First no word is broken where that is possible, then the rest goes to the narrow ones. */
static void choose(const struct builder *b, struct widths *widths)
{
	unsigned cols = b->table.cols;
	int room = markdown_width(b) - GAP * (int)(cols - 1);

	measure(b, widths);
	if (total(widths->natural, cols) <= room) {
		memcpy(widths->is, widths->natural, sizeof(widths->is));
		return;
	}
	for (unsigned col = 0; col < cols; col++)
		widths->is[col] = 1;
	share(widths, cols, widths->longest_word, room - total(widths->is, cols));
	share(widths, cols, widths->natural, room - total(widths->is, cols));
}

/* ---- rows ---- */

static int shift(MD_ALIGN align, int room)
{
	return align == MD_ALIGN_RIGHT ? room : align == MD_ALIGN_CENTER ? room / 2 : 0;
}

/* The next line of a row; false where no cell has one. */
static bool add_row_line(struct builder *b, const struct widths *widths, const struct cell *row,
			 size_t *from)
{
	/* In a cell words are always broken: what is wider would push the others away. */
	struct doc_look look = {.medium = DOC_PANE, .columns = b->look.columns};
	struct doc_piece pieces[COLUMNS_MAX] = {0};
	bool any = false;
	int col;

	for (unsigned i = 0; i < b->table.cols; i++) {
		look.width = widths->is[i];
		any |= doc_wrap(b->doc, &look, row[i].end, &from[i], &pieces[i]);
	}
	if (!any)
		return false;
	col = markdown_open_line(b, row->at);
	for (unsigned i = 0; i < b->table.cols; i++) {
		doc_add_piece(b->doc, &b->look, &b->runs, &pieces[i],
			      col + shift(row[i].align, widths->is[i] - pieces[i].cols));
		col += widths->is[i] + GAP;
	}
	return true;
}

static void add_row(struct builder *b, const struct widths *widths, const struct cell *row)
{
	size_t from[COLUMNS_MAX];

	for (unsigned i = 0; i < b->table.cols; i++)
		from[i] = row[i].at;
	while (add_row_line(b, widths, row, from))
		;
}

static void add_rules(struct builder *b, const struct widths *widths, size_t place)
{
	int col = markdown_open_line(b, place);

	for (unsigned i = 0; i < b->table.cols; i++) {
		doc_add_rule(b->doc, col, widths->is[i]);
		col += widths->is[i] + GAP;
	}
}

void markdown_table_end(struct builder *b)
{
	const struct table *table = &b->table;
	struct widths widths = {0};

	b->in_table = false;
	if (!table->cols)
		return;
	choose(b, &widths);
	for (size_t i = 0; i + table->cols <= table->n; i += table->cols) {
		if (i == 0 && !table->header)
			continue;
		add_row(b, &widths, table->cells + i);
		if (i == 0)
			add_rules(b, &widths, table->cells[0].at);
	}
}
