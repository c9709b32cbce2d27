#define _GNU_SOURCE
#include "lab/home.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/workdir.h"
#include "lab/output.h"

#include <stdio.h>
#include <string.h>

static const char welcome[] =
	"You write small C programs that make, enter and look at Linux namespaces.\n"
	"lab runs each one in a disposable sandbox and asks the kernel whether it did\n"
	"what it should. No root is needed, and nothing can happen to this machine.\n"
	"Your files are copies in a directory of their own; try what you like.\n"
	"\n";

struct tally home_tally(const struct pick *pick, const char *phase)
{
	struct tally tally = {0, 0};

	for (size_t i = 0; i < pick->catalogue.n_exercises; i++) {
		const struct exercise *ex = &pick->catalogue.exercises[i];

		if (phase && strcmp(ex->phase, phase) != 0)
			continue;
		tally.total++;
		tally.solved += progress_solved(&pick->progress, ex);
	}
	return tally;
}

static void print_phases(const struct lab *lab, const struct pick *pick)
{
	for (int i = 0; catalogue_phases[i]; i++) {
		struct tally tally = home_tally(pick, catalogue_phases[i]);

		if (!tally.total)
			continue;
		(void)printf("  %s%-10s%s%-18s %2u of %u solved\n", output_style(lab, STYLE_BOLD),
			     catalogue_phases[i], output_style(lab, STYLE_PLAIN),
			     catalogue_phase_titles[i], tally.solved, tally.total);
	}
}

void home_what_to_do(const struct lab *lab, const struct exercise *exercise)
{
	static const struct {
		const char *command;
		const char *what;
	} steps[] = {
		{"show", "read the lesson"},
		{"edit", "write the program"},
		{"check", "ask the kernel whether it is right"},
		{"hint", "when you are stuck"},
	};
	cleanup_free char *path = workdir_path(lab, exercise);

	(void)printf("Next: %s%s%s, %s\n", output_style(lab, STYLE_BOLD), exercise->id,
		     output_style(lab, STYLE_PLAIN), exercise->title);
	(void)printf("File: %s\n\n", path);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		cleanup_free char *line = xasprintf("lab %s %s", steps[i].command, exercise->id);

		(void)printf("  %-26s %s\n", line, steps[i].what);
	}
}

void home_nothing_next(const struct pick *pick)
{
	struct tally all = home_tally(pick, NULL);

	if (all.solved == all.total)
		(void)puts("Everything is solved.");
	else
		(void)puts("What is not solved is broken; \"lab list\" says why.");
}

int home_show(const struct lab *lab)
{
	cleanup_pick struct pick pick = PICK_INIT;
	const struct exercise *next;
	int status = pick_load(lab, &pick);

	if (status != LAB_PASS)
		return status;
	next = progress_next(&pick.progress, &pick.catalogue);
	(void)printf("%sThe namespaces workbook%s\n\n", output_style(lab, STYLE_BOLD),
		     output_style(lab, STYLE_PLAIN));
	if (!io_exists(lab->work))
		(void)fputs(welcome, stdout);
	print_phases(lab, &pick);
	(void)putchar('\n');
	if (next)
		home_what_to_do(lab, next);
	else
		home_nothing_next(&pick);
	(void)puts("\n\"lab list\" shows all exercises, \"lab help\" all commands.");
	return LAB_PASS;
}
