#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "lab/course/pick.h"
#include "lab/course/workdir.h"
#include "lab/output.h"

#include <errno.h>
#include <stdio.h>

int cmd_undo(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_free char *path = NULL;
	cleanup_free char *kept = NULL;
	struct error err = {0};
	int status = args->n_words ? pick_open(lab, args->words[0], &pick) : pick_load(lab, &pick);
	int r;

	if (status != LAB_PASS)
		return status;
	r = workdir_undo(lab, &pick.catalogue, pick.exercise, &path, &kept, &err);
	if (r < 0)
		return output_error(&err, r == -ENOENT ? LAB_FAIL : LAB_ERROR);
	(void)printf("%s is as it was before the reset.\n", path);
	if (kept)
		(void)printf("What you wrote since then is kept in %s.\n", kept);
	return LAB_PASS;
}
