/*
 * Markdown as text, line by line: headings, paragraphs, lists, quotes, tables
 * and fenced code, with `code`, **bold** and links inside. What it does not know
 * is shown as it is written.
 */
#define _GNU_SOURCE
#include "lab/course/lesson.h"

#include "common/cleanup.h"

#include <ctype.h>
#include <string.h>

#define ESC_BOLD  "\033[1m"
#define ESC_DIM	  "\033[2m"
#define ESC_PLAIN "\033[0m"

/* The paragraph or list item that is being collected. */
struct block {
	struct strbuf text;
	size_t indent; /* of the first line */
	size_t hang;   /* of the following lines */
};

static void escape(const struct lesson_look *look, const char *sequence, struct strbuf *to)
{
	if (look->color)
		strbuf_adds(to, sequence);
}

/* The closing mark of an emphasis that opens at TEXT, or NULL if none does. */
static const char *closing(const char *text, const char *mark)
{
	size_t len = strlen(mark);
	const char *end = text + len;

	if (strncmp(text, mark, len) != 0 || isspace((unsigned char)*end) || *end == '*')
		return NULL;
	while ((end = strstr(end, mark))) {
		/* Not one of a longer run of stars. */
		if (!isspace((unsigned char)end[-1]) && end[-1] != '*')
			return end;
		end += len;
	}
	return NULL;
}

static void inline_text(const char *text, size_t len, const struct lesson_look *look,
			struct strbuf *to);

/* `code`; returns what is behind it, or NULL if this is none. */
static const char *inline_code(const char *at, const struct lesson_look *look, struct strbuf *to)
{
	size_t ticks = strspn(at, "`");
	const char *end = at + ticks;
	const char *start = end;

	if (ticks == 0)
		return NULL;
	for (;;) {
		end = strchr(end, '`');
		if (!end)
			return NULL;
		if (strspn(end, "`") == ticks)
			break;
		end += strspn(end, "`");
	}
	escape(look, ESC_BOLD, to);
	strbuf_add(to, start, (size_t)(end - start));
	escape(look, ESC_PLAIN, to);
	return end + ticks;
}

/* [text](target); a target on the web is shown too. */
static const char *inline_link(const char *at, const struct lesson_look *look, struct strbuf *to)
{
	const char *middle = *at == '[' ? strstr(at, "](") : NULL;
	const char *end = middle ? strchr(middle, ')') : NULL;

	if (!end || memchr(at + 1, '[', (size_t)(middle - at - 1)))
		return NULL;
	inline_text(at + 1, (size_t)(middle - at - 1), look, to);
	if (strncmp(middle + 2, "http", 4) == 0)
		strbuf_addf(to, " (%.*s)", (int)(end - middle - 2), middle + 2);
	return end + 1;
}

static const char *inline_emphasis(const char *at, const struct lesson_look *look,
				   struct strbuf *to)
{
	static const char *const marks[] = {"**", "*"};

	for (size_t i = 0; i < 2; i++) {
		const char *end = closing(at, marks[i]);
		size_t len = strlen(marks[i]);

		if (!end)
			continue;
		escape(look, ESC_BOLD, to);
		inline_text(at + len, (size_t)(end - at) - len, look, to);
		escape(look, ESC_PLAIN, to);
		return end + len;
	}
	return NULL;
}

static void inline_text(const char *text, size_t len, const struct lesson_look *look,
			struct strbuf *to)
{
	cleanup_free char *copy = xstrndup(text, len);
	const char *at = copy;

	while (*at) {
		const char *behind = inline_code(at, look, to);

		if (!behind)
			behind = inline_link(at, look, to);
		if (!behind && (at == copy || !isalnum((unsigned char)at[-1])))
			behind = inline_emphasis(at, look, to);
		if (!behind) {
			if (at[0] == '\\' && ispunct((unsigned char)at[1]))
				at++;
			/* A run of backticks or stars that opens nothing is passed at once. */
			size_t run = *at == '`'	  ? strspn(at, "`")
				     : *at == '*' ? strspn(at, "*")
						  : 1;

			strbuf_add(to, at, run);
			behind = at + run;
		}
		at = behind;
	}
}

/* Columns of a word: escape sequences take none, a UTF-8 character takes one. */
static size_t columns(const char *word, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (word[i] == '\033')
			i += strcspn(word + i, "m");
		else
			n += ((unsigned char)word[i] & 0xc0) != 0x80;
	}
	return n;
}

