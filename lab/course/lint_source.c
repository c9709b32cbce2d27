#define _GNU_SOURCE
#include "lab/course/lint.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/spawn.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MIN   40
#define COLUMNS_MAX 80

/* How much an exercise may be: the usual, or a project, whose lesson says so (`lines:`). */
struct limits {
	unsigned lines, regions, functions;
};

static const struct limits usual = {.lines = 120, .regions = 5, .functions = 4};

static struct limits limits_of(const struct exercise *ex)
{
	if (!ex->lines)
		return usual;
	return (struct limits){.lines = ex->lines, .regions = 8, .functions = ex->lines / 30};
}

/* Where in a source a rule is looking. */
struct source {
	struct lint *lint;
	const char *path;
	const char *at; /* the next line */
	char *line;	/* the current one, without its end; allocated */
	unsigned number;
};

static bool next_line(struct source *source)
{
	size_t len = strcspn(source->at, "\n");

	free(source->line);
	source->line = NULL;
	if (!*source->at)
		return false;
	source->line = xstrndup(source->at, len);
	source->at += len + (source->at[len] == '\n');
	source->number++;
	return true;
}

/* The N of a line that is nothing but the comment NAME(N)..., else 0. */
static unsigned marker(const char *line, const char *name)
{
	const char *at = line + strspn(line, " \t");
	cleanup_free char *start = xasprintf("/* %s(", name);
	size_t len = strlen(start);

	return strncmp(at, start, len) == 0 ? (unsigned)atoi(at + len) : 0;
}

/* Is there a call of NAME in the line? */
static bool calls(const char *line, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = line; (at = strstr(at, name)); at++) {
		if ((at == line || (!isalnum((unsigned char)at[-1]) && !strchr("_\"", at[-1]))) &&
		    at[len] == '(')
			return true;
	}
	return false;
}

static unsigned columns(const char *line)
{
	unsigned n = 0;

	for (; *line; line++) {
		if (*line == '\t')
			n = n / 8 * 8 + 8;
		else
			n += ((unsigned char)*line & 0xc0) != 0x80;
	}
	return n;
}

static void check_line(const struct source *source)
{
	const char *line = source->line;
	size_t len = strlen(line);

	if (columns(line) > COLUMNS_MAX)
		lint_say(source->lint, source->path, source->number, "more than %d columns",
			 COLUMNS_MAX);
	if (len && isspace((unsigned char)line[len - 1]))
		lint_say(source->lint, source->path, source->number,
			 "blanks at the end of the line");
	if (calls(line, "sleep") || calls(line, "usleep"))
		lint_say(source->lint, source->path, source->number,
			 "programs wait for events, they never sleep");
	if (strncmp(line, "#include \"", 10) == 0)
		lint_say(source->lint, source->path, source->number,
			 "exercises use no header of the workbook");
	if (strstr(line, LINT_UNWRITTEN))
		lint_say(source->lint, source->path, source->number, "still to be written");
}

/* Length, columns, functions: what can be seen line by line. */
static void check_shape(struct lint *lint, const struct limits *limits, const char *path,
			const char *text)
{
	struct source source = {.lint = lint, .path = path, .at = text};
	cleanup_free char *before = NULL;
	unsigned functions = 0;
	bool main_last = false;

	while (next_line(&source)) {
		check_line(&source);
		if (strcmp(source.line, "{") == 0) {
			functions++;
			main_last = before && calls(before, "main");
		}
		free(before);
		before = xstrdup(source.line);
	}
	/* A template is short until its author has filled it. */
	if ((source.number < LINES_MIN && !strstr(text, LINT_UNWRITTEN)) ||
	    source.number > limits->lines)
		lint_say(lint, path, 0, "%u lines, there must be %d to %u", source.number,
			 LINES_MIN, limits->lines);
	if (functions > limits->functions)
		lint_say(lint, path, 0, "%u functions, at most %u are allowed", functions,
			 limits->functions);
	if (!main_last)
		lint_say(lint, path, 0, "main must be the last function");
}

static void check_header(struct lint *lint, const struct exercise *ex, const char *path,
			 const char *text)
{
	static const char *const keys[] = {"Goal:", "Man:", "Run:", "Expect:", "Read:"};
	const char *end = strncmp(text, "/*", 2) == 0 ? strstr(text, "*/") : NULL;
	cleanup_free char *header = end ? xstrndup(text, (size_t)(end - text)) : NULL;
	cleanup_free char *read = xasprintf("docs/%s/%02u_%s.md", ex->phase, ex->number, ex->name);

	if (!header) {
		lint_say(lint, path, 1, "the file must open with its header comment");
		return;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		cleanup_free char *key = xasprintf("\n * %s", keys[i]);

		if (!strstr(header, key))
			lint_say(lint, path, 1, "the header comment has no \"%s\"", keys[i]);
	}
	if (!strstr(header, read))
		lint_say(lint, path, 1, "the header comment must name %s", read);
}

/*
 * Walk over one source's regions. What is outside them (the markers included) is
 * appended to OUTSIDE. Returns the number of regions.
 */
