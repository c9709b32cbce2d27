/*
 * The actions that work on the exercise: each runs lab's own command.
 */
#define _GNU_SOURCE
#include "lab/screen/actions.h"

#include "common/cleanup.h"
#include "lab/screen/display.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

void action_edit(struct screen *screen)
{
	const char *const words[] = {"edit", screen->exercise->id, NULL};
	cleanup_free char **argv = screen_argv(screen, words);
	const char *program = getenv("TERM_PROGRAM");
	const char *editor = getenv("VISUAL") ? getenv("VISUAL") : getenv("EDITOR");
	const char *path = screen->checking.path ? screen->checking.path : "the file";
	bool pause = program && strcmp(program, "vscode") == 0;
	struct error err = {0};
	int status = 0, r;

	r = display_run(argv, pause, &status, &err);
	if (r == -EINTR)
		return; /* lab itself must end */
	if (r < 0)
		screen_say(screen, ROLE_BAD, "%s", err.what);
	else if (status != 0)
		screen_say(screen, ROLE_BAD,
			   "the editor %s failed; set EDITOR to another one, or edit %s yourself",
			   editor ? editor : "", path);
	else
		screen_say(screen, ROLE_TEXT, "%s", path);
	checking_look(screen);
}

static void hint_came(struct screen *screen, int status, const char *out, const char *err)
{
	json_t *hint = json_loads(out, 0, NULL);
	const char *cause = json_string_value(json_object_get(hint, "cause"));
	const char *why = json_string_value(json_object_get(hint, "why"));
	const char *text = json_string_value(json_object_get(hint, "text"));
	cleanup_free char *title = NULL;
	cleanup_free char *markdown = NULL;

	if (status == LAB_PASS && text) {
		title = cause ? xasprintf("hint about %s", cause)
			      : xasprintf("hint %lld of %lld",
					  (long long)json_integer_value(
						  json_object_get(hint, "level")),
					  (long long)json_integer_value(
						  json_object_get(hint, "levels")));
		markdown = xasprintf("%s%s%s", why ? why : "", why ? "\n\n" : "", text);
		screen_show_markdown(screen, title, markdown);
	} else {
		screen_say(screen, ROLE_BAD, "%s", err);
	}
	json_decref(hint);
	screen_reload(screen);
}

void action_hint(struct screen *screen)
{
	(void)captured_run(screen,
			   (const char *const[]){"hint", screen->exercise->id, "--json", NULL},
			   hint_came);
}

static void appendix_came(struct screen *screen, int status, const char *out, const char *err)
{
	json_t *appendix = json_loads(out, 0, NULL);
	const char *id = json_string_value(json_object_get(appendix, "appendix"));
	const char *text = json_string_value(json_object_get(appendix, "text"));

	if (status == LAB_PASS && id && text)
		screen_show_markdown(screen, id, text);
	else
		screen_say(screen, ROLE_BAD, "%s", err);
	json_decref(appendix);
}

bool action_appendix(struct screen *screen)
{
	const struct appendix *appendix = list_pane_appendix(screen->list);

	if (!appendix)
		return false;
	(void)captured_run(screen, (const char *const[]){"show", appendix->id, "--json", NULL},
			   appendix_came);
	return true;
}

static void text_came(struct screen *screen, int status, const char *out, const char *err)
{
	if (out[0] || status == LAB_PASS)
		screen_show_text(screen, screen->captured.line,
				 out[0] ? out : (err[0] ? err : "(it printed nothing)"));
	else
		screen_say(screen, ROLE_BAD, "%s", err);
}

static void solution_anyway(struct screen *screen)
{
	(void)captured_run(
		screen, (const char *const[]){"solution", screen->exercise->id, "--anyway", NULL},
		text_came);
}

