#define _GNU_SOURCE
#include "lab/check/verdict.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define FIELD_MAX  2000	 /* bytes of one field */
#define OUTPUT_MAX 65536 /* bytes of output, as everywhere in a report */

/* Causes that belong to no lesson, and the section of a lesson that helps. */
static const struct {
	const char *cause;
	const char *why;
	const char *anchor;
} builtin_causes[] = {
	{"not-started", "The program stops at its first TODO: nothing has been written there yet.",
	 "task"},
	{"does-not-compile",
	 "The compiler could not make a program of the file; its first message names the line.",
	 "task"},
	{"time-limit",
	 "The program did not do its part within its time: something in it waits for an event "
	 "that never comes, or it never stops.",
	 "task"},
	{"memory-limit", "The program and all it started used more memory than a check allows.",
	 "task"},
	{"process-limit",
	 "The program started more processes than a check allows: look for a fork in a loop.",
	 "task"},
	{"output-limit",
	 "The program printed more than a check keeps: look for a loop that prints for ever.",
	 "task"},
	{"sandbox-lost",
	 "The machine that the program ran in ended under it: the program killed PID 1 there, or used "
	 "up the memory.",
	 "task"},
	{"not-executed",
	 "The kernel could not execute the program: its format, its interpreter or its mode is "
	 "wrong.",
	 "task"},
	{"crashed", "A signal ended the program before it had done its part.", "task"},
	{"other",
	 "A fact the contract names does not hold, and it is none of the usual mistakes: compare "
	 "what was expected with what was observed.",
	 "what-people-get-wrong"},
};

#define N_BUILTIN (sizeof(builtin_causes) / sizeof(*builtin_causes))

static const struct {
	const char *name;
	enum lab_status status;
} verdicts[] = {
	[VERDICT_PASS] = {"pass", LAB_PASS},
	[VERDICT_FAIL] = {"fail", LAB_FAIL},
	[VERDICT_UNSUPPORTED] = {"unsupported", LAB_UNSUPPORTED},
	[VERDICT_ERROR] = {"error", LAB_ERROR},
	[VERDICT_TIMEOUT] = {"timeout", LAB_TIMEOUT},
};

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict].name;
}

enum lab_status verdict_status(enum verdict verdict)
{
	return verdicts[verdict].status;
}

enum lab_status verdict_worse(enum lab_status a, enum lab_status b)
{
	static const enum lab_status order[] = {LAB_INTERRUPTED, LAB_USAGE, LAB_ERROR,
						LAB_TIMEOUT,	 LAB_FAIL,  LAB_UNSUPPORTED};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return LAB_PASS;
}

static size_t builtin_index(const char *cause)
{
	size_t i = 0;

	while (i < N_BUILTIN && strcmp(builtin_causes[i].cause, cause) != 0)
		i++;
	return i;
}

const char *verdict_builtin_why(const char *cause)
{
	size_t i = cause ? builtin_index(cause) : N_BUILTIN;

	return i < N_BUILTIN ? builtin_causes[i].why : NULL;
}

void result_free(struct result *result)
{
	for (size_t i = 0; i < result->n_checks; i++) {
		struct result_check *check = &result->checks[i];

		free(check->name);
		free(check->expected);
		free(check->observed);
		free(check->cause);
		free(check->why);
		free(check->read);
	}
	for (size_t i = 0; i < result->n_truths; i++) {
		free(result->truths[i].question);
		free(result->truths[i].answer);
		free(result->truths[i].predicted);
	}
	free(result->truths);
	free(result->checks);
	free(result->exercise);
	free(result->title);
	free(result->compiler);
	free(result->output);
	free(result->program);
	free(result->kernel);
	free(result->hash);
	free(result->note);
	free(result->network);
	free(result->network_expected);
	*result = (struct result)RESULT_INIT;
}

/* Text of others as one clean line; NULL stays NULL. */
static char *clean(const char *text)
{
	struct strbuf line = STRBUF_INIT;

	if (!text)
		return NULL;
	text_one_line(&line, text, strlen(text), FIELD_MAX);
	return strbuf_steal(&line);
}

static struct result_check *result_add(struct result *result, const char *name,
				       enum result_status status)
{
	struct result_check *check;

	result->checks =
		xreallocarray(result->checks, result->n_checks + 1, sizeof(*result->checks));
	check = &result->checks[result->n_checks++];
	*check = (struct result_check){
		.name = clean(name), .status = status, .points = status == RESULT_PASS ? 1 : 0};
	return check;
}

/* Give a failure its cause, why and where to read. */
static void explain(struct result_check *check, const char *cause,
		    const struct verdict_reading *reading)
{
	const struct lesson_cause *known =
		reading->lesson ? lesson_cause(reading->lesson, cause) : NULL;
	size_t i = builtin_index(cause);

	check->cause = clean(cause);
	if (known && *known->why) {
		check->why = clean(known->why);
		check->read = xasprintf("%s#%s", reading->path, cause);
		return;
	}
	if (i == N_BUILTIN)
		i = builtin_index("other");
	check->why = clean(builtin_causes[i].why);
	check->read = xasprintf("%s#%s", reading->path, builtin_causes[i].anchor);
}

