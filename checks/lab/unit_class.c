/*
 * From grades to points, and every format on texts that would break out of it if they could.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "lab/report/class.h"
#include "lab/report/escape.h"
#include "lab/report/format.h"

#include <stdlib.h>

#define ODD "<a href=\"x\"> & ']]> # skip \\ \xc3\xa4, =1+1"

static char *no_words[] = {NULL};

static struct exercise exercises[] = {
	{.id = (char[]){"pid/clone"},
	 .phase = (char[]){"pid"},
	 .name = (char[]){"clone"},
	 .title = (char[]){"Title " ODD},
	 .aliases = no_words},
	{.id = (char[]){"uts/domain"},
	 .phase = (char[]){"uts"},
	 .name = (char[]){"domain"},
	 .aliases = no_words,
	 .weight = 30},
};

static const struct catalogue catalogue = {.exercises = exercises, .n_exercises = 2};

static struct grade make(const char *student, const char *exercise, enum grade_verdict verdict,
			 unsigned score, unsigned max)
{
	struct grade grade = grade_new();

	grade_set(&grade.student, student);
	grade_set(&grade.exercise, exercise);
	grade.verdict = verdict;
	grade.score = score;
	grade.max_score = max;
	grade.submitted = 1000;
	if (verdict == GRADE_FAIL)
		grade_set(&grade.cause, "no-fork");
	if (verdict == GRADE_MISSING)
		grade_set(&grade.cause, "missing");
	if (verdict == GRADE_ERROR)
		grade_set(&grade.reason, "broken " ODD);
	if (verdict == GRADE_FAIL)
		grade.result = json_pack("{s:s,s:s,s:[{s:s,s:s,s:i,s:s,s:s,s:s,s:s}]}", "compiler",
					 "c " ODD, "output", "o " ODD, "checks", "name",
					 "fact " ODD, "status", "fail", "points", 0, "expected",
					 "secret-expected " ODD, "observed", "secret-observed " ODD,
					 "cause", "no-fork", "why", "because " ODD);
	return grade;
}

#define N 6

static void fill(struct grade grades[N])
{
	grades[0] = make("alice", "pid/clone", GRADE_PASS, 7, 7);
	grades[1] = make("alice", "uts/domain", GRADE_FAIL, 1, 3);
	grades[2] = make("bob " ODD, "pid/clone", GRADE_MISSING, 0, 7);
	grades[3] = make("bob " ODD, "uts/domain", GRADE_UNSUPPORTED, 0, 0);
	grades[4] = make("carol", "gone/old", GRADE_PASS, 2, 2);
	grades[5] = make("carol", "pid/clone", GRADE_ERROR, 0, 0);
}

static void points(const struct grade *grades)
{
	struct policy policy = POLICY_INIT;
	cleanup_class struct class class = {.policy = NULL};
	char text[32];

	class_build(grades, N, &catalogue, &policy, NULL, &class);
	is_int((long long)class.n_students, 3, "students");
	is_int((long long)class.n_exercises, 3, "exercises");
	is_str(class.exercises[2].id, "gone/old", "one that the course does not have comes last");
	class_points(class.students[0].points, text);
	is_str(text, "17", "7 facts, and a third of 30");
	class_points(class.students[0].max, text);
	is_str(text, "37", "of 7 and 30");
	ok(!class.students[0].complete, "what is not graded leaves one incomplete");
	class_points(class.students[1].max, text);
	is_str(text, "7", "what is unsupported does not count");
	ok(!class.students[2].complete && class.students[2].max < 3, "an error counts nowhere");
	is_int(class.exercises[0].graded, 2, "an error is no verdict");
	is_str(class.exercises[0].causes[0].cause, "missing", "what goes wrong");
}

static void policies(const struct grade *grades)
{
	struct policy_weight weights[] = {{(char[]){"uts"}, 4}, {(char[]){"pid/clone"}, 0}};
	struct policy_time when[] = {{(char[]){"alice"}, 1000 + 86400 + 1}};
	struct policy policy = POLICY_INIT;
	cleanup_class struct class class = {.policy = NULL};
	char text[32];

	policy.weights = weights;
	policy.n_weights = 2;
	policy.times = when;
	policy.n_times = 1;
	policy.deadline = 1000;
	policy.late = 10;
	class_build(grades, N, &catalogue, &policy, "alice", &class);
	is_int((long long)class.n_students, 1, "only she");
	is_int(class.students[0].days_late, 2, "a day and a second are two days");
	class_points(class.students[0].points, text);
	is_str(text, "1.07", "a third of 4, less a fifth");
	is_int(policy_days_late(&policy, 1000), 0, "in time");
	is_int(policy_days_late(&policy, 1001), 1, "a second late");
	policy.late = 60;
	is_int(policy_per_cent(&policy, 2), 0, "nothing is left");
	policy.credit = CREDIT_WHOLE;
	is_int(policy_weight(&policy, "uts/domain", &exercises[1]), 4, "a phase's weight");
	is_int(policy_weight(&policy, "mnt/x", NULL), -1, "no weight");
}

/* Every format of a class keeps its form. */
static void class_formats(const struct class *class)
{
	for (const struct format *format = formats; format->name; format++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		if (!format->write_class)
			continue;
		format->write_class(class, &text);
		ok(text.len && text.s[text.len - 1] == '\n', "%s ends with a newline",
		   format->name);
		ok(!strstr(text.s, "<a href=\"x\">") || strcmp(format->name, "csv") == 0 ||
			   strcmp(format->name, "pretty") == 0 ||
			   strcmp(format->name, "tap") == 0 ||
			   strncmp(format->name, "json", 4) == 0,
		   "%s escapes what it holds", format->name);
	}
}

