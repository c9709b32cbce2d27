#define _GNU_SOURCE
#include "lab/screen/verdict_pane.h"

#include "common/cleanup.h"
#include "lab/screen/find.h"

#include <stdlib.h>
#include <string.h>

#define FIELD_COLS 11 /* "  expected " */

struct verdict_line {
	int check; /* index of the fact it belongs to, -1: none */
	enum role role;
	char *text;
};

struct verdict_pane {
	struct pane pane;
	json_t *result;
	bool checking;
	char *exercise;
	char *none;  /* shown where there is no result */
	char *offer; /* below a pass */
	bool *open;  /* by fact */
	struct verdict_line *lines;
	size_t n_lines;
	int width; /* the lines are wrapped for */
	int top, cursor, seen;
	int to; /* fact the cursor is to be on when the lines are made, -1: as it is */
};

/* How a status reads. */
static const struct {
	const char *status, *word;
	enum role role;
} verdict_statuses[] = {
	{"pass", "ok", ROLE_GOOD},	  {"fail", "FAIL", ROLE_BAD},	{"skip", "skip", ROLE_DIM},
	{"unsupported", "n/a", ROLE_DIM}, {"error", "ERROR", ROLE_BAD},
};

static const struct {
	const char *verdict, *words;
	enum role role;
} verdict_verdicts[] = {
	{"pass", "pass", ROLE_GOOD},
	{"fail", "FAIL", ROLE_BAD},
	{"timeout", "FAIL (time limit)", ROLE_BAD},
	{"unsupported", "can't be checked here", ROLE_WARN},
	{"error", "the checker's own error", ROLE_BAD},
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static json_t *checks_of(const struct verdict_pane *verdict)
{
	return json_object_get(verdict->result, "checks");
}

/* ---- lines ---- */

static void forget_lines(struct verdict_pane *verdict)
{
	for (size_t i = 0; i < verdict->n_lines; i++)
		free(verdict->lines[i].text);
	free(verdict->lines);
	verdict->lines = NULL;
	verdict->n_lines = 0;
	verdict->width = 0;
}

static void add_line(struct verdict_pane *verdict, int check, enum role role, const char *text,
		     size_t len)
{
	verdict->lines =
		xreallocarray(verdict->lines, verdict->n_lines + 1, sizeof(*verdict->lines));
	verdict->lines[verdict->n_lines++] =
		(struct verdict_line){check, role, xstrndup(text, len)};
}

/* Text in lines of the pane's width, continued below column INDENT; PREFIX leads the first. */
static void add_wrapped(struct verdict_pane *verdict, int check, enum role role, const char *prefix,
			const char *text)
{
	int indent = text_columns(prefix, strlen(prefix));
	int cols = verdict->width - indent > 8 ? verdict->width - indent : 8;
	bool first = true;

	do {
		size_t len = text_fitting(text, cols);
		cleanup_free char *line =
			xasprintf("%*s%.*s", first ? 0 : indent, "", (int)len, text);
		cleanup_free char *led = first ? xasprintf("%s%s", prefix, line) : xstrdup(line);

		add_line(verdict, check, role, led, strlen(led));
		text += len;
		text += *text == ' ' || *text == '\n';
		first = false;
	} while (*text);
}

static void add_field(struct verdict_pane *verdict, int check, const json_t *fact, const char *key)
{
	cleanup_free char *prefix = xasprintf("  %-*s", FIELD_COLS - 2, key);

	if (text_of(fact, key)[0])
		add_wrapped(verdict, check, ROLE_TEXT, prefix, text_of(fact, key));
}

/* The network of a failure; lines that are too wide are cut, not wrapped. */
static void add_network(struct verdict_pane *verdict, int check)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	verdict_network(verdict->result, verdict->width, &text);
	for (const char *at = text.s; *at; at += strcspn(at, "\n") + 1)
		add_line(verdict, check, ROLE_CODE, at, strcspn(at, "\n"));
}

