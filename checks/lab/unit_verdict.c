/*
 * From TAP and records to a verdict: the table at the top of lab/check/verdict.h, and
 * everything that makes a run untrustworthy.
 */
#include "checks/lab/unit.h"
#include "lab/check/verdict.h"

#include <stdlib.h>

#define EXITED(n) ((n) << 8)

static const char lesson_text[] =
	"# T\n\n## What people get wrong\n\n### no-fork\n\nThe *caller* itself stays.\n\nFork after it.\n";

static char name_a[] = "a", name_b[] = "b", name_c[] = "c";
static char *const names[] = {name_a, name_b, name_c};

/* One run: what bats printed, what was recorded, how it ended. */
struct run {
	const char *name;
	const char *tap;
	const char *records;
	int status;
	bool timed_out;
	enum verdict verdict;
	const char *statuses; /* of the checks: p f s u e */
	long long score, max_score;
	const char *cause; /* of the first bad one */
};

static const struct run runs[] = {
	{"all pass", "1..2\nok 1 a\nok 2 b\n", "", 0, false, VERDICT_PASS, "pp", 2, 2, NULL},
	{"one fails", "1..2\nnot ok 1 a\nok 2 b\n", "fail\ta\tno-fork\tx\ty\n", EXITED(1), false,
	 VERDICT_FAIL, "fp", 1, 2, "no-fork"},
	{"the first failure names the cause", "1..2\nnot ok 1 a\nnot ok 2 b\n",
	 "fail\tb\tother\tx\ty\nfail\ta\tno-fork\tx\ty\n", EXITED(1), false, VERDICT_FAIL, "ff", 0,
	 2, "no-fork"},
	{"a skip after a failure", "1..2\nnot ok 1 a\nok 2 b # skip x\n",
	 "fail\ta\tno-fork\tx\ty\nskip\tb\tit needs a\n", EXITED(1), false, VERDICT_FAIL, "fs", 0,
	 2, "no-fork"},
	{"what can't be told leaves the total", "1..2\nok 1 a\nok 2 b # skip x\n",
	 "unsupported\tb\tno time namespaces\n", 0, false, VERDICT_PASS, "pu", 1, 1, NULL},
	{"nothing can be told", "1..1\nok 1 a # skip x\n", "unsupported\ta\tno\n", 0, false,
	 VERDICT_UNSUPPORTED, "u", 0, 0, NULL},
	{"a time limit that a test noticed", "1..1\nnot ok 1 a\n", "fail\ta\ttime-limit\tx\ty\n",
	 EXITED(1), false, VERDICT_TIMEOUT, "f", 0, 1, "time-limit"},
	{"a failure is believed though bats says ok", "1..1\nok 1 a\n", "fail\ta\tno-fork\tx\ty\n",
	 0, false, VERDICT_FAIL, "f", 0, 1, "no-fork"},
	{"stopped in the second test", "1..3\nok 1 a\n", "", 9, true, VERDICT_TIMEOUT, "pfs", 1, 3,
	 "time-limit"},
	{"stopped before the first", "", "", 9, true, VERDICT_TIMEOUT, "fss", 0, 3, "time-limit"},
	{"not ok without a record", "1..1\nnot ok 1 a\n", "", EXITED(1), false, VERDICT_ERROR, "e",
	 0, 1, NULL},
	{"a skip without a record", "1..1\nok 1 a # skip\n", "", 0, false, VERDICT_ERROR, "e", 0, 1,
	 NULL},
	{"a skip recorded, ok said", "1..1\nok 1 a\n", "skip\ta\tb\n", 0, false, VERDICT_ERROR, "e",
	 0, 1, NULL},
	{"unsupported recorded, not ok said", "1..1\nnot ok 1 a\n", "unsupported\ta\tb\n",
	 EXITED(1), false, VERDICT_ERROR, "e", 0, 1, NULL},
	{"a skip though nothing failed", "1..2\nok 1 a\nok 2 b # skip x\n", "skip\tb\tit needs a\n",
	 0, false, VERDICT_ERROR, "psse", 1, 3, NULL},
	{"an error outweighs a failure", "1..2\nnot ok 1 a\nnot ok 2 b\n",
	 "fail\ta\tno-fork\tx\ty\n", EXITED(1), false, VERDICT_ERROR, "fe", 0, 2, "no-fork"},
	{"bats exits 1 though all passed", "1..1\nok 1 a\n", "", EXITED(1), false, VERDICT_ERROR,
	 "psse", 1, 3, NULL},
	{"bats is killed", "1..3\nok 1 a\n", "", 9, false, VERDICT_ERROR, "psse", 1, 3, NULL},
	{"a plan that is not kept", "1..3\nok 1 a\nok 2 b\n", "", 0, false, VERDICT_ERROR, "ppse",
	 2, 3, NULL},
	{"no plan", "ok 1 a\nok 2 b\nok 3 c\n", "", 0, false, VERDICT_ERROR, "pppe", 3, 3, NULL},
	{"nothing at all", "", "", 0, false, VERDICT_ERROR, "ssse", 0, 3, NULL},
	{"a record that is none", "1..1\nok 1 a\n", "pass\ta\n", 0, false, VERDICT_ERROR, "psse", 1,
	 3, NULL},
	{"a record of no test", "1..1\nok 1 a\n", "fail\tz\tother\tx\ty\n", 0, false, VERDICT_ERROR,
	 "psse", 1, 3, NULL},
};