static void add_error(struct result *result, const char *name, const char *why)
{
	struct result_check *check = result_add(result, name, RESULT_ERROR);

	check->extra = true;
	check->why = clean(why);
}

static void add_skipped(struct result *result, char *const *names, size_t first, size_t n_names,
			const char *why)
{
	for (size_t i = first; i < n_names; i++)
		result_add(result, names[i], RESULT_SKIP)->why = clean(why);
}

/* One row of the table at the top of verdict.h. */
static void join_test(struct result *result, const struct tap_test *test,
		      const struct record *record, const struct verdict_reading *reading)
{
	struct result_check *check;

	if (record && record->kind == RECORD_FAIL) {
		check = result_add(result, test->name, RESULT_FAIL);
		check->expected = clean(record->expected);
		check->observed = clean(record->observed);
		explain(check, record->cause, reading);
	} else if (record && test->result == TAP_SKIP) {
		check = result_add(result, test->name,
				   record->kind == RECORD_SKIP ? RESULT_SKIP : RESULT_UNSUPPORTED);
		check->why = clean(record->reason);
	} else if (!record && test->result == TAP_OK) {
		(void)result_add(result, test->name, RESULT_PASS);
	} else {
		check = result_add(result, test->name, RESULT_ERROR);
		check->why = xstrdup(
			record ? "The check recorded one thing and reported another."
			: test->result == TAP_SKIP
				? "The check skipped this and did not record why."
				: "The check broke here: it failed and recorded no failure.");
	}
}

static bool is_frame(const char *line)
{
	static const char *const frames[] = {"(from function ", "(in test file ", " from function ",
					     " in test file ", "  `"};

	for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++)
		if (strncmp(line, frames[i], strlen(frames[i])) == 0)
			return true;
	return false;
}

/* What a test printed. In which line of the check it failed matters only for an error. */
static void add_output(struct strbuf *to, const struct strbuf *diagnostics,
		       enum result_status status)
{
	if (status == RESULT_PASS || status == RESULT_SKIP || status == RESULT_UNSUPPORTED)
		return;
	for (const char *at = diagnostics->s; *at;) {
		size_t len = strcspn(at, "\n");

		if (status == RESULT_ERROR || !is_frame(at))
			strbuf_add(to, at, len + (at[len] == '\n'));
		at += len + (at[len] == '\n');
	}
}

static char *output_of(const struct result *result, const struct verdict_evidence *evidence)
{
	const struct tap *tap = evidence->tap;
	cleanup_strbuf struct strbuf raw = STRBUF_INIT;
	struct strbuf text = STRBUF_INIT;

	if (result->verdict == VERDICT_ERROR)
		strbuf_adds(&raw, tap->diagnostics.s);
	for (size_t i = 0; i < tap->n_tests; i++)
		add_output(&raw, &tap->tests[i].diagnostics, result->checks[i].status);
	if (result->verdict == VERDICT_ERROR && evidence->errors)
		strbuf_adds(&raw, evidence->errors);
	if (!raw.len)
		return NULL;
	text_plain(&text, raw.s, raw.len, OUTPUT_MAX);
	return strbuf_steal(&text);
}

static bool has_test(const struct tap *tap, const char *name)
{
	for (size_t i = 0; i < tap->n_tests; i++)
		if (strcmp(tap->tests[i].name, name) == 0)
			return true;
	return false;
}

