/*
 * What the keys do. Whatever works on an exercise is lab's own command, run as a child.
 */
#define _GNU_SOURCE
#include "lab/screen/actions.h"

#include "common/cleanup.h"
#include "lab/command.h"
#include "lab/nearest.h"
#include "lab/screen/display.h"
#include "lab/screen/prompt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* ---- moving ---- */

static struct pane *focused(struct screen *screen)
{
	return screen->overlay_on ? pager_pane(screen->overlay) : screen->panes[screen->focus];
}

void action_moved_in_list(struct screen *screen)
{
	const struct exercise *selected = list_pane_selected(screen->list);

	if (selected && selected != screen->exercise)
		screen_enter(screen, selected);
}

/* Why a pane did not move. */
static const char *const move_ends[] = {
	[MOVE_UP] = "this is the top",		[MOVE_DOWN] = "this is the end",
	[MOVE_LEFT] = "nothing is to the left", [MOVE_RIGHT] = "nothing is to the right",
	[MOVE_PAGE_UP] = "this is the top",	[MOVE_PAGE_DOWN] = "this is the end",
	[MOVE_HALF_UP] = "this is the top",	[MOVE_HALF_DOWN] = "this is the end",
	[MOVE_TOP] = "this is the top",		[MOVE_BOTTOM] = "this is the end",
};

static void do_move(struct screen *screen, enum move move)
{
	struct pane *pane = focused(screen);
	bool list = !screen->overlay_on && screen->focus == PANE_LIST;

	if (list && move == MOVE_RIGHT) {
		screen_focus(screen, PANE_LESSON);
		return;
	}
	if (pane->ops->move(pane, move)) {
		if (list)
			action_moved_in_list(screen);
	} else if (terminal_pane_copying(screen->terminal)) {
		screen_say(screen, ROLE_DIM, "no further");
	} else {
		screen_say(screen, ROLE_DIM, "%s", move_ends[move]);
	}
}

/* Past the program's terminal, too: there Enter begins to type, or Tab would end in it. */
static void do_focus(struct screen *screen, int by)
{
	screen_focus(screen, (enum pane_id)(((int)screen->focus + by + PANE_COUNT) % PANE_COUNT));
	if (screen->typing) {
		screen->typing = false;
		screen_say(screen, ROLE_TEXT, "Enter types to the program");
	}
}

static void do_phase(struct screen *screen, unsigned number)
{
	screen_hide(screen);
	if (!list_pane_select_phase(screen->list, number)) {
		screen_say(screen, ROLE_WARN, "phase %u has no exercises here", number);
		return;
	}
	screen_focus(screen, PANE_LIST);
	action_moved_in_list(screen);
	screen_say(screen, ROLE_DIM, "phase %u: %s", number, catalogue_phase_titles[number - 1]);
}

static void open_in_list(struct screen *screen)
{
	struct pane *list = screen->panes[PANE_LIST];

	if (list_pane_selected(screen->list))
		screen_focus(screen, PANE_LESSON);
	else if (!action_appendix(screen) && !list->ops->move(list, MOVE_DOWN))
		screen_say(screen, ROLE_WARN, "nothing matches the filter; Esc ends it");
	action_moved_in_list(screen);
}

static void do_open(struct screen *screen)
{
	if (screen->overlay_on) {
		screen_hide(screen);
		return;
	}
	switch (screen->focus) {
	case PANE_LIST:
		open_in_list(screen);
		break;
	case PANE_LESSON:
		screen_say(screen, ROLE_TEXT, "e edits the program, r runs it, c checks it");
		break;
	case PANE_VERDICT:
		if (!verdict_pane_toggle(screen->verdict))
			screen_say(screen, ROLE_TEXT, "there are no facts to open yet: c checks");
		break;
	case PANE_TERMINAL:
		if (terminal_pane_copying(screen->terminal))
			terminal_pane_copy_end(screen->terminal);
		if (terminal_pane_running(screen->terminal))
			screen->typing = true;
		else
			screen_say(screen, ROLE_TEXT,
				   "nothing runs: r runs the program, ! a shell");
		break;
	default:
		spaces_pane_details(screen->spaces_pane);
		break;
	}
}