static void statuses_of(const struct result *result, char *to)
{
	static const char letters[] = {[RESULT_PASS] = 'p',
				       [RESULT_FAIL] = 'f',
				       [RESULT_SKIP] = 's',
				       [RESULT_UNSUPPORTED] = 'u',
				       [RESULT_ERROR] = 'e'};
	size_t n = 0;

	for (; n < result->n_checks && n < 15; n++)
		to[n] = letters[result->checks[n].status];
	to[n] = '\0';
}

static void join(const struct run *run, const struct lesson *lesson, struct result *ret)
{
	struct verdict_reading reading = {.lesson = lesson, .path = "docs/x.md"};
	struct tap tap = TAP_INIT;
	struct records records = RECORDS_INIT;
	struct verdict_evidence evidence = {.tap = &tap,
					    .records = &records,
					    .names = names,
					    .n_names = 3,
					    .timed_out = run->timed_out,
					    .limit_s = 30,
					    .status = run->status,
					    .errors = "said by bats\n"};

	tap_feed(&tap, run->tap, strlen(run->tap));
	tap_end(&tap);
	records_parse(run->records, strlen(run->records), &records);
	verdict_join(ret, &evidence, &reading);
	records_free(&records);
	tap_free(&tap);
}

static void test_run(const struct run *run, const struct lesson *lesson)
{
	struct result result = RESULT_INIT;
	const struct result_check *bad;
	char statuses[16];

	join(run, lesson, &result);
	bad = result_first_bad(&result);
	statuses_of(&result, statuses);
	is_str(verdict_name(result.verdict), verdict_name(run->verdict), "%s: verdict", run->name);
	is_str(statuses, run->statuses, "%s: checks", run->name);
	is_int(result.score, run->score, "%s: score", run->name);
	is_int(result.max_score, run->max_score, "%s: of", run->name);
	is_str(bad ? bad->cause : NULL, run->cause, "%s: cause", run->name);
	result_free(&result);
}

static void test_explained(const struct lesson *lesson)
{
	static const struct run known = {.tap = "1..1\nnot ok 1 a\n",
					 .records = "fail\ta\tno-fork\tx\ty\n",
					 .status = EXITED(1)};
	static const struct run builtin = {.tap = "1..1\nnot ok 1 a\n",
					   .records = "fail\ta\tcrashed\tx\ty\n",
					   .status = EXITED(1)};
	static const struct run unknown = {.tap = "1..1\nnot ok 1 a\n",
					   .records = "fail\ta\tnever-heard-of\tx\ty\n",
					   .status = EXITED(1)};
	struct result result = RESULT_INIT;

	join(&known, lesson, &result);
	is_str(result.checks[0].why, "The caller itself stays.", "why, from the lesson");
	is_str(result.checks[0].read, "docs/x.md#no-fork", "where to read");
	result_free(&result);
	join(&builtin, lesson, &result);
	is_str(result.checks[0].why, verdict_builtin_why("crashed"), "why, from lab");
	is_str(result.checks[0].read, "docs/x.md#task", "where to read about that");
	result_free(&result);
	join(&unknown, NULL, &result);
	is_str(result.checks[0].cause, "never-heard-of", "an unknown cause stays what it is");
	is_str(result.checks[0].why, verdict_builtin_why("other"), "and is explained as other");
	result_free(&result);
	ok(!verdict_builtin_why("never-heard-of") && !verdict_builtin_why(NULL),
	   "no reason for what is unknown");
}

