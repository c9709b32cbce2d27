/*
 * Grading without a check: names, which file is for which exercise, grades as lines, the results
 * file, what is to be done, and what a result has to be to become a grade.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "lab/grade/bar.h"
#include "lab/grade/choose.h"
#include "lab/grade/digest.h"
#include "lab/grade/grade.h"
#include "lab/grade/plan.h"
#include "lab/grade/results.h"
#include "lab/grade/student.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

/* ---- names ---- */

static void names(void)
{
	static const struct {
		const char *file, *student;
	} rows[] = {
		{"alice", "alice"},
		{"alice.tar.gz", "alice"},
		{"alice.TGZ", "alice"},
		{"alice.zip", "alice"},
		{".zip", ".zip"},
		{"M\xc3\xbcller", "M\xc3\xbcller"},
		{"a\nb", "a\\x0ab"},
		{"a\\b", "a\\x5cb"},
		{"a\\x0ab", "a\\x5cx0ab"},
		{"\033[31m", "\\x1b[31m"},
		{"\xff", "\\xff"},
		{"\xc3", "\\xc3"},
		{"\xc3(", "\\xc3("},
		{"\xe2\x80\xae", "\\xe2\\x80\\xae"},
		{"\xc2\x9b", "\\xc2\\x9b"},
		{"\xf0\x9f\x8e\x93 x", "\xf0\x9f\x8e\x93 x"},
		{"-x", "-x"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_free char *student = student_name(rows[i].file);

		is_str(student, rows[i].student, "the student of %s", rows[i].file);
	}
}

static void files(void)
{
	static const char *const odd[] = {"", ".", "..", "-x", "a/b", "a b", "a_b", "a\\x0ab"};
	cleanup_free char *plain = student_file("alice", ".json");

	is_str(plain, "alice.json", "a plain name is a file's name");
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		cleanup_free char *file = student_file(odd[i], ".json");

		ok(file[0] != '.' && file[0] != '-' && !strchr(file, '/') && !strchr(file, ' '),
		   "a safe file name for \"%s\": %s", odd[i], file);
	}
}

/* ---- which file is for which exercise ---- */

static char *no_words[] = {NULL};
static char *aliases[] = {(char[]){"pid/fork"}, NULL};

static struct exercise exercises[] = {
	{.id = (char[]){"pid/clone"},
	 .phase = (char[]){"pid"},
	 .name = (char[]){"clone"},
	 .number = 2,
	 .aliases = aliases},
	{.id = (char[]){"pid/root"},
	 .phase = (char[]){"pid"},
	 .name = (char[]){"root"},
	 .number = 4,
	 .aliases = no_words},
	{.id = (char[]){"user/root"},
	 .phase = (char[]){"user"},
	 .name = (char[]){"root"},
	 .number = 2,
	 .aliases = no_words},
};

static const struct catalogue catalogue = {.exercises = exercises, .n_exercises = 3};

static void chooses(void)
{
	static const struct {
		const char *path, *id;
	} rows[] = {
		{"pid/02_clone.c", "pid/clone"},
		{"./pid/02_clone.c", "pid/clone"},
		{"alice/work/pid/02_clone.c", "pid/clone"},
		{"pid/9_clone.c", "pid/clone"},
		{"pid/clone.c", "pid/clone"},
		{"pid/02_fork.c", "pid/clone"},
		{"pid/clone.sh", "pid/clone"},
		{"pid/clone.py", "pid/clone"},
		{"02_clone.c", "pid/clone"},
		{"x/clone.c", "pid/clone"},
		{"user/02_clone.c", NULL},
		{"root.c", NULL},
		{"02_root.c", "user/root"},
		{"04_root.c", "pid/root"},
		{"user/04_root.c", "user/root"},
		{"pid/02_clone.o", NULL},
		{"pid/02_clone", NULL},
		{"pid/02_.c", NULL},
		{"pid/.02_clone.c", NULL},
		{".git/pid/02_clone.c", NULL},
		{"solutions/pid/02_clone.c", NULL},
		{"nslab/phases/pid/02_clone.c", NULL},
		{"__MACOSX/pid/02_clone.c", NULL},
		{"a/b/c/d/e/f/pid/clone.c", "pid/clone"},
		{"a/b/c/d/e/f/g/pid/clone.c", NULL},
		{"", NULL},
		{"/", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct choice choice = choose(&catalogue, rows[i].path);

		is_str(choice.exercise ? choice.exercise->id : "", rows[i].id ? rows[i].id : "",
		       "%s", rows[i].path);
	}
	ok(choose(&catalogue, "root.c").several && choose(&catalogue, "05_root.c").several &&
		   !choose(&catalogue, "02_root.c").several && !choose(&catalogue, "x.c").several,
	   "whose phase can't be told is for several");
	ok(choose(&catalogue, "pid/clone.c").rank < choose(&catalogue, "clone.c").rank,
	   "a file in its phase's directory comes first");
	ok(choose(&catalogue, "pid/clone.c").rank < choose(&catalogue, "pid/clone.sh").rank,
	   "a source comes before a script");
	ok(choose(&catalogue, "pid/clone.c").rank < choose(&catalogue, "old/pid/clone.c").rank,
	   "what lies higher comes first");
}

static void stays_inside(void)
{
	static const char *const inside[] = {"a", "a/b", "./a", "a/..b", "...", "a//b"};
	static const char *const outside[] = {"",     "/",    "/a",	"..",
					      "../a", "a/..", "a/../b", "a/../../b"};

	for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++)
		ok(choose_stays_inside(inside[i]), "%s stays inside", inside[i]);
	for (size_t i = 0; i < sizeof(outside) / sizeof(*outside); i++)
		ok(!choose_stays_inside(outside[i]), "\"%s\" leads out", outside[i]);
}

