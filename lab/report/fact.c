#define _GNU_SOURCE
#include "lab/report/fact.h"

#include <string.h>

/* The members of a fact, and from how much on they are shown. */
static const struct {
	const char *key;
	size_t offset;
	enum policy_show least;
} members[] = {
	{"name", offsetof(struct fact, name), SHOW_NAME},
	{"status", offsetof(struct fact, status), SHOW_NAME},
	{"expected", offsetof(struct fact, expected), SHOW_FULL},
	{"observed", offsetof(struct fact, observed), SHOW_FULL},
	{"cause", offsetof(struct fact, cause), SHOW_CAUSE},
	{"why", offsetof(struct fact, why), SHOW_CAUSE},
	{"read", offsetof(struct fact, read), SHOW_CAUSE},
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

size_t fact_count(const struct grade *grade)
{
	return json_array_size(json_object_get(grade->result, "checks"));
}

struct fact fact_at(const struct grade *grade, size_t i, enum policy_show show)
{
	const json_t *check = json_array_get(json_object_get(grade->result, "checks"), i);
	json_int_t points = json_integer_value(json_object_get(check, "points"));
	struct fact fact = {.points = points > 0 ? (unsigned)points : 0};

	for (size_t k = 0; k < sizeof(members) / sizeof(*members); k++)
		*(const char **)(void *)((char *)&fact + members[k].offset) =
			show <= members[k].least ? text_of(check, members[k].key) : "";
	return fact;
}

const char *fact_compiler(const struct grade *grade, enum policy_show show)
{
	return show == SHOW_FULL ? text_of(grade->result, "compiler") : "";
}

const char *fact_output(const struct grade *grade, enum policy_show show)
{
	return show == SHOW_FULL ? text_of(grade->result, "output") : "";
}

void fact_explain(const struct fact *fact, struct strbuf *to)
{
	const struct {
		const char *label, *text;
	} lines[] = {
		{"expected", fact->expected}, {"observed", fact->observed}, {"cause", fact->cause},
		{"why", fact->why},	      {"read", fact->read},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (*lines[i].text)
			strbuf_addf(to, "%-9s %s\n", lines[i].label, lines[i].text);
}

char *fact_remark(const struct grade *grade)
{
	switch (grade->verdict) {
	case GRADE_MISSING:
		return xstrdup("nothing was handed in for it");
	case GRADE_ERROR:
		return xasprintf("it could not be graded: %s", grade->reason);
	case GRADE_UNSUPPORTED:
		return xasprintf("this machine could not check it, so it does not count: %s",
				 grade->reason);
	default:
		return xstrdup("");
	}
}
