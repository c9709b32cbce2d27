/*
 * lab report: what lab grade has recorded, in any format.
 */
#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/grade/results.h"
#include "lab/output.h"
#include "lab/report/deliver.h"

#include <stdio.h>
#include <sys/stat.h>

/* The grades of a directory, or a file of grades itself. */
static char *results_path(const char *word)
{
	struct stat st;

	if (stat(word, &st) == 0 && S_ISDIR(st.st_mode))
		return io_join(word, ".lab/grades.jsonl");
	return xstrdup(word);
}

/* Add what one word of the command line stands for. */
static int add(const char *word, enum results_detail detail, struct grade **list, size_t *n)
{
	cleanup_free char *path = results_path(word);
	struct grade *more = NULL;
	size_t n_more = 0;
	unsigned damaged = 0;
	struct error err = {0};

	if (results_read(path, detail, &more, &n_more, &damaged, &err) < 0) {
		error_remedy(&err, "lab grade makes it; give the directory that was graded");
		return output_error(&err, LAB_USAGE);
	}
	if (damaged)
		(void)fprintf(stderr, "lab: %u line%s of %s can't be read and %s left out.\n",
			      damaged, damaged == 1 ? "" : "s", path, damaged == 1 ? "is" : "are");
	*list = xreallocarray(*list, *n + n_more + 1, sizeof(**list));
	for (size_t i = 0; i < n_more; i++)
		(*list)[(*n)++] = more[i];
	free(more);
	return LAB_PASS;
}

int cmd_report(struct lab *lab, const struct args *args)
{
	cleanup_delivery struct delivery delivery = DELIVERY_INIT;
	cleanup_catalogue struct catalogue catalogue = CATALOGUE_INIT;
	struct grade *list = NULL;
	struct error err = {0};
	size_t n = 0;
	int status = delivery_parse(args, &delivery);

	if (status == LAB_PASS && catalogue_load(lab->course, &catalogue, &err) < 0)
		status = output_error(&err, LAB_ERROR);
	for (size_t i = 0; i < args->n_words && status == LAB_PASS; i++)
		status = add(args->words[i], delivery.format->detail, &list, &n);
	if (status == LAB_PASS) {
		n = results_settle(list, n);
		status = delivery_make(&delivery, &catalogue, list, n);
	}
	results_free_list(list, n);
	return status;
}
