#define _GNU_SOURCE
#include "lab/inside.h"

#include "lab/check/check.h"
#include "lab/output.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* Five digits, so that programs which expect 1000 or four digits show it. */
#define UID_FIRST 10000U
#define UID_COUNT 50000U

static const struct {
	const char *sentence;
	int status;
} inside_ends[] = {
	[SANDBOX_TIME_LIMIT] = {"was stopped: it ran too long", LAB_TIMEOUT},
	[SANDBOX_MEMORY_LIMIT] = {"was stopped: it used more memory than the sandbox has",
				  LAB_FAIL},
	[SANDBOX_PROCESS_LIMIT] = {"was stopped: it started too many processes", LAB_FAIL},
	[SANDBOX_OUTPUT_LIMIT] = {"was stopped: it printed too much", LAB_FAIL},
	[SANDBOX_LOST] = {"ended with its sandbox: something killed the sandbox's first process",
			  LAB_FAIL},
};

static int ended(const char *what, enum sandbox_outcome outcome, int status)
{
	(void)fflush(stdout);
	if (outcome != SANDBOX_EXITED) {
		(void)fprintf(stderr, "lab: %s %s.\n", what, inside_ends[outcome].sentence);
		return inside_ends[outcome].status;
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	(void)fprintf(stderr, "lab: %s was ended by signal %d (%s).\n", what, WTERMSIG(status),
		      strsignal(WTERMSIG(status)));
	return 128 + WTERMSIG(status);
}

int inside_run(const struct lab *lab, const struct inside *inside)
{
	const char *hide[CHECK_HIDE];
	struct sandbox_config config = {
		.start = inside->start,
		.propagation = SANDBOX_SHARED,
		.uid = UID_FIRST + (uid_t)(check_seed() % UID_COUNT),
		.range = inside->range,
		.limits = &sandbox_limits_shell,
		.files = inside->files,
		.n_files = inside->n_files,
		.hide = hide,
	};
	struct sandbox_command command = {.argv = inside->argv};
	enum sandbox_outcome outcome = SANDBOX_EXITED;
	struct sandbox *box = NULL;
	struct error err = {0};
	int status = 0;
	int r;

	check_hide(lab, hide, &config.n_hide);
	if (sandbox_start(&config, &box, &err) < 0)
		return output_error(&err, LAB_UNSUPPORTED);
	r = sandbox_interact(box, &command, &outcome, &status, &err);
	sandbox_end(box);
	if (r < 0)
		return output_error(&err, LAB_ERROR);
	return ended(inside->what, outcome, status);
}
