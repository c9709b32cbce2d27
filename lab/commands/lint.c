#define _GNU_SOURCE
#include "lab/command.h"

#include "lab/course/catalogue.h"
#include "lab/course/lint.h"
#include "lab/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Lint what a word stands for: a phase, all, or an exercise. Adds to *n; LAB_PASS or a status. */
static int lint_word(struct lint *lint, const struct catalogue *catalogue, const char *word,
		     unsigned *n)
{
	bool all = strcmp(word, "all") == 0;
	const struct exercise *found = NULL;
	struct error err = {0};
	int r = 0;

	if (!all && !catalogue_is_phase(word))
		r = catalogue_find(catalogue, word, &found, &err);
	if (r < 0)
		return output_error(&err, catalogue_status(r));
	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		const struct exercise *ex = &catalogue->exercises[i];

		if (all || ex == found || (!found && strcmp(ex->phase, word) == 0)) {
			lint_exercise(lint, ex);
			(*n)++;
		}
	}
	for (size_t i = 0; all && i < catalogue->n_appendices; i++)
		lint_appendix(lint, &catalogue->appendices[i]);
	if (all)
		lint_strays(lint, catalogue);
	return LAB_PASS;
}

int cmd_lint(struct lab *lab, const struct args *args)
{
	cleanup_catalogue struct catalogue catalogue = CATALOGUE_INIT;
	struct lint lint = {.course = lab->course};
	struct error err = {0};
	unsigned n = 0;
	int status = LAB_PASS;

	if (catalogue_load(lab->course, &catalogue, &err) < 0)
		return output_error(&err, LAB_ERROR);
	if (!args->n_words)
		status = lint_word(&lint, &catalogue, "all", &n);
	for (size_t i = 0; i < args->n_words && status == LAB_PASS; i++)
		status = lint_word(&lint, &catalogue, args->words[i], &n);
	if (status != LAB_PASS)
		return status;
	(void)printf("%u %s, %u %s\n", n, n == 1 ? "exercise" : "exercises", lint.findings,
		     lint.findings == 1 ? "finding" : "findings");
	return lint.findings ? LAB_FAIL : LAB_PASS;
}
