#define _GNU_SOURCE
#include "lab/course/doc.h"

#include "common/text.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define TAB_COLUMNS 8

void doc_free(struct doc *doc)
{
	strbuf_free(&doc->text);
	strbuf_free(&doc->marks);
	free(doc->lines);
	free(doc->spans);
	*doc = (struct doc)DOC_INIT;
}

void doc_clear(struct doc *doc)
{
	strbuf_reset(&doc->text);
	strbuf_reset(&doc->marks);
	doc->n_lines = doc->n_spans = 0;
}

/* Room for one more. */
static void *grown(void *array, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return array;
	*cap = *cap ? *cap * 2 : 16;
	return xreallocarray(array, *cap, size);
}

/* ---- characters and columns ---- */

/* Bytes of the character at text: it is well-formed, or its bytes count one by one. */
static size_t character(const char *text, size_t len)
{
	size_t n = 1;

	while (n < len && n < 4 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static wchar_t decode(const char *text, size_t len)
{
	static const unsigned char bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	wchar_t c = (unsigned char)text[0] & bits[len];

	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)text[i] & 0x3f);
	return c;
}

int doc_columns(const char *text, size_t len)
{
	int cols = 0;

	while (len) {
		size_t n = character(text, len);
		int width = n == 1 ? 1 : wcwidth(decode(text, n));

		cols += width < 0 ? 1 : width;
		text += n;
		len -= n;
	}
	return cols;
}

int doc_look_columns(const struct doc_look *look, const char *text, size_t len)
{
	return look->columns ? look->columns(text, len) : doc_columns(text, len);
}

/* How many of the len bytes fill at most cols columns; *ret_cols: how many they fill. */
static size_t fill(const struct doc_look *look, const char *text, size_t len, int cols,
		   int *ret_cols)
{
	size_t at = 0;
	int col = 0;

	while (at < len) {
		size_t n = character(text + at, len - at);
		int width = doc_look_columns(look, text + at, n);

		/* At least one, or nothing would ever come to an end. */
		if (at && col + width > cols)
			break;
		col += width;
		at += n;
	}
	*ret_cols = col;
	return at;
}

/* ---- lines and spans ---- */

struct doc_line *doc_add_line(struct doc *doc, size_t place)
{
	struct doc_line *line;

	doc->lines = grown(doc->lines, doc->n_lines, &doc->lines_cap, sizeof(*doc->lines));
	line = &doc->lines[doc->n_lines++];
	*line = (struct doc_line){.place = place, .first_span = doc->n_spans};
	return line;
}

void doc_add_span(struct doc *doc, const struct doc_span *span)
{
	struct doc_line *line = &doc->lines[doc->n_lines - 1];

	doc->spans = grown(doc->spans, doc->n_spans, &doc->spans_cap, sizeof(*doc->spans));
	doc->spans[doc->n_spans++] = *span;
	line->n_spans++;
	if (line->cols < span->col + span->cols)
		line->cols = span->col + span->cols;
}

void doc_add_mark(struct doc *doc, int col, const char *mark)
{
	struct doc_span span = {SPAN_MARK, col, doc_columns(mark, strlen(mark)), doc->marks.len,
				strlen(mark)};

	strbuf_adds(&doc->marks, mark);
	doc_add_span(doc, &span);
}

void doc_add_rule(struct doc *doc, int col, int cols)
{
	doc_add_span(doc, &(struct doc_span){SPAN_RULE, col, cols, 0, 0});
}

void doc_runs_add(struct doc_runs *runs, size_t at, enum span_kind kind)
{
	if (runs->n && runs->runs[runs->n - 1].kind == kind)
		return;
	runs->runs = grown(runs->runs, runs->n, &runs->cap, sizeof(*runs->runs));
	runs->runs[runs->n++] = (struct doc_run){at, kind};
}

