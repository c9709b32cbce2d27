#define _GNU_SOURCE
#include "lab/command.h"
#include "lab/course/pick.h"
#include "lab/home.h"
#include "lab/output.h"

#include <jansson.h>
#include <stdio.h>

static int print_json(const struct lab *lab, const struct pick *pick,
		      const struct exercise *current, const struct exercise *next)
{
	struct tally all = home_tally(pick, NULL);
	struct prediction_tally said = progress_predictions(&pick->progress, &pick->catalogue);
	json_t *phases = json_array();

	for (int i = 0; catalogue_phases[i]; i++) {
		struct tally tally = home_tally(pick, catalogue_phases[i]);

		if (tally.total)
			(void)json_array_append_new(phases, json_pack("{s:s, s:i, s:i}", "phase",
								      catalogue_phases[i], "solved",
								      (int)tally.solved, "total",
								      (int)tally.total));
	}
	output_json(json_pack("{s:s, s:i, s:i, s:s?, s:s?, s:s, s:s, s:o, s:{s:i, s:i, s:i}}",
			      "schema", "nslab/status/v1", "solved", (int)all.solved, "total",
			      (int)all.total, "current", current ? current->id : NULL, "next",
			      next ? next->id : NULL, "course", lab->course, "work", lab->work,
			      "phases", phases, "predictions", "made", (int)said.made, "known",
			      (int)said.known, "right", (int)said.right));
	return LAB_PASS;
}

static void print_exercise(const struct pick *pick, const char *label, const struct exercise *ex)
{
	struct progress_entry entry = progress_get(&pick->progress, ex);

	(void)printf("%s %s, %s", label, ex->id, ex->title);
	if (entry.tries)
		(void)printf(" (%u %s, last: %s%s%s)", entry.tries,
			     entry.tries == 1 ? "check" : "checks",
			     entry.state == PROGRESS_PASS ? "pass" : "fail",
			     entry.cause ? ", " : "", entry.cause ? entry.cause : "");
	(void)putchar('\n');
}

int cmd_status(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	const struct exercise *current, *next;
	struct prediction_tally said;
	struct tally all;
	int status = pick_load(lab, &pick);

	if (status != LAB_PASS)
		return status;
	current = progress_current(&pick.progress, &pick.catalogue);
	next = progress_next(&pick.progress, &pick.catalogue);
	if (args_flag(args, "json"))
		return print_json(lab, &pick, current, next);
	all = home_tally(&pick, NULL);
	(void)printf("%u of %u exercises solved\n", all.solved, all.total);
	for (int i = 0; catalogue_phases[i]; i++) {
		struct tally tally = home_tally(&pick, catalogue_phases[i]);

		if (tally.total)
			(void)printf("  %-10s %2u of %u\n", catalogue_phases[i], tally.solved,
				     tally.total);
	}
	said = progress_predictions(&pick.progress, &pick.catalogue);
	if (said.made)
		(void)printf("Predictions: %u of %u right, %u still open\n", said.right, said.known,
			     said.made - said.known);
	if (current)
		print_exercise(&pick, "Current:", current);
	if (next)
		print_exercise(&pick, "Next:   ", next);
	(void)printf("Work:    %s\n", lab->work);
	return LAB_PASS;
}
