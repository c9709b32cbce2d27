/*
 * The reader of TAP. Every stream is fed whole and byte by byte, which must
 * come to the same.
 */
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "lab/check/tap.h"

#include <stdlib.h>

/* A stream as one line: "P3 ok:NAME skip:NAME(REASON) not:NAME [diagnostics] !trouble". */
static char *summary(const char *in, size_t len, size_t step)
{
	static const char *const words[] = {
		[TAP_OK] = "ok", [TAP_NOT_OK] = "not", [TAP_SKIP] = "skip"};
	cleanup_tap struct tap tap = TAP_INIT;
	struct strbuf out = STRBUF_INIT;

	for (size_t at = 0; at < len; at += step)
		tap_feed(&tap, in + at, len - at < step ? len - at : step);
	tap_end(&tap);
	if (tap.has_plan)
		strbuf_addf(&out, "P%zu", tap.planned);
	if (tap.diagnostics.len)
		strbuf_addf(&out, " [%s]", tap.diagnostics.s);
	for (size_t i = 0; i < tap.n_tests; i++) {
		strbuf_addf(&out, " %s:%s", words[tap.tests[i].result], tap.tests[i].name);
		if (tap.tests[i].reason)
			strbuf_addf(&out, "(%s)", tap.tests[i].reason);
		if (tap.tests[i].diagnostics.len)
			strbuf_addf(&out, " [%s]", tap.tests[i].diagnostics.s);
	}
	if (tap.trouble)
		strbuf_addf(&out, " !%s", tap.trouble);
	return strbuf_steal(&out);
}

static void stream_of(const char *in, size_t len, const char *want, const char *name)
{
	cleanup_free char *whole = summary(in, len, len + 1);
	cleanup_free char *bytes = summary(in, len, 1);

	is_str(whole, want, "%s", name);
	is_str(bytes, want, "%s, byte by byte", name);
}

static const struct {
	const char *in, *want, *name;
} streams[] = {
	{"1..2\nok 1 a\nok 2 b\n", "P2 ok:a ok:b", "two pass"},
	{"ok 1 a\n1..1\n", "P1 ok:a", "the plan may come last"},
	{"1..1\nnot ok 1 a\n# why\n#  deep\n", "P1 not:a [why\n deep\n]", "diagnostics"},
	{"1..2\n# early\nok 1 a\nok 2 b\n", "P2 [early\n] ok:a ok:b", "diagnostics before"},
	{"1..1\nok 1 a # skip no moon\n", "P1 skip:a(no moon)", "a skip"},
	{"1..1\nok 1 a # SKIP\n", "P1 skip:a()", "a skip without a reason"},
	{"1..1\nnot ok 1 a # skip x\n", "P1 not:a(x)", "what failed was not skipped"},
	{"1..1\nok 1 issue #7 is gone\n", "P1 ok:issue #7 is gone", "a # in a name"},
	{"1..1\nok 1 a # skipping rope\n", "P1 ok:a # skipping rope", "a word that begins as skip"},
	{"1..1\nok 1 a # b # skip c\n", "P1 skip:a # b(c)", "the last directive counts"},
	{"1..1\nok 1 a\nnoise\n", "P1 ok:a [noise\n]", "a line that is no TAP"},
	{"", " !there is no plan", "nothing at all"},
	{"ok 1 a\n", " ok:a !there is no plan", "no plan"},
	{"1..0\n", "P0 !there is no test", "an empty plan"},
	{"1..2\nok 1 a\n", "P2 ok:a !1 of 2 tests came", "cut short"},
	{"1..1\nok 1 a\nok 2 b\n", "P1 ok:a ok:b !2 of 1 tests came", "more than planned"},
	{"1..2\nok 1 a\nok 1 a\n", "P2 ok:a ok:a !test 1 came where test 2 was due", "twice"},
	{"1..1\n1..1\nok 1 a\n", "P1 ok:a !there are two plans", "two plans"},
	{"1..x\nok 1 a\n", " ok:a !the plan can't be read", "a plan that is no number"},
	{"1..99999999999999999999\n", " !the plan can't be read", "a plan too large"},
	{"1..1\nok a\n", "P1 !a test has no number", "a test without a number"},
	{"1..1\nok 1a\n", "P1 !a test has no number", "a number that goes on"},
	{"1..1\nok 1 a\nBail out! no room\n", "P1 ok:a !the check gave up: no room", "bail out"},
	{"1..1\nok 1 a", "P1 ok:a !the last line is cut short", "the last line without its end"},
};

static void test_limits(void)
{
	struct strbuf text = STRBUF_INIT;
	cleanup_free char *got = NULL;

	strbuf_adds(&text, "1..1\nok 1 ");
	for (size_t i = 0; i < TAP_MAX_LINE + 10; i++)
		strbuf_addc(&text, 'x');
	strbuf_adds(&text, "\n");
	got = summary(text.s, text.len, text.len);
	ok(strstr(got, "!a line is longer than 65536 bytes") != NULL,
	   "a line without end is trouble");
	strbuf_reset(&text);
	free(got);
	strbuf_adds(&text, "1..1\nnot ok 1 a\n");
	for (size_t i = 0; i < 20000; i++)
		strbuf_adds(&text, "# more\n");
	got = summary(text.s, text.len, 1000);
	ok(strlen(got) < TAP_MAX_DIAGNOSTICS + 100, "diagnostics are bounded");
	ok(strchr(got, '!') == NULL, "and too many of them are no trouble");
	strbuf_reset(&text);
	free(got);
	for (int i = 1; i <= TAP_MAX_TESTS + 5; i++)
		strbuf_addf(&text, "ok %d a\n", i);
	got = summary(text.s, text.len, 4096);
	ok(strstr(got, "!there are more than 1000 tests") != NULL, "tests without end are trouble");
	strbuf_free(&text);
}

static void test_names(void)
{
	static const char text[] =
		"load x\n@test \"one\" {\n\ttrue\n}\n  @test 'two' { true; }\n"
		"@test three {\n}\n#@test \"no\" {\n@testing {\n\t@test \"four\"\t{";
	static const char *const want[] = {"one", "two", "three", "four"};
	char **names = NULL;
	size_t n = tap_names_of_bats(text, &names);

	is_int((long long)n, 4, "tests in a bats file");
	for (size_t i = 0; i < n && i < 4; i++)
		is_str(names[i], want[i], "name %zu", i + 1);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	is_int((long long)tap_names_of_bats("", &names), 0, "no tests in an empty file");
	free(names);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(streams) / sizeof(*streams); i++)
		stream_of(streams[i].in, strlen(streams[i].in), streams[i].want, streams[i].name);
	stream_of("1..1\nok 1 a\0b\n", 14, "P1 ok:a?b", "a NUL does not end a name");
	test_limits();
	test_names();
	return unit_done();
}