/* The index of the first fact that is not as it should be, or -1. */
static int first_bad(const struct verdict_pane *verdict)
{
	json_t *fact;
	size_t i;

	json_array_foreach(checks_of(verdict), i, fact)
	{
		const char *status = text_of(fact, "status");

		if (strcmp(status, "fail") == 0 || strcmp(status, "error") == 0)
			return (int)i;
	}
	return -1;
}

static void add_fact(struct verdict_pane *verdict, int i, const json_t *fact)
{
	const char *status = text_of(fact, "status");
	const char *word = status;
	enum role role = ROLE_TEXT;
	cleanup_free char *prefix = NULL;

	for (size_t j = 0; j < sizeof(verdict_statuses) / sizeof(*verdict_statuses); j++) {
		if (strcmp(verdict_statuses[j].status, status) == 0) {
			word = verdict_statuses[j].word;
			role = verdict_statuses[j].role;
		}
	}
	prefix = xasprintf("%c %-5s", verdict->open[i] ? '-' : '+', word);
	add_wrapped(verdict, i, role, prefix, text_of(fact, "name"));
	if (!verdict->open[i])
		return;
	for (const char *const *key =
		     (const char *const[]){"expected", "observed", "cause", "why", "read", NULL};
	     *key; key++)
		add_field(verdict, i, fact, *key);
	if (i == first_bad(verdict))
		add_network(verdict, i);
}

static void add_block(struct verdict_pane *verdict, const char *title, const char *text)
{
	if (!text[0])
		return;
	add_wrapped(verdict, -1, ROLE_DIM, "", title);
	add_wrapped(verdict, -1, ROLE_CODE, "| ", text);
}

static void add_headline(struct verdict_pane *verdict)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *name = text_of(verdict->result, "verdict");
	enum role role = ROLE_BOLD;

	for (size_t i = 0; i < sizeof(verdict_verdicts) / sizeof(*verdict_verdicts); i++)
		if (strcmp(verdict_verdicts[i].verdict, name) == 0)
			role = verdict_verdicts[i].role;
	verdict_pane_summary(verdict, &text);
	strbuf_addf(&text, " (%lld ms)",
		    (long long)json_integer_value(json_object_get(verdict->result, "duration_ms")));
	add_wrapped(verdict, -1, role, "", text.s);
}

static void make_lines(struct verdict_pane *verdict, int width)
{
	size_t i;
	json_t *fact;

	forget_lines(verdict);
	verdict->width = width;
	if (!verdict->result) {
		add_wrapped(verdict, -1, ROLE_TEXT, "", verdict->none ? verdict->none : "");
		return;
	}
	add_headline(verdict);
	if (verdict->offer)
		add_wrapped(verdict, -1, ROLE_BOLD, "", verdict->offer);
	add_block(verdict, "the compiler says:", text_of(verdict->result, "compiler"));
	json_array_foreach(checks_of(verdict), i, fact) add_fact(verdict, (int)i, fact);
	if (strcmp(text_of(verdict->result, "verdict"), "pass") != 0)
		add_block(verdict, "printed meanwhile:", text_of(verdict->result, "output"));
}

/* ---- what is shown ---- */

static const struct pane_ops verdict_ops;

struct verdict_pane *verdict_pane_new(void)
{
	struct verdict_pane *verdict = xcalloc(1, sizeof(*verdict));

	verdict->pane.ops = &verdict_ops;
	return verdict;
}

static void forget(struct verdict_pane *verdict)
{
	forget_lines(verdict);
	json_decref(verdict->result);
	free(verdict->open);
	free(verdict->offer);
	verdict->result = NULL;
	verdict->open = NULL;
	verdict->offer = NULL;
	verdict->top = verdict->cursor = 0;
	verdict->to = -1;
	verdict->checking = false;
}

void verdict_pane_free(struct verdict_pane *verdict)
{
	if (!verdict)
		return;
	forget(verdict);
	free(verdict->exercise);
	free(verdict->none);
	free(verdict);
}

struct pane *verdict_pane_pane(struct verdict_pane *verdict)
{
	return &verdict->pane;
}

