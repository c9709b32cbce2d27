/*
 * result.json of Classroom 50: a test for each exercise, scores in whole points.
 * Source: https://github.com/foundation50/classroom50/wiki/Advanced-Autograding
 */
#define _GNU_SOURCE
#include "lab/report/format.h"

#include "lab/report/platform.h"

#include <errno.h>
#include <stdlib.h>

/* What the runner tells in the environment, and what it reads of it. */
static const struct {
	const char *key, *variable, *instead;
} origins[] = {
	{"classroom", "CLASSROOM", NULL},	{"assignment", "ASSIGNMENT", NULL},
	{"submission", "SUBMISSION_TAG", NULL}, {"commit", "COMMIT_URL", NULL},
	{"release", "RELEASE_URL", NULL},	{"review", "REVIEW_URL", "COMMIT_URL"},
};

static const char *variable(const char *name)
{
	const char *value = name ? getenv(name) : NULL;

	return value && *value ? value : NULL;
}

static int add_origins(json_t *object, struct error *err)
{
	for (size_t i = 0; i < sizeof(origins) / sizeof(*origins); i++) {
		const char *value = variable(origins[i].variable);
		json_t *string;

		if (!value)
			value = variable(origins[i].instead);
		if (!value) {
			(void)error_say(err, EINVAL, "%s is not set", origins[i].variable);
			error_remedy(err, "the runner of Classroom 50 sets CLASSROOM, ASSIGNMENT, "
					  "SUBMISSION_TAG, COMMIT_URL and RELEASE_URL");
			return -EINVAL;
		}
		string = json_string(value);
		if (!string)
			return error_say(err, EINVAL, "%s is not UTF-8", origins[i].variable);
		json_object_set_new(object, origins[i].key, string);
	}
	return 0;
}

/* Points are whole there: what is left of one does not count. */
static json_int_t whole(double points)
{
	return (json_int_t)(class_round(points) + 1e-9);
}

static json_t *add_tests(const struct class *class, const struct class_student *student,
			 json_int_t *ret_score, json_int_t *ret_max)
{
	json_t *tests = json_array();

	for (size_t k = 0; k < class->n_exercises; k++) {
		const struct class_cell *cell = &student->cells[k];
		json_int_t score = whole(cell->points), max = whole(cell->max);

		if (!cell->counts)
			continue;
		*ret_score += score;
		*ret_max += max;
		json_array_append_new(
			tests,
			json_pack("{s:s,s:b,s:I,s:I,s:s}", "test-name", class->exercises[k].id,
				  "passed", cell->grade->verdict == GRADE_PASS, "score", score,
				  "max-score", max, "cause",
				  class->policy->show == SHOW_NAME ? "" : cell->grade->cause));
	}
	return tests;
}

int format_classroom50(const struct class *class, const struct class_student *student,
		       struct strbuf *to, struct error *err)
{
	json_int_t score = 0, max = 0;
	json_t *object, *tests;
	char time[32];
	int r = platform_needs_all(class, student, err);

	if (r < 0)
		return r;
	object = json_object();
	json_object_set_new(object, "schema", json_string("classroom50/result/v1"));
	r = add_origins(object, err);
	if (r < 0) {
		json_decref(object);
		return r;
	}
	grade_time_text(student->graded, time);
	tests = add_tests(class, student, &score, &max);
	json_object_set_new(object, "datetime", json_string(time));
	json_object_set_new(object, "score", json_integer(score));
	json_object_set_new(object, "max-score", json_integer(max));
	json_object_set_new(object, "tests", tests);
	platform_dump(object, JSON_INDENT(2), to);
	return 0;
}
