/*
 * lab grade: the submissions of a class, or single ones, graded and reported.
 */
#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/check/check.h"
#include "lab/grade/grading.h"
#include "lab/interrupt.h"
#include "lab/output.h"
#include "lab/report/deliver.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 256
#define SEED_MAX 0x7fffffffULL

/* One word of the command line. */
struct part {
	const char *word;
	struct handed_class class;
	char *results; /* the file for its grades, NULL: the one of all, or none */
};

/* The command line, understood. */
struct order {
	const struct args *args;
	struct catalogue catalogue;
	bool *wanted;
	struct grading grading;
	struct delivery delivery;
	struct part *parts;
	size_t n_parts;
	const char *results; /* --results */
	bool one;
};

static void order_free(struct order *order)
{
	for (size_t i = 0; i < order->n_parts; i++) {
		handed_free(&order->parts[i].class);
		free(order->parts[i].results);
	}
	free(order->parts);
	free(order->wanted);
	delivery_free(&order->delivery);
	catalogue_free(&order->catalogue);
}

/* ---- which exercises ---- */

static int want_word(struct order *order, const char *word)
{
	const struct catalogue *catalogue = &order->catalogue;
	bool all = strcmp(word, "all") == 0;
	const struct exercise *found;
	struct error err = {0};
	int r;

	if (!all && !catalogue_is_phase(word)) {
		r = catalogue_use(catalogue, word, &found, &err);
		if (r < 0)
			return output_error(&err, catalogue_status(r));
		order->wanted[found - catalogue->exercises] = true;
		return LAB_PASS;
	}
	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		const struct exercise *exercise = &catalogue->exercises[i];

		if (!all && strcmp(exercise->phase, word) != 0)
			continue;
		if (exercise->broken)
			(void)fprintf(stderr, "lab: %s is left out: %s.\n", exercise->id,
				      exercise->broken);
		else
			order->wanted[i] = true;
	}
	return LAB_PASS;
}

static int want(struct order *order)
{
	const char *only = args_value(order->args, "only");
	cleanup_free char *list = xstrdup(only ? only : "all");
	char *rest = list;
	int status = LAB_PASS;

	order->wanted = xcalloc(order->catalogue.n_exercises + 1, sizeof(*order->wanted));
	order->grading.wanted = order->wanted;
	for (char *word; status == LAB_PASS && (word = strsep(&rest, ", "));)
		if (*word)
			status = want_word(order, word);
	for (size_t i = 0; i < order->catalogue.n_exercises; i++)
		if (order->wanted[i])
			return status;
	return status != LAB_PASS
		       ? status
		       : command_usage(order->args->command, "there is no exercise to grade");
}

/* ---- which submissions ---- */

static int by_name(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

/* Two submissions of one name would overwrite each other's grades. */
static int refuse_twins(const struct order *order)
{
	const char **names = NULL;
	struct error err = {0};
	size_t n = 0;
	int status = LAB_PASS;

	for (size_t i = 0; i < order->n_parts; i++) {
		const struct handed_class *class = &order->parts[i].class;

		names = xreallocarray(names, n + class->n + 1, sizeof(*names));
		for (size_t k = 0; k < class->n; k++)
			names[n++] = class->list[k].student;
	}
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 1; i < n && status == LAB_PASS; i++) {
		if (strcmp(names[i - 1], names[i]) != 0)
			continue;
		(void)error_say(&err, EEXIST, "there are two submissions of %.200s", names[i]);
		error_remedy(&err, "grade the directories one by one, or rename one of them");
		status = output_error(&err, LAB_USAGE);
	}
	free(names);
	return status;
}

