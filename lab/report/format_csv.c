/*
 * A line for each student, a column for each exercise: what a gradebook imports. An exercise that
 * has no points holds a word instead: error, unsupported, or nothing where it was not graded.
 */
#define _GNU_SOURCE
#include "lab/report/format.h"

#include "lab/report/escape.h"

static void add_number(struct strbuf *to, double points)
{
	char text[32];

	class_points(points, text);
	strbuf_addf(to, ",%s", text);
}

static void add_cell(struct strbuf *to, const struct class_cell *cell)
{
	if (cell->counts)
		add_number(to, cell->points);
	else
		strbuf_addf(to, ",%s", cell->grade ? grade_verdict_name(cell->grade->verdict) : "");
}

void format_csv(const struct class *class, struct strbuf *to)
{
	strbuf_adds(to, "student,points,max,passed,complete,days_late");
	for (size_t i = 0; i < class->n_exercises; i++) {
		strbuf_addc(to, ',');
		escape_csv(to, class->exercises[i].id);
	}
	strbuf_adds(to, "\r\n");
	for (size_t i = 0; i < class->n_students; i++) {
		const struct class_student *student = &class->students[i];

		escape_csv(to, student->name);
		add_number(to, student->points);
		add_number(to, student->max);
		strbuf_addf(to, ",%u,%s,%u", student->passed, student->complete ? "yes" : "no",
			    student->days_late);
		for (size_t k = 0; k < class->n_exercises; k++)
			add_cell(to, &student->cells[k]);
		strbuf_adds(to, "\r\n");
	}
}
