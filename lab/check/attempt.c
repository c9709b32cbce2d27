#define _GNU_SOURCE
#include "lab/check/attempt.h"

#include "common/cleanup.h"
#include "common/strbuf.h"
#include "lab/check/check.h"
#include "lab/check/report.h"
#include "lab/course/progress.h"
#include "lab/course/workdir.h"
#include "lab/output.h"

#include <stdio.h>
#include <unistd.h>

/* What the learner has said before, beside what the kernel has answered now. */
static void compare(const struct lab *lab, const struct exercise *exercise, struct result *result)
{
	cleanup_progress struct progress progress = PROGRESS_INIT;
	struct error err = {0};

	if (!result->n_truths || progress_load(lab, &progress, &err) < 0)
		return;
	for (size_t i = 0; i < result->n_truths; i++) {
		struct result_truth *truth = &result->truths[i];
		struct prediction said = progress_prediction(&progress, exercise, truth->question);

		if (!said.answer)
			continue;
		truth->predicted = xstrdup(said.answer);
		if (!said.kernel &&
		    progress_truth(lab, exercise, truth->question, truth->answer, &err) < 0)
			(void)output_error(&err, LAB_ERROR);
	}
}

static void record(const struct lab *lab, const struct exercise *exercise,
		   const struct result *result)
{
	const struct result_check *bad = result_first_bad(result);
	struct progress_attempt attempt = {
		.verdict = result->verdict == VERDICT_PASS ? PROGRESS_PASS : PROGRESS_FAIL,
		.cause = bad ? bad->cause : NULL,
		.seed = result->seed,
		.hash = result->hash,
	};
	struct error err = {0};

	if (result->verdict == VERDICT_ERROR || result->verdict == VERDICT_UNSUPPORTED)
		return;
	if (progress_record(lab, exercise, &attempt, &err) < 0)
		(void)output_error(&err, LAB_ERROR);
}

int attempt_check(const struct lab *lab, const struct attempt *attempt, struct result *ret,
		  struct error *err)
{
	cleanup_free char *path = NULL;
	struct check_request request = {
		.exercise = attempt->exercise,
		.seed = attempt->seed,
		.propagation = attempt->propagation,
	};
	int r = workdir_file(lab, attempt->catalogue, attempt->exercise, &path, err);

	if (r < 0)
		return r;
	request.source = path;
	r = check_run(lab, &request, ret, err);
	if (r == 0) {
		record(lab, attempt->exercise, ret);
		compare(lab, attempt->exercise, ret);
	}
	return r;
}

char *attempt_next(const struct lab *lab, const struct catalogue *catalogue)
{
	cleanup_progress struct progress progress = PROGRESS_INIT;
	const struct exercise *next;
	struct error err = {0};

	if (progress_load(lab, &progress, &err) < 0)
		return NULL;
	next = progress_next(&progress, catalogue);
	return next ? xstrdup(next->id) : NULL;
}

void attempt_print(const struct lab *lab, const struct catalogue *catalogue,
		   const struct result *result)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *next = attempt_next(lab, catalogue);
	struct report_look look = {
		.lab = lab,
		.width = isatty(STDOUT_FILENO) ? output_width() : 0,
		.screen = output_columns(),
		.own = true,
		.next = next,
	};

	report_pretty(result, 1, &look, &text);
	(void)fwrite(text.s, 1, text.len, stdout);
	(void)fflush(stdout);
}
