#define _GNU_SOURCE
#include "lab/course/markdown_internal.h"

#include "common/cleanup.h"
#include "common/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MARKDOWN_MAX (1U << 18) /* bytes; more is shown as it is written */
#define RULE_COLUMNS 72
#define INDENT_LEAST 8 /* that is granted however narrow it is */

/* How far things are indented: printed, where nothing but the indent tells them, and on a pane. */
static const struct {
	int quote, code;
	const char *quote_mark;
} indents[] = {
	[DOC_STREAM] = {4, 4, NULL},
	[DOC_PANE] = {2, 2, "│ "},
};

void *markdown_grown(void *array, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return array;
	*cap = *cap ? *cap * 2 : 16;
	return xreallocarray(array, *cap, size);
}

/* ---- lines ---- */

/* Where what is in the innermost container begins. */
static int inner_column(const struct builder *b)
{
	const struct container *last;

	if (!b->n_containers)
		return 0;
	last = &b->containers[b->n_containers - 1];
	return last->col + last->indent;
}

/* However deeply lists are nested, half of the width stays for text. */
static int indent(const struct builder *b)
{
	int half = b->look.width / 2;
	int most = half < INDENT_LEAST ? INDENT_LEAST : half;
	int col = inner_column(b);

	return col < most ? col : most;
}

int markdown_width(const struct builder *b)
{
	int width = b->look.width - indent(b);

	return width < 1 ? 1 : width;
}

int markdown_open_line(struct builder *b, size_t place)
{
	int col = indent(b);

	if (b->gap && b->doc->n_lines)
		(void)doc_add_line(b->doc, place);
	b->gap = false;
	(void)doc_add_line(b->doc, place);
	for (size_t i = 0; i < b->n_containers && b->containers[i].col < col; i++) {
		const struct container *at = &b->containers[i];

		if (at->type == MD_BLOCK_QUOTE && indents[b->look.medium].quote_mark)
			doc_add_mark(b->doc, at->col, indents[b->look.medium].quote_mark);
		else if (at->type == MD_BLOCK_LI && i >= b->pending)
			doc_add_mark(b->doc, at->col, at->mark);
	}
	b->pending = b->n_containers;
	return col;
}

/* What comes after a block: an empty line, but for a list without them. */
static void end_block(struct builder *b)
{
	b->gap = true;
	for (size_t i = b->n_containers; i-- > 0;) {
		if (b->containers[i].type == MD_BLOCK_LI)
			continue;
		if (b->containers[i].type != MD_BLOCK_QUOTE)
			b->gap = !b->containers[i].tight;
		return;
	}
}

/* The text that has been collected, as a paragraph or heading. */
static void end_text(struct builder *b)
{
	struct doc_look look = b->look;
	size_t end = b->doc->text.len;
	size_t from = b->start;
	struct doc_piece piece;

	if (b->start == end)
		return;
	look.width = markdown_width(b);
	for (bool first = true; doc_wrap(b->doc, &look, end, &from, &piece); first = false) {
		int col = markdown_open_line(b, piece.at);

		doc_add_piece(b->doc, &look, &b->runs, &piece, col);
		if (first)
			b->doc->lines[b->doc->n_lines - 1].level = b->level;
	}
	strbuf_addc(&b->doc->text, '\n');
	b->start = b->doc->text.len;
	b->runs.n = 0;
	end_block(b);
}

static void end_code(struct builder *b)
{
	int extra = indents[b->look.medium].code;

	for (const char *at = b->code.s; *at;) {
		size_t len = strcspn(at, "\n");
		size_t place = b->doc->text.len;
		struct doc_span span = {.kind = SPAN_BLOCK, .at = place};

		doc_add_untabbed(b->doc, &b->look, at, len);
		span.col = markdown_open_line(b, place) + extra;
		span.len = b->doc->text.len - place;
		span.cols = doc_look_columns(&b->look, b->doc->text.s + place, span.len);
		b->doc->lines[b->doc->n_lines - 1].code = true;
		if (len)
			doc_add_span(b->doc, &span);
		strbuf_addc(&b->doc->text, '\n');
		at += len + (at[len] == '\n');
	}
	strbuf_reset(&b->code);
	b->start = b->doc->text.len;
	end_block(b);
}

static void add_rule(struct builder *b)
{
	int width = markdown_width(b);
	int col = markdown_open_line(b, b->doc->text.len);

	doc_add_rule(b->doc, col, width < RULE_COLUMNS ? width : RULE_COLUMNS);
	strbuf_addc(&b->doc->text, '\n');
	b->start = b->doc->text.len;
	end_block(b);
}

/* ---- containers ---- */

static struct container *push(struct builder *b, MD_BLOCKTYPE type)
{
	int col = inner_column(b);

