/*
 * Markdown on the command line: lines as text, with escape sequences where they are
 * wanted.
 */
#define _GNU_SOURCE
#include "lab/course/lesson.h"

#include "lab/course/markdown.h"

#include <limits.h>

#define ESC_BOLD   "\033[1m"
#define ESC_DIM	   "\033[2m"
#define ESC_ITALIC "\033[3m"
#define ESC_PLAIN  "\033[0m"

static const char *const escapes[SPAN_KINDS] = {
	[SPAN_DIM] = ESC_DIM,	   [SPAN_BOLD] = ESC_BOLD, [SPAN_ITALIC] = ESC_ITALIC,
	[SPAN_HEADING] = ESC_BOLD, [SPAN_CODE] = ESC_BOLD,
};

static void add_spaces(struct strbuf *to, int n)
{
	if (n > 0)
		strbuf_addf(to, "%*s", n, "");
}

static void add_span(const struct doc *doc, const struct doc_span *span,
		     const struct lesson_look *look, struct strbuf *to)
{
	const char *escape = look->color ? escapes[span->kind] : NULL;

	if (escape)
		strbuf_adds(to, escape);
	if (span->kind == SPAN_RULE)
		for (int i = 0; i < span->cols; i++)
			strbuf_addc(to, '-');
	else
		strbuf_add(to, doc_span_text(doc, span), span->len);
	if (escape)
		strbuf_adds(to, ESC_PLAIN);
}

void lesson_render(const char *markdown, const struct lesson_look *look, struct strbuf *to)
{
	const struct doc_look layout = {
		.width = look->width < INT_MAX ? (int)look->width : INT_MAX,
		.medium = DOC_STREAM,
	};
	struct doc doc = DOC_INIT;

	doc_markdown(&doc, markdown, &layout);
	for (size_t i = 0; i < doc.n_lines; i++) {
		const struct doc_span *span = doc.spans + doc.lines[i].first_span;
		int col = 0;

		for (unsigned n = 0; n < doc.lines[i].n_spans; n++, span++) {
			add_spaces(to, span->col - col);
			add_span(&doc, span, look, to);
			col = span->col + span->cols;
		}
		strbuf_addc(to, '\n');
	}
	doc_free(&doc);
}
