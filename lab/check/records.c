#define _GNU_SOURCE
#include "lab/check/records.h"

#include "common/strbuf.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_FIELDS 5

/* The kinds, and how many fields a line of each has. */
static const struct {
	const char *word;
	enum record_kind kind;
	size_t fields;
} record_kinds[] = {
	{"fail", RECORD_FAIL, 5},   {"unsupported", RECORD_UNSUPPORTED, 3},
	{"skip", RECORD_SKIP, 3},   {"seen", RECORD_SEEN, 3},
	{"truth", RECORD_TRUTH, 4}, {"drawing", RECORD_DRAWING, 3},
};

static bool record_is_cause(const char *text)
{
	return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static bool record_is_clean(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Cut a line at its tabs. Returns the number of fields, at most one more than there is room for. */
static size_t record_fields(char *line, char *fields[RECORD_FIELDS])
{
	size_t n = 0;

	for (char *at = line; at; n++) {
		char *tab = strchr(at, '\t');

		if (n == RECORD_FIELDS)
			return n + 1;
		if (tab)
			*tab++ = '\0';
		fields[n] = at;
		at = tab;
	}
	return n;
}

static const char *record_add(struct records *records, char *line)
{
	struct record record = {.name = NULL};
	char *fields[RECORD_FIELDS];
	size_t n = record_fields(line, fields);
	size_t k = 0;

	while (k < sizeof(record_kinds) / sizeof(*record_kinds) &&
	       strcmp(record_kinds[k].word, fields[0]) != 0)
		k++;
	if (k == sizeof(record_kinds) / sizeof(*record_kinds))
		return "is of no known kind";
	if (n != record_kinds[k].fields)
		return "has the wrong number of fields";
	if (!*fields[1])
		return "names no test";
	record.kind = record_kinds[k].kind;
	if ((record.kind == RECORD_FAIL || record.kind == RECORD_TRUTH) &&
	    !record_is_cause(fields[2]))
		return record.kind == RECORD_FAIL ? "has a cause that is no name"
						  : "has a question that is no name";
	record.name = xstrdup(fields[1]);
	if (record.kind == RECORD_FAIL) {
		record.cause = xstrdup(fields[2]);
		record.expected = xstrdup(fields[3]);
		record.observed = xstrdup(fields[4]);
	} else if (record.kind == RECORD_TRUTH) {
		record.cause = xstrdup(fields[2]);
		record.reason = xstrdup(fields[3]);
	} else {
		record.reason = xstrdup(fields[2]);
	}
	records->list = xreallocarray(records->list, records->n + 1, sizeof(*records->list));
	records->list[records->n++] = record;
	return NULL;
}

void records_parse(const char *text, size_t len, struct records *ret)
{
	size_t number = 0;

	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t line_len = newline ? (size_t)(newline - text) : len;
		const char *trouble = NULL;
		char *line = xstrndup(text, line_len);

		number++;
		if (!newline)
			trouble = "is cut short";
		else if (!record_is_clean(text, line_len))
			trouble = "holds a control character";
		else
			trouble = record_add(ret, line);
		if (trouble && !ret->trouble)
			ret->trouble = xasprintf("record %zu %s", number, trouble);
		free(line);
		text += line_len + (newline ? 1 : 0);
		len -= line_len + (newline ? 1 : 0);
	}
}

void records_free(struct records *records)
{
	for (size_t i = 0; i < records->n; i++) {
		free(records->list[i].name);
		free(records->list[i].cause);
		free(records->list[i].expected);
		free(records->list[i].observed);
		free(records->list[i].reason);
	}
	free(records->list);
	free(records->trouble);
	*records = (struct records)RECORDS_INIT;
}

static bool record_decides(enum record_kind kind)
{
	return kind == RECORD_FAIL || kind == RECORD_UNSUPPORTED || kind == RECORD_SKIP;
}

const struct record *records_find(const struct records *records, const char *name)
{
	const struct record *found = NULL;

	for (size_t i = 0; i < records->n; i++) {
		const struct record *record = &records->list[i];

		if (!record_decides(record->kind) || strcmp(record->name, name) != 0)
			continue;
		if (record->kind == RECORD_FAIL)
			return record;
		if (!found)
			found = record;
	}
	return found;
}

const char *records_drawing(const struct records *records, const char *name)
{
	for (size_t i = records->n; i > 0; i--)
		if (records->list[i - 1].kind == RECORD_DRAWING &&
		    strcmp(records->list[i - 1].name, name) == 0)
			return records->list[i - 1].reason;
	return NULL;
}

char *records_seen(const struct records *records, const char *name)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < records->n; i++) {
		const struct record *record = &records->list[i];

		if (record->kind == RECORD_SEEN && strcmp(record->name, name) == 0)
			strbuf_addf(&text, "%s%s", text.len ? "; " : "", record->reason);
	}
	return text.len ? strbuf_steal(&text) : NULL;
}
