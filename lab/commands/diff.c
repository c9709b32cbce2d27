#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "lab/course/pick.h"
#include "lab/course/workdir.h"
#include "lab/output.h"
#include "lab/spawn.h"

#include <errno.h>
#include <stdio.h>

/* A file and what the diff calls it. */
struct side {
	const char *path;
	const char *label;
};

/* Run diff(1); its exit status, or -errno. */
static int run_diff(const struct lab *lab, const struct side *old, const struct side *new)
{
	const char *const argv[] = {
		"diff",	    "-u",	lab->color ? "--color=always" : "--color=never",
		"--label",  old->label, "--label",
		new->label, "--",	old->path,
		new->path,  NULL,
	};
	int status;
	int r = spawn_wait(argv, &status);

	return r < 0 ? r : status;
}

static int compare(const struct lab *lab, const struct side *old, const struct side *new)
{
	struct error err = {0};
	int r = run_diff(lab, old, new);

	if (r == 0)
		(void)printf("No difference: %s equals %s.\n", new->label, old->label);
	if (r == 0 || r == 1)
		return LAB_PASS;
	if (r < 0) {
		(void)error_set(&err, -r, "cannot run diff");
		error_remedy(&err, "Install it (the package is diffutils)");
	} else {
		(void)error_say(&err, EIO, "diff failed with status %d", r);
	}
	return output_error(&err, LAB_ERROR);
}

int cmd_diff(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_free char *starter_label = NULL;
	cleanup_free char *solution_label = NULL;
	cleanup_free char *path = NULL;
	struct error err = {0};
	const struct exercise *ex;
	int status = pick_open(lab, args->n_words ? args->words[0] : NULL, &pick);

	if (status != LAB_PASS)
		return status;
	ex = pick.exercise;
	if (args_flag(args, "solution") && !progress_solved(&pick.progress, ex)) {
		(void)error_say(&err, EPERM, "%s is not solved yet", ex->id);
		error_remedy(&err, "\"lab solution --anyway %s\" shows the solution now", ex->id);
		return output_error(&err, LAB_FAIL);
	}
	if (workdir_file(lab, &pick.catalogue, ex, &path, &err) < 0)
		return output_error(&err, LAB_ERROR);
	starter_label = xasprintf("%s (starter)", ex->id);
	solution_label = xasprintf("%s (solution)", ex->id);

	struct side own = {path, path};
	struct side starter = {ex->starter, starter_label};
	struct side solution = {ex->solution, solution_label};

	if (args_flag(args, "solution"))
		return compare(lab, &own, &solution);
	return compare(lab, &starter, &own);
}
