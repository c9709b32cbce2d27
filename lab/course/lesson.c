#define _GNU_SOURCE
#include "lab/course/lesson.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/manifest.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define LESSON_MAX (1 << 20)

const char *const lesson_titles[] = {
	"Predict first",
	"What you will see",
	"Why it matters",
	"The picture",
	"Task",
	"Try it",
	"Hints",
	"In a container runtime",
	"What people get wrong",
	"Why it works",
	"Read more",
	NULL,
};

/* Walks over the lines of a text and knows which are code. */
struct walk {
	const char *at; /* the next line */
	const char *line;
	size_t len; /* of line, without its end */
	unsigned number;
	char fence; /* the character of the open fence, or 0 */
	bool code;  /* line is in a fenced block, or a fence */
};

static bool walk_next(struct walk *walk)
{
	const char *fence;
	bool open = walk->fence != 0;

	if (!*walk->at)
		return false;
	walk->line = walk->at;
	walk->len = strcspn(walk->at, "\n");
	walk->at += walk->len + (walk->at[walk->len] == '\n');
	if (walk->len && walk->line[walk->len - 1] == '\r')
		walk->len--;
	walk->number++;
	fence = walk->line + strspn(walk->line, " ");
	walk->code = open;
	if (strncmp(fence, "```", 3) == 0 || strncmp(fence, "~~~", 3) == 0) {
		if (!open)
			walk->fence = *fence;
		else if (walk->fence == *fence)
			walk->fence = 0;
		walk->code = true;
	}
	return true;
}

/* The text of a heading of exactly this level on the current line, allocated; else NULL. */
static char *walk_heading(const struct walk *walk, size_t level)
{
	size_t end = walk->len;

	if (walk->code || walk->len < level + 2 || strspn(walk->line, "#") != level ||
	    walk->line[level] != ' ')
		return NULL;
	while (end > level && isspace((unsigned char)walk->line[end - 1]))
		end--;
	level += strspn(walk->line + level, " ");
	return end > level ? xstrndup(walk->line + level, end - level) : NULL;
}

/* A copy without blank lines at both ends and without trailing blanks. */
static char *trimmed(const char *from, const char *to)
{
	const char *line = from;

	while (from < to && isspace((unsigned char)*from)) {
		if (*from++ == '\n')
			line = from;
	}
	while (to > line && isspace((unsigned char)to[-1]))
		to--;
	return from < to ? xstrndup(line, (size_t)(to - line)) : xstrdup("");
}

/* A heading and what stands below it; both texts go to whoever is called with it. */
struct part {
	char *heading;
	char *text;
	unsigned line;	    /* of the heading */
	unsigned text_line; /* of the text */
};

static struct part make_part(char *heading, unsigned line, const char *from, const char *to)
{
	unsigned text_line = line + 1;

	for (const char *at = from; at < to && isspace((unsigned char)*at); at++)
		text_line += *at == '\n';
	return (struct part){heading, trimmed(from, to), line, text_line};
}

/*
 * Cut a text whose first line is number LINE of the file at the headings of a
 * level. What stands before the first one is dropped.
 */
static void cut(struct lesson *lesson, const char *text, size_t level, unsigned line,
		void (*add)(struct lesson *lesson, struct part part))
{
	struct walk walk = {.at = text, .number = line - 1};
	char *heading = NULL;
	const char *start = NULL;
	unsigned heading_line = 0;

	while (walk_next(&walk)) {
		char *next = walk_heading(&walk, level);

		if (!next)
			continue;
		if (heading)
			add(lesson, make_part(heading, heading_line, start, walk.line));
		heading = next;
		heading_line = walk.number;
		start = walk.at;
	}
	if (heading)
		add(lesson, make_part(heading, heading_line, start, walk.at));
}

static void add_section(struct lesson *lesson, struct part part)
{
	size_t n = lesson->n_sections++;

	lesson->sections = xreallocarray(lesson->sections, n + 1, sizeof(*lesson->sections));
	lesson->sections[n] = (struct lesson_section){
		.title = part.heading,
		.text = part.text,
		.line = part.line,
		.text_line = part.text_line,
	};
}

static void add_hint(struct lesson *lesson, struct part part)
{
	size_t i = (size_t)(part.heading[0] - '1');

	if (i < LESSON_HINTS && !isdigit((unsigned char)part.heading[1]) && !lesson->hints[i] &&
	    part.text[0])
		lesson->hints[i] = steal_ptr(part.text);
	free(part.heading);
	free(part.text);
}

/* The first paragraph is the why, on one line and without marks; the rest is the hint. */
static void add_cause(struct lesson *lesson, struct part part)
{
	const struct lesson_look look = {.width = UINT_MAX};
	cleanup_strbuf struct strbuf why = STRBUF_INIT;
	cleanup_free char *text = part.text;
	size_t n = lesson->n_causes++;
	const char *end = text;

	while (*end && !(end[0] == '\n' && end[1 + strspn(end + 1, " \t\r")] == '\n'))
		end++;

	cleanup_free char *first = trimmed(text, end);

	lesson_render(first, &look, &why);
	while (why.len && why.s[why.len - 1] == '\n')
		why.s[--why.len] = '\0';
	for (char *at = why.s; (at = strchr(at, '\n'));)
		*at = ' ';
	lesson->causes = xreallocarray(lesson->causes, n + 1, sizeof(*lesson->causes));
	lesson->causes[n] = (struct lesson_cause){
		.name = part.heading,
		.why = strbuf_steal(&why),
		.hint = trimmed(end, end + strlen(end)),
		.line = part.line,
	};
}

