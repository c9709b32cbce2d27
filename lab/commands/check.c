/*
 * lab check: one exercise, several, a phase or all; of the learner's own files,
 * or of a file that is named.
 */
#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "lab/check/attempt.h"
#include "lab/check/check.h"
#include "lab/check/report.h"
#include "lab/course/pick.h"
#include "lab/interrupt.h"
#include "lab/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEED_MAX 0x7fffffffULL

/* The command line, understood. */
struct order {
	const char *source;
	const char *program;
	const struct report_format *format;
	bool seeded;
	unsigned long long seed;
	enum sandbox_propagation propagation;
	const struct exercise **exercises;
	size_t n;
	bool several; /* asked for as several, however many there are */
};

static bool parse_seed(const char *text, unsigned long long *ret)
{
	char *end;

	if (!*text || text[strspn(text, "0123456789")])
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return errno == 0 && *ret <= SEED_MAX;
}

static int parse_options(const struct args *args, struct order *order)
{
	const char *format = args_value(args, "format");
	const char *seed = args_value(args, "seed");
	const char *propagation = args_value(args, "propagation");

	order->source = args_value(args, "source");
	order->program = args_value(args, "program");
	if (order->source && order->program)
		return command_usage(args->command, "--source and --program exclude each other");
	if (args_flag(args, "json") && format && strcmp(format, "json") != 0)
		return command_usage(args->command, "--json and --format %s exclude each other",
				     format);
	if (args_flag(args, "json"))
		format = "json";
	order->format = report_format_find(format ? format : "pretty");
	if (!order->format)
		return command_usage(args->command,
				     "there is no format \"%s\": pretty, tap, junit or json",
				     format);
	order->seeded = seed != NULL;
	if (seed && !parse_seed(seed, &order->seed))
		return command_usage(args->command,
				     "--seed needs a number from 0 to %llu, not \"%s\"", SEED_MAX,
				     seed);
	order->propagation = SANDBOX_SHARED;
	if (propagation && strcmp(propagation, "private") == 0)
		order->propagation = SANDBOX_PRIVATE;
	else if (propagation && strcmp(propagation, "shared") != 0)
		return command_usage(args->command,
				     "--propagation is \"shared\" or \"private\", not \"%s\"",
				     propagation);
	return LAB_PASS;
}

static void add_exercise(struct order *order, const struct exercise *exercise)
{
	for (size_t i = 0; i < order->n; i++)
		if (order->exercises[i] == exercise)
			return;
	order->exercises = xreallocarray(order->exercises, order->n + 1, sizeof(*order->exercises));
	order->exercises[order->n++] = exercise;
}

/* One word of the command line: a phase, "all", or an exercise. */
static int add_word(const struct args *args, const struct catalogue *catalogue, const char *word,
		    struct order *order)
{
	bool all = strcmp(word, "all") == 0;
	const struct exercise *found;
	struct error err = {0};
	size_t before = order->n;
	int r;

	if (!all && !catalogue_is_phase(word)) {
		r = catalogue_use(catalogue, word, &found, &err);
		if (r < 0)
			return output_error(&err, catalogue_status(r));
		add_exercise(order, found);
		return LAB_PASS;
	}
	order->several = true;
	for (size_t i = 0; i < catalogue->n_exercises; i++)
		if (all || strcmp(catalogue->exercises[i].phase, word) == 0)
			add_exercise(order, &catalogue->exercises[i]);
	if (order->n == before && before == 0)
		return command_usage(args->command, "%s has no exercises yet", word);
	return LAB_PASS;
}

static int parse_words(const struct lab *lab, const struct args *args, struct pick *pick,
		       struct order *order)
{
	int status;

	if (!args->n_words) {
		status = pick_open(lab, NULL, pick);
		if (status == LAB_PASS)
			add_exercise(order, pick->exercise);
		return status;
	}
	status = pick_load(lab, pick);
	order->several = args->n_words > 1;
	for (size_t i = 0; i < args->n_words && status == LAB_PASS; i++)
		status = add_word(args, &pick->catalogue, args->words[i], order);
	if (status == LAB_PASS && order->several && (order->source || order->program))
		return command_usage(args->command, "--source and --program go with one exercise");
	return status;
}

/* Check one exercise as ordered. Returns as check_run(). */
static int check_one(const struct lab *lab, const struct pick *pick, const struct order *order,
		     const struct exercise *exercise, struct result *ret, struct error *err)
{
	unsigned long long seed = order->seeded ? order->seed : check_seed();
	struct attempt attempt = {.catalogue = &pick->catalogue,
				  .exercise = exercise,
				  .seed = seed,
				  .propagation = order->propagation};
	struct check_request request = {.exercise = exercise,
					.source = order->source,
					.program = order->program,
					.seed = seed,
					.propagation = order->propagation};

	if (exercise->broken) {
		check_broken(exercise, ret);
		return 0;
	}
	if (order->source || order->program)
		return check_run(lab, &request, ret, err);
	return attempt_check(lab, &attempt, ret, err);
}

static void print(const struct lab *lab, const struct pick *pick, const struct order *order,
		  const struct result *results, size_t n)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *next = NULL;
	struct report_look look = {
		.lab = lab,
		.width = isatty(STDOUT_FILENO) ? output_width() : 0,
		.screen = output_columns(),
		.several = order->several,
		.own = !order->source && !order->program,
	};

	if (look.own && order->format->streams && !order->several) {
		next = attempt_next(lab, &pick->catalogue);
		look.next = next;
	}
	order->format->write(results, n, &look, &text);
	(void)fwrite(text.s, 1, text.len, stdout);
	(void)fflush(stdout);
}

/* What can't be read is the user's to mend; what can't be written is the machine's. */
static int status_of(int r)
{
	switch (-r) {
	case ENOSPC:
	case EDQUOT:
	case EROFS:
	case EIO:
		return LAB_ERROR;
	default:
		return LAB_USAGE;
	}
}

/* All of them; the worst verdict is the exit status. */
static int check_all(const struct lab *lab, const struct pick *pick, const struct order *order,
		     struct result *results)
{
	int status = LAB_PASS;

	for (size_t i = 0; i < order->n; i++) {
		struct error err = {0};
		int r = check_one(lab, pick, order, order->exercises[i], &results[i], &err);

		if (r == -EINTR)
			return LAB_INTERRUPTED;
		if (r < 0)
			return output_error(&err, status_of(r));
		status = verdict_worse(status, verdict_status(results[i].verdict));
		if (order->format->streams) {
			if (i)
				(void)putchar('\n');
			print(lab, pick, order, &results[i], 1);
		}
	}
	if (!order->format->streams)
		print(lab, pick, order, results, order->n);
	return status;
}

int cmd_check(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	struct order order = {.source = NULL};
	struct result *results;
	int status = parse_options(args, &order);

	if (status == LAB_PASS)
		status = parse_words(lab, args, &pick, &order);
	if (status == LAB_PASS) {
		const struct exercise *current =
			order.several ? progress_current(&pick.progress, &pick.catalogue) : NULL;
		struct error err = {0};

		results = xcalloc(order.n, sizeof(*results));
		interrupt_begin();
		status = check_all(lab, &pick, &order, results);
		interrupt_end();
		/* Checking all of them is no reason to leave the one that is worked on. */
		if (current)
			(void)progress_enter(lab, current, &err);
		for (size_t i = 0; i < order.n; i++)
			result_free(&results[i]);
		free(results);
	}
	free(order.exercises);
	return status;
}
