#define _GNU_SOURCE
#include "lab/command.h"
#include "lab/course/pick.h"
#include "lab/output.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Solved stays solved: a later failure does not take it back. */
static const char *state(const struct pick *pick, const struct exercise *ex)
{
	struct progress_entry entry = progress_get(&pick->progress, ex);

	if (entry.passed)
		return "pass";
	return entry.state == PROGRESS_NONE ? "none" : "fail";
}

static json_t *strings(char **list)
{
	json_t *array = json_array();

	for (; *list; list++)
		(void)json_array_append_new(array, json_string(*list));
	return array;
}

static json_t *to_json(const struct pick *pick, const struct exercise *ex)
{
	struct progress_entry entry = progress_get(&pick->progress, ex);

	return json_pack(
		"{s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:i, s:o, s:s, s:i, s:s?, s:i, s:I, s:s?}",
		"id", ex->id, "phase", ex->phase, "name", ex->name, "number", (int)ex->number,
		"title", ex->title, "start", ex->start == SANDBOX_ROOT ? "root" : "user", "usage",
		ex->usage, "time", (int)ex->time, "needs", strings(ex->needs), "state",
		state(pick, ex), "tries", (int)entry.tries, "cause", entry.cause, "hints",
		(int)entry.hint, "passed", (json_int_t)entry.passed, "broken", ex->broken);
}

static void print_line(const struct lab *lab, const struct pick *pick, const struct exercise *ex)
{
	struct progress_entry entry = progress_get(&pick->progress, ex);
	const char *mark = entry.passed ? "solved" : entry.state == PROGRESS_FAIL ? "tried" : "-";
	enum output_style style = entry.passed ? STYLE_GOOD : STYLE_PLAIN;
	bool current = progress_current(&pick->progress, &pick->catalogue) == ex;

	if (ex->broken) {
		(void)printf("  %-18s %-7s %s\n", ex->id, "broken", ex->broken);
		return;
	}
	(void)printf("%s %-18s %s%-7s%s %s\n", current ? ">" : " ", ex->id,
		     output_style(lab, style), mark, output_style(lab, STYLE_PLAIN), ex->title);
}

static bool wanted(const struct pick *pick, const struct args *args, const struct exercise *ex)
{
	const char *phase = args_value(args, "phase");
	bool solved = progress_solved(&pick->progress, ex);

	if (phase && strcmp(ex->phase, phase) != 0)
		return false;
	return args_flag(args, "done") ? solved : !args_flag(args, "pending") || !solved;
}

static int check_options(const struct args *args)
{
	const char *phase = args_value(args, "phase");

	if (phase && !catalogue_is_phase(phase))
		return command_usage(
			args->command,
			"there is no phase \"%s\", only pid net mnt uts ipc user advanced", phase);
	if (args_flag(args, "pending") && args_flag(args, "done"))
		return command_usage(args->command, "--pending and --done exclude each other");
	if (args_flag(args, "ids") && args_flag(args, "json"))
		return command_usage(args->command, "--ids and --json exclude each other");
	return LAB_PASS;
}

/* Behind everything: not to be solved, and no exercise to a program that reads the list. */
static void print_appendices(const struct pick *pick, const struct args *args)
{
	if (args_value(args, "phase") || args_flag(args, "pending") || args_flag(args, "done") ||
	    args_flag(args, "ids"))
		return;
	for (size_t i = 0; i < pick->catalogue.n_appendices; i++) {
		const struct appendix *appendix = &pick->catalogue.appendices[i];

		(void)printf("  %-18s %-7s %s\n", appendix->id, "read", appendix->title);
	}
}

int cmd_list(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	json_t *array = NULL;
	int status = check_options(args);

	if (status == LAB_PASS)
		status = pick_load(lab, &pick);
	if (status != LAB_PASS)
		return status;
	if (args_flag(args, "json"))
		array = json_array();
	for (size_t i = 0; i < pick.catalogue.n_exercises; i++) {
		const struct exercise *ex = &pick.catalogue.exercises[i];

		if (!wanted(&pick, args, ex))
			continue;
		if (array)
			(void)json_array_append_new(array, to_json(&pick, ex));
		else if (args_flag(args, "ids"))
			(void)puts(ex->id);
		else
			print_line(lab, &pick, ex);
	}
	if (array)
		output_json(array);
	else
		print_appendices(&pick, args);
	return LAB_PASS;
}