static int open_part(const struct order *order, struct part *part)
{
	struct error err = {0};
	int r;

	if (order->one)
		r = handed_one(part->word, order->delivery.student, &part->class, &err);
	else
		r = handed_list(part->word, &part->class, &err);
	if (r < 0)
		return output_error(&err, LAB_USAGE);
	if (!part->class.n) {
		(void)error_say(&err, ENOENT, "there is no submission in %.300s", part->word);
		error_remedy(&err, "it should hold a directory or an archive (.tar.gz, .tgz, .zip) "
				   "for each student");
		return output_error(&err, LAB_USAGE);
	}
	if (part->class.ignored)
		(void)fprintf(stderr, "lab: %u file%s in %s %s no submission and left out.\n",
			      part->class.ignored, part->class.ignored == 1 ? "" : "s", part->word,
			      part->class.ignored == 1 ? "is" : "are");
	if (!order->one && !order->results)
		part->results = io_join(part->word, ".lab/grades.jsonl");
	return LAB_PASS;
}

static int open_parts(struct order *order)
{
	int status = LAB_PASS;

	order->parts = xcalloc(order->args->n_words, sizeof(*order->parts));
	for (size_t i = 0; i < order->args->n_words && status == LAB_PASS; i++) {
		struct part *part = &order->parts[order->n_parts++];

		*part = (struct part){.word = order->args->words[i], .class = HANDED_INIT};
		status = open_part(order, part);
	}
	return status == LAB_PASS ? refuse_twins(order) : status;
}

/* ---- the order ---- */

/* As many as processors we may run on. */
static unsigned long long default_jobs(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n > JOBS_MAX ? JOBS_MAX : (unsigned long long)n;
}

static int parse(struct lab *lab, struct order *order)
{
	const struct args *args = order->args;
	unsigned long long jobs = default_jobs();
	struct error err = {0};
	int status = delivery_parse(args, &order->delivery);

	order->results = args_value(args, "results");
	order->one = args_flag(args, "one");
	order->grading.lab = lab;
	order->grading.catalogue = &order->catalogue;
	order->grading.seed = check_seed();
	order->grading.mode = args_flag(args, "regrade") ? PLAN_REGRADE : PLAN_RESUME;
	if (status == LAB_PASS)
		status = args_number(args, "jobs", 1, JOBS_MAX, &jobs);
	if (status == LAB_PASS)
		status = args_number(args, "seed", 0, SEED_MAX, &order->grading.seed);
	order->grading.jobs = (unsigned)jobs;
	if (status == LAB_PASS && order->one && order->delivery.student && args->n_words > 1)
		status = command_usage(args->command, "--student names one submission");
	if (status != LAB_PASS)
		return status;
	if (catalogue_load(lab->course, &order->catalogue, &err) < 0)
		return output_error(&err, LAB_ERROR);
	status = want(order);
	return status == LAB_PASS ? open_parts(order) : status;
}

/* ---- grading ---- */

/* The grades of a grading, as they come together. */
struct harvest {
	struct grade *list;
	size_t n;
};

static bool is_asked_for(const struct order *order, const struct part *part,
			 const struct grade *grade)
{
	const struct catalogue *catalogue = &order->catalogue;
	const struct exercise *exercise = catalogue_by_id(catalogue, grade->exercise);

	if (!exercise || !order->wanted[exercise - catalogue->exercises])
		return false;
	for (size_t i = 0; i < part->class.n; i++)
		if (strcmp(part->class.list[i].student, grade->student) == 0)
			return true;
	return false;
}

static void keep(struct harvest *harvest, const struct order *order, const struct part *part,
		 struct grade *grade)
{
	if (!is_asked_for(order, part, grade)) {
		grade_free(grade);
		return;
	}
	harvest->list = xreallocarray(harvest->list, harvest->n + 1, sizeof(*harvest->list));
	harvest->list[harvest->n++] = *grade;
}

/* Take the grades of a part out of a file, or out of memory. */
static int reap(const struct order *order, const struct part *part, struct results *results,
		struct harvest *harvest, struct error *err)
{
	struct grade *list = results->list;
	size_t n = results->n;
	unsigned damaged;
	int r = 0;