/* ---- times ---- */

static void times(void)
{
	char text[32];

	is_int(grade_time("1970-01-01T00:01:40Z"), 100, "a time");
	is_int(grade_time("1970-01-01 00:01"), 60, "a time without seconds and zone");
	is_int(grade_time("1970-01-01T02:01:40+02:00"), 100, "a time elsewhere");
	is_int(grade_time("1969-12-31T19:01:40-0500"), 100, "a time elsewhere, without a colon");
	is_int(grade_time("1970-01-01T00:01:40.123456Z"), 100, "a time with a fraction");
	is_int(grade_time("yesterday"), -1, "no time");
	is_int(grade_time("1970-01-01T00:00Zx"), -1, "something behind a time");
	is_int(grade_time("1970-01-01T00:00+99:00"), -1, "no zone");
	grade_time_text(100, text);
	is_str(text, "1970-01-01T00:01:40Z", "a time as text");
}

static void estimates(void)
{
	char text[BAR_ESTIMATE];

	bar_estimate(59, text);
	is_str(text, "about 59 s left", "seconds");
	bar_estimate(150, text);
	is_str(text, "about 3 min left", "minutes");
	bar_estimate(3600 + 120, text);
	is_str(text, "about 1 h 02 min left", "hours");
}

/* ---- grades ---- */

static struct grade sample(const char *student, enum grade_verdict verdict)
{
	struct grade grade = grade_new();

	grade_set(&grade.student, student);
	grade_set(&grade.exercise, "pid/clone");
	grade_set(&grade.checks, "c");
	grade_set(&grade.submission, "s");
	grade_set(&grade.lab, LAB_VERSION);
	grade.verdict = verdict;
	grade.score = 3;
	grade.max_score = 7;
	grade.seed = 12;
	grade.submitted = 100;
	grade.graded = 200;
	return grade;
}

static void lines(void)
{
	cleanup_grade struct grade grade = sample("M\xc3\xbcller \"x\" \\", GRADE_FAIL);
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	struct grade back = {.student = NULL};
	struct error err = {0};

	grade_line(&grade, &line);
	ok(line.len && strchr(line.s, '\n') == line.s + line.len - 1, "a grade is one line");
	is_int(grade_parse(line.s, line.len - 1, &back, &err), 0, "it can be read again");
	is_str(back.student, grade.student, "the student");
	is_int(back.verdict, GRADE_FAIL, "the verdict");
	is_int(back.score, 3, "the score");
	is_int((long long)back.seed, 12, "the seed");
	is_int(back.submitted, 100, "when it was handed in");
	grade_free(&back);
	for (size_t i = 0; i + 1 < line.len; i++) {
		if (grade_parse(line.s, i, &back, &err) == 0) {
			ok(false, "a line cut at %zu is no grade", i);
			grade_free(&back);
		}
	}
}

static void no_grades(void)
{
	static const char good[] =
		"{\"schema\":\"nslab/grade/v1\",\"student\":\"a\",\"exercise\":\"pid/clone\","
		"\"verdict\":\"pass\",\"score\":7,\"max_score\":7,\"cause\":\"\",\"reason\":\"\","
		"\"file\":\"\",\"submission\":\"\",\"checks\":\"\",\"lab\":\"\",\"kernel\":\"\","
		"\"seed\":1,\"duration_ms\":1,\"result\":null}";
	static const struct {
		const char *from, *to;
	} changes[] = {
		{"grade/v1", "grade/v2"},
		{"\"student\":\"a\"", "\"student\":\"\""},
		{"\"student\":\"a\"", "\"student\":7"},
		{"\"verdict\":\"pass\"", "\"verdict\":\"best\""},
		{"\"score\":7", "\"score\":8"},
		{"\"score\":7", "\"score\":-1"},
		{"\"score\":7", "\"score\":\"7\""},
		{"\"seed\":1", "\"seed\":99999999999"},
		{"\"seed\":1,", "\"seed\":1,\"seed\":1,"},
	};
	struct grade grade;
	struct error err = {0};

	if (is_int(grade_parse(good, strlen(good), &grade, &err), 0, "this is a grade"))
		grade_free(&grade);
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		const char *at = strstr(good, changes[i].from);
		cleanup_free char *bad = xasprintf("%.*s%s%s", (int)(at - good), good,
						   changes[i].to, at + strlen(changes[i].from));

		if (!ok(grade_parse(bad, strlen(bad), &grade, &err) < 0, "no grade: %s",
			changes[i].to))
			grade_free(&grade);
	}
}

