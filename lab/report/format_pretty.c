/*
 * For people at a terminal: a line for each student, then what goes wrong most.
 */
#define _GNU_SOURCE
#include "lab/report/format.h"

#include "common/cleanup.h"

#include <stdio.h>
#include <string.h>

#define NAME_COLUMNS 28
#define CAUSES	     3

static const struct {
	enum grade_verdict verdict;
	const char *text;
} notable[] = {
	{GRADE_MISSING, "missing"},
	{GRADE_UNSUPPORTED, "not checked here"},
	{GRADE_ERROR, "in error"},
};

/* What beside the points is to be said of a student: "2 missing, 1 in error, 3 days late". */
static void add_remarks(struct strbuf *to, const struct class *class,
			const struct class_student *student)
{
	const char *between = "  ";

	for (size_t i = 0; i < sizeof(notable) / sizeof(*notable); i++) {
		unsigned n = 0;

		for (size_t k = 0; k < class->n_exercises; k++)
			n += student->cells[k].grade &&
			     student->cells[k].grade->verdict == notable[i].verdict;
		if (!n)
			continue;
		strbuf_addf(to, "%s%u %s", between, n, notable[i].text);
		between = ", ";
	}
	if (student->days_late)
		strbuf_addf(to, "%s%u day%s late", between, student->days_late,
			    student->days_late == 1 ? "" : "s");
}

static void add_student(struct strbuf *to, const struct class *class,
			const struct class_student *student)
{
	char points[32], max[32];
	cleanup_free char *sum = NULL;

	class_points(student->points, points);
	class_points(student->max, max);
	sum = xasprintf("%s of %s", points, max);
	strbuf_addf(to, "%-*s  %-14s  %u passed", NAME_COLUMNS, student->name, sum,
		    student->passed);
	add_remarks(to, class, student);
	strbuf_addc(to, '\n');
}

static void add_exercise(struct strbuf *to, const struct class_exercise *exercise)
{
	strbuf_addf(to, "%-*s  %u of %u pass", NAME_COLUMNS, exercise->id, exercise->n[GRADE_PASS],
		    exercise->graded);
	for (size_t i = 0; i < exercise->n_causes && i < CAUSES; i++)
		strbuf_addf(to, "%s%s (%u)", i ? ", " : "; ", exercise->causes[i].cause,
			    exercise->causes[i].n);
	strbuf_addc(to, '\n');
}

/* Each grade that is none, with the reason: somebody has to look at it. */
static void add_errors(struct strbuf *to, const struct class *class)
{
	const char *heading = "\nNot graded:\n";

	for (size_t i = 0; i < class->n_students; i++) {
		for (size_t k = 0; k < class->n_exercises; k++) {
			const struct grade *grade = class->students[i].cells[k].grade;

			if (!grade || grade->verdict != GRADE_ERROR)
				continue;
			strbuf_addf(to, "%s%s %s: %s\n", heading, grade->student, grade->exercise,
				    grade->reason);
			heading = "";
		}
	}
}

void format_pretty(const struct class *class, struct strbuf *to)
{
	for (size_t i = 0; i < class->n_students; i++)
		add_student(to, class, &class->students[i]);
	strbuf_adds(to, class->n_students ? "\n" : "");
	for (size_t i = 0; i < class->n_exercises; i++)
		add_exercise(to, &class->exercises[i]);
	add_errors(to, class);
}