void verdict_pane_none(struct verdict_pane *verdict, const char *exercise, const char *text)
{
	forget(verdict);
	free(verdict->exercise);
	free(verdict->none);
	verdict->exercise = xstrdup(exercise);
	verdict->none = xstrdup(text);
}

void verdict_pane_checking(struct verdict_pane *verdict)
{
	verdict->checking = true;
}

/* The first fact that is not as it should be is open, and the cursor is on it. */
static void open_first_bad(struct verdict_pane *verdict)
{
	int bad = first_bad(verdict);

	if (bad < 0)
		return;
	verdict->open[bad] = true;
	verdict->to = bad;
}

bool verdict_pane_result(struct verdict_pane *verdict, const char *json, size_t len,
			 const char *errors)
{
	json_t *result = json_loadb(json, len, 0, NULL);

	if (!json_is_array(json_object_get(result, "checks"))) {
		cleanup_free char *exercise = xstrdup(verdict->exercise ? verdict->exercise : "");

		json_decref(result);
		verdict_pane_none(verdict, exercise,
				  errors[0] ? errors : "The check ended without a result.");
		return false;
	}
	forget(verdict);
	verdict->result = result;
	verdict->open = xcalloc(json_array_size(checks_of(verdict)) + 1, sizeof(bool));
	open_first_bad(verdict);
	return true;
}

void verdict_pane_offer(struct verdict_pane *verdict, const char *lines)
{
	free(verdict->offer);
	verdict->offer = xstrdup(lines);
	verdict->width = 0;
}

/* On the first line of a fact. */
static void put_cursor(struct verdict_pane *verdict, int check)
{
	for (size_t i = 0; i < verdict->n_lines; i++) {
		if (verdict->lines[i].check == check) {
			verdict->cursor = (int)i;
			return;
		}
	}
}

/* In sight with the headline, if half of the pane is left for it; else as much of it as fits. */
static void show_fact(struct verdict_pane *verdict, int check, int rows)
{
	int end = 0;

	put_cursor(verdict, check);
	for (size_t i = 0; i < verdict->n_lines; i++)
		if (verdict->lines[i].check == check)
			end = (int)i + 1;
	verdict->top = end > rows && verdict->cursor > rows / 2 ? end - rows : 0;
	if (verdict->top > verdict->cursor)
		verdict->top = verdict->cursor;
}

/* All of them: opened, or closed where they are. */
static void toggle_all(struct verdict_pane *verdict)
{
	size_t n = json_array_size(checks_of(verdict));
	bool all = true;

	for (size_t i = 0; i < n; i++)
		all = all && verdict->open[i];
	for (size_t i = 0; i < n; i++)
		verdict->open[i] = !all;
	make_lines(verdict, verdict->width);
}

bool verdict_pane_toggle(struct verdict_pane *verdict)
{
	int check = (size_t)verdict->cursor < verdict->n_lines
			    ? verdict->lines[verdict->cursor].check
			    : -1;

	if (!json_array_size(checks_of(verdict)))
		return false;
	if (check < 0) {
		toggle_all(verdict);
		return true;
	}
	verdict->open[check] = !verdict->open[check];
	make_lines(verdict, verdict->width);
	put_cursor(verdict, check);
	return true;
}

const json_t *verdict_pane_last(const struct verdict_pane *verdict)
{
	return verdict->result;
}

void verdict_pane_summary(const struct verdict_pane *verdict, struct strbuf *to)
{
	const json_t *result = verdict->result;
	const char *name = text_of(result, "verdict");
	const char *words = name;
	json_t *fact;
	size_t i;

	for (i = 0; i < sizeof(verdict_verdicts) / sizeof(*verdict_verdicts); i++)
		if (strcmp(verdict_verdicts[i].verdict, name) == 0)
			words = verdict_verdicts[i].words;
	strbuf_addf(to, "%s: %s", text_of(result, "exercise"), words);
	if (strcmp(name, "error") != 0 && strcmp(name, "unsupported") != 0)
		strbuf_addf(to, ", %lld of %lld points",
			    (long long)json_integer_value(json_object_get(result, "score")),
			    (long long)json_integer_value(json_object_get(result, "max_score")));
	json_array_foreach(checks_of(verdict), i, fact)
	{
		if (strcmp(text_of(fact, "status"), "fail") == 0 && text_of(fact, "cause")[0]) {
			strbuf_addf(to, ": %s", text_of(fact, "cause"));
			return;
		}
	}
}