#define EXITED(n) ((n) << 8)

/* What lab check says, and what it has to be to be believed. */
static void judges(void)
{
	static const char form[] =
		"{\"schema\":\"nslab/result/v1\",\"exercise\":\"%s\",\"verdict\":\"%s\",\"score\":%d,"
		"\"max_score\":%d,\"seed\":%d,\"duration_ms\":5,\"kernel\":\"6.1\",\"program\":\"/tmp/x\","
		"\"checks\":[{\"name\":\"n\",\"status\":\"%s\",\"cause\":\"no-fork\",\"why\":\"w\"}]}";
	static const struct {
		const char *exercise, *verdict, *status;
		int score, max, seed, exit;
		enum grade_verdict want;
	} rows[] = {
		{"pid/clone", "pass", "pass", 7, 7, 12, EXITED(0), GRADE_PASS},
		{"pid/clone", "fail", "fail", 3, 7, 12, EXITED(1), GRADE_FAIL},
		{"pid/clone", "timeout", "fail", 0, 7, 12, EXITED(124), GRADE_TIMEOUT},
		{"pid/clone", "unsupported", "skip", 0, 0, 12, EXITED(3), GRADE_UNSUPPORTED},
		{"pid/clone", "error", "error", 0, 0, 12, EXITED(4), GRADE_ERROR},
		{"pid/clone", "pass", "pass", 7, 7, 12, EXITED(1), GRADE_ERROR},
		{"pid/clone", "pass", "pass", 7, 7, 12, 9, GRADE_ERROR},
		{"pid/clone", "pass", "pass", 6, 7, 12, EXITED(0), GRADE_ERROR},
		{"pid/clone", "pass", "pass", 0, 0, 12, EXITED(0), GRADE_ERROR},
		{"pid/clone", "fail", "fail", 7, 7, 12, EXITED(1), GRADE_ERROR},
		{"pid/clone", "fail", "fail", 8, 7, 12, EXITED(1), GRADE_ERROR},
		{"pid/clone", "pass", "pass", 7, 7, 13, EXITED(0), GRADE_ERROR},
		{"pid/other", "pass", "pass", 7, 7, 12, EXITED(0), GRADE_ERROR},
		{"pid/clone", "great", "pass", 7, 7, 12, EXITED(0), GRADE_ERROR},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_grade struct grade grade = sample("a", GRADE_ERROR);
		cleanup_free char *text =
			xasprintf(form, rows[i].exercise, rows[i].verdict, rows[i].score,
				  rows[i].max, rows[i].seed, rows[i].status);

		grade_judge(&grade, text, strlen(text), rows[i].exit);
		is_int(grade.verdict, rows[i].want, "row %zu: %s", i, grade.reason);
		ok(grade.verdict != GRADE_ERROR ||
			   (*grade.reason && !grade.score && !grade.max_score),
		   "row %zu: an error has a reason and no score", i);
		if (grade.verdict == GRADE_FAIL)
			is_str(grade.cause, "no-fork", "a failure has its cause");
	}
}

static void judges_junk(void)
{
	static const char *const junk[] = {"", "{", "[]", "null", "lab: hello", "{} {}"};

	for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
		cleanup_grade struct grade grade = sample("a", GRADE_PASS);

		grade_judge(&grade, junk[i], strlen(junk[i]), EXITED(0));
		ok(grade.verdict == GRADE_ERROR && !grade.max_score, "no result: \"%s\"", junk[i]);
	}
}

/* ---- what is to be done ---- */

