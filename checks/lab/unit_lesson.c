#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/strbuf.h"
#include "lab/course/hint.h"
#include "lab/course/lesson.h"

static const char text[] = "---\n"
			   "title: x\n"
			   "---\n"
			   "# A title\n"
			   "\n"
			   "## Predict first\n"
			   "### first-process\n"
			   "Which `PID`\n"
			   "will it be?\n"
			   "\n"
			   "- 1\n"
			   "-  2, or so \n"
			   "## Task\n"
			   "\n"
			   "Do `this`.\n"
			   "\n"
			   "```sh\n"
			   "## no heading\n"
			   "```\n"
			   "\n"
			   "## Hints\n"
			   "\n"
			   "### 1\n"
			   "One.\n"
			   "### 2 the call\n"
			   "Two,\n"
			   "still two.\n"
			   "### 4\n"
			   "Four.\n"
			   "\n"
			   "## What people get wrong\n"
			   "\n"
			   "### no-fork\n"
			   "\n"
			   "The **caller** of\n"
			   "`unshare(2)` stays.\n"
			   "\n"
			   "Fork first.\n"
			   "\n"
			   "Then look.\n"
			   "### only-why\n"
			   "Why only.\n"
			   "## Why it works\n"
			   "So.\n";

static void test_parts(void)
{
	cleanup_lesson struct lesson lesson = LESSON_INIT;

	lesson_parse(text, &lesson);
	is_str(lesson.title, "A title", "the title");
	is_int((int)lesson.n_sections, 5, "a heading in a code block is no section");
	is_str(lesson_section(&lesson, "Task")->text, "Do `this`.\n\n```sh\n## no heading\n```",
	       "a section's text is trimmed and keeps its code");
	is_int(lesson_section(&lesson, "Task")->line, 13, "lines count from the top of the file");
	ok(!lesson_section(&lesson, "Read more"), "a missing section is NULL");
	is_str(lesson.hints[0], "One.", "hint 1");
	is_str(lesson.hints[1], "Two,\nstill two.", "hint 2 may have a title");
	ok(!lesson.hints[2], "a missing hint is NULL");
	is_int((int)lesson.n_questions, 1, "one question");
	is_str(lesson.questions[0].name, "first-process", "its name");
	is_str(lesson.questions[0].text, "Which `PID`\nwill it be?",
	       "its text, without the choices");
	is_int((int)lesson.questions[0].n_choices, 2, "two choices");
	is_str(lesson.questions[0].choices[1], "2, or so", "a choice is trimmed");
	is_int((int)lesson.n_causes, 2, "two causes");
	is_str(lesson_cause(&lesson, "no-fork")->why, "The caller of unshare(2) stays.",
	       "why is one line without marks");
	is_str(lesson_cause(&lesson, "no-fork")->hint, "Fork first.\n\nThen look.",
	       "the other paragraphs are the hint");
	is_int(lesson_cause(&lesson, "no-fork")->line, 33, "the line of a cause");
	is_str(lesson_cause(&lesson, "only-why")->hint, "", "no second paragraph, no hint");
	ok(!lesson_cause(&lesson, "other") && !lesson_cause(&lesson, NULL),
	   "an unknown cause is NULL");
	lesson_free(&lesson);
	lesson_parse("## What people get wrong\n### x\na\\\nb  \nc\n", &lesson);
	is_str(lesson_cause(&lesson, "x")->why, "a b c", "why is one line, whatever it is made of");
}

static void test_odd(void)
{
	static const char *const odd[] = {
		"",
		"---",
		"---\n",
		"## ",
		"##\n## \n",
		"### 1\n## Hints\n### \n### 1",
		"```\n## Task\n",
		"## Hints\r\n\r\n### 1\r\nText.\r\n",
		"## What people get wrong\n### x\n\n\n\n",
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		cleanup_lesson struct lesson lesson = LESSON_INIT;

		lesson_parse(odd[i], &lesson);
		ok(lesson.title && lesson.body, "odd lesson %zu is cut without harm", i);
		if (i == 7)
			is_str(lesson.hints[0], "Text.", "CRLF line ends");
	}
}

static void rendered(const char *markdown, unsigned width, const char *want, const char *name)
{
	const struct lesson_look look = {.width = width};
	cleanup_strbuf struct strbuf to = STRBUF_INIT;

	lesson_render(markdown, &look, &to);
	is_str(to.s, want, "%s", name);
}