	b->containers = markdown_grown(b->containers, b->n_containers, &b->containers_cap,
				       sizeof(*b->containers));
	b->containers[b->n_containers] = (struct container){.type = type, .col = col};
	return &b->containers[b->n_containers++];
}

static void pop(struct builder *b)
{
	b->n_containers--;
	if (b->pending > b->n_containers)
		b->pending = b->n_containers;
}

static void begin_item(struct builder *b)
{
	struct container *list = &b->containers[b->n_containers - 1];
	struct container *item;
	char mark[sizeof(item->mark)] = "- ";

	if (list->type == MD_BLOCK_OL)
		(void)snprintf(mark, sizeof(mark), "%u%c ", list->number++, list->mark[0]);
	item = push(b, MD_BLOCK_LI);
	memcpy(item->mark, mark, sizeof(mark));
	item->indent = (int)strlen(mark);
}

static void end_item(struct builder *b)
{
	/* With nothing in it there was no line to show its mark on. */
	if (b->pending < b->n_containers)
		(void)markdown_open_line(b, b->doc->text.len);
	pop(b);
	end_block(b);
}

static void begin_ordered(struct builder *b, const MD_BLOCK_OL_DETAIL *detail)
{
	struct container *list = push(b, MD_BLOCK_OL);

	list->tight = detail->is_tight;
	list->number = detail->start;
	list->mark[0] = detail->mark_delimiter;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	struct builder *b = data;

	end_text(b);
	switch (type) {
	case MD_BLOCK_QUOTE:
		push(b, type)->indent = indents[b->look.medium].quote;
		break;
	case MD_BLOCK_UL:
		push(b, type)->tight = ((const MD_BLOCK_UL_DETAIL *)detail)->is_tight;
		break;
	case MD_BLOCK_OL:
		begin_ordered(b, detail);
		break;
	case MD_BLOCK_LI:
		begin_item(b);
		break;
	case MD_BLOCK_HR:
		add_rule(b);
		break;
	case MD_BLOCK_H:
		b->level = (unsigned char)((const MD_BLOCK_H_DETAIL *)detail)->level;
		break;
	case MD_BLOCK_CODE:
		b->in_code = true;
		break;
	case MD_BLOCK_TABLE:
		return markdown_table_begin(b, detail);
	case MD_BLOCK_THEAD:
		b->in_header = true;
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		markdown_cell_begin(b, detail);
		break;
	default:
		break;
	}
	return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	struct builder *b = data;

	(void)detail;
	if (!b->in_table)
		end_text(b);
	switch (type) {
	case MD_BLOCK_QUOTE:
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		pop(b);
		end_block(b);
		break;
	case MD_BLOCK_LI:
		end_item(b);
		break;
	case MD_BLOCK_H:
		/* On a pane rows are few, and a heading has a look of its own. */
		if (b->look.medium == DOC_PANE && b->level > 1)
			b->gap = false;
		b->level = 0;
		break;
	case MD_BLOCK_CODE:
		b->in_code = false;
		end_code(b);
		break;
	case MD_BLOCK_THEAD:
		b->in_header = false;
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		markdown_cell_end(b);
		break;
	case MD_BLOCK_TABLE:
		markdown_table_end(b);
		b->runs.n = 0;
		end_block(b);
		break;
	default:
		break;
	}
	return 0;
}

/* ---- */

static int parse(struct doc *doc, const struct strbuf *markdown, const struct doc_look *look,
		 unsigned flags)
{
	const MD_PARSER parser = {
		.flags = flags,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = markdown_enter_span,
		.leave_span = markdown_leave_span,
		.text = markdown_take_text,
	};
	struct builder b = {.doc = doc, .look = *look};
	int r;

	b.targets = b.code = (struct strbuf)STRBUF_INIT;
	doc_clear(doc);
	r = md_parse(markdown->s, (MD_SIZE)markdown->len, &parser, &b);
	free(b.containers);
	free(b.links);
	free(b.runs.runs);
	free(b.table.cells);
	strbuf_free(&b.targets);
	strbuf_free(&b.code);
	return r;
}

void doc_markdown(struct doc *doc, const char *markdown, const struct doc_look *look)
{
	cleanup_strbuf struct strbuf clean = STRBUF_INIT;
	size_t len = strlen(markdown);
	unsigned flags = MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEURLAUTOLINKS;
	int r = -1;

	if (len <= MARKDOWN_MAX) {
		text_plain(&clean, markdown, len, SIZE_MAX);
		r = parse(doc, &clean, look, flags | MD_FLAG_TABLES);
		if (r == MARKDOWN_TOO_WIDE)
			r = parse(doc, &clean, look, flags);
	}
	if (r != 0)
		doc_plain(doc, markdown, look);
}