static unsigned check_regions(struct lint *lint, unsigned most, const char *path, const char *text,
			      bool starter, struct strbuf *outside)
{
	struct source source = {.lint = lint, .path = path, .at = text};
	cleanup_strbuf struct strbuf region = STRBUF_INIT;
	unsigned open = 0;
	unsigned n = 0;
	unsigned seen = 0; /* a bit for each number */

	while (next_line(&source)) {
		unsigned begin = marker(source.line, "TODO");
		unsigned end = marker(source.line, "END");

		if (begin) {
			if (open)
				lint_say(lint, path, source.number,
					 "END(%u) is missing before this", open);
			if (begin > most || seen & 1U << begin)
				lint_say(
					lint, path, source.number,
					"TODO(%u): regions are numbered from 1 to at most %u, each once",
					begin, most);
			else
				seen |= 1U << begin;
			open = begin;
			n++;
			strbuf_reset(&region);
		} else if (end) {
			cleanup_free char *gap = xasprintf("errx(42, \"TODO(%u)", end);

			if (end != open)
				lint_say(lint, path, source.number, "END(%u) ends no region", end);
			else if (starter && !strstr(region.s, gap))
				lint_say(lint, path, source.number,
					 "the region must hold %s: ...\") in the starter", gap);
			else if (!starter && strstr(region.s, "errx(42,"))
				lint_say(lint, path, source.number, "the region is not solved");
			open = 0;
		} else if (open) {
			strbuf_addf(&region, "%s\n", source.line);
			continue;
		}
		strbuf_addf(outside, "%s\n", source.line);
	}
	if (open)
		lint_say(lint, path, 0, "END(%u) is missing", open);
	/* All of 1 to n, in whatever order the learner meets them. */
	if (n <= most && seen != (1U << (n + 1)) - 2)
		lint_say(lint, path, 0, "the %u regions are not numbered from 1 to %u", n, n);
	return n;
}

/* The line where two texts part, 0 if they are the same. */
static unsigned first_difference(const char *a, const char *b)
{
	unsigned line = 1;

	for (; *a && *a == *b; a++, b++)
		line += *a == '\n';
	return *a || *b ? line : 0;
}

void lint_sources(struct lint *lint, const struct exercise *ex, const char *starter,
		  const char *solution)
{
	cleanup_strbuf struct strbuf outside_starter = STRBUF_INIT;
	cleanup_strbuf struct strbuf outside_solution = STRBUF_INIT;
	struct limits limits = limits_of(ex);
	unsigned regions =
		check_regions(lint, limits.regions, ex->starter, starter, true, &outside_starter);

	(void)check_regions(lint, limits.regions, ex->solution, solution, false, &outside_solution);
	if (regions == 0 || regions > limits.regions)
		lint_say(lint, ex->starter, 0, "%u TODO regions, there must be 1 to %u", regions,
			 limits.regions);
	if (strcmp(outside_starter.s, outside_solution.s) != 0)
		lint_say(lint, ex->starter, 0,
			 "differs from the solution outside the regions (line %u without them)",
			 first_difference(outside_starter.s, outside_solution.s));
	check_header(lint, ex, ex->starter, starter);
	check_shape(lint, &limits, ex->starter, starter);
	check_shape(lint, &limits, ex->solution, solution);
}

/* What the walk over programs carries along. */
struct compile {
	struct lint *lint;
	const struct exercise *exercise;
};

/* cc -fsyntax-only; the libraries' flags come from pkg-config. */
static void compile(struct lint *lint, const struct exercise *ex, const char *path)
{
	static const char script[] =
		"file=$1; shift; flags=; [ $# = 0 ] || flags=$(pkg-config --cflags \"$@\") || exit\n"
		"exec ${CC:-cc} -std=gnu11 -Wall -Wextra -fsyntax-only $flags \"$file\"";
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_free const char **argv = NULL;
	size_t n = 0;
	int status = 0;
	int r;

	while (ex->libs[n])
		n++;
	argv = xcalloc(n + 6, sizeof(*argv));
	argv[0] = "sh";
	argv[1] = "-c";
	argv[2] = script;
	argv[3] = "sh";
	argv[4] = path;
	for (size_t i = 0; i < n; i++)
		argv[5 + i] = ex->libs[i];
	r = spawn_capture(argv, &out, &status);
	if (r < 0)
		lint_say(lint, path, 0, "the compiler can't be run: %s", strerror(-r));
	else if (status || out.len)
		lint_say(lint, path, 0, "does not compile without a warning:\n%s", out.s);
}

static void visit_source(void *data, const char *path, const char *name)
{
	const struct compile *all = data;
	size_t len = strlen(name);

	if (len > 2 && strcmp(name + len - 2, ".c") == 0)
		compile(all->lint, all->exercise, path);
}

void lint_compile(struct lint *lint, const struct exercise *ex)
{
	struct compile all = {lint, ex};

	if (io_exists(ex->starter))
		compile(lint, ex, ex->starter);
	if (io_exists(ex->solution))
		compile(lint, ex, ex->solution);
	(void)lint_each(ex->right, visit_source, &all);
	(void)lint_each(ex->wrong, visit_source, &all);
}
