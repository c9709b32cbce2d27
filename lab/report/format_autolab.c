/*
 * What Autolab reads at the end of an autograder's output: a line of feedback, then, as the very
 * last one, the scores, one for each problem; the problems have the ids of the exercises.
 * Sources: Autolab's "Guide for Lab Authors" and "Formatted Feedback".
 */
#define _GNU_SOURCE
#include "lab/report/format.h"

#include "lab/report/fact.h"
#include "lab/report/platform.h"

#include <string.h>

/* A test as the page shows it: passed, or a hint. */
static json_t *feedback_of(const struct fact *fact)
{
	bool passed = strcmp(fact->status, "pass") == 0;
	json_t *object = json_pack("{s:b}", "passed", passed);

	if (!passed && *fact->why)
		json_object_set_new(object, "hint", json_string(fact->why));
	return object;
}

/* The stage of an exercise: its facts. */
static json_t *stage(const struct class *class, const struct class_cell *cell)
{
	json_t *tests = json_object();

	for (size_t i = 0; i < fact_count(cell->grade); i++) {
		struct fact fact = fact_at(cell->grade, i, class->policy->show);

		json_object_set_new(tests, fact.name, feedback_of(&fact));
	}
	if (cell->grade->verdict == GRADE_MISSING)
		json_object_set_new(tests, "handed in", json_pack("{s:b}", "passed", 0));
	return tests;
}

int format_autolab(const struct class *class, const struct class_student *student,
		   struct strbuf *to, struct error *err)
{
	int r = platform_needs_all(class, student, err);
	json_t *feedback, *stages, *scores;

	if (r < 0)
		return r;
	feedback = json_pack("{s:s}", "_presentation", "semantic");
	stages = json_array();
	scores = json_object();
	for (size_t k = 0; k < class->n_exercises; k++) {
		const struct class_cell *cell = &student->cells[k];
		const char *id = class->exercises[k].id;

		if (!cell->counts)
			continue;
		json_array_append_new(stages, json_string(id));
		json_object_set_new(feedback, id, stage(class, cell));
		json_object_set_new(scores, id, json_real(class_round(cell->points)));
	}
	json_object_set_new(feedback, "stages", stages);
	platform_dump(feedback, JSON_COMPACT, to);
	platform_dump(json_pack("{s:o}", "scores", scores), JSON_COMPACT, to);
	return 0;
}
