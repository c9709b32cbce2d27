/*
 * lab/course/markdown.h: what the lines hold, at which columns and of which kind. How
 * they are printed is in unit_lesson.c.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/strbuf.h"
#include "lab/course/lesson.h"
#include "lab/course/markdown.h"

#include <limits.h>
#include <locale.h>
#include <stdlib.h>

static const struct doc_look print_40 = {.width = 40, .medium = DOC_STREAM};
static const struct doc_look pane_40 = {.width = 40, .medium = DOC_PANE};
static const struct doc_look pane_12 = {.width = 12, .medium = DOC_PANE};

/* The lines as text; rules as dashes. */
static void draw(const struct doc *doc, struct strbuf *to)
{
	for (size_t i = 0; i < doc->n_lines; i++) {
		const struct doc_span *span = doc->spans + doc->lines[i].first_span;
		int col = 0;

		for (unsigned n = 0; n < doc->lines[i].n_spans; n++, span++) {
			if (span->col > col)
				strbuf_addf(to, "%*s", span->col - col, "");
			strbuf_add(to, doc_span_text(doc, span), span->len);
			for (int c = 0; span->kind == SPAN_RULE && c < span->cols; c++)
				strbuf_addc(to, '-');
			col = span->col + span->cols;
		}
		strbuf_addc(to, '\n');
	}
}

static void shows(const struct doc_look *look, const char *markdown, const char *want,
		  const char *name)
{
	cleanup_strbuf struct strbuf to = STRBUF_INIT;
	struct doc doc = DOC_INIT;

	doc_markdown(&doc, markdown, look);
	draw(&doc, &to);
	is_str(to.s, want, "%s", name);
	doc_free(&doc);
}

static void test_blocks(void)
{
	shows(&print_40, "# A\n## B\ntext\n### C\n", "A\n\nB\n\ntext\n\nC\n",
	      "printed, headings stand apart");
	shows(&pane_40, "# A\n## B\ntext\n### C\n", "A\n\nB\ntext\n\nC\n",
	      "on a pane only the title does");
	shows(&pane_40, "A\n===\n\nB\n---\n", "A\n\nB\n", "underlined headings");
	shows(&pane_40, "a\n\n---\n\nb", "a\n\n----------------------------------------\n\nb\n",
	      "a thematic break");
	shows(&print_40, "```\n\tx\n a\tb\n```", "        x\n     a      b\n",
	      "tabs in code are spaces: four each in front, as in Markdown's indents,");
	shows(&pane_40, "```\n\tx\n a\tb\n```", "      x\n   a      b\n",
	      "then stops of eight, counted from the code's margin");
	shows(&pane_12, "    averylonglineofcode that is not broken\n",
	      "  averylonglineofcode that is not broken\n", "code is not wrapped");
	shows(&pane_40, "```\na\n\n\nb\n```\n", "  a\n\n\n  b\n", "nor are its empty lines lost");
	shows(&pane_40, "```\n```\n\na", "a\n", "a code block without a line is nothing");
	shows(&pane_40, "> a\n> b\n>\n> > c\n\nd",
	      "\xe2\x94\x82 a b\n\n\xe2\x94\x82 \xe2\x94\x82 c\n\nd\n",
	      "quotations on a pane have a bar");
	shows(&print_40, "> a\n>\n> > c", "    a\n\n        c\n", "printed they are indented");
	shows(&pane_12, "averyverylongword", "averyverylon\ngword\n", "a pane breaks long words");
	shows(&pane_40, "a\\\nb  \nc\nd", "a\nb\nc d\n", "hard and soft breaks");
	shows(&pane_40, "\n \n\t\n", "", "nothing but space is nothing");
}

static void test_lists(void)
{
	shows(&print_40, "- a\n- b\n  - c\n    1. d\n- e", "- a\n- b\n  - c\n    1. d\n- e\n",
	      "lists in lists");
	shows(&print_40, "9) a\n10) b\n", "9) a\n10) b\n", "numbers go on from the first");
	shows(&print_40, "1. a\n1. b\n", "1. a\n2. b\n", "and are counted");
	shows(&print_40, "- a\n\n  b\n\n- c", "- a\n\n  b\n\n- c\n", "paragraphs in items");
	shows(&print_40, "- a\n\n      code\n- b", "- a\n\n      code\n\n- b\n", "code in items");
	shows(&print_40, "- - a\n  - b\n", "- - a\n  - b\n", "two marks on one line");
	shows(&print_40, "-\n- a\n-", "- \n- a\n- \n", "empty items");
	shows(&print_40, "- ```\n  x\n  ```\n- b", "-     x\n- b\n",
	      "an item that begins with code");
	shows(&print_40, "- > q\n", "-     q\n", "or with a quotation");
	shows(&pane_12, "- one two three four\n", "- one two\n  three four\n", "items hang");
	shows(&pane_12, "- a\n  - b\n    - c\n      - d\n        - e\n          - f\n",
	      "- a\n  - b\n    - c\n      - d\n        e\n        f\n",
	      "nested too deeply, text keeps some columns");
}