/* ---- the pane ---- */

static void title(const struct pane *pane, struct strbuf *to)
{
	const struct verdict_pane *verdict = (const struct verdict_pane *)pane;

	strbuf_addf(to, "verdict%s", verdict->checking ? ": checking ..." : "");
}

static void draw(struct pane *pane, const struct area *area, bool focus, int *ret_cursor_row,
		 int *ret_cursor_col)
{
	struct verdict_pane *verdict = (struct verdict_pane *)pane;
	int total;

	*ret_cursor_row = -1;
	*ret_cursor_col = 0;
	if (verdict->width != area->rect.cols)
		make_lines(verdict, area->rect.cols);
	if (verdict->to >= 0)
		show_fact(verdict, verdict->to, area->rect.rows);
	verdict->to = -1;
	total = (int)verdict->n_lines;
	verdict->seen = area->rect.rows;
	if (verdict->cursor >= total)
		verdict->cursor = total ? total - 1 : 0;
	if (verdict->top > verdict->cursor)
		verdict->top = verdict->cursor;
	if (verdict->cursor >= verdict->top + verdict->seen)
		verdict->top = verdict->cursor - verdict->seen + 1;
	for (int row = 0; row < area->rect.rows && verdict->top + row < total; row++) {
		const struct verdict_line *line = &verdict->lines[verdict->top + row];

		(void)area_put(area, row, 0, line->role, line->text);
		if (verdict->top + row != verdict->cursor || !focus)
			continue;
		area_role(area, row, 0, area->rect.cols, ROLE_SELECTED);
		*ret_cursor_row = row;
	}
}

static bool move(struct pane *pane, enum move where)
{
	struct verdict_pane *verdict = (struct verdict_pane *)pane;
	int page = verdict->seen > 1 ? verdict->seen - 1 : 1;
	int last = (int)verdict->n_lines - 1;
	int by[] = {
		[MOVE_UP] = -1,
		[MOVE_DOWN] = 1,
		[MOVE_PAGE_UP] = -page,
		[MOVE_PAGE_DOWN] = page,
		[MOVE_HALF_UP] = -(page + 1) / 2,
		[MOVE_HALF_DOWN] = (page + 1) / 2,
		[MOVE_TOP] = -verdict->cursor,
		[MOVE_BOTTOM] = last - verdict->cursor,
	};
	int to = verdict->cursor + by[where];

	if (to > last)
		to = last;
	if (to < 0)
		to = 0;
	if (to == verdict->cursor)
		return false;
	verdict->cursor = to;
	return true;
}

static bool search(struct pane *pane, const char *text, bool forwards)
{
	struct verdict_pane *verdict = (struct verdict_pane *)pane;
	size_t n = verdict->n_lines;

	if (!text)
		return false;
	for (size_t i = 1; i <= n; i++) {
		size_t at = ((size_t)verdict->cursor + (forwards ? i : n - i)) % n;

		if (find_in(verdict->lines[at].text, strlen(verdict->lines[at].text), text)) {
			verdict->cursor = (int)at;
			return true;
		}
	}
	return false;
}

static void click(struct pane *pane, int row, int col)
{
	struct verdict_pane *verdict = (struct verdict_pane *)pane;

	(void)col;
	if (verdict->top + row < (int)verdict->n_lines)
		verdict->cursor = verdict->top + row;
}

static void extent(const struct pane *pane, int *ret_top, int *ret_seen, int *ret_total)
{
	const struct verdict_pane *verdict = (const struct verdict_pane *)pane;

	*ret_top = verdict->top;
	*ret_seen = verdict->seen;
	*ret_total = (int)verdict->n_lines;
}

static const struct pane_ops verdict_ops = {
	.name = "verdict",
	.title = title,
	.draw = draw,
	.move = move,
	.search = search,
	.click = click,
	.extent = extent,
};