/* Lines that begin with "- " are choices, the others the question. */
static void add_question(struct lesson *lesson, struct part part)
{
	struct lesson_question question = {.name = part.heading, .line = part.line};
	cleanup_free char *text = part.text;
	cleanup_strbuf struct strbuf asked = STRBUF_INIT;
	size_t n = lesson->n_questions++;

	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "\n");

		if (strncmp(at, "- ", 2) == 0) {
			question.choices = xreallocarray(question.choices, question.n_choices + 1,
							 sizeof(*question.choices));
			question.choices[question.n_choices++] =
				trimmed(at + 2 + strspn(at + 2, " "), at + len);
		} else {
			strbuf_add(&asked, at, len);
			strbuf_addc(&asked, '\n');
		}
		at += len + (at[len] == '\n');
	}
	question.text = trimmed(asked.s, asked.s + asked.len);
	lesson->questions = xreallocarray(lesson->questions, n + 1, sizeof(*lesson->questions));
	lesson->questions[n] = question;
}

void lesson_parse(const char *text, struct lesson *ret)
{
	const char *body = manifest_skip(text);
	struct walk walk = {.at = body};
	unsigned line = 1;

	for (const char *at = text; at < body; at++)
		line += *at == '\n';
	*ret = (struct lesson)LESSON_INIT;
	ret->body = trimmed(body, body + strlen(body));
	while (!ret->title && walk_next(&walk))
		ret->title = walk_heading(&walk, 1);
	if (!ret->title)
		ret->title = xstrdup("");
	cut(ret, body, 2, line, add_section);
	for (size_t i = 0; i < ret->n_sections; i++) {
		const struct lesson_section *section = &ret->sections[i];

		if (strcmp(section->title, "Hints") == 0)
			cut(ret, section->text, 3, section->text_line, add_hint);
		else if (strcmp(section->title, "What people get wrong") == 0)
			cut(ret, section->text, 3, section->text_line, add_cause);
		else if (strcmp(section->title, "Predict first") == 0)
			cut(ret, section->text, 3, section->text_line, add_question);
	}
}

int lesson_load(const char *path, struct lesson *ret, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = io_read_file(AT_FDCWD, path, LESSON_MAX, &text, err);

	if (r < 0)
		return r;
	lesson_parse(text.s, ret);
	return 0;
}

void lesson_free(struct lesson *lesson)
{
	for (size_t i = 0; i < lesson->n_sections; i++) {
		free(lesson->sections[i].title);
		free(lesson->sections[i].text);
	}
	for (size_t i = 0; i < lesson->n_causes; i++) {
		free(lesson->causes[i].name);
		free(lesson->causes[i].why);
		free(lesson->causes[i].hint);
	}
	for (size_t i = 0; i < lesson->n_questions; i++) {
		struct lesson_question *question = &lesson->questions[i];

		for (size_t k = 0; k < question->n_choices; k++)
			free(question->choices[k]);
		free(question->choices);
		free(question->name);
		free(question->text);
	}
	free(lesson->questions);
	for (size_t i = 0; i < LESSON_HINTS; i++)
		free(lesson->hints[i]);
	free(lesson->sections);
	free(lesson->causes);
	free(lesson->title);
	free(lesson->body);
	*lesson = (struct lesson)LESSON_INIT;
}

const struct lesson_section *lesson_section(const struct lesson *lesson, const char *title)
{
	for (size_t i = 0; i < lesson->n_sections; i++) {
		if (strcmp(lesson->sections[i].title, title) == 0)
			return &lesson->sections[i];
	}
	return NULL;
}

const struct lesson_cause *lesson_cause(const struct lesson *lesson, const char *cause)
{
	for (size_t i = 0; cause && i < lesson->n_causes; i++) {
		if (strcmp(lesson->causes[i].name, cause) == 0)
			return &lesson->causes[i];
	}
	return NULL;
}

bool lesson_is_optional(const char *title)
{
	return strcmp(title, "Predict first") == 0;
}

/* Who may see a section of these titles; any other is always shown. */
enum shown {
	SHOWN_SOLVED, /* explains the solution */
	SHOWN_ASKED,  /* lab hint gives it piece by piece */
};

static const struct {
	const char *title;
	enum shown shown;
} lesson_rules[] = {
	{"Hints", SHOWN_ASKED},
	{"What people get wrong", SHOWN_SOLVED},
	{"Why it works", SHOWN_SOLVED},
};

bool lesson_is_shown(const struct lesson_section *section, bool solved)
{
	for (size_t i = 0; i < sizeof(lesson_rules) / sizeof(lesson_rules[0]); i++)
		if (strcmp(lesson_rules[i].title, section->title) == 0)
			return lesson_rules[i].shown == SHOWN_SOLVED && solved;
	return true;
}