static void do_back(struct screen *screen)
{
	if (screen->search)
		screen_end_search(screen);
	else if (screen->overlay_on)
		screen_hide(screen);
	else if (terminal_pane_copying(screen->terminal))
		terminal_pane_copy_end(screen->terminal);
	else if (screen->zoom)
		screen->zoom = false;
	else if (list_pane_filtered(screen->list))
		list_pane_filter(screen->list, NULL);
	else if (screen->focus != PANE_LIST)
		screen_focus(screen, PANE_LIST);
	else
		screen_say(screen, ROLE_TEXT, "nothing to go back from; q leaves lab");
}

static void do_zoom(struct screen *screen)
{
	if (screen->overlay_on)
		screen_say(screen, ROLE_TEXT, "this has the whole screen; Esc closes it");
	else
		screen->zoom = !screen->zoom;
}

/* ---- what runs ---- */

static void do_check(struct screen *screen)
{
	screen_hide(screen);
	checking_start(screen);
}

void action_on_terminal(struct screen *screen, const char *const *words)
{
	cleanup_free char **argv = NULL;
	cleanup_strbuf struct strbuf title = STRBUF_INIT;
	struct error err = {0};

	if (terminal_pane_running(screen->terminal)) {
		screen_say(screen, ROLE_WARN, "something runs already: x stops it");
		return;
	}
	/* Seen first, so that the program starts with the size it will have. */
	screen_focus(screen, PANE_TERMINAL);
	screen_draw(screen);
	argv = screen_argv(screen, words);
	strbuf_adds(&title, "lab");
	for (size_t i = 0; words[i]; i++)
		strbuf_addf(&title, " %s", words[i]);
	if (terminal_pane_run(screen->terminal, title.s, argv, &err) < 0) {
		screen_say(screen, ROLE_BAD, "%s", err.what);
		return;
	}
	message_clear(screen);
	screen->typing = true;
	screen_watch_spaces(screen);
	screen_say(screen, ROLE_TEXT, "keys go to the program; Ctrl-] leaves it");
}

static void do_shell(struct screen *screen)
{
	action_on_terminal(screen, (const char *const[]){"shell", NULL});
}

void action_ended(void *data, int status)
{
	struct screen *screen = data;

	screen->typing = false;
	screen->dirty = true;
	screen_reload(screen);
	if (WIFEXITED(status))
		screen_say(screen, ROLE_TEXT, "ended with status %d; r runs the program, ! a shell",
			   WEXITSTATUS(status));
	else
		screen_say(screen, ROLE_WARN, "it was ended by signal %d (%s)", WTERMSIG(status),
			   strsignal(WTERMSIG(status)));
}

/* What runs, in the order a person cares. */
static void do_stop(struct screen *screen)
{
	if (terminal_pane_running(screen->terminal)) {
		terminal_pane_stop(screen->terminal);
		screen_say(screen, ROLE_TEXT, "stopping it; x once more ends it at once");
	} else if (captured_cancel(screen)) {
		screen_say(screen, ROLE_TEXT, "stopping %s", screen->captured.line);
	} else if (checking_cancel(screen)) {
		screen_say(screen, ROLE_TEXT, "stopping the check");
	}
}

static void do_spaces(struct screen *screen)
{
	if (screen->focus == PANE_SPACES) {
		screen_focus(screen, screen->came_from);
		return;
	}
	screen->came_from = screen->focus;
	screen_focus(screen, PANE_SPACES);
}

static void do_pin(struct screen *screen)
{
	if (spaces_is_pinned(screen->spaces))
		spaces_unpin(screen->spaces);
	else
		spaces_pin(screen->spaces);
	screen_say(screen, ROLE_TEXT,
		   spaces_is_pinned(screen->spaces) ? "pinned: what differs from now is marked ^"
						    : "no longer pinned");
}

