/*
 * The class as one object (nslab/class/v1), and the grades line by line (nslab/grade/v1).
 */
#define _GNU_SOURCE
#include "lab/report/format.h"

#include "common/cleanup.h"
#include "lab/report/fact.h"

#include <stdlib.h>
#include <string.h>

static json_t *text(const char *s)
{
	json_t *string = json_string(s);

	return string ? string : json_string("");
}

static json_t *number(double points)
{
	return json_real(class_round(points));
}

static json_t *time_of(long long time)
{
	char s[32];

	grade_time_text(time, s);
	return text(time < 0 ? "" : s);
}

static json_t *fact_object(const struct fact *fact)
{
	return json_pack("{s:o,s:o,s:i,s:o,s:o,s:o,s:o,s:o}", "name", text(fact->name), "status",
			 text(fact->status), "points", (int)fact->points, "expected",
			 text(fact->expected), "observed", text(fact->observed), "cause",
			 text(fact->cause), "why", text(fact->why), "read", text(fact->read));
}

static json_t *cell_object(const struct class *class, const struct class_cell *cell)
{
	const struct grade *grade = cell->grade;
	enum policy_show show = class->policy->show;
	cleanup_free char *remark = fact_remark(grade);
	json_t *object = json_object();
	json_t *facts = json_array();

	for (size_t i = 0; i < fact_count(grade); i++) {
		struct fact fact = fact_at(grade, i, show);

		json_array_append_new(facts, fact_object(&fact));
	}
	json_object_set_new(object, "exercise", text(grade->exercise));
	json_object_set_new(object, "verdict", text(grade_verdict_name(grade->verdict)));
	json_object_set_new(object, "points", cell->counts ? number(cell->points) : json_null());
	json_object_set_new(object, "max", cell->counts ? number(cell->max) : json_null());
	json_object_set_new(object, "cause", text(show == SHOW_NAME ? "" : grade->cause));
	json_object_set_new(object, "remark", text(remark));
	json_object_set_new(object, "days_late", json_integer(cell->days_late));
	json_object_set_new(object, "file", text(grade->file));
	json_object_set_new(object, "seed", json_integer((json_int_t)grade->seed));
	json_object_set_new(object, "submission", text(grade->submission));
	json_object_set_new(object, "checks_hash", text(grade->checks));
	json_object_set_new(object, "graded", time_of(grade->graded));
	json_object_set_new(object, "submitted", time_of(grade->submitted));
	json_object_set_new(object, "lab", text(grade->lab));
	json_object_set_new(object, "kernel", text(grade->kernel));
	json_object_set_new(object, "compiler", text(fact_compiler(grade, show)));
	json_object_set_new(object, "checks", facts);
	return object;
}

static json_t *student_object(const struct class *class, const struct class_student *student)
{
	json_t *object = json_object();
	json_t *cells = json_array();

	for (size_t i = 0; i < class->n_exercises; i++)
		if (student->cells[i].grade)
			json_array_append_new(cells, cell_object(class, &student->cells[i]));
	json_object_set_new(object, "student", text(student->name));
	json_object_set_new(object, "points", number(student->points));
	json_object_set_new(object, "max", number(student->max));
	json_object_set_new(object, "passed", json_integer(student->passed));
	json_object_set_new(object, "complete", json_boolean(student->complete));
	json_object_set_new(object, "days_late", json_integer(student->days_late));
	json_object_set_new(object, "exercises", cells);
	return object;
}

static json_t *exercise_object(const struct class_exercise *exercise)
{
	json_t *object = json_object();
	json_t *causes = json_array();

	for (size_t i = 0; i < exercise->n_causes; i++)
		json_array_append_new(causes,
				      json_pack("{s:s,s:i}", "cause", exercise->causes[i].cause,
						"students", (int)exercise->causes[i].n));
	json_object_set_new(object, "exercise", text(exercise->id));
	json_object_set_new(object, "title", text(exercise->title));
	for (unsigned i = 0; i < GRADE_VERDICTS; i++)
		json_object_set_new(object, grade_verdict_name((enum grade_verdict)i),
				    json_integer(exercise->n[i]));
	json_object_set_new(object, "causes", causes);
	return object;
}

void format_json(const struct class *class, struct strbuf *to)
{
	json_t *object = json_object();
	json_t *exercises = json_array();
	json_t *students = json_array();
	char *dump;

	for (size_t i = 0; i < class->n_exercises; i++)
		json_array_append_new(exercises, exercise_object(&class->exercises[i]));
	for (size_t i = 0; i < class->n_students; i++)
		json_array_append_new(students, student_object(class, &class->students[i]));
	json_object_set_new(object, "schema", text("nslab/class/v1"));
	json_object_set_new(object, "exercises", exercises);
	json_object_set_new(object, "students", students);
	dump = json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	strbuf_adds(to, dump ? dump : "null");
	strbuf_addc(to, '\n');
	free(dump);
	json_decref(object);
}

void format_jsonl(const struct class *class, struct strbuf *to)
{
	for (size_t i = 0; i < class->n_students; i++)
		for (size_t k = 0; k < class->n_exercises; k++)
			if (class->students[i].cells[k].grade)
				grade_line(class->students[i].cells[k].grade, to);
}
