/*
 * The four formats of a result, from results that hold whatever a program under
 * test can bring into one.
 */
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "lab/check/report.h"

#include <stdlib.h>

/* Texts as they may come: none of these bytes may break a format. */
#define ODD "<a href=\"x\"> & ']]> # skip \\ \xc3\xa4 \xe2\x9c\x93"

static struct result_check checks_fail[] = {
	{.name = (char[]){"first # skip it"}, .status = RESULT_PASS, .points = 1},
	{.name = (char[]){"second " ODD},
	 .status = RESULT_FAIL,
	 .expected = (char[]){"this " ODD},
	 .observed = (char[]){"that " ODD},
	 .cause = (char[]){"no-fork"},
	 .why = (char[]){"The caller itself stays where it was and only its children move."},
	 .read = (char[]){"docs/pid/03_unshare.md#no-fork"}},
	{.name = (char[]){"third"}, .status = RESULT_SKIP, .why = (char[]){"it needs: second"}},
	{.name = (char[]){"fourth"},
	 .status = RESULT_UNSUPPORTED,
	 .why = (char[]){"no time # here"}},
	{.name = (char[]){"fifth"}, .status = RESULT_ERROR, .why = (char[]){"it broke"}},
};

static const struct result failed = {
	.exercise = (char[]){"pid/unshare"},
	.title = (char[]){"The next child"},
	.verdict = VERDICT_FAIL,
	.score = 1,
	.max_score = 4,
	.seed = 77,
	.duration_ms = 1234,
	.checks = checks_fail,
	.n_checks = 5,
	.compiler = (char[]){"x.c:1:1: warning: " ODD "\n"},
	.output = (char[]){"ok 1 said the program\n1..7\n" ODD "\n"},
	.program = (char[]){"x.c"},
	.kernel = (char[]){"6.1"},
};

static struct result_check checks_pass[] = {
	{.name = (char[]){"only"}, .status = RESULT_PASS, .points = 1},
};

static const struct result passed = {
	.exercise = (char[]){"pid/clone"},
	.verdict = VERDICT_PASS,
	.score = 1,
	.max_score = 1,
	.checks = checks_pass,
	.n_checks = 1,
};

static char *written(const char *format, const struct result *results, size_t n,
		     const struct report_look *look)
{
	struct strbuf text = STRBUF_INIT;

	report_format_find(format)->write(results, n, look, &text);
	return strbuf_steal(&text);
}

