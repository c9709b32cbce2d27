/*
 * One page that needs nothing from elsewhere: the class, each exercise with its pass rate and what
 * goes wrong most, each student with the facts. No script, and its policy forbids any; charts are
 * boxes with a width. It is well-formed XML as well, so that a test can tell that no text gets out of
 * its place. The style is in format_html_style.c.
 */
#define _GNU_SOURCE
#include "lab/report/format_html.h"

#include "common/cleanup.h"
#include "lab/report/escape.h"
#include "lab/report/fact.h"
#include "lab/report/format.h"

#include <string.h>

#define CAUSES 5

/* What a cell of the overview shows; colour never says anything alone. */
static const struct {
	const char *class, *sign;
} looks[GRADE_VERDICTS] = {
	[GRADE_PASS] = {"pass", "\xe2\x9c\x93"}, /* check mark */
	[GRADE_FAIL] = {"fail", "\xe2\x9c\x97"}, /* cross */
	[GRADE_TIMEOUT] = {"fail", "time"},
	[GRADE_MISSING] = {"missing", "\xe2\x80\x93"}, /* dash */
	[GRADE_UNSUPPORTED] = {"none", "n/a"},
	[GRADE_ERROR] = {"error", "error"},
};

/* An element with text: tag("td", "pass", text). */
static void add(struct strbuf *to, const char *tag, const char *class, const char *text)
{
	strbuf_addf(to, "<%s", tag);
	if (*class)
		strbuf_addf(to, " class=\"%s\"", class);
	strbuf_addc(to, '>');
	escape_xml(to, text);
	strbuf_addf(to, "</%s>", tag);
}

static void add_points(struct strbuf *to, double points, double max)
{
	char left[32], right[32];

	class_points(points, left);
	class_points(max, right);
	strbuf_addf(to, "%s of %s", left, right);
}

static void add_bar(struct strbuf *to, const char *class, double part, double whole)
{
	strbuf_addf(to,
		    "<span class=\"bar\"><span class=\"%s\" style=\"width:%.1f%%\"></span></span>",
		    class, whole > 0 ? 100 * part / whole : 0.0);
}

/* ---- the class ---- */

#define BANDS 5

/* How the points are spread: students by fifths of what there was to get. */
static void add_spread(struct strbuf *to, const struct class *class)
{
	unsigned bands[BANDS] = {0}, most = 1;

	for (size_t i = 0; i < class->n_students; i++) {
		const struct class_student *student = &class->students[i];
		unsigned band =
			student->max > 0 ? (unsigned)(BANDS * student->points / student->max) : 0;

		band = band < BANDS ? band : BANDS - 1;
		if (++bands[band] > most)
			most = bands[band];
	}
	strbuf_adds(to, "<table class=\"chart\"><caption>Students by points</caption>\n");
	for (unsigned i = 0; i < BANDS; i++) {
		strbuf_addf(to, "<tr><th>%u to %u&#160;%%</th><td>", i * 100 / BANDS,
			    (i + 1) * 100 / BANDS);
		add_bar(to, "part", bands[i], most);
		strbuf_addf(to, " %u</td></tr>\n", bands[i]);
	}
	strbuf_adds(to, "</table>\n");
}

static void add_cell(struct strbuf *to, const struct class_cell *cell)
{
	char points[32];

	if (!cell->grade) {
		strbuf_adds(to, "<td class=\"none\"></td>");
		return;
	}
	class_points(cell->points, points);
	strbuf_addf(to, "<td class=\"%s\" title=\"%s\">%s", looks[cell->grade->verdict].class,
		    grade_verdict_name(cell->grade->verdict), looks[cell->grade->verdict].sign);
	if (cell->counts && cell->grade->verdict != GRADE_PASS)
		strbuf_addf(to, " %s", points);
	strbuf_adds(to, "</td>");
}

static void add_overview(struct strbuf *to, const struct class *class)
{
	strbuf_adds(to, "<h2 id=\"class\">The class</h2>\n");
	add_spread(to, class);
	strbuf_adds(to, "<div class=\"wide\"><table class=\"grid\"><thead><tr><th>Student</th>"
			"<th>Points</th>");
	for (size_t k = 0; k < class->n_exercises; k++) {
		strbuf_addf(to, "<th><a href=\"#e%zu\">", k);
		escape_xml(to, class->exercises[k].id);
		strbuf_adds(to, "</a></th>");
	}
	strbuf_adds(to, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < class->n_students; i++) {
		const struct class_student *student = &class->students[i];

		strbuf_addf(to, "<tr><th><a href=\"#s%zu\">", i);
		escape_xml(to, student->name);
		strbuf_adds(to, "</a></th><td>");
		add_points(to, student->points, student->max);
		strbuf_addf(to, "%s</td>", student->complete ? "" : ", incomplete");
		for (size_t k = 0; k < class->n_exercises; k++)
			add_cell(to, &student->cells[k]);
		strbuf_adds(to, "</tr>\n");
	}
	strbuf_adds(to, "</tbody></table></div>\n"
			"<p>\xe2\x9c\x93 pass, \xe2\x9c\x97 fail, \xe2\x80\x93 nothing handed in, "
			"n/a not checkable there; an error is no grade.</p>\n");
}

/* ---- exercises ---- */

