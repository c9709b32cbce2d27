/*
 * Records of the checks: what is one, what is not, and which one counts.
 */
#include "checks/lab/unit.h"
#include "lab/check/records.h"

#include <stdlib.h>

static const struct {
	const char *text;
	long long n;
	const char *trouble;
	const char *name;
} texts[] = {
	{"", 0, NULL, "nothing is no trouble"},
	{"fail\ta\tno-fork\tx\ty\n", 1, NULL, "a failure"},
	{"unsupported\ta\tno time namespaces\n", 1, NULL, "unsupported"},
	{"skip\ta\tit needs: b\nfail\tb\tother\t\t\n", 2, NULL, "two, empty facts"},
	{"fail\ta\tno-fork\tx\n", 0, "record 1 has the wrong number of fields", "too few fields"},
	{"fail\ta\tno-fork\tx\ty\tz\n", 0, "record 1 has the wrong number of fields", "too many"},
	{"skip\ta\tb\tc\td\te\tf\tg\n", 0, "record 1 has the wrong number of fields",
	 "far too many"},
	{"pass\ta\n", 0, "record 1 is of no known kind", "nobody can record a pass"},
	{"\n", 0, "record 1 is of no known kind", "an empty line"},
	{"fail\t\tno-fork\tx\ty\n", 0, "record 1 names no test", "no name"},
	{"fail\ta\tNo fork\tx\ty\n", 0, "record 1 has a cause that is no name", "a cause in words"},
	{"fail\ta\t\tx\ty\n", 0, "record 1 has a cause that is no name", "an empty cause"},
	{"fail\ta\tother\tx\033[31m\ty\n", 0, "record 1 holds a control character",
	 "an escape code"},
	{"skip\ta\tb\nskip\tc\td", 1, "record 2 is cut short", "the last line without its end"},
	{"x\ny\nskip\ta\tb\n", 1, "record 1 is of no known kind", "the first trouble is named"},
};

static void test_find(void)
{
	static const char text[] = "skip\ta\tfirst\nfail\ta\tother\tx\ty\nfail\ta\tno-fork\tx\ty\n"
				   "unsupported\tb\tr1\nskip\tb\tr2\n";
	struct records records = RECORDS_INIT;
	const struct record *found;

	records_parse(text, strlen(text), &records);
	found = records_find(&records, "a");
	ok(found && found->kind == RECORD_FAIL, "a failure wins over a skip");
	is_str(found ? found->cause : NULL, "other", "the first failure counts");
	is_str(found ? found->expected : NULL, "x", "what was expected");
	is_str(found ? found->observed : NULL, "y", "what was observed");
	found = records_find(&records, "b");
	is_str(found ? found->reason : NULL, "r1", "else the first record counts");
	ok(!records_find(&records, "c"), "no record of a test that has none");
	records_free(&records);
	ok(!records_find(&records, "a"), "nothing is found in what was freed");
}

static void test_nul(void)
{
	struct records records = RECORDS_INIT;

	records_parse("skip\ta\tb\0c\n", 11, &records);
	is_str(records.trouble, "record 1 holds a control character", "a NUL");
	records_free(&records);
}

static void test_seen(void)
{
	static const char text[] = "seen\ta\tone\nseen\tb\tother\nseen\ta\ttwo\nskip\ta\twhy\n";
	struct records records = RECORDS_INIT;
	char *seen;

	records_parse(text, strlen(text), &records);
	seen = records_seen(&records, "a");
	is_str(seen, "one; two", "what a test saw is joined");
	is_int(records_find(&records, "a")->kind, RECORD_SKIP, "what was seen decides nothing");
	ok(!records_find(&records, "b"), "... and is no record of its own");
	ok(!records_seen(&records, "c"), "nothing seen");
	free(seen);
	records_free(&records);
}

static void test_truth(void)
{
	static const char text[] = "truth\ta\tfirst-process\t1, always\nskip\ta\twhy\n";
	struct records records = RECORDS_INIT;

	records_parse(text, strlen(text), &records);
	is_str(records.trouble, NULL, "a truth is a record");
	is_str(records.list[0].cause, "first-process", "its question");
	is_str(records.list[0].reason, "1, always", "its answer");
	is_int(records_find(&records, "a")->kind, RECORD_SKIP, "it decides nothing");
	records_free(&records);
	records_parse("truth\ta\tNo name\t1\n", strlen("truth\ta\tNo name\t1\n"), &records);
	is_str(records.trouble, "record 1 has a question that is no name", "a question's name");
	records_free(&records);
}

static void test_drawing(void)
{
	static const char text[] = "drawing\ta\t{\"1\":2}\ndrawing\ta\t{}\ndrawing\tb\tx\n";
	struct records records = RECORDS_INIT;

	records_parse(text, strlen(text), &records);
	is_str(records.trouble, NULL, "a drawing is a record");
	is_str(records_drawing(&records, "a"), "{}", "the last one counts");
	is_str(records_drawing(&records, "c"), NULL, "another test has none");
	ok(!records_find(&records, "a"), "it decides nothing");
	records_free(&records);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct records records = RECORDS_INIT;

		records_parse(texts[i].text, strlen(texts[i].text), &records);
		is_int((long long)records.n, texts[i].n, "%s: records", texts[i].name);
		is_str(records.trouble, texts[i].trouble, "%s: trouble", texts[i].name);
		records_free(&records);
	}
	test_find();
	test_seen();
	test_nul();
	test_truth();
	test_drawing();
	return unit_done();
}