static void test_output(void)
{
	static const struct run fail = {
		.tap = "1..2\nok 1 a\n# of a pass\nnot ok 2 b\n# (in test file x, line 3)\n#   `false' "
		       "failed\n# said \033[31mred\033[0m\n",
		.records = "fail\tb\tother\tx\ty\033\n",
		.status = EXITED(1)};
	static const struct run clean = {.tap = "1..1\nnot ok 1 b\n# (in test file x, line 3)\n"
						"# said \033[31mred\033[0m\n",
					 .records = "fail\tb\tother\tx\ty\n",
					 .status = EXITED(1)};
	static const struct run pass = {.tap = "1..1\nok 1 a\n# of a pass\n", .records = ""};
	struct result result = RESULT_INIT;

	join(&clean, NULL, &result);
	is_str(result.output, "said red\n", "output of a failure: no frames, no escape codes");
	result_free(&result);
	join(&fail, NULL, &result);
	ok(result.verdict == VERDICT_ERROR && strstr(result.output, "(in test file x, line 3)") &&
		   strstr(result.output, "said by bats"),
	   "of an error everything is shown");
	ok(!strchr(result.output, '\033'), "but no escape code");
	result_free(&result);
	join(&pass, NULL, &result);
	is_str(result.output, NULL, "nothing of a pass");
	result_free(&result);
}

static void test_network(void)
{
	static const struct run fail = {
		.tap = "1..3\nok 1 a\nnot ok 2 b\nnot ok 3 c\n",
		.records = "fail\tc\tother\tx\ty\ndrawing\tc\tof c\nfail\tb\tother\tx\ty\n"
			   "drawing\tb\tof b\n",
		.status = EXITED(1)};
	static const struct run pass = {.tap = "1..1\nok 1 a\n", .records = "drawing\ta\tof a\n"};
	struct result result = RESULT_INIT;

	join(&fail, NULL, &result);
	is_str(result.network, "of b", "the network is that of the first failure");
	is_int(result.verdict, VERDICT_FAIL, "and decides nothing");
	result_free(&result);
	join(&pass, NULL, &result);
	is_str(result.network, NULL, "a pass has none");
	result_free(&result);
}

static void test_stop(void)
{
	static const struct {
		enum verdict verdict;
		const char *statuses;
		long long max_score;
	} stops[] = {{VERDICT_FAIL, "fsss", 3},
		     {VERDICT_TIMEOUT, "fsss", 3},
		     {VERDICT_ERROR, "esss", 3},
		     {VERDICT_UNSUPPORTED, "uuuu", 0}};
	struct verdict_reading reading = {.path = "docs/x.md"};

	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++) {
		struct verdict_stop stop = {
			.verdict = stops[i].verdict, .name = "n", .why = "w\nx"};
		struct result result = RESULT_INIT;
		char statuses[16];

		verdict_stop(&result, &stop, names, 3, &reading);
		statuses_of(&result, statuses);
		is_str(statuses, stops[i].statuses, "stopped as %s",
		       verdict_name(stops[i].verdict));
		is_int(result.score, 0, "no points");
		is_int(result.max_score, stops[i].max_score, "of");
		is_str(result.checks[0].why, "w x", "why, on one line");
		result_free(&result);
	}
}

static void test_worse(void)
{
	static const enum lab_status order[] = {LAB_PASS,	LAB_UNSUPPORTED, LAB_FAIL,
						LAB_TIMEOUT,	LAB_ERROR,	 LAB_USAGE,
						LAB_INTERRUPTED};

	for (size_t a = 0; a < sizeof(order) / sizeof(*order); a++)
		for (size_t b = 0; b < sizeof(order) / sizeof(*order); b++)
			is_int(verdict_worse(order[a], order[b]), order[a > b ? a : b],
			       "worse of %d and %d", order[a], order[b]);
	is_int(verdict_status(VERDICT_PASS), 0, "pass");
	is_int(verdict_status(VERDICT_FAIL), 1, "fail");
	is_int(verdict_status(VERDICT_UNSUPPORTED), 3, "unsupported");
	is_int(verdict_status(VERDICT_ERROR), 4, "error");
	is_int(verdict_status(VERDICT_TIMEOUT), 124, "timeout");
}

int main(void)
{
	struct lesson lesson = LESSON_INIT;

	lesson_parse(lesson_text, &lesson);
	for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); i++)
		test_run(&runs[i], &lesson);
	test_explained(&lesson);
	test_output();
	test_network();
	test_stop();
	test_worse();
	lesson_free(&lesson);
	return unit_done();
}
