#define _GNU_SOURCE
#include "lab/report/escape.h"

#include "common/text_parse.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static const struct {
	char c;
	const char *entity;
} entities[] = {
	{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"},
};

static const char *entity_of(char c)
{
	for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++)
		if (entities[i].c == c)
			return entities[i].entity;
	return NULL;
}

/* The characters XML 1.0 allows (section 2.2), beyond ASCII. */
static bool xml_allows(unsigned long c)
{
	return (c >= 0x80 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) ||
	       (c >= 0x10000 && c <= 0x10ffff);
}

void escape_xml(struct strbuf *to, const char *text)
{
	struct text_filter filter = TEXT_FILTER_INIT;
	size_t begun = 0;

	for (size_t i = 0; text[i]; i++) {
		enum text_token token;
		bool again;

		if ((unsigned char)text[i] < 0x80) {
			const char *entity = entity_of(text[i]);

			filter = (struct text_filter)TEXT_FILTER_INIT;
			if (entity)
				strbuf_adds(to, entity);
			else if ((unsigned char)text[i] >= 0x20 || strchr("\t\n", text[i]))
				strbuf_addc(to, text[i]);
			begun = i + 1;
			continue;
		}
		token = text_feed(&filter, (unsigned char)text[i], &again);
		if (token == TEXT_NOTHING)
			continue;
		if (token == TEXT_PRINTABLE && xml_allows(text_code_point(&filter)))
			strbuf_add(to, text + begun, i + 1 - begun);
		filter = (struct text_filter)TEXT_FILTER_INIT;
		begun = i + 1;
	}
}

void escape_csv(struct strbuf *to, const char *text)
{
	bool formula = *text && strchr("=+-@\t\r", *text);

	if (!formula && !text[strcspn(text, ",\"\n\r")] && *text != ' ') {
		strbuf_adds(to, text);
		return;
	}
	strbuf_adds(to, formula ? "\"'" : "\"");
	for (; *text; text++) {
		if (*text == '"')
			strbuf_addc(to, '"');
		strbuf_addc(to, *text);
	}
	strbuf_addc(to, '"');
}

void escape_tap(struct strbuf *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			strbuf_addc(to, '\\');
		strbuf_addc(to, *text == '\n' ? ' ' : *text);
	}
}

void escape_json(struct strbuf *to, const char *text)
{
	json_t *string = json_string(text);
	char *quoted = json_dumps(string, JSON_ENCODE_ANY);

	strbuf_adds(to, quoted ? quoted : "\"\"");
	free(quoted);
	json_decref(string);
}