static void test_render(void)
{
	const struct lesson_look bright = {.width = 80, .color = true};
	cleanup_strbuf struct strbuf to = STRBUF_INIT;

	rendered("one two\nthree", 80, "one two three\n", "lines of a paragraph are joined");
	rendered("one two three", 8, "one two\nthree\n", "and wrapped");
	rendered("- one two\n  three\n- four", 9, "- one two\n  three\n- four\n", "a list hangs");
	rendered("12. one two", 7, "12. one\n    two\n", "a numbered list hangs");
	rendered("# Head\ntext", 80, "Head\n\ntext\n", "a heading");
	rendered("```c\nint  x;\n\n* y\n```\n", 20, "    int  x;\n\n    * y\n",
		 "code stays as it is");
	rendered("a\n\n\n\nb", 80, "a\n\nb\n", "one blank line between blocks");
	rendered("**b** *i* `c*d` [t](x.md)", 80, "b i c*d t\n", "marks go");
	rendered("[t](https://a.b/c)", 80, "t (https://a.b/c)\n", "a link on the web is shown");
	rendered("char *p and 2 * 3 ** 4, pid_for_children", 80,
		 "char *p and 2 * 3 ** 4, pid_for_children\n", "stars that are no marks stay");
	rendered("`open, *x", 80, "`open, *x\n", "an open mark stays");
	rendered("``a`b``", 80, "a`b\n", "two backticks");
	rendered("> quoted", 80, "    quoted\n", "a quotation");
	rendered("| a | bc |\n|---|---|\n| def | `g` |", 80, "a    bc\n---  --\ndef  g\n",
		 "the columns of a table stand below each other");
	rendered("| a | b |\n|---|---|\n| def | one two three four |", 16,
		 "a    b\n---  -----------\ndef  one two\n     three four\n",
		 "a table that is too wide is wrapped in its widest column");
	rendered("\xc3\xa4\xc3\xb6 \xc3\xbc", 4, "\xc3\xa4\xc3\xb6 \xc3\xbc\n",
		 "UTF-8 counts as characters");
	rendered("averyverylongword x", 5, "averyverylongword\nx\n",
		 "a word too long stands alone");
	rendered("a <b> &amp; &copy;", 80, "a <b> & \xc2\xa9\n", "HTML stays as it is written");
	rendered("- a\n  - b\n- c\n\nd", 80, "- a\n  - b\n- c\n\nd\n", "a list in a list");
	rendered("- a\n\n- b", 80, "- a\n\n- b\n", "a loose list");
	rendered("a\x1b[31mb", 80, "ab\n", "no escape sequence");
	rendered("", 80, "", "nothing");
	lesson_render("**b**", &bright, &to);
	is_str(to.s, "\033[1mb\033[0m\n", "bold, where colours are on");
}

static void test_hints(void)
{
	cleanup_lesson struct lesson lesson = LESSON_INIT;
	struct progress_entry entry = {0};
	struct hint hint;

	lesson_parse(text, &lesson);
	is_int(hint_next(&lesson, &entry).level, 1, "the first hint is 1");
	entry.hint = 2;
	is_int(hint_next(&lesson, &entry).level, 3, "after 2 comes 3");
	entry.hint = 3;
	is_int(hint_next(&lesson, &entry).level, 3, "after 3 comes 3");
	entry.hint = 99;
	is_int(hint_next(&lesson, &entry).level, 3, "never more than 3");
	entry.hint = 1;
	entry.cause = "no-fork";
	hint = hint_next(&lesson, &entry);
	is_str(hint.cause ? hint.cause->name : NULL, "no-fork",
	       "the last failure's cause comes first");
	is_int(hint.level, 0, "and is no level");
	entry.hint_cause = "no-fork";
	is_int(hint_next(&lesson, &entry).level, 2, "once; then the levels go on");
	entry.hint_cause = "status-lost";
	is_int(hint_next(&lesson, &entry).level, 0, "a cause not shown yet comes first again");
	entry.cause = "only-why";
	is_int(hint_next(&lesson, &entry).level, 2, "a cause without a hint is passed over");
	entry.cause = "not-started";
	is_int(hint_next(&lesson, &entry).level, 2, "an unknown cause, too");
}

int main(void)
{
	test_parts();
	test_odd();
	test_render();
	test_hints();
	return unit_done();
}