void action_solution(struct screen *screen)
{
	if (!progress_solved(&screen->pick.progress, screen->exercise))
		screen_ask(screen, solution_anyway,
			   "You have not solved it yet. See the solution all the same?");
	else
		(void)captured_run(screen,
				   (const char *const[]){"diff", screen->exercise->id, "--solution",
							 NULL},
				   text_came);
}

void action_diff(struct screen *screen)
{
	(void)captured_run(screen, (const char *const[]){"diff", screen->exercise->id, NULL},
			   text_came);
}

bool action_unanswered(const struct screen *screen)
{
	const struct progress *progress = &screen->pick.progress;

	for (size_t i = 0; i < screen->text.n_questions; i++)
		if (!progress_prediction(progress, screen->exercise, screen->text.questions[i].name)
			     .answer)
			return !progress_solved(progress, screen->exercise);
	return false;
}

void action_run(struct screen *screen)
{
	bool unanswered = action_unanswered(screen);

	action_on_terminal(screen, (const char *const[]){"run", screen->exercise->id, NULL});
	if (unanswered && screen->typing)
		screen_say(screen, ROLE_TEXT,
			   "Ctrl-] leaves the program; next time say first what it will do: a");
}

void action_predict(struct screen *screen)
{
	action_on_terminal(screen, (const char *const[]){"predict", screen->exercise->id, NULL});
}

void action_why(struct screen *screen)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	help_why(screen, &text);
	screen_show_markdown(screen, "why it works", text.s);
}

static void line_came(struct screen *screen, int status, const char *out, const char *err)
{
	screen_say(screen, status == LAB_PASS ? ROLE_TEXT : ROLE_BAD, "%s", out[0] ? out : err);
	screen_reload(screen);
	checking_look(screen);
}

static void reset_yes(struct screen *screen)
{
	(void)captured_run(screen,
			   (const char *const[]){"reset", screen->exercise->id, "--yes", NULL},
			   line_came);
}

void action_reset(struct screen *screen)
{
	screen_ask(screen, reset_yes, "Put the starter back? Your text is kept, u brings it back.");
}

void action_undo(struct screen *screen)
{
	(void)captured_run(screen, (const char *const[]){"undo", screen->exercise->id, NULL},
			   line_came);
}

/* The place among the exercises from which one goes on; appendices stand behind all of them. */
static long step_from(const struct screen *screen, int by)
{
	const struct catalogue *catalogue = &screen->pick.catalogue;

	if (screen->focus == PANE_LIST && list_pane_appendix(screen->list))
		return (long)catalogue->n_exercises - (by > 0);
	return screen->exercise - catalogue->exercises;
}

void action_step(struct screen *screen, int by)
{
	const struct catalogue *catalogue = &screen->pick.catalogue;
	long at = step_from(screen, by) + by;

	screen_hide(screen);
	if (at < 0 || (size_t)at >= catalogue->n_exercises)
		screen_say(screen, ROLE_TEXT,
			   by > 0 ? "this is the last one" : "this is the first one");
	else
		screen_enter(screen, &catalogue->exercises[at]);
}

/* Behind this one first, then from the beginning; this one last. */
const struct exercise *action_unsolved(const struct screen *screen)
{
	const struct catalogue *catalogue = &screen->pick.catalogue;
	size_t n = catalogue->n_exercises;
	size_t from = (size_t)step_from(screen, 1);

	for (size_t i = 1; i <= n; i++) {
		const struct exercise *exercise = &catalogue->exercises[(from + i) % n];

		if (!exercise->broken && !progress_solved(&screen->pick.progress, exercise))
			return exercise;
	}
	return NULL;
}

void action_next_unsolved(struct screen *screen)
{
	const struct exercise *next = action_unsolved(screen);

	screen_hide(screen);
	if (!next)
		screen_say(screen, ROLE_GOOD, "all exercises are solved");
	else if (next == screen->exercise)
		screen_say(screen, ROLE_TEXT, "this is the only one that is not solved");
	else
		screen_enter(screen, next);
}
