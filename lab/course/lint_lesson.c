#define _GNU_SOURCE
#include "lab/course/lint.h"

#include "common/cleanup.h"
#include "lab/course/lesson.h"

#include <ctype.h>
#include <string.h>

#define HINT_MIN      40
#define WHY_MAX	      300
#define CODE_LINE_MIN 10 /* shorter lines ("else", "return 0;") give nothing away */

static bool is_name(const char *text)
{
	return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

/* The place of a section in the order, or -1. */
static int title_index(const char *title)
{
	for (int i = 0; lesson_titles[i]; i++) {
		if (strcmp(lesson_titles[i], title) == 0)
			return i;
	}
	return -1;
}

static void check_sections(struct lint *lint, const struct exercise *ex,
			   const struct lesson *lesson)
{
	int last = -1;

	for (size_t i = 0; i < lesson->n_sections; i++) {
		const struct lesson_section *section = &lesson->sections[i];
		int index = title_index(section->title);

		if (index < 0)
			lint_say(lint, ex->lesson, section->line,
				 "there is no section \"%s\" in a lesson", section->title);
		else if (index <= last)
			lint_say(lint, ex->lesson, section->line,
				 "the section \"%s\" stands in the wrong place, or twice",
				 section->title);
		else
			last = index;
		if (!section->text[0])
			lint_say(lint, ex->lesson, section->line, "the section \"%s\" is empty",
				 section->title);
	}
	for (int i = 0; lesson_titles[i]; i++) {
		if (!lesson_section(lesson, lesson_titles[i]) &&
		    !lesson_is_optional(lesson_titles[i]))
			lint_say(lint, ex->lesson, 0, "the section \"%s\" is missing",
				 lesson_titles[i]);
	}
}

/* A copy without blanks, so that a line is found however it is indented or spaced. */
static char *squeezed(const char *text, size_t len)
{
	cleanup_strbuf struct strbuf to = STRBUF_INIT;

	for (size_t i = 0; i < len; i++) {
		if (!isspace((unsigned char)text[i]))
			strbuf_addc(&to, text[i]);
	}
	return strbuf_steal(&to);
}

/* The first line of the solution's regions that TEXT contains, allocated; NULL if it has none. */
static char *line_given_away(const char *text, const char *solution)
{
	cleanup_free char *where = squeezed(text, strlen(text));
	bool inside = false;

	while (*solution) {
		size_t len = strcspn(solution, "\n");
		cleanup_free char *line = xstrndup(solution, len);
		cleanup_free char *code = squeezed(line, len);

		solution += len + (solution[len] == '\n');
		if (strstr(line, "/* TODO("))
			inside = true;
		else if (strstr(line, "/* END("))
			inside = false;
		else if (inside && strlen(code) >= CODE_LINE_MIN && strncmp(code, "/*", 2) != 0 &&
			 code[0] != '*' && strstr(where, code))
			return xstrdup(line + strspn(line, " \t"));
	}
	return NULL;
}

static void check_hints(struct lint *lint, const struct exercise *ex, const struct lesson *lesson,
			const char *solution)
{
	const struct lesson_section *section = lesson_section(lesson, "Hints");
	unsigned line = section ? section->line : 0;

	for (size_t i = 0; i < LESSON_HINTS; i++) {
		const char *hint = lesson->hints[i];
		cleanup_free char *given = hint ? line_given_away(hint, solution) : NULL;

		if (!hint)
			lint_say(lint, ex->lesson, line, "hint %zu is missing", i + 1);
		else if (strlen(hint) < HINT_MIN)
			lint_say(lint, ex->lesson, line, "hint %zu is shorter than %d characters",
				 i + 1, HINT_MIN);
		if (given)
			lint_say(lint, ex->lesson, line,
				 "hint %zu holds a line of the solution: %s", i + 1, given);
	}
}

static void check_causes(struct lint *lint, const struct exercise *ex, const struct lesson *lesson)
{
	if (!lesson->n_causes)
		lint_say(lint, ex->lesson, 0,
			 "no mistake is named below \"What people get wrong\"");
	for (size_t i = 0; i < lesson->n_causes; i++) {
		const struct lesson_cause *cause = &lesson->causes[i];

		if (!is_name(cause->name))
			lint_say(lint, ex->lesson, cause->line, "\"%s\" is no name for a mistake",
				 cause->name);
		if (lesson_cause(lesson, cause->name) != cause)
			lint_say(lint, ex->lesson, cause->line, "%s is explained twice",
				 cause->name);
		if (!cause->why[0] || strlen(cause->why) > WHY_MAX)
			lint_say(
				lint, ex->lesson, cause->line,
				"the first paragraph of %s must be one sentence of at most %d characters",
				cause->name, WHY_MAX);
		if (strlen(cause->hint) < HINT_MIN)
			lint_say(lint, ex->lesson, cause->line,
				 "%s needs a second paragraph, the hint (at least %d characters)",
				 cause->name, HINT_MIN);
	}
}

static void check_marks(struct lint *lint, const char *path, const char *text)
{
	unsigned line = 1;
	unsigned fences = 0;

	for (const char *at = text; *at; line++) {
		size_t len = strcspn(at, "\n");
		cleanup_free char *copy = xstrndup(at, len);

		if (strstr(copy, LINT_UNWRITTEN))
			lint_say(lint, path, line, "still to be written");
		fences += strncmp(copy, "```", 3) == 0;
		at += len + (at[len] == '\n');
	}
	if (fences % 2)
		lint_say(lint, path, 0, "a code block (```) is not closed");
}

/* Does the check answer this question: a word truth or truth_if with its name? */
static bool answers(const char *check, const char *name)
{
	static const char *const words[] = {"truth ", "truth_if "};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		cleanup_free char *call = xasprintf("%s%s ", words[i], name);

		if (strstr(check, call))
			return true;
	}
	return false;
}