static size_t lines_with(const char *text, const char *start)
{
	size_t n = 0;

	for (const char *at = text; at && *at; at = strchr(at, '\n'), at += at ? 1 : 0)
		n += strncmp(at, start, strlen(start)) == 0;
	return n;
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static void test_formats(void)
{
	static const char *const known[] = {"pretty", "tap", "junit", "json"};

	for (size_t i = 0; i < 4; i++)
		is_str(report_formats[i].name, known[i], "format %zu", i + 1);
	ok(!report_format_find("xml") && !report_format_find(""), "no other format");
}

static void test_pretty(void)
{
	struct report_look look = {.own = true, .next = "pid/init"};
	cleanup_free char *fail = written("pretty", &failed, 1, &look);
	cleanup_free char *pass = written("pretty", &passed, 1, &look);

	ok(!strchr(fail, '\033'), "no colour without a lab");
	ok(has(fail, "  ok    first # skip it\n"), "a pass");
	ok(has(fail,
	       "  FAIL  second " ODD "\n        expected  this " ODD "\n        observed  that "),
	   "a failure with its facts");
	ok(has(fail, "        cause     no-fork\n        why       The caller"), "cause and why");
	ok(has(fail, "        read      docs/pid/03_unshare.md#no-fork\n"), "where to read");
	ok(has(fail, "  skip  third\n  n/a   fourth\n"), "skipped, not applicable");
	ok(has(fail, "    | ok 1 said the program\n    | 1..7\n"),
	   "what the program said, behind a bar");
	ok(has(fail, "    | x.c:1:1: warning: "), "what the compiler said");
	ok(has(fail, "\npid/unshare: FAIL, 1 of 4 points\nStuck? lab hint pid/unshare\n"),
	   "the end");
	is_str(pass,
	       "pid/clone\n  ok    only\npid/clone: pass, 1 of 1 points\nWhy it works: lab show "
	       "pid/clone\nNext: lab edit pid/init\n",
	       "a pass, all of it");
	look = (struct report_look){.width = 40};
	free(fail);
	fail = written("pretty", &failed, 1, &look);
	ok(has(fail,
	       "        why       The caller itself\n                  stays where it was and\n"),
	   "long sentences are wrapped below their beginning");
	ok(!has(fail, "Stuck?"), "a file that is not the learner's gets no advice");
}

static void test_tap(void)
{
	struct report_look look = {.several = true};
	const struct result both[] = {failed, passed};
	cleanup_free char *tap = written("tap", both, 2, &look);

	ok(strncmp(tap, "TAP version 13\n1..6\n", 20) == 0, "version and plan come first");
	is_int((long long)lines_with(tap, "1.."), 1, "there is one plan, whatever was printed");
	is_int((long long)lines_with(tap, "ok "), 3, "lines of ok");
	is_int((long long)lines_with(tap, "not ok "), 3, "lines of not ok");
	ok(has(tap, "\nok 1 - pid/unshare: first \\# skip it\n"), "a name can't be a directive");
	ok(has(tap, "\nok 4 - pid/unshare: fourth # SKIP no time \\# here\n"),
	   "what can't be told is a skip");
	ok(has(tap, "\nok 6 - pid/clone: only\n"), "numbers go on");
	ok(has(tap, "  expected: \"this <a href=\\\"x\\\"> & ']]> # skip \\\\ \xc3\xa4"),
	   "facts are quoted");
	ok(has(tap, "# ok 1 said the program\n# 1..7\n"), "output is a comment");
	ok(has(tap, "# pid/unshare: fail, 1 of 4 points, seed 77, 1234 ms\n"), "the sum");
}

static void test_junit(void)
{
	struct report_look look = {.several = false};
	struct result_check bad = {
		.name = (char[]){"\xff\x01 \xed\xa0\x80 \xef\xbf\xbf \xc0\xaf ok"},
		.status = RESULT_PASS};
	struct result broken = passed;
	cleanup_free char *xml = written("junit", &failed, 1, &look);
	cleanup_free char *none = written("junit", NULL, 0, &look);
	cleanup_free char *odd = NULL;

	ok(has(xml,
	       "<testsuite name=\"pid/unshare\" tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"2\" "
	       "time=\"1.234\">"),
	   "counts and time");
	ok(has(xml, "name=\"second &lt;a href=&quot;x&quot;&gt; &amp; ']]&gt; # skip"), "escaped");
	ok(has(xml, "<failure type=\"no-fork\" message=\"that "), "cause and observation");
	ok(has(xml, "<property name=\"seed\" value=\"77\"/>"), "the seed");
	is_int((long long)lines_with(xml, "      <skipped"), 2, "skipped");
	ok(has(none, "<testsuites>\n</testsuites>\n"), "no result is a document too");
	broken.checks = &bad;
	odd = written("junit", &broken, 1, &look);
	ok(has(odd, "name=\"    ok\""), "what is no character of XML is left out");
}

static void test_json(void)
{
	struct report_look look = {.several = false};
	const struct result both[] = {failed, passed};
	cleanup_free char *one = written("json", &failed, 1, &look);
	cleanup_free char *many = NULL;
	cleanup_free char *single = NULL;
	json_t *json = json_loads(one, 0, NULL);
	json_t *checks = json_object_get(json, "checks");

	is_str(json_string_value(json_object_get(json, "schema")), "nslab/result/v1", "schema");
	is_str(json_string_value(json_object_get(json, "verdict")), "fail", "verdict");
	is_int(json_integer_value(json_object_get(json, "seed")), 77, "seed");
	is_int((long long)json_array_size(checks), 5, "checks");
	is_str(json_string_value(json_object_get(json_array_get(checks, 1), "observed")),
	       "that " ODD, "text comes back as it went in");
	is_str(json_string_value(json_object_get(json_array_get(checks, 0), "cause")), "",
	       "a key is there where there is nothing to say");
	is_str(json_string_value(json_object_get(json_array_get(checks, 3), "status")), "skip",
	       "what can't be told is a skip");
	json_decref(json);
	look.several = true;
	many = written("json", both, 2, &look);
	json = json_loads(many, 0, NULL);
	is_int((long long)json_array_size(json), 2, "several: an array");
	json_decref(json);
	single = written("json", both, 1, &look);
	json = json_loads(single, 0, NULL);
	is_int((long long)json_array_size(json), 1, "asked for as several: an array, also of one");
	json_decref(json);
}

#define SAVED(state)                                                                                   \
	"{\"schema\":\"nslab/net/v1\",\"namespaces\":[{\"name\":\"blue\",\"links\":[{\"name\":\"lo\"," \
	"\"kind\":\"loopback\",\"state\":\"" state "\"}]}]}"

/* The network of a failure: one drawing above or beside the other, and in JSON. */
static void test_network(void)
{
	struct report_look look = {.several = false};
	struct result result = failed;
	cleanup_free char *text = NULL, *wide = NULL, *alone = NULL, *json = NULL;
	json_t *object, *network;

	result.network = (char[]){SAVED("down")};
	result.network_expected = (char[]){SAVED("up")};
	text = written("pretty", &result, 1, &look);
	ok(has(text, "no-fork\n  the network when it failed:\n    expected:\n    +- blue "),
	   "below the first failure");
	ok(has(text, "    | lo  up                   |\n"), "as it should be");
	ok(has(text, "    observed:\n    +- blue "), "above the other");
	ok(has(text, "    | lo  down                 |\n"), "as it was");
	look.screen = 160;
	wide = written("pretty", &result, 1, &look);
	ok(has(wide, "    | lo  up                   |    | lo  down                 |\n"),
	   "beside one another where there is room");
	result.network_expected = NULL;
	alone = written("pretty", &result, 1, &look);
	ok(!has(alone, "expected:\n") && has(alone, "    observed:\n"), "without the expected one");
	json = written("json", &result, 1, &look);
	object = json_loads(json, 0, NULL);
	network = json_object_get(object, "network");
	ok(json_is_null(json_object_get(network, "expected")), "JSON: expected is null then");
	is_str(json_string_value(json_object_get(json_object_get(network, "observed"), "schema")),
	       "nslab/net/v1", "JSON: observed");
	json_decref(object);
	/* What can't be read is no reason to break a report. */
	result.network = (char[]){"{"};
	free(text);
	text = written("pretty", &result, 1, &look);
	ok(!has(text, "the network"), "what is no network is left out");
}

int main(void)
{
	test_formats();
	test_pretty();
	test_tap();
	test_junit();
	test_json();
	test_network();
	return unit_done();
}
