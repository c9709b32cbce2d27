#define _GNU_SOURCE
#include "lab/report/class.h"

#include "common/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which exercises ---- */

static bool is_graded(const struct grade *grades, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(grades[i].exercise, id) == 0)
			return true;
	return false;
}

static void add_exercise(struct class *class, const char *id, const char *title)
{
	for (size_t i = 0; i < class->n_exercises; i++)
		if (strcmp(class->exercises[i].id, id) == 0)
			return;
	class->exercises =
		xreallocarray(class->exercises, class->n_exercises + 1, sizeof(*class->exercises));
	class->exercises[class->n_exercises++] =
		(struct class_exercise){.id = id, .title = title ? title : ""};
}

/* Those of the course in its order, then what only the grades know. */
static void add_exercises(struct class *class, const struct grade *grades, size_t n,
			  const struct catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue->n_exercises; i++)
		if (is_graded(grades, n, catalogue->exercises[i].id))
			add_exercise(class, catalogue->exercises[i].id,
				     catalogue->exercises[i].title);
	for (size_t i = 0; i < n; i++)
		add_exercise(class, grades[i].exercise, "");
}

static size_t place_of(const struct class *class, const char *id)
{
	size_t i = 0;

	while (strcmp(class->exercises[i].id, id) != 0)
		i++;
	return i;
}

/* ---- points ---- */

static void weigh(struct class_cell *cell, const struct class *class,
		  const struct catalogue *catalogue)
{
	const struct policy *policy = class->policy;
	const struct grade *grade = cell->grade;
	int weight =
		policy_weight(policy, grade->exercise, catalogue_by_id(catalogue, grade->exercise));
	bool pass = grade->verdict == GRADE_PASS;

	cell->days_late = grade->verdict == GRADE_MISSING
				  ? 0
				  : policy_days_late(policy, policy_time(policy, grade->student,
									 grade->submitted));
	cell->counts = grade->verdict != GRADE_ERROR && grade->verdict != GRADE_UNSUPPORTED;
	if (!cell->counts)
		return;
	cell->max = weight < 0 ? grade->max_score : (double)weight;
	if (policy->credit == CREDIT_WHOLE)
		cell->points = pass ? cell->max : 0;
	else if (grade->max_score)
		cell->points = cell->max * grade->score / grade->max_score;
	cell->points = cell->points * policy_per_cent(policy, cell->days_late) / 100;
}

static void sum_up(struct class *class, struct class_student *student)
{
	student->complete = true;
	for (size_t i = 0; i < class->n_exercises; i++) {
		const struct class_cell *cell = &student->cells[i];

		if (!cell->grade || cell->grade->verdict == GRADE_ERROR)
			student->complete = false;
		if (!cell->grade)
			continue;
		if (cell->counts) {
			student->points += cell->points;
			student->max += cell->max;
		}
		student->passed += cell->grade->verdict == GRADE_PASS;
		if (cell->days_late > student->days_late)
			student->days_late = cell->days_late;
		if (cell->grade->graded > student->graded)
			student->graded = cell->grade->graded;
	}
}

/* ---- what goes wrong ---- */

static void count_cause(struct class_exercise *exercise, const char *cause)
{
	for (size_t i = 0; i < exercise->n_causes; i++) {
		if (strcmp(exercise->causes[i].cause, cause) == 0) {
			exercise->causes[i].n++;
			return;
		}
	}
	exercise->causes =
		xreallocarray(exercise->causes, exercise->n_causes + 1, sizeof(*exercise->causes));
	exercise->causes[exercise->n_causes++] = (struct class_cause){.cause = cause, .n = 1};
}

static int by_number(const void *a, const void *b)
{
	const struct class_cause *left = a, *right = b;

	if (left->n != right->n)
		return left->n < right->n ? 1 : -1;
	return strcmp(left->cause, right->cause);
}

static void count(struct class *class, const struct grade *grade)
{
	struct class_exercise *exercise = &class->exercises[place_of(class, grade->exercise)];

	exercise->n[grade->verdict]++;
	exercise->graded += grade->verdict != GRADE_ERROR && grade->verdict != GRADE_UNSUPPORTED;
	if (*grade->cause)
		count_cause(exercise, grade->cause);
}

/* ---- the class ---- */

static struct class_student *student_of(struct class *class, const char *name)
{
	struct class_student *student;

	if (class->n_students && strcmp(class->students[class->n_students - 1].name, name) == 0)
		return &class->students[class->n_students - 1];
	class->students =
		xreallocarray(class->students, class->n_students + 1, sizeof(*class->students));
	student = &class->students[class->n_students++];
	*student = (struct class_student){
		.name = name, .cells = xcalloc(class->n_exercises, sizeof(*student->cells))};
	return student;
}

void class_build(const struct grade *grades, size_t n, const struct catalogue *catalogue,
		 const struct policy *policy, const char *student, struct class *ret)
{
	struct class class = {.policy = policy};

	add_exercises(&class, grades, n, catalogue);
	for (size_t i = 0; i < n; i++) {
		struct class_cell *cell;

		if (student && strcmp(grades[i].student, student) != 0)
			continue;
		cell = &student_of(&class, grades[i].student)
				->cells[place_of(&class, grades[i].exercise)];
		cell->grade = &grades[i];
		weigh(cell, &class, catalogue);
		count(&class, &grades[i]);
	}
	for (size_t i = 0; i < class.n_students; i++)
		sum_up(&class, &class.students[i]);
	for (size_t i = 0; i < class.n_exercises; i++)
		if (class.exercises[i].n_causes)
			qsort(class.exercises[i].causes, class.exercises[i].n_causes,
			      sizeof(*class.exercises[i].causes), by_number);
	*ret = class;
}

void class_free(struct class *class)
{
	for (size_t i = 0; i < class->n_students; i++)
		free(class->students[i].cells);
	for (size_t i = 0; i < class->n_exercises; i++)
		free(class->exercises[i].causes);
	free(class->students);
	free(class->exercises);
	*class = (struct class){.policy = NULL};
}

double class_round(double points)
{
	return (double)(long long)(points * 100 + 0.5) / 100;
}

void class_points(double points, char ret[32])
{
	size_t len;

	(void)snprintf(ret, 32, "%.2f", class_round(points));
	len = strlen(ret);
	while (ret[len - 1] == '0')
		ret[--len] = '\0';
	if (ret[len - 1] == '.')
		ret[len - 1] = '\0';
}
