#define _GNU_SOURCE
#include "lab/course/lint.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/lesson.h"
#include "lab/course/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX      (1 << 20)
#define RIGHT_MIN     2
#define TESTS_MIN     2
#define CAUSE_UNNAMED "other" /* mistakes the contract does not list */

void lint_say(struct lint *lint, const char *path, unsigned line, const char *fmt, ...)
{
	size_t len = strlen(lint->course);
	va_list ap;

	if (strncmp(path, lint->course, len) == 0 && path[len] == '/')
		path += len + 1;
	(void)printf("%s:", path);
	if (line)
		(void)printf("%u:", line);
	(void)putchar(' ');
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	(void)putchar('\n');
	lint->findings++;
}

bool lint_read(struct lint *lint, const char *path, struct strbuf *text)
{
	struct error err = {0};

	if (io_read_file(AT_FDCWD, path, TEXT_MAX, text, &err) == 0)
		return true;
	lint_say(lint, path, 0, "%s", err.errnum == ENOENT ? "this file is missing" : err.what);
	return false;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

unsigned lint_each(const char *dir, void (*visit)(void *data, const char *path, const char *name),
		   void *data)
{
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, visible, alphasort);

	for (int i = 0; i < n; i++) {
		cleanup_free char *path = io_join(dir, entries[i]->d_name);

		visit(data, path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return n < 0 ? 0 : (unsigned)n;
}

/* What the walk over right/ and wrong/ carries along. */
struct programs {
	struct lint *lint;
	const struct lesson *lesson;
	unsigned n;
	unsigned not_c;
};

/* A program is C, or a script that can be executed as it is. */
static bool check_program(struct lint *lint, const char *path, const char *name)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *end = strrchr(name, '.');

	if (!end ||
	    (strcmp(end, ".c") != 0 && strcmp(end, ".sh") != 0 && strcmp(end, ".py") != 0)) {
		lint_say(lint, path, 0, "programs end in .c, .sh or .py");
		return false;
	}
	if (!lint_read(lint, path, &text))
		return false;
	if (strstr(text.s, LINT_UNWRITTEN))
		lint_say(lint, path, 0, "still to be written");
	if (strcmp(end, ".c") == 0)
		return true;
	if (strncmp(text.s, "#!", 2) != 0)
		lint_say(lint, path, 1, "a script starts with #!");
	if (access(path, X_OK) < 0)
		lint_say(lint, path, 0, "a script must be executable (chmod +x)");
	return true;
}

static void visit_right(void *data, const char *path, const char *name)
{
	struct programs *programs = data;

	if (!check_program(programs->lint, path, name))
		return;
	programs->n++;
	programs->not_c += strcmp(strrchr(name, '.'), ".c") != 0;
}

/* CAUSE.c, CAUSE.sh, or CAUSE.2.c where there are several for one cause. */
static void visit_wrong(void *data, const char *path, const char *name)
{
	struct programs *programs = data;
	cleanup_free char *cause = xstrndup(name, strcspn(name, "."));

	if (!check_program(programs->lint, path, name))
		return;
	programs->n++;
	if (!lesson_cause(programs->lesson, cause) && strcmp(cause, CAUSE_UNNAMED) != 0)
		lint_say(programs->lint, path, 0, "the lesson has no \"### %s\" below \"%s\"",
			 cause, "What people get wrong");
}

struct search {
	const char *cause;
	bool found;
};

static void visit_search(void *data, const char *path, const char *name)
{
	struct search *search = data;
	size_t len = strlen(search->cause);

	(void)path;
	if (strncmp(name, search->cause, len) == 0 && name[len] == '.')
		search->found = true;
}

static void check_programs(struct lint *lint, const struct exercise *ex,
			   const struct lesson *lesson)
{
	struct programs right = {.lint = lint, .lesson = lesson};
	struct programs wrong = {.lint = lint, .lesson = lesson};

	(void)lint_each(ex->right, visit_right, &right);
	if (right.n < RIGHT_MIN)
		lint_say(lint, ex->right, 0,
			 "at least %d other right programs are needed, here are %u", RIGHT_MIN,
			 right.n);
	else if (!right.not_c)
		lint_say(lint, ex->right, 0, "one of the right programs must not be C");
	(void)lint_each(ex->wrong, visit_wrong, &wrong);
	for (size_t i = 0; i < lesson->n_causes; i++) {
		struct search search = {.cause = lesson->causes[i].name};

		(void)lint_each(ex->wrong, visit_search, &search);
		if (!search.found)
			lint_say(lint, ex->lesson, lesson->causes[i].line,
				 "there is no program that makes the mistake %s", search.cause);
	}
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, what)); at++)
		n += at == text || at[-1] == '\n';
	return n;
}