static void do_copy(struct screen *screen)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (!terminal_pane_copying(screen->terminal)) {
		terminal_pane_copy_begin(screen->terminal);
		screen_focus(screen, PANE_TERMINAL);
		message_clear(screen);
		return;
	}
	terminal_pane_copy_take(screen->terminal, &text);
	display_copy(text.s, text.len);
	screen_say(screen, ROLE_TEXT, "copied %zu bytes", text.len);
}

static void do_pause(struct screen *screen)
{
	if (terminal_pane_copying(screen->terminal)) {
		terminal_pane_copy_mark(screen->terminal);
		return;
	}
	spaces_pane_pause(screen->spaces_pane);
	screen_hide(screen);
	screen_say(screen, ROLE_TEXT,
		   spaces_pane_paused(screen->spaces_pane)
			   ? "the picture of the namespaces stands still; Space goes on"
			   : "the picture of the namespaces follows again");
}

static void do_tree(struct screen *screen)
{
	if (screen->focus != PANE_SPACES)
		screen->came_from = screen->focus;
	spaces_pane_tree(screen->spaces_pane);
	screen_focus(screen, PANE_SPACES);
}

/* ---- finding ---- */

static void search_on(struct screen *screen, bool forwards)
{
	struct pane *pane = focused(screen);

	if (pane->ops->search(pane, screen->search, forwards)) {
		message_clear(screen);
	} else {
		screen_say(screen, ROLE_WARN, "\"%s\" is not here", screen->search);
		screen_end_search(screen);
	}
	if (pane == screen->panes[PANE_LIST])
		action_moved_in_list(screen);
}

static void search_typed(void *data, const char *line)
{
	struct screen *screen = data;

	screen->dirty = true;
	if (!line)
		return;
	screen_end_search(screen);
	if (!line[0])
		return;
	screen->search = xstrdup(line);
	search_on(screen, true);
}

static void filter_typed(void *data, const char *line)
{
	struct screen *screen = data;

	screen->dirty = true;
	if (!line)
		return;
	list_pane_filter(screen->list, line);
	if (list_pane_filtered(screen->list) && !list_pane_selected(screen->list))
		screen_say(screen, ROLE_WARN, "no exercise has \"%s\" in its name or title", line);
	action_moved_in_list(screen);
}

static void command_typed(void *data, const char *line)
{
	struct screen *screen = data;

	screen->dirty = true;
	if (line)
		action_command(screen, line);
}

/* ---- the screen ---- */

static void do_help(struct screen *screen)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	help_markdown(screen, &text);
	screen_show_markdown(screen, "keys", text.s);
}

static void do_log(struct screen *screen)
{
	screen_show_text(screen, "the commands behind what you did",
			 screen->log.len ? screen->log.s : "(nothing yet)\n");
}

static void do_theme(struct screen *screen)
{
	screen_say(screen, ROLE_TEXT, "theme %s", display_theme(NULL));
}

static void quit_yes(struct screen *screen)
{
	screen_leave(screen, LAB_PASS);
}

static void do_quit(struct screen *screen)
{
	if (terminal_pane_running(screen->terminal))
		screen_ask(screen, quit_yes, "A program runs and will end. Leave?");
	else
		quit_yes(screen);
}

static void do_redraw(struct screen *screen)
{
	display_forget();
	message_clear(screen);
}

static void do_suspend(struct screen *screen)
{
	display_suspend();
	screen->dirty = true;
}

/* ---- the table ---- */