static void test_tables(void)
{
	shows(&print_40, "| a | b |\n|---|:-:|\n| one | x |\n| `two` | **yyy** |",
	      "a     b\n---  ---\none   x\ntwo  yyy\n", "columns are aligned");
	shows(&print_40, "|n|\n|--:|\n|1|\n|100|", "  n\n---\n  1\n100\n", "to the right, too");
	shows(&print_40, "| | |\n|---|---|\n| a | b |", "a  b\n", "an empty header is left out");
	shows(&print_40, "| a | b | c |\n|---|---|---|\n| 1 |", "a  b  c\n-  -  -\n1\n",
	      "cells that are missing");
	shows(&pane_12, "| k | what it does |\n|---|---|\n| a | one two three |\n| b | z |",
	      "k  what it\n   does\n-  ---------\na  one two\n   three\nb  z\n",
	      "too wide a column is wrapped");
	shows(&pane_12, "| averylongword | b |\n|---|---|\n| a | b |",
	      "averylong  b\nword\n---------  -\na          b\n", "if need be within a word");
	shows(&print_40, "| a | b |\n|---|---|\n| x \\| y | `a\\|b` |",
	      "a      b\n-----  ---\nx | y  a|b\n", "bars in cells");
	shows(&print_40, "- t\n\n  | a |\n  |---|\n  | b |\n", "- t\n\n  a\n  -\n  b\n",
	      "a table in an item");
}

static void test_inline(void)
{
	shows(&print_40, "[t](x.md) [u](https://a.b/c \"title\")", "t u (https://a.b/c)\n",
	      "targets on the web are shown");
	shows(&print_40, "<https://a.b/c> https://a.b/d.", "https://a.b/c https://a.b/d.\n",
	      "but not twice");
	shows(&print_40, "![alt *text*](p.png) ![](https://a.b/)", "alt text (https://a.b/)\n",
	      "pictures are their text");
	shows(&print_40, "[r]\n\n[r]: https://a.b/?x=1&amp;y=2", "r (https://a.b/?x=1&y=2)\n",
	      "references");
	shows(&print_40, "<b>x</b> <!-- c -->\n\n<div>\n*y*\n</div>",
	      "<b>x</b> <!-- c -->\n\n<div> y </div>\n", "HTML is text");
	shows(&print_40, "&lt;&amp;&gt; &hellip; &#955;&#x3bb; &nothing; &",
	      "<&> \xe2\x80\xa6 "
	      "\xce\xbb\xce\xbb &nothing; &\n",
	      "entities");
	shows(&print_40, "`a  b`  c", "a  b c\n", "spaces in code count");
	shows(&print_40, "~~a~~ - [ ] b $c$", "~~a~~ - [ ] b $c$\n", "what is no CommonMark stays");
	shows(&print_40, "snake_case_name and __init", "snake_case_name and __init\n",
	      "underscores in names");
}

/* Every byte of it may be shown. */
static bool is_clean(const struct strbuf *text)
{
	for (size_t i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->s[i];

		if ((c < 0x20 && c != '\n') || c == 0x7f ||
		    (c == 0xc2 && (unsigned char)text->s[i + 1] < 0xa0))
			return false;
	}
	return true;
}

static void test_control(void)
{
	static const char *const bad[] = {
		"a\x1b[31mb",
		"`a\x1b]0;t\x07`",
		"&#27;[31m &#x9b; &#0; &#7; &#127; &#x110000; &#xd800;",
		"[t](https://a/&#27;[2J)",
		"[t](<https://a/\x1b[2J>)",
		"```\n\x1b[2J\x07\r\v\f\x08\x7f\n```",
		"| a\x01 | \x1b(0 |\n|---|---|\n| &#27; | \xc2\x9b;31m |",
		"\xff\xfe\xc0\x80 \xe2\x82",
		"# \033c\n- \x0e\n> \x0f",
		"![\x1b[1m](https://x&#10;y)",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cleanup_strbuf struct strbuf to = STRBUF_INIT;
		struct doc doc = DOC_INIT;

		doc_markdown(&doc, bad[i], &pane_40);
		draw(&doc, &to);
		ok(is_clean(&doc.text) && is_clean(&to), "no control character comes through %zu",
		   i);
		doc_plain(&doc, bad[i], &pane_40);
		ok(is_clean(&doc.text), "nor as plain text %zu", i);
		doc_free(&doc);
	}
}