static void check_bats(struct lint *lint, const struct exercise *ex)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (!lint_read(lint, ex->check, &text))
		return;
	if (!count(text.s, "load ../lib/load"))
		lint_say(lint, ex->check, 1, "a check starts with \"load ../lib/load\"");
	if (count(text.s, "@test ") < TESTS_MIN)
		lint_say(lint, ex->check, 0, "a check has at least %d tests", TESTS_MIN);
	if (strstr(text.s, LINT_UNWRITTEN))
		lint_say(lint, ex->check, 0, "still to be written");
	if (count(text.s, "sleep ") || count(text.s, "\tsleep "))
		lint_say(lint, ex->check, 0, "a check waits for events, it never sleeps");
}

void lint_exercise(struct lint *lint, const struct exercise *ex)
{
	cleanup_lesson struct lesson lesson = LESSON_INIT;
	cleanup_strbuf struct strbuf starter = STRBUF_INIT;
	cleanup_strbuf struct strbuf solution = STRBUF_INIT;
	bool has_starter = lint_read(lint, ex->starter, &starter);
	bool has_solution = lint_read(lint, ex->solution, &solution);
	struct error err = {0};

	/* "FILE:LINE: message" is a finding as it stands; what is missing is found below. */
	if (ex->broken && strchr(ex->broken, ':')) {
		(void)puts(ex->broken);
		lint->findings++;
	}
	if (has_starter && has_solution)
		lint_sources(lint, ex, starter.s, solution.s);
	if (lesson_load(ex->lesson, &lesson, &err) == 0) {
		lint_lesson(lint, ex, solution.s);
		check_programs(lint, ex, &lesson);
	}
	check_bats(lint, ex);
	lint_compile(lint, ex);
}

/* What the walk for stray files carries along. */
struct strays {
	struct lint *lint;
	const struct catalogue *catalogue;
	const char *phase;
	const char *top;    /* "phases" */
	const char *suffix; /* ".c" */
};

/* Does the course have an exercise with this stem (NN_name) in the phase? */
static bool has_stem(const struct strays *strays, const char *name, size_t len)
{
	for (size_t i = 0; i < strays->catalogue->n_exercises; i++) {
		const struct exercise *ex = &strays->catalogue->exercises[i];
		const char *stem = strrchr(ex->starter, '/') + 1;

		if (strcmp(ex->phase, strays->phase) == 0 && strlen(stem) == len + 2 &&
		    strncmp(stem, name, len) == 0)
			return true;
	}
	return false;
}

static void visit_stray(void *data, const char *path, const char *name)
{
	const struct strays *strays = data;
	const char *dot = strchr(name, '.');
	size_t len = dot ? (size_t)(dot - name) : strlen(name);
	bool known_end = dot && (strcmp(dot, strays->suffix) == 0 ||
				 (strcmp(strays->top, "checks") == 0 &&
				  (strcmp(dot, ".right") == 0 || strcmp(dot, ".wrong") == 0 ||
				   strcmp(dot, ".net") == 0)));

	if (!known_end)
		lint_say(strays->lint, path, 0, "this is no file of an exercise (NN_name%s)",
			 strays->suffix);
	else if (!has_stem(strays, name, len))
		lint_say(strays->lint, path, 0, "there is no exercise phases/%s/%.*s.c",
			 strays->phase, (int)len, name);
}

static void visit_phase(void *data, const char *path, const char *name)
{
	struct strays *strays = data;
	struct stat st;

	if (stat(path, &st) < 0 || (!S_ISDIR(st.st_mode) && strcmp(strays->top, "docs") == 0))
		return;
	if (!catalogue_is_phase(name)) {
		/* checks/lib, docs/templates and the like are not phases. */
		if (strcmp(strays->top, "phases") == 0 || strcmp(strays->top, "solutions") == 0)
			lint_say(strays->lint, path, 0, "there is no phase of this name");
		return;
	}
	strays->phase = name;
	(void)lint_each(path, visit_stray, strays);
}

void lint_strays(struct lint *lint, const struct catalogue *catalogue)
{
	static const char *const tops[][2] = {
		{"phases", ".c"}, {"solutions", ".c"}, {"docs", ".md"}, {"checks", ".bats"}};

	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		cleanup_free char *dir = io_join(lint->course, tops[i][0]);
		struct strays strays = {.lint = lint,
					.catalogue = catalogue,
					.top = tops[i][0],
					.suffix = tops[i][1]};

		(void)lint_each(dir, visit_phase, &strays);
	}
}