static void (*const action_functions[ACTION_COUNT])(struct screen *screen) = {
	[ACTION_OPEN] = do_open,
	[ACTION_BACK] = do_back,
	[ACTION_PREDICT] = action_predict,
	[ACTION_RUN] = action_run,
	[ACTION_CHECK] = do_check,
	[ACTION_EDIT] = action_edit,
	[ACTION_HINT] = action_hint,
	[ACTION_WHY] = action_why,
	[ACTION_SOLUTION] = action_solution,
	[ACTION_DIFF] = action_diff,
	[ACTION_NEXT_UNSOLVED] = action_next_unsolved,
	[ACTION_RESET] = action_reset,
	[ACTION_UNDO] = action_undo,
	[ACTION_SHELL] = do_shell,
	[ACTION_STOP] = do_stop,
	[ACTION_SPACES] = do_spaces,
	[ACTION_PAUSE] = do_pause,
	[ACTION_PIN] = do_pin,
	[ACTION_COPY] = do_copy,
	[ACTION_HELP] = do_help,
	[ACTION_LOG] = do_log,
	[ACTION_THEME] = do_theme,
	[ACTION_REDRAW] = do_redraw,
	[ACTION_ZOOM] = do_zoom,
	[ACTION_TREE] = do_tree,
	[ACTION_NETWORK] = action_network,
	[ACTION_SUSPEND] = do_suspend,
	[ACTION_QUIT] = do_quit,
};

static const char *refusal_of_running(const struct screen *screen, enum action action)
{
	bool running = terminal_pane_running(screen->terminal);

	if (action == ACTION_STOP)
		return running || screen->captured.job || screen->checking.job ? NULL
									       : "nothing runs";
	return running ? "something runs already, x stops it" : NULL;
}

const char *action_refusal(const struct screen *screen, enum action action)
{
	bool solved = progress_solved(&screen->pick.progress, screen->exercise);

	switch (action) {
	case ACTION_RUN:
	case ACTION_CHECK:
	case ACTION_EDIT:
	case ACTION_HINT:
	case ACTION_SOLUTION:
	case ACTION_DIFF:
	case ACTION_RESET:
	case ACTION_UNDO:
		if (screen->exercise->broken)
			return "this exercise is broken, see its verdict";
		return action == ACTION_RUN ? refusal_of_running(screen, action) : NULL;
	case ACTION_PREDICT:
		if (!screen->text.n_questions)
			return "this lesson asks nothing";
		return solved ? "solved: w shows what the kernel says"
			      : refusal_of_running(screen, action);
	case ACTION_SHELL:
	case ACTION_STOP:
		return refusal_of_running(screen, action);
	case ACTION_WHY:
		return solved ? NULL : "it tells the solution; solve the exercise first";
	case ACTION_COPY:
		return terminal_pane_used(screen->terminal) ? NULL
							    : "nothing has run on the terminal yet";
	default:
		return NULL;
	}
}

static bool do_simple(struct screen *screen, enum action action)
{
	switch (action) {
	case ACTION_FOCUS_NEXT:
		do_focus(screen, 1);
		return true;
	case ACTION_FOCUS_PREVIOUS:
		do_focus(screen, -1);
		return true;
	case ACTION_NEXT:
		action_step(screen, 1);
		return true;
	case ACTION_PREVIOUS:
		action_step(screen, -1);
		return true;
	case ACTION_SEARCH:
		prompt_begin("/", NULL, search_typed, screen);
		return true;
	case ACTION_FILTER:
		screen_focus(screen, PANE_LIST);
		prompt_begin("\\", NULL, filter_typed, screen);
		return true;
	case ACTION_PROMPT:
		prompt_begin(":", NULL, command_typed, screen);
		return true;
	case ACTION_SEARCH_NEXT:
	case ACTION_SEARCH_PREVIOUS:
		search_on(screen, action == ACTION_SEARCH_NEXT);
		return true;
	default:
		return false;
	}
}

void action_do(struct screen *screen, enum action action, unsigned number)
{
	const char *refusal = action_refusal(screen, action);

	screen->dirty = true;
	if (refusal)
		screen_say(screen, ROLE_WARN, "not now: %s", refusal);
	else if (action >= ACTION_UP && action <= ACTION_BOTTOM)
		do_move(screen, (enum move)(action - ACTION_UP));
	else if (action == ACTION_PHASE)
		do_phase(screen, number);
	else if (!do_simple(screen, action) && action_functions[action])
		action_functions[action](screen);
}