static enum span_kind kind_of(const struct doc *doc, const char *text)
{
	size_t place = (size_t)(strstr(doc->text.s, text) - doc->text.s);

	for (size_t i = 0; i < doc->n_spans; i++)
		if (doc->spans[i].kind < SPAN_MARK && place >= doc->spans[i].at &&
		    place < doc->spans[i].at + doc->spans[i].len)
			return doc->spans[i].kind;
	return SPAN_KINDS;
}

static void test_kinds(void)
{
	struct doc doc = DOC_INIT;

	doc_markdown(&doc,
		     "# Title `x`\n\nplain **bold** *slanted* `code` [linked](https://a.b/)\n\n"
		     "```\nblock\n```\n\n| head |\n|---|\n| cell |\n\n## Second\n",
		     &(struct doc_look){.width = 100, .medium = DOC_PANE});
	is_int(kind_of(&doc, "Title"), SPAN_HEADING, "a heading");
	is_int(kind_of(&doc, "x\n"), SPAN_HEADING, "and all that is in it");
	is_int(kind_of(&doc, "plain"), SPAN_TEXT, "text");
	is_int(kind_of(&doc, "bold"), SPAN_BOLD, "bold");
	is_int(kind_of(&doc, "slanted"), SPAN_ITALIC, "italic");
	is_int(kind_of(&doc, "code"), SPAN_CODE, "code");
	is_int(kind_of(&doc, "linked"), SPAN_LINK, "a link");
	is_int(kind_of(&doc, "(https"), SPAN_DIM, "its target");
	is_int(kind_of(&doc, "block"), SPAN_BLOCK, "a code block");
	is_int(kind_of(&doc, "head"), SPAN_BOLD, "the header of a table");
	is_int(kind_of(&doc, "cell"), SPAN_TEXT, "a cell");
	is_int(doc.lines[0].level, 1, "the level of a heading");
	is_int(doc.lines[2].level, 0, "of a text");
	is_int(doc.lines[doc_line_at(&doc, (size_t)(strstr(doc.text.s, "Second") - doc.text.s))]
		       .level,
	       2, "of the last heading");
	ok(doc.lines[4].code && !doc.lines[2].code, "code is told from text");
	doc_free(&doc);
}

static const char places[] =
	"# One\n\nA paragraph that is long enough to be wrapped at every width there is here.\n\n"
	"- first item of a list, it is long as well\n- second\n\n| key | what it does |\n|---|---|\n"
	"| a | something long, in words |\n| b | more |\n\n```\ncode\n\n  more code\n```\n\n> said\n";

/* The text is the same for every width; lines know where they are in it. */
static void test_places(void)
{
	struct doc narrow = DOC_INIT, wide = DOC_INIT;
	bool same = true, ordered = true, found = true;

	doc_markdown(&wide, places, &(struct doc_look){.width = 100, .medium = DOC_PANE});
	for (int width = 1; width < 100; width++) {
		doc_markdown(&narrow, places,
			     &(struct doc_look){.width = width, .medium = DOC_PANE});
		same &= strcmp(narrow.text.s, wide.text.s) == 0;
		for (size_t i = 0; i < narrow.n_lines; i++) {
			size_t place = narrow.lines[i].place;
			size_t back = doc_line_at(&narrow, place);

			ordered &= i == 0 || narrow.lines[i - 1].place <= place;
			found &= narrow.lines[back].place == place &&
				 (narrow.lines[back].n_spans || narrow.lines[back].code);
		}
	}
	ok(same, "the text does not depend on the width");
	ok(ordered, "lines are in the order of the text");
	ok(found, "a place leads back to its line");
	doc_free(&narrow);
	doc_free(&wide);
}

/* On a pane nothing but code is wider than it. */
static void test_fits(void)
{
	struct doc doc = DOC_INIT;
	bool fits = true;

	for (int width = 20; width < 100; width++) {
		doc_markdown(&doc, places, &(struct doc_look){.width = width, .medium = DOC_PANE});
		for (size_t i = 0; i < doc.n_lines; i++)
			fits &= doc.lines[i].cols <= width || doc.lines[i].code;
	}
	ok(fits, "everything fits the width");
	doc_free(&doc);
}

static void plain(const char *text, int width, const char *want, const char *name)
{
	cleanup_strbuf struct strbuf to = STRBUF_INIT;
	struct doc doc = DOC_INIT;

	doc_plain(&doc, text, &(struct doc_look){.width = width});
	draw(&doc, &to);
	is_str(to.s, want, "%s", name);
	doc_free(&doc);
}

