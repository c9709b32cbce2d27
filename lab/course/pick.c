#include "lab/course/pick.h"

#include "lab/output.h"

#include <errno.h>

int pick_load(const struct lab *lab, struct pick *ret)
{
	struct error err = {0};

	if (catalogue_load(lab->course, &ret->catalogue, &err) < 0 ||
	    progress_load(lab, &ret->progress, &err) < 0)
		return output_error(&err, LAB_ERROR);
	progress_say(&ret->progress);
	return LAB_PASS;
}

int pick_choose(struct pick *ret, const char *word)
{
	const struct exercise *found = NULL;
	struct error err = {0};
	int r;

	if (!word)
		found = progress_current(&ret->progress, &ret->catalogue);
	if (!word && !found)
		found = progress_next(&ret->progress, &ret->catalogue);
	if (!word && !found) {
		r = error_say(&err, EINVAL, "there is no exercise left to do, so name one");
		error_remedy(&err, "\"lab list\" shows them all");
		return output_error(&err, LAB_USAGE);
	}
	r = catalogue_use(&ret->catalogue, word ? word : found->id, &ret->exercise, &err);
	return r < 0 ? output_error(&err, catalogue_status(r)) : LAB_PASS;
}

int pick_open(const struct lab *lab, const char *word, struct pick *ret)
{
	int status = pick_load(lab, ret);

	return status == LAB_PASS ? pick_choose(ret, word) : status;
}

void pick_free(struct pick *pick)
{
	catalogue_free(&pick->catalogue);
	progress_free(&pick->progress);
	pick->exercise = NULL;
}