static void check_questions(struct lint *lint, const struct exercise *ex,
			    const struct lesson *lesson)
{
	cleanup_strbuf struct strbuf check = STRBUF_INIT;

	if (lesson_section(lesson, "Predict first") && !lesson->n_questions)
		lint_say(lint, ex->lesson, 0, "\"Predict first\" asks no question");
	if (!lesson->n_questions || !lint_read(lint, ex->check, &check))
		return;
	for (size_t i = 0; i < lesson->n_questions; i++) {
		const struct lesson_question *question = &lesson->questions[i];

		if (!is_name(question->name))
			lint_say(lint, ex->lesson, question->line,
				 "\"%s\" is no name for a question", question->name);
		for (size_t k = 0; k < i; k++)
			if (strcmp(lesson->questions[k].name, question->name) == 0)
				lint_say(lint, ex->lesson, question->line, "%s is asked twice",
					 question->name);
		if (!question->text[0] || question->n_choices < 2)
			lint_say(
				lint, ex->lesson, question->line,
				"%s needs a question and at least two choices (lines \"- CHOICE\")",
				question->name);
		if (!answers(check.s, question->name))
			lint_say(lint, ex->check, 0,
				 "nothing here tells the truth about %s (truth %s ANSWER)",
				 question->name, question->name);
	}
}

void lint_lesson(struct lint *lint, const struct exercise *ex, const char *solution)
{
	cleanup_lesson struct lesson lesson = LESSON_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (!lint_read(lint, ex->lesson, &text))
		return;
	lesson_parse(text.s, &lesson);
	check_marks(lint, ex->lesson, text.s);
	check_sections(lint, ex, &lesson);
	check_hints(lint, ex, &lesson, solution);
	check_causes(lint, ex, &lesson);
	check_questions(lint, ex, &lesson);
}

void lint_appendix(struct lint *lint, const struct appendix *appendix)
{
	cleanup_lesson struct lesson lesson = LESSON_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (!lint_read(lint, appendix->path, &text))
		return;
	lesson_parse(text.s, &lesson);
	check_marks(lint, appendix->path, text.s);
	if (!lesson.title[0] || strncmp(text.s, "# ", 2) != 0)
		lint_say(lint, appendix->path, 1, "an appendix begins with its title, \"# ...\"");
	if (!lesson_section(&lesson, "Read more"))
		lint_say(lint, appendix->path, 0, "the section \"Read more\" is missing");
	/* What is claimed is shown, and the tests run it. */
	if (!strstr(text.s, "\n```console\n$ "))
		lint_say(lint, appendix->path, 0, "no command is shown (a block ```console)");
}