static void add_exercise(struct strbuf *to, const struct class_exercise *exercise, size_t k)
{
	unsigned passed = exercise->n[GRADE_PASS];

	strbuf_addf(to, "<section id=\"e%zu\"><h3>", k);
	escape_xml(to, exercise->id);
	strbuf_addf(to, "%s", *exercise->title ? ": " : "");
	escape_xml(to, exercise->title);
	strbuf_adds(to, "</h3>\n<table class=\"chart\"><tr><th>pass</th><td>");
	add_bar(to, "good", passed, exercise->graded);
	strbuf_addf(to, " %u of %u</td></tr>\n", passed, exercise->graded);
	for (size_t i = 0; i < exercise->n_causes && i < CAUSES; i++) {
		strbuf_adds(to, "<tr>");
		add(to, "th", "", exercise->causes[i].cause);
		strbuf_adds(to, "<td>");
		add_bar(to, "bad", exercise->causes[i].n, exercise->graded);
		strbuf_addf(to, " %u</td></tr>\n", exercise->causes[i].n);
	}
	strbuf_adds(to, "</table></section>\n");
}

/* ---- students ---- */

static void add_fact(struct strbuf *to, const struct fact *fact)
{
	cleanup_strbuf struct strbuf explained = STRBUF_INIT;

	strbuf_adds(to, "<li>");
	add(to, "b", fact->status, fact->status);
	strbuf_addc(to, ' ');
	escape_xml(to, fact->name);
	if (strcmp(fact->status, "pass") != 0)
		fact_explain(fact, &explained);
	if (explained.len)
		add(to, "pre", "", explained.s);
	strbuf_adds(to, "</li>\n");
}

static void add_texts(struct strbuf *to, const struct grade *grade, enum policy_show show)
{
	const char *compiler = fact_compiler(grade, show);
	const char *output = fact_output(grade, show);

	if (*compiler) {
		strbuf_adds(to, "<p>The compiler:</p>");
		add(to, "pre", "", compiler);
	}
	if (*output) {
		strbuf_adds(to, "<p>Output:</p>");
		add(to, "pre", "", output);
	}
}

static void add_provenance(struct strbuf *to, const struct grade *grade)
{
	char graded[32];

	grade_time_text(grade->graded, graded);
	strbuf_adds(to, "<p class=\"small\">");
	escape_xml(to, grade->file);
	strbuf_addf(to, "%s seed %llu; graded ", *grade->file ? ";" : "", grade->seed);
	escape_xml(to, graded);
	strbuf_adds(to, " with lab ");
	escape_xml(to, grade->lab);
	strbuf_adds(to, " on Linux ");
	escape_xml(to, grade->kernel);
	strbuf_addf(to, "; submission %.12s, checks %.12s</p>\n", grade->submission, grade->checks);
}

static void add_grade(struct strbuf *to, const struct class *class, const struct class_cell *cell)
{
	const struct grade *grade = cell->grade;
	cleanup_free char *remark = fact_remark(grade);

	strbuf_adds(to, "<details><summary>");
	add(to, "b", looks[grade->verdict].class, grade_verdict_name(grade->verdict));
	strbuf_addc(to, ' ');
	escape_xml(to, grade->exercise);
	if (cell->counts) {
		strbuf_adds(to, ", ");
		add_points(to, cell->points, cell->max);
	}
	if (cell->days_late)
		strbuf_addf(to, ", %u day%s late", cell->days_late,
			    cell->days_late == 1 ? "" : "s");
	if (*grade->cause && class->policy->show != SHOW_NAME) {
		strbuf_adds(to, ", ");
		escape_xml(to, grade->cause);
	}
	strbuf_adds(to, "</summary>\n");
	if (*remark)
		add(to, "p", "", remark);
	strbuf_adds(to, "<ul>\n");
	for (size_t i = 0; i < fact_count(grade); i++) {
		struct fact fact = fact_at(grade, i, class->policy->show);

		add_fact(to, &fact);
	}
	strbuf_adds(to, "</ul>\n");
	add_texts(to, grade, class->policy->show);
	add_provenance(to, grade);
	strbuf_adds(to, "</details>\n");
}

static void add_student(struct strbuf *to, const struct class *class, size_t i)
{
	const struct class_student *student = &class->students[i];

	strbuf_addf(to, "<section id=\"s%zu\"><h3>", i);
	escape_xml(to, student->name);
	strbuf_adds(to, "</h3>\n<p>");
	add_points(to, student->points, student->max);
	strbuf_addf(to, " points, %u passed%s.</p>\n", student->passed,
		    student->complete ? "" : "; incomplete: something could not be graded");
	for (size_t k = 0; k < class->n_exercises; k++)
		if (student->cells[k].grade)
			add_grade(to, class, &student->cells[k]);
	strbuf_adds(to, "</section>\n");
}

void format_html(const struct class *class, struct strbuf *to)
{
	strbuf_adds(to, format_html_head);
	add_overview(to, class);
	strbuf_adds(to, "<h2 id=\"exercises\">Exercises</h2>\n");
	for (size_t k = 0; k < class->n_exercises; k++)
		add_exercise(to, &class->exercises[k], k);
	strbuf_adds(to, "<h2 id=\"students\">Students</h2>\n");
	for (size_t i = 0; i < class->n_students; i++)
		add_student(to, class, i);
	strbuf_adds(to, "</main></body></html>\n");
}
