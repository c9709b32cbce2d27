/*
 * TAP version 13: a line for each student's exercise, with a YAML block where it is no pass.
 */
#define _GNU_SOURCE
#include "lab/report/format.h"

#include "common/cleanup.h"
#include "lab/report/escape.h"
#include "lab/report/fact.h"

#include <string.h>

static void add_pair(struct strbuf *to, const char *key, const char *text)
{
	if (!*text)
		return;
	strbuf_addf(to, "  %s: ", key);
	escape_json(to, text);
	strbuf_addc(to, '\n');
}

static void add_block(struct strbuf *to, const struct class *class, const struct class_cell *cell)
{
	const struct grade *grade = cell->grade;
	cleanup_free char *remark = fact_remark(grade);
	char points[32], max[32];

	class_points(cell->points, points);
	class_points(cell->max, max);
	strbuf_adds(to, "  ---\n");
	add_pair(to, "verdict", grade_verdict_name(grade->verdict));
	if (cell->counts)
		strbuf_addf(to, "  points: %s\n  max: %s\n", points, max);
	add_pair(to, "message", remark);
	for (size_t i = 0; i < fact_count(grade); i++) {
		struct fact fact = fact_at(grade, i, class->policy->show);

		if (strcmp(fact.status, "fail") != 0)
			continue;
		add_pair(to, "fact", fact.name);
		add_pair(to, "expected", fact.expected);
		add_pair(to, "observed", fact.observed);
		add_pair(to, "cause", fact.cause);
		add_pair(to, "why", fact.why);
		break;
	}
	strbuf_adds(to, "  ...\n");
}

void format_tap(const struct class *class, struct strbuf *to)
{
	size_t n = 0;

	strbuf_adds(to, "TAP version 13\n");
	for (size_t i = 0; i < class->n_students; i++) {
		for (size_t k = 0; k < class->n_exercises; k++) {
			const struct class_cell *cell = &class->students[i].cells[k];
			bool skip, good;

			if (!cell->grade)
				continue;
			skip = cell->grade->verdict == GRADE_UNSUPPORTED;
			good = skip || cell->grade->verdict == GRADE_PASS;
			strbuf_addf(to, "%sok %zu - ", good ? "" : "not ", ++n);
			escape_tap(to, class->students[i].name);
			strbuf_addf(to, " %s%s", cell->grade->exercise, skip ? " # SKIP " : "\n");
			if (skip) {
				escape_tap(to, cell->grade->reason);
				strbuf_addc(to, '\n');
			} else if (!good) {
				add_block(to, class, cell);
			}
		}
	}
	strbuf_addf(to, "1..%zu\n", n);
}
