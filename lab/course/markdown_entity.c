#define _GNU_SOURCE
#include "lab/course/markdown_internal.h"

#include "common/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT 0xfffdUL

/* Those that texts are written with; HTML knows two thousand. */
static const struct {
	const char *name;
	const char *text;
} entities[] = {
	{"amp", "&"},	    {"lt", "<"},     {"gt", ">"},     {"quot", "\""},  {"apos", "'"},
	{"nbsp", "\u00a0"}, {"copy", "©"},   {"deg", "°"},    {"plusmn", "±"}, {"micro", "µ"},
	{"middot", "·"},    {"sect", "§"},   {"times", "×"},  {"laquo", "«"},  {"raquo", "»"},
	{"ndash", "–"},	    {"mdash", "—"},  {"lsquo", "‘"},  {"rsquo", "’"},  {"ldquo", "“"},
	{"rdquo", "”"},	    {"bull", "•"},   {"hellip", "…"}, {"larr", "←"},   {"uarr", "↑"},
	{"rarr", "→"},	    {"darr", "↓"},   {"harr", "↔"},   {"ne", "≠"},     {"le", "≤"},
	{"ge", "≥"},	    {"vert", "|"},   {"ast", "*"},    {"lowbar", "_"}, {"grave", "`"},
	{"num", "#"},	    {"lbrack", "["}, {"rbrack", "]"}, {"bsol", "\\"},  {"dollar", "$"},
};

/* UTF-8 of a code point; returns its length. */
static size_t encode(unsigned long code, char buf[4])
{
	static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = len; i-- > 1; code >>= 6)
		buf[i] = (char)(0x80 | (code & 0x3f));
	buf[0] = (char)(first[len] | code);
	return len;
}

static void add_number(struct strbuf *to, const char *digits, int base)
{
	unsigned long code = strtoul(digits, NULL, base);
	char buf[4];

	if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		code = REPLACEMENT;
	/* Which characters may be shown is decided there: a number can be a control character. */
	text_plain(to, buf, encode(code, buf), SIZE_MAX);
}

void markdown_entity(struct strbuf *to, const char *text, size_t len)
{
	char name[16] = "";

	/* "&" NAME ";" */
	if (len < 3 || len - 2 >= sizeof(name)) {
		strbuf_add(to, text, len);
		return;
	}
	memcpy(name, text + 1, len - 2);
	if (name[0] == '#') {
		bool hex = name[1] == 'x' || name[1] == 'X';

		add_number(to, name + (hex ? 2 : 1), hex ? 16 : 10);
		return;
	}
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (strcmp(entities[i].name, name) == 0) {
			strbuf_adds(to, entities[i].text);
			return;
		}
	}
	strbuf_add(to, text, len);
}