static void plans(void)
{
	cleanup_grade struct grade pass = sample("a", GRADE_PASS);
	cleanup_grade struct grade error = sample("a", GRADE_ERROR);

	is_int(plan_for(NULL, "s", "c", PLAN_RESUME), PLAN_RUN, "no grade yet");
	is_int(plan_for(&pass, "s", "c", PLAN_RESUME), PLAN_KEEP, "all the same");
	is_int(plan_for(&pass, "s", "c", PLAN_REGRADE), PLAN_KEEP, "all the same, and --regrade");
	is_int(plan_for(&pass, "t", "c", PLAN_RESUME), PLAN_RUN, "another file");
	is_int(plan_for(&pass, "s", "d", PLAN_RESUME), PLAN_KEEP_OLD, "other checks");
	is_int(plan_for(&pass, "s", "d", PLAN_REGRADE), PLAN_RUN, "other checks, and --regrade");
	is_int(plan_for(&error, "s", "c", PLAN_RESUME), PLAN_KEEP_OLD, "an error");
	is_int(plan_for(&error, "s", "c", PLAN_REGRADE), PLAN_RUN, "an error, and --regrade");
	grade_set(&pass.lab, "0.0.1");
	is_int(plan_for(&pass, "s", "c", PLAN_REGRADE), PLAN_RUN, "another lab");
	ok(plan_seed(1, "a", "x") == plan_seed(1, "a", "x"), "a seed is the same again");
	ok(plan_seed(1, "a", "x") != plan_seed(2, "a", "x") &&
		   plan_seed(1, "a", "x") != plan_seed(1, "b", "x") &&
		   plan_seed(1, "a", "x") != plan_seed(1, "a", "y"),
	   "and another one for another class, student, exercise");
	ok(plan_seed(1, "a", "x") <= 0x7fffffff, "it has 31 bits");
}

static void digests(void)
{
	char hex[DIGEST_HEX];

	digest_buffer("abc", 3, hex);
	is_str(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	       "the hash of abc (FIPS 180-2)");
}

/* ---- the results file ---- */

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : -1;
}

static void append_text(const char *path, const char *text)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	ok(io_write_all(fd, text, strlen(text)) == 0, "append to the file");
}

static void keeps_results(const char *dir)
{
	cleanup_free char *path = io_join(dir, "new/grades.jsonl");
	cleanup_results struct results results = RESULTS_INIT;
	cleanup_results struct results second = RESULTS_INIT;
	cleanup_grade struct grade fail = sample("a", GRADE_FAIL), pass = sample("a", GRADE_PASS),
				   other = sample("b", GRADE_MISSING);
	struct grade *list = NULL;
	size_t n = 0;
	unsigned damaged = 0;
	struct error err = {0};
	off_t whole;

	pass.score = 7;
	is_int(results_open(path, &results, &err), 0, "open new results: %s", err.what);
	ok(results_append(&results, &other, &err) == 0 &&
		   results_append(&results, &fail, &err) == 0 &&
		   results_append(&results, &pass, &err) == 0,
	   "append three grades");
	ok(results_open(path, &second, &err) < 0, "a second writer is refused: %s", err.what);
	results_close(&results);
	whole = size_of(path);
	append_text(path, "no grade\n{\"schema\":\"nslab/grade/v1\",\"stu");
	is_int(results_read(path, RESULTS_FULL, &list, &n, &damaged, &err), 0, "read them");
	is_int((long long)n, 2, "the last grade of each counts");
	is_int(damaged, 1, "a line is no grade");
	ok(n == 2 && strcmp(list[0].student, "a") == 0 && list[0].verdict == GRADE_PASS,
	   "it is the later one");
	results_free_list(list, n);
	is_int(results_open(path, &results, &err), 0, "open them again");
	is_int(size_of(path), whole + 9, "the torn line is cut off");
	ok(results_find(&results, "a", "pid/clone") &&
		   results_find(&results, "a", "pid/clone")->verdict == GRADE_PASS,
	   "a known grade is found");
	ok(!results_find(&results, "c", "pid/clone") && !results_find(&results, "a", "pid/x"),
	   "an unknown one is not");
	(void)unlink(path);
}

static void keeps_in_memory(void)
{
	cleanup_results struct results results = RESULTS_INIT;
	cleanup_grade struct grade pass = sample("a", GRADE_PASS);
	struct error err = {0};

	is_int(results_open(NULL, &results, &err), 0, "results without a file");
	is_int(results_append(&results, &pass, &err), 0, "append one");
	ok(results.n == 1 && strcmp(results.list[0].student, "a") == 0, "it is there");
}

int main(void)
{
	char dir[] = "/tmp/nslab-unit-grade.XXXXXX";
	cleanup_free char *below = NULL;

	if (!ok(mkdtemp(dir) != NULL, "a directory"))
		return unit_done();
	below = io_join(dir, "new");
	names();
	files();
	chooses();
	stays_inside();
	times();
	estimates();
	lines();
	no_grades();
	judges();
	judges_junk();
	plans();
	digests();
	keeps_results(dir);
	keeps_in_memory();
	(void)rmdir(below);
	(void)rmdir(dir);
	return unit_done();
}