static void test_plain(void)
{
	plain("a\n\n  # b *c*\n", 20, "a\n\n  # b *c*\n", "text stays as it is");
	plain("a\tb\n\tc", 20, "a       b\n        c\n", "tabs are spaces");
	plain("one two three", 8, "one two \nthree\n", "long lines are broken behind a space");
	plain("a bcdefghijklm", 8, "a bcdefg\nhijklm\n", "but not near their beginning");
	plain("a\r\nb\x1b[0mc\n", 8, "a\nbc\n", "line ends and escape sequences of others");
	plain("", 8, "", "nothing");
}

static void test_wide(void)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		unit_skip("there is no locale C.UTF-8");
		return;
	}
	is_int(doc_columns("a\xe4\xb8\xad\xcc\x81", 6), 3, "wide and combining characters");
	shows(&pane_12, "\xe4\xb8\xad\xe4\xb8\xad \xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad",
	      "\xe4\xb8\xad\xe4\xb8\xad\n\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\n",
	      "are wrapped by columns");
	shows(&print_40, "| \xe4\xb8\xad | b |\n|---|---|\n| a | c |",
	      "\xe4\xb8\xad  b\n--  -\na   c\n", "and aligned by them");
}

/* Each piece many times: none of it may take long, or end the program. */
static void test_huge(void)
{
	static const char *const pieces[] = {
		">",  "> ",  "- ",	  "1. ",      "*",     "**a",	  "_",	  "[",
		"]",  "![",  "[a](",	  "](",	      "<",     "&",	  "`",	  "``",
		"|",  "|\n", "|-",	  "a|",	      "#",     "# ",	  "\n",	  "    ",
		"\\", "~",   "```\n",	  "[a]: b\n", "[a]\n", "<a ",	  "<!--", "&#27;",
		"\t", "a ",  "aaaaaaaaa", "*a_",      "> - ",  "http://", "\xff",
	};
	struct doc doc = DOC_INIT;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		while (text.len < 20000)
			strbuf_adds(&text, pieces[i]);
		doc_markdown(&doc, text.s, &pane_40);
		ok(is_clean(&doc.text), "much of %s", pieces[i]);
	}
	doc_free(&doc);
}

static void test_wide_table(void)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct doc doc = DOC_INIT;

	for (int line = 0; line < 2; line++) {
		for (int i = 0; i < 1000; i++)
			strbuf_adds(&text, line ? "|-" : "|a");
		strbuf_adds(&text, "|\n");
	}
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&text, "|\n");
	doc_markdown(&doc, text.s, &pane_40);
	ok(strncmp(doc.text.s, "|a|a|", 5) == 0, "a table of a thousand columns is text");
	strbuf_reset(&text);
	while (text.len < 2U << 20)
		strbuf_adds(&text, "**a** ");
	doc_markdown(&doc, text.s, &pane_40);
	ok(strncmp(doc.text.s, "**a**", 5) == 0, "so are megabytes");
	doc_free(&doc);
}

/* Random text of what Markdown is made of; a fixed seed, so that it is the same every time. */
static void test_random(void)
{
	static const char alphabet[] =
		"ab  \n\n*_`#>-+1.|:[]()!<>&;\\\t~=\x1b\xc3\xa4\xff\xe4\xb8\xad";
	unsigned seed = 1;
	bool clean = true;

	for (int round = 0; round < 3000; round++) {
		struct doc doc = DOC_INIT;
		char text[400];
		size_t len = 1 + (size_t)rand_r(&seed) % (sizeof(text) - 1);
		struct doc_look look = {.width = 1 + rand_r(&seed) % 60,
					.medium = rand_r(&seed) % 2 ? DOC_PANE : DOC_STREAM};

		for (size_t i = 0; i < len; i++)
			text[i] = alphabet[(size_t)rand_r(&seed) % (sizeof(alphabet) - 1)];
		text[len - 1] = '\0';
		doc_markdown(&doc, text, &look);
		clean &= is_clean(&doc.text);
		doc_plain(&doc, text, &look);
		clean &= is_clean(&doc.text);
		doc_free(&doc);
	}
	ok(clean, "random Markdown does no harm");
}

int main(void)
{
	test_blocks();
	test_lists();
	test_tables();
	test_inline();
	test_control();
	test_kinds();
	test_places();
	test_fits();
	test_plain();
	test_huge();
	test_wide_table();
	test_random();
	test_wide();
	return unit_done();
}