/* The run that a byte of the text is in. */
static size_t run_at(const struct doc_runs *runs, size_t at)
{
	size_t low = 0, high = runs->n;

	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;

		if (runs->runs[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void doc_add_piece(struct doc *doc, const struct doc_look *look, const struct doc_runs *runs,
		   const struct doc_piece *piece, int col)
{
	size_t at = piece->at, end = at + piece->len;

	for (size_t i = run_at(runs, at); at < end; i++) {
		size_t stop =
			i + 1 < runs->n && runs->runs[i + 1].at < end ? runs->runs[i + 1].at : end;
		struct doc_span span = {runs->runs[i].kind, col, 0, at, stop - at};

		span.cols = doc_look_columns(look, doc->text.s + at, span.len);
		if (span.len)
			doc_add_span(doc, &span);
		col += span.cols;
		at = stop;
	}
}

const char *doc_span_text(const struct doc *doc, const struct doc_span *span)
{
	if (span->kind == SPAN_RULE)
		return "";
	return span->kind == SPAN_MARK ? doc->marks.s + span->at : doc->text.s + span->at;
}

size_t doc_line_at(const struct doc *doc, size_t place)
{
	size_t low = 0, high = doc->n_lines, line;

	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;

		if (doc->lines[middle].place <= place)
			low = middle;
		else
			high = middle;
	}
	/* Of several lines with one place (a row of a table), the first that is not empty. */
	line = low;
	while (line > 0 && doc->lines[line - 1].place == doc->lines[low].place)
		line--;
	while (line < low && !doc->lines[line].n_spans)
		line++;
	return line;
}

/* ---- breaking ---- */

static size_t count_spaces(const char *text, size_t at, size_t end)
{
	size_t n = 0;

	while (at + n < end && text[at + n] == ' ')
		n++;
	return n;
}

/* A word, or its beginning once that is wider than most columns. */
static size_t measure_word(const struct doc_look *look, const char *text, size_t len, int most,
			   int *ret_cols)
{
	size_t at = 0;
	int cols = 0;

	while (at < len && cols <= most && text[at] != ' ' && text[at] != '\n') {
		size_t n = character(text + at, len - at);

		cols += doc_look_columns(look, text + at, n);
		at += n;
	}
	*ret_cols = cols;
	return at;
}

bool doc_wrap(const struct doc *doc, const struct doc_look *look, size_t end, size_t *from,
	      struct doc_piece *ret)
{
	const char *text = doc->text.s;
	size_t at = *from + count_spaces(text, *from, end);
	/* Where words are broken, the rest of a long one need not be measured for each line of it. */
	int most = look->medium == DOC_PANE ? look->width : INT_MAX;

	if (at >= end)
		return false;
	*ret = (struct doc_piece){.at = at};
	for (;;) {
		size_t gap = count_spaces(text, at, end);
		int cols;
		size_t word = at + gap;
		size_t len = measure_word(look, text + word, end - word, most, &cols);

		if (!len) {
			at = word + (word < end); /* behind the newline */
			break;
		}
		if (ret->len && cols > look->width - ret->cols - (int)gap)
			break;
		if (!ret->len && cols > most)
			len = fill(look, text + word, len, look->width, &cols);
		at = word + len;
		ret->len = at - ret->at;
		ret->cols += (int)gap + cols;
		if (at < end && text[at] != ' ' && text[at] != '\n')
			break; /* within a word */
	}
	*from = at;
	return true;
}

void doc_add_untabbed(struct doc *doc, const struct doc_look *look, const char *line, size_t len)
{
	int col = 0;

	while (len) {
		const char *tab = memchr(line, '\t', len);
		size_t n = tab ? (size_t)(tab - line) : len;

		strbuf_add(&doc->text, line, n);
		col += doc_look_columns(look, line, n);
		line += n;
		len -= n;
		if (len) {
			int spaces = TAB_COLUMNS - col % TAB_COLUMNS;

			strbuf_addf(&doc->text, "%*s", spaces, "");
			col += spaces;
			line++;
			len--;
		}
	}
}

/* Where a line that is too long is broken: behind the last space of its second half, if any. */
static size_t break_plain(const struct doc_look *look, const char *text, size_t len, int *ret_cols)
{
	size_t n = fill(look, text, len, look->width, ret_cols);
	size_t at = n;

	if (n == len)
		return n;
	while (at > n / 2 && text[at - 1] != ' ')
		at--;
	if (at <= n / 2)
		return n;
	*ret_cols = doc_look_columns(look, text, at);
	return at;
}

static void add_plain_line(struct doc *doc, const struct doc_look *look, const char *line,
			   size_t len)
{
	size_t at = doc->text.len, end;

	doc_add_untabbed(doc, look, line, len);
	end = doc->text.len;
	do {
		struct doc_span span = {SPAN_TEXT, 0, 0, at, 0};

		span.len = break_plain(look, doc->text.s + at, end - at, &span.cols);
		(void)doc_add_line(doc, at);
		if (span.len)
			doc_add_span(doc, &span);
		at += span.len;
	} while (at < end);
	strbuf_addc(&doc->text, '\n');
}

void doc_plain(struct doc *doc, const char *text, const struct doc_look *look)
{
	cleanup_strbuf struct strbuf clean = STRBUF_INIT;
	const char *at;

	doc_clear(doc);
	text_plain(&clean, text, strlen(text), SIZE_MAX);
	for (at = clean.s; *at;) {
		size_t len = strcspn(at, "\n");

		add_plain_line(doc, look, at, len);
		at += len + (at[len] == '\n');
	}
}