static void shows(const struct grade *grades)
{
	for (unsigned show = SHOW_FULL; show <= SHOW_NAME; show++) {
		struct policy policy = POLICY_INIT;
		cleanup_class struct class class = {.policy = NULL};

		policy.show = (enum policy_show)show;
		class_build(grades, N, &catalogue, &policy, NULL, &class);
		class_formats(&class);
		for (const struct format *format = formats; format->name; format++) {
			cleanup_strbuf struct strbuf text = STRBUF_INIT;

			if (!format->write_class || strcmp(format->name, "jsonl") == 0)
				continue;
			format->write_class(&class, &text);
			ok(show == SHOW_FULL || !strstr(text.s, "secret-"),
			   "%s hides the numbers at level %u", format->name, show);
			ok(show != SHOW_NAME || !strstr(text.s, "because"),
			   "%s hides why at level %u", format->name, show);
		}
	}
}

static void platforms(const struct grade *grades)
{
	struct policy policy = POLICY_INIT;
	cleanup_class struct class class = {.policy = NULL};

	class_build(grades, 2, &catalogue, &policy, NULL, &class);
	for (const struct format *format = formats; format->name; format++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		struct error err = {0};

		if (format->write_student && strcmp(format->name, "classroom50") != 0)
			is_int(format->write_student(&class, &class.students[0], &text, &err), 0,
			       "%s of a student", format->name);
	}
	class_free(&class);
	class_build(grades, N, &catalogue, &policy, "carol", &class);
	for (const struct format *format = formats; format->name; format++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		struct error err = {0};

		if (!format->write_student)
			continue;
		ok(format->write_student(&class, &class.students[0], &text, &err) < 0 && !text.len,
		   "%s says nothing where something could not be graded", format->name);
	}
}

static void escapes(void)
{
	static const struct {
		void (*escape)(struct strbuf *to, const char *text);
		const char *text, *want;
	} rows[] = {
		{escape_xml, "<&>\"'", "&lt;&amp;&gt;&quot;&#39;"},
		{escape_xml, "a\001b\xff\xc3z\xc3\xa4\xef\xbf\xbf", "abz\xc3\xa4"},
		{escape_xml, "\xc3<\xe2\x82<", "&lt;&lt;"},
		{escape_csv, "plain", "plain"},
		{escape_csv, "a,b\"c", "\"a,b\"\"c\""},
		{escape_csv, "=1", "\"'=1\""},
		{escape_csv, "-x", "\"'-x\""},
		{escape_tap, "a # skip \\", "a \\# skip \\\\"},
		{escape_json, "a\"\n", "\"a\\\"\\n\""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		rows[i].escape(&text, rows[i].text);
		is_str(text.s, rows[i].want, "escape row %zu", i);
	}
}

static void table(void)
{
	for (size_t i = 0; formats[i].name; i++) {
		is_str(format_names[i], formats[i].name, "the names are the formats'");
		ok(!formats[i].write_class != !formats[i].write_student,
		   "%s is for a class or for a student", formats[i].name);
	}
}

int main(void)
{
	struct grade grades[N];

	fill(grades);
	points(grades);
	policies(grades);
	shows(grades);
	platforms(grades);
	escapes();
	table();
	for (size_t i = 0; i < N; i++)
		grade_free(&grades[i]);
	return unit_done();
}
