#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "lab/course/pick.h"
#include "lab/course/workdir.h"
#include "lab/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Ask on the terminal. Returns LAB_PASS for yes, LAB_FAIL for no. */
static int ask(const struct exercise *ex, const char *path)
{
	char answer[16];
	struct error err = {0};

	if (!isatty(STDIN_FILENO)) {
		(void)error_say(&err, EINVAL, "resetting %s has to be confirmed", ex->id);
		error_remedy(&err, "There is no terminal to ask on, so add --yes");
		return output_error(&err, LAB_USAGE);
	}
	(void)fprintf(stderr, "Put the starter back in place of %s? [y/N] ", path);
	if (!fgets(answer, sizeof(answer), stdin) || (answer[0] != 'y' && answer[0] != 'Y')) {
		(void)puts("Nothing was changed.");
		return LAB_FAIL;
	}
	return LAB_PASS;
}

int cmd_reset(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_free char *path = NULL;
	struct error err = {0};
	bool changed = false;
	int status = pick_open(lab, args->words[0], &pick);
	int r;

	if (status != LAB_PASS)
		return status;
	if (!args_flag(args, "yes")) {
		cleanup_free char *file = workdir_path(lab, pick.exercise);

		status = ask(pick.exercise, file);
		if (status != LAB_PASS)
			return status;
	}
	r = workdir_ensure(lab, &pick.catalogue, NULL, &err);
	if (r == 0)
		r = workdir_reset(lab, pick.exercise, &changed, &err);
	if (r < 0)
		return output_error(&err, LAB_ERROR);
	path = workdir_path(lab, pick.exercise);
	if (changed)
		(void)printf("%s is the starter again. \"lab undo\" brings your text back.\n",
			     path);
	else
		(void)printf("%s is the starter already.\n", path);
	return LAB_PASS;
}