	if (results->path)
		r = results_read(results->path, order->delivery.format->detail, &list, &n, &damaged,
				 err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		keep(harvest, order, part, &list[i]);
	free(list);
	if (!results->path) {
		results->list = NULL;
		results->n = 0;
	}
	return 0;
}

static int grade_part(const struct order *order, const struct part *part, struct bar *bar,
		      struct grading_tally *tally, struct harvest *harvest, struct error *err)
{
	cleanup_results struct results results = RESULTS_INIT;
	const char *path = part->results ? part->results : order->results;
	int r = results_open(path, &results, err);

	if (r < 0)
		return r;
	if (results.damaged)
		bar_say(bar, "%u line%s of %s can't be read and %s left out.", results.damaged,
			results.damaged == 1 ? "" : "s", path, results.damaged == 1 ? "is" : "are");
	r = grading_run(&order->grading, &part->class, &results, bar, tally, err);
	return r < 0 ? r : reap(order, part, &results, harvest, err);
}

static size_t total_of(const struct order *order)
{
	size_t exercises = 0, students = 0;

	for (size_t i = 0; i < order->catalogue.n_exercises; i++)
		exercises += order->wanted[i];
	for (size_t i = 0; i < order->n_parts; i++)
		students += order->parts[i].class.n;
	return exercises * students;
}

/* What there is to say beside the report. */
static void say_tally(const struct grading_tally *tally)
{
	if (tally->old)
		(void)fprintf(stderr,
			      "lab: %zu grade%s of other checks, or an error; --regrade makes %s "
			      "again.\n",
			      tally->old, tally->old == 1 ? " is" : "s are",
			      tally->old == 1 ? "it" : "them");
}

static int status_of(const struct harvest *harvest)
{
	size_t unsupported = 0;

	for (size_t i = 0; i < harvest->n; i++) {
		if (harvest->list[i].verdict == GRADE_ERROR)
			return LAB_ERROR;
		unsupported += harvest->list[i].verdict == GRADE_UNSUPPORTED;
	}
	return harvest->n && unsupported == harvest->n ? LAB_UNSUPPORTED : LAB_PASS;
}

static int grade_all(const struct order *order, struct harvest *harvest)
{
	struct bar bar = bar_begin(total_of(order));
	struct grading_tally tally = {.graded = 0};
	struct error err = {0};
	int r = 0;

	interrupt_begin();
	for (size_t i = 0; i < order->n_parts && r == 0; i++)
		r = grade_part(order, &order->parts[i], &bar, &tally, harvest, &err);
	bar_end(&bar);
	interrupt_end();
	if (r == -EINTR) {
		(void)fprintf(stderr, "lab: interrupted after %zu grade%s%s.\n", tally.graded,
			      tally.graded == 1 ? "" : "s",
			      order->one && !order->results ? "" : "; the same command goes on");
		return LAB_INTERRUPTED;
	}
	if (r < 0)
		return output_error(&err, r == -EBUSY ? LAB_USAGE : LAB_ERROR);
	say_tally(&tally);
	return LAB_PASS;
}

int cmd_grade(struct lab *lab, const struct args *args)
{
	struct order order = {.args = args, .catalogue = CATALOGUE_INIT, .delivery = DELIVERY_INIT};
	struct harvest harvest = {.list = NULL};
	int status = parse(lab, &order);

	if (status == LAB_PASS)
		status = grade_all(&order, &harvest);
	if (status == LAB_PASS) {
		harvest.n = results_settle(harvest.list, harvest.n);
		/* With --one it names the submission, and has done so. */
		if (order.one)
			order.delivery.student = NULL;
		status = delivery_make(&order.delivery, &order.catalogue, harvest.list, harvest.n);
	}
	if (status == LAB_PASS)
		status = status_of(&harvest);
	results_free_list(harvest.list, harvest.n);
	order_free(&order);
	return status;
}