/* Print the collected block, wrapped. */
static void flush(struct block *block, const struct lesson_look *look, struct strbuf *to)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	size_t column = block->indent;
	bool first = true;

	if (!block->text.len)
		return;
	inline_text(block->text.s, block->text.len, look, &text);
	strbuf_addf(to, "%*s", (int)block->indent, "");
	for (const char *word = text.s; *word;) {
		size_t len, width;

		word += strspn(word, " \t\n");
		len = strcspn(word, " \t\n");
		width = columns(word, len);
		if (len == 0)
			break;
		if (!first && column + 1 + width > look->width) {
			strbuf_addf(to, "\n%*s", (int)block->hang, "");
			column = block->hang;
		} else if (!first) {
			strbuf_addc(to, ' ');
			column++;
		}
		strbuf_add(to, word, len);
		column += width;
		word += len;
		first = false;
	}
	strbuf_addc(to, '\n');
	strbuf_reset(&block->text);
	block->indent = block->hang = 0;
}

/* The length of a list mark ("- ", "12. ") at TEXT, or 0. */
static size_t list_mark(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (digits && digits < 4 && (text[digits] == '.' || text[digits] == ')') &&
	    text[digits + 1] == ' ')
		return digits + 2;
	return text[0] && strchr("-*+", text[0]) && text[1] == ' ' ? 2 : 0;
}

/* Headings and table rows are lines of their own. Returns whether LINE is one. */
static bool single_line(const char *line, const struct lesson_look *look, struct strbuf *to)
{
	size_t level = strspn(line, "#");

	if (level > 0 && level < 7 && line[level] == ' ') {
		escape(look, ESC_BOLD, to);
		strbuf_adds(to, line + level + strspn(line + level, " "));
		escape(look, ESC_PLAIN, to);
		strbuf_addc(to, '\n');
		return true;
	}
	if (line[0] == '|') {
		inline_text(line, strlen(line), look, to);
		strbuf_addc(to, '\n');
		return true;
	}
	return false;
}

static void add_line(struct block *block, const char *line, const struct lesson_look *look,
		     struct strbuf *to)
{
	size_t indent = strspn(line, " ");
	const char *text = line + indent;
	size_t mark = list_mark(text);

	if (*text == '\0') {
		flush(block, look, to);
		/* One blank line between blocks, however many the source has. */
		if (to->len && !(to->len > 1 && to->s[to->len - 2] == '\n'))
			strbuf_addc(to, '\n');
		return;
	}
	if (mark) {
		flush(block, look, to);
		block->indent = indent;
		block->hang = indent + mark;
	} else if (!block->text.len) {
		block->indent = block->hang = indent;
	}
	if (text[0] == '>' && !mark) {
		if (!block->text.len)
			block->indent = block->hang = indent + 4;
		text += 1 + (text[1] == ' ');
	}
	strbuf_addf(&block->text, "%s%s", block->text.len ? " " : "", text);
}

static bool is_fence(const char *line, char fence)
{
	const char *at = line + strspn(line, " ");

	if (fence)
		return at[0] == fence && at[1] == fence && at[2] == fence;
	return strncmp(at, "```", 3) == 0 || strncmp(at, "~~~", 3) == 0;
}

void lesson_render(const char *markdown, const struct lesson_look *look, struct strbuf *to)
{
	struct block block = {.text = STRBUF_INIT};
	char fence = 0;

	while (*markdown) {
		size_t len = strcspn(markdown, "\n");
		size_t end = len && markdown[len - 1] == '\r' ? len - 1 : len;
		cleanup_free char *line = xstrndup(markdown, end);

		markdown += len + (markdown[len] == '\n');
		if (is_fence(line, fence)) {
			flush(&block, look, to);
			fence = fence ? 0 : line[strspn(line, " ")];
		} else if (fence) {
			strbuf_addf(to, "%s%s\n", *line ? "    " : "", line);
		} else {
			struct strbuf single = STRBUF_INIT;

			if (single_line(line, look, &single)) {
				flush(&block, look, to);
				strbuf_adds(to, single.s);
			} else {
				add_line(&block, line, look, to);
			}
			strbuf_free(&single);
		}
	}
	flush(&block, look, to);
	strbuf_free(&block.text);
}