/* What makes the whole run untrustworthy, in words; NULL if nothing does. */
static char *trouble_of(const struct result *result, const struct verdict_evidence *evidence)
{
	const struct records *records = evidence->records;
	int status = evidence->status;
	size_t skipped = 0, failed = 0;

	if (WIFSIGNALED(status))
		return xasprintf("bats was killed by signal %d (%s).", WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
	if (evidence->tap->trouble)
		return xasprintf("The report of bats is not complete: %s.", evidence->tap->trouble);
	if (records->trouble)
		return xasprintf("The check's records can't be read: %s.", records->trouble);
	for (size_t i = 0; i < records->n; i++)
		if (!has_test(evidence->tap, records->list[i].name))
			return xasprintf("The check recorded a test that it does not have: %s.",
					 records->list[i].name);
	for (size_t i = 0; i < result->n_checks; i++) {
		skipped += result->checks[i].status == RESULT_SKIP;
		failed += result->checks[i].status == RESULT_FAIL ||
			  result->checks[i].status == RESULT_ERROR;
	}
	if (skipped && !failed)
		return xstrdup("A test was skipped as if an earlier one had failed, but none has.");
	if (WEXITSTATUS(status) && !failed)
		return xasprintf("bats exited with status %d though no test failed.",
				 WEXITSTATUS(status));
	return NULL;
}

static void add_scores(struct result *result)
{
	result->score = 0;
	result->max_score = 0;
	for (size_t i = 0; i < result->n_checks; i++) {
		const struct result_check *check = &result->checks[i];

		result->score += check->points;
		if (!check->extra && check->status != RESULT_UNSUPPORTED)
			result->max_score++;
	}
}

static enum verdict verdict_of(const struct result *result)
{
	const struct result_check *bad = result_first_bad(result);
	size_t passed = 0;

	for (size_t i = 0; i < result->n_checks; i++) {
		if (result->checks[i].status == RESULT_ERROR)
			return VERDICT_ERROR;
		passed += result->checks[i].status == RESULT_PASS;
	}
	if (bad)
		return strcmp(bad->cause, "time-limit") == 0 ? VERDICT_TIMEOUT : VERDICT_FAIL;
	return passed ? VERDICT_PASS : VERDICT_UNSUPPORTED;
}

/* The check was stopped: the test that was running did not end in time. */
static void join_timeout(struct result *result, const struct verdict_evidence *evidence,
			 const struct verdict_reading *reading)
{
	size_t done = evidence->tap->n_tests;
	bool known = done < evidence->n_names;
	struct result_check *check =
		result_add(result, known ? evidence->names[done] : "the check ends", RESULT_FAIL);

	check->extra = !known;
	check->expected = xasprintf("the check has ended after %u s", evidence->limit_s);
	check->observed = xstrdup("it had not, and everything it started was killed");
	explain(check, "time-limit", reading);
	add_skipped(result, evidence->names, done + 1, evidence->n_names,
		    "The check was stopped before.");
	result->verdict = VERDICT_TIMEOUT;
}

/* The last answer to a question counts. */
static void add_truth(struct result *result, const char *question, const char *answer)
{
	size_t i = 0;

	while (i < result->n_truths && strcmp(result->truths[i].question, question) != 0)
		i++;
	if (i == result->n_truths) {
		result->truths =
			xreallocarray(result->truths, ++result->n_truths, sizeof(*result->truths));
		result->truths[i] = (struct result_truth){.question = xstrdup(question)};
	}
	free(result->truths[i].answer);
	result->truths[i].answer = clean(answer);
}

static void join_truths(struct result *result, const struct records *records, const char *name)
{
	for (size_t i = 0; i < records->n; i++) {
		const struct record *record = &records->list[i];

		if (record->kind == RECORD_TRUTH && strcmp(record->name, name) == 0)
			add_truth(result, record->cause, record->reason);
	}
}

/* The network that belongs to the failure that is told first. */
static void join_network(struct result *result, const struct records *records)
{
	const struct result_check *bad = result_first_bad(result);
	const char *drawing = bad ? records_drawing(records, bad->name) : NULL;

	if (drawing)
		result->network = xstrdup(drawing);
}

void verdict_join(struct result *result, const struct verdict_evidence *evidence,
		  const struct verdict_reading *reading)
{
	const struct tap *tap = evidence->tap;

	for (size_t i = 0; i < tap->n_tests; i++) {
		const char *name = tap->tests[i].name;

		join_test(result, &tap->tests[i], records_find(evidence->records, name), reading);
		if (result->checks[result->n_checks - 1].status == RESULT_PASS) {
			result->checks[result->n_checks - 1].observed =
				records_seen(evidence->records, name);
			join_truths(result, evidence->records, name);
		}
	}
	if (evidence->timed_out) {
		join_timeout(result, evidence, reading);
	} else {
		char *trouble = trouble_of(result, evidence);

		if (trouble) {
			add_skipped(result, evidence->names, tap->n_tests, evidence->n_names,
				    "The check broke before.");
			add_error(result, "the check itself", trouble);
			free(trouble);
		}
		result->verdict = verdict_of(result);
	}
	add_scores(result);
	join_network(result, evidence->records);
	result->output = output_of(result, evidence);
}

void verdict_stop(struct result *result, const struct verdict_stop *stop, char *const *names,
		  size_t n_names, const struct verdict_reading *reading)
{
	static const enum result_status statuses[] = {
		[VERDICT_PASS] = RESULT_PASS,
		[VERDICT_FAIL] = RESULT_FAIL,
		[VERDICT_UNSUPPORTED] = RESULT_UNSUPPORTED,
		[VERDICT_ERROR] = RESULT_ERROR,
		[VERDICT_TIMEOUT] = RESULT_FAIL,
	};
	struct result_check *check = result_add(result, stop->name, statuses[stop->verdict]);

	check->extra = true;
	check->points = 0;
	check->expected = clean(stop->expected);
	check->observed = clean(stop->observed);
	if (stop->cause)
		explain(check, stop->cause, reading);
	if (stop->why) {
		free(check->why);
		check->why = clean(stop->why);
	}
	for (size_t i = 0; i < n_names; i++) {
		bool here = stop->verdict != VERDICT_UNSUPPORTED;

		check = result_add(result, names[i], here ? RESULT_SKIP : RESULT_UNSUPPORTED);
		check->why = clean(here ? "There was nothing to run it on." : stop->why);
	}
	result->verdict = stop->verdict;
	add_scores(result);
}

const struct result_check *result_first_bad(const struct result *result)
{
	for (size_t i = 0; i < result->n_checks; i++)
		if (result->checks[i].status == RESULT_FAIL ||
		    result->checks[i].status == RESULT_ERROR)
			return &result->checks[i];
	return NULL;
}
