/*
 * /autograder/results/results.json of Gradescope: a test for each fact.
 * Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/
 */
#define _GNU_SOURCE
#include "lab/report/format.h"

#include "common/cleanup.h"
#include "lab/report/fact.h"
#include "lab/report/platform.h"

#include <stdlib.h>
#include <string.h>

static json_t *text(const char *s)
{
	json_t *string = json_string(s);

	return string ? string : json_string("");
}

/* A test. */
static json_t *test(const char *name, bool passed, double points, double max, const char *output)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", text(name));
	json_object_set_new(object, "status", text(passed ? "passed" : "failed"));
	json_object_set_new(object, "score", json_real(class_round(points)));
	json_object_set_new(object, "max_score", json_real(class_round(max)));
	json_object_set_new(object, "output", text(output));
	json_object_set_new(object, "output_format", text("text"));
	json_object_set_new(object, "visibility", text("visible"));
	return object;
}

static void number_and_tag(json_t *object, const struct class_exercise *exercise, size_t k,
			   size_t i)
{
	cleanup_free char *number = i ? xasprintf("%zu.%zu", k + 1, i) : xasprintf("%zu", k + 1);

	json_object_set_new(object, "number", text(number));
	json_object_set_new(object, "tags", json_pack("[s]", exercise->id));
}

/* What a student reads below a fact: the compiler speaks once, at the first one. */
static char *output_of(const struct class *class, const struct grade *grade,
		       const struct fact *fact, size_t i)
{
	struct strbuf output = STRBUF_INIT;

	if (strcmp(fact->status, "pass") != 0)
		fact_explain(fact, &output);
	if (i == 0 && *fact_compiler(grade, class->policy->show))
		strbuf_addf(&output, "\nThe compiler:\n%s",
			    fact_compiler(grade, class->policy->show));
	return strbuf_steal(&output);
}

/* A test for each fact that counts; together they have the points of the exercise. */
static void add_facts(json_t *tests, const struct class *class, const struct class_cell *cell,
		      size_t k)
{
	const struct grade *grade = cell->grade;

	for (size_t i = 0; i < fact_count(grade); i++) {
		struct fact fact = fact_at(grade, i, class->policy->show);
		cleanup_free char *name = xasprintf("%s: %s", grade->exercise, fact.name);
		cleanup_free char *output = output_of(class, grade, &fact, i);
		double one = grade->score ? cell->points / grade->score : 0;
		json_t *object;

		object = test(name, strcmp(fact.status, "pass") == 0, one * fact.points,
			      cell->max / grade->max_score, output);
		number_and_tag(object, &class->exercises[k], k, i + 1);
		json_array_append_new(tests, object);
	}
}

/*
 * Is each of its facts a point? Not where nothing was handed in, where it counts only as a whole,
 * where the compiler had the word, and where this machine could not tell all of them.
 */
static bool is_sum_of_facts(const struct class *class, const struct grade *grade)
{
	return class->policy->credit == CREDIT_PARTIAL && grade->max_score &&
	       fact_count(grade) == grade->max_score;
}

/* An exercise as one test. */
static void add_whole(json_t *tests, const struct class *class, const struct class_cell *cell,
		      size_t k)
{
	const struct grade *grade = cell->grade;
	cleanup_strbuf struct strbuf output = STRBUF_INIT;
	cleanup_free char *remark = fact_remark(grade);
	json_t *object;

	strbuf_addf(&output, "%s%s", remark, *remark ? ".\n" : "");
	for (size_t i = 0; i < fact_count(grade); i++) {
		struct fact fact = fact_at(grade, i, class->policy->show);

		strbuf_addf(&output, "%s: %s\n", fact.name, fact.status);
		if (strcmp(fact.status, "fail") == 0)
			fact_explain(&fact, &output);
	}
	if (*fact_compiler(grade, class->policy->show))
		strbuf_addf(&output, "\nThe compiler:\n%s",
			    fact_compiler(grade, class->policy->show));
	object = test(grade->exercise, grade->verdict == GRADE_PASS, cell->points, cell->max,
		      output.s);
	number_and_tag(object, &class->exercises[k], k, 0);
	json_array_append_new(tests, object);
}

static json_t *all_tests(const struct class *class, const struct class_student *student)
{
	json_t *tests = json_array();

	for (size_t k = 0; k < class->n_exercises; k++) {
		const struct class_cell *cell = &student->cells[k];

		if (!cell->counts)
			continue;
		if (is_sum_of_facts(class, cell->grade))
			add_facts(tests, class, cell, k);
		else
			add_whole(tests, class, cell, k);
	}
	return tests;
}

/* What stands above the tests. */
static char *summary(const struct class *class, const struct class_student *student)
{
	struct strbuf output = STRBUF_INIT;

	strbuf_addf(&output, "%u of %zu exercises pass.", student->passed, class->n_exercises);
	for (size_t k = 0; k < class->n_exercises; k++) {
		const struct class_cell *cell = &student->cells[k];

		if (cell->grade && cell->grade->verdict == GRADE_UNSUPPORTED)
			strbuf_addf(&output, "\n%s could not be checked here and does not count.",
				    cell->grade->exercise);
	}
	if (student->days_late)
		strbuf_addf(&output, "\nHanded in %u day%s late.", student->days_late,
			    student->days_late == 1 ? "" : "s");
	return strbuf_steal(&output);
}

int format_gradescope(const struct class *class, const struct class_student *student,
		      struct strbuf *to, struct error *err)
{
	cleanup_free char *output = NULL;
	unsigned long ms = 0;
	json_t *object;
	int r = platform_needs_all(class, student, err);

	if (r < 0)
		return r;
	for (size_t k = 0; k < class->n_exercises; k++)
		ms += student->cells[k].grade->duration_ms;
	output = summary(class, student);
	object = json_object();
	json_object_set_new(object, "score", json_real(class_round(student->points)));
	json_object_set_new(object, "execution_time", json_integer((json_int_t)(ms / 1000)));
	json_object_set_new(object, "output", text(output));
	json_object_set_new(object, "stdout_visibility", text("hidden"));
	json_object_set_new(object, "tests", all_tests(class, student));
	platform_dump(object, JSON_INDENT(2), to);
	return 0;
}
