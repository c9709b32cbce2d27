#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "lab/course/pick.h"
#include "lab/course/workdir.h"
#include "lab/home.h"
#include "lab/output.h"

#include <jansson.h>
#include <stdio.h>

int cmd_next(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	const struct exercise *next;
	struct error err = {0};
	int status = pick_load(lab, &pick);

	if (status != LAB_PASS)
		return status;
	next = progress_next(&pick.progress, &pick.catalogue);
	/* The file that is named should be there; where it can't be, edit and check say why. */
	if (next)
		(void)workdir_ensure(lab, &pick.catalogue, NULL, &err);
	if (args_flag(args, "json")) {
		cleanup_free char *path = next ? workdir_path(lab, next) : NULL;

		output_json(json_pack("{s:s?, s:s?, s:s?, s:s?}", "exercise",
				      next ? next->id : NULL, "title", next ? next->title : NULL,
				      "file", path, "usage", next ? next->usage : NULL));
	} else if (next) {
		home_what_to_do(lab, next);
	} else {
		home_nothing_next(&pick);
	}
	return LAB_PASS;
}
