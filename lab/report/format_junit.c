/*
 * JUnit XML as CI systems read it: a suite for each student, a test case for each fact, one for an
 * exercise of which no fact is known.
 */
#define _GNU_SOURCE
#include "lab/report/format.h"

#include "common/cleanup.h"
#include "lab/report/escape.h"
#include "lab/report/fact.h"

#include <string.h>

struct counts {
	unsigned tests, failures, errors, skipped;
	unsigned long ms;
};

static void add_attribute(struct strbuf *to, const char *name, const char *text)
{
	strbuf_addf(to, " %s=\"", name);
	escape_xml(to, text);
	strbuf_addc(to, '"');
}

/* The element inside a test case that says it is no pass. */
static void add_end(struct strbuf *to, const char *element, const char *type, const char *message,
		    const char *body)
{
	strbuf_addf(to, ">\n      <%s", element);
	add_attribute(to, "message", message);
	if (strcmp(element, "skipped") != 0) {
		add_attribute(to, "type", *type ? type : "fail");
		strbuf_addc(to, '>');
		escape_xml(to, body);
		strbuf_addf(to, "</%s>\n    </testcase>\n", element);
	} else {
		strbuf_adds(to, "/>\n    </testcase>\n");
	}
}

static void begin_case(struct strbuf *to, const struct grade *grade, const char *name,
		       unsigned long ms)
{
	strbuf_adds(to, "    <testcase");
	add_attribute(to, "classname", grade->exercise);
	add_attribute(to, "name", name);
	strbuf_addf(to, " time=\"%lu.%03lu\"", ms / 1000, ms % 1000);
}

static void add_fact(struct strbuf *to, const struct grade *grade, const struct fact *fact,
		     unsigned long ms, struct counts *counts)
{
	cleanup_strbuf struct strbuf body = STRBUF_INIT;

	begin_case(to, grade, fact->name, ms);
	counts->tests++;
	if (strcmp(fact->status, "pass") == 0) {
		strbuf_adds(to, "/>\n");
		return;
	}
	fact_explain(fact, &body);
	if (strcmp(fact->status, "skip") == 0) {
		counts->skipped++;
		add_end(to, "skipped", "", *fact->why ? fact->why : "not looked at", "");
	} else if (strcmp(fact->status, "fail") == 0) {
		counts->failures++;
		add_end(to, "failure", fact->cause, *fact->why ? fact->why : fact->name, body.s);
	} else {
		counts->errors++;
		add_end(to, "error", "error", *fact->why ? fact->why : fact->name, body.s);
	}
}

static void add_whole(struct strbuf *to, const struct grade *grade, struct counts *counts)
{
	cleanup_free char *remark = fact_remark(grade);

	begin_case(to, grade, grade->exercise, grade->duration_ms);
	counts->tests++;
	switch (grade->verdict) {
	case GRADE_PASS:
		strbuf_adds(to, "/>\n");
		break;
	case GRADE_ERROR:
		counts->errors++;
		add_end(to, "error", "error", remark, "");
		break;
	case GRADE_UNSUPPORTED:
		counts->skipped++;
		add_end(to, "skipped", "", remark, "");
		break;
	default:
		counts->failures++;
		add_end(to, "failure", grade->cause, remark, "");
	}
}

static void add_grade(struct strbuf *to, const struct class *class, const struct grade *grade,
		      struct counts *counts)
{
	size_t n = fact_count(grade);

	counts->ms += grade->duration_ms;
	if (!n)
		add_whole(to, grade, counts);
	for (size_t i = 0; i < n; i++) {
		struct fact fact = fact_at(grade, i, class->policy->show);

		add_fact(to, grade, &fact, i ? 0 : grade->duration_ms, counts);
	}
}

static void add_counts(struct strbuf *to, const struct counts *counts)
{
	strbuf_addf(to,
		    " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%lu.%03lu\"",
		    counts->tests, counts->failures, counts->errors, counts->skipped,
		    counts->ms / 1000, counts->ms % 1000);
}

void format_junit(const struct class *class, struct strbuf *to)
{
	strbuf_adds(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t i = 0; i < class->n_students; i++) {
		const struct class_student *student = &class->students[i];
		cleanup_strbuf struct strbuf cases = STRBUF_INIT;
		struct counts counts = {0};

		for (size_t k = 0; k < class->n_exercises; k++)
			if (student->cells[k].grade)
				add_grade(&cases, class, student->cells[k].grade, &counts);
		strbuf_adds(to, "  <testsuite");
		add_attribute(to, "name", student->name);
		add_counts(to, &counts);
		strbuf_addf(to, ">\n%s  </testsuite>\n", cases.s);
	}
	strbuf_adds(to, "</testsuites>\n");
}
