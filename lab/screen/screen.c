#define _GNU_SOURCE
#include "lab/screen/screen.h"

#include "common/cleanup.h"
#include "lab/output.h"
#include "lab/screen/display.h"
#include "lab/screen/prompt.h"
#include "lab/screen/screen_internal.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* ---- focus, what lies on top ---- */

void screen_end_search(struct screen *screen)
{
	if (!screen->search)
		return;
	for (int i = 0; i < PANE_COUNT; i++)
		(void)screen->panes[i]->ops->search(screen->panes[i], NULL, true);
	(void)pager_pane(screen->overlay)->ops->search(pager_pane(screen->overlay), NULL, true);
	free(screen->search);
	screen->search = NULL;
	screen->dirty = true;
}

void screen_focus(struct screen *screen, enum pane_id pane)
{
	if (pane != screen->focus)
		screen->zoom = false;
	if (pane != screen->focus || screen->overlay_on)
		screen_end_search(screen);
	if (pane != PANE_TERMINAL && terminal_pane_copying(screen->terminal))
		terminal_pane_copy_end(screen->terminal);
	screen->overlay_on = false;
	screen->focus = pane;
	screen->typing = pane == PANE_TERMINAL && terminal_pane_running(screen->terminal) &&
			 !terminal_pane_copying(screen->terminal);
	screen->dirty = true;
}

void screen_leave(struct screen *screen, int status)
{
	screen->status = status;
	screen->leaving = true;
	loop_stop(screen->loop);
}

/* Keys of someone who types to a program must not fall on what comes up. */
static bool may_show(struct screen *screen, const char *title)
{
	if (screen->typing) {
		screen_say(screen, ROLE_TEXT, "done, not shown while you type: %s", title);
		return false;
	}
	screen_end_search(screen);
	screen->overlay_on = true;
	screen->dirty = true;
	return true;
}

void screen_show_markdown(struct screen *screen, const char *title, const char *markdown)
{
	if (may_show(screen, title))
		pager_markdown(screen->overlay, title, markdown);
}

void screen_show_text(struct screen *screen, const char *title, const char *text)
{
	if (may_show(screen, title))
		pager_text(screen->overlay, title, text);
}

void screen_hide(struct screen *screen)
{
	screen_end_search(screen);
	screen->overlay_on = false;
	screen->dirty = true;
}

/* ---- the exercise ---- */

/* The lesson without what gives the solution away: hints and, until it is solved, causes and why. */
static void show_lesson(struct screen *screen)
{
	const struct exercise *exercise = screen->exercise;
	bool solved = progress_solved(&screen->pick.progress, exercise);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *title = xasprintf("%s: %s", exercise->id, exercise->title);
	struct error err = {0};

	lesson_free(&screen->text);
	screen->text = (struct lesson)LESSON_INIT;
	if (!exercise->lesson || lesson_load(exercise->lesson, &screen->text, &err) < 0) {
		pager_text(screen->lesson, exercise->id,
			   exercise->broken ? exercise->broken : err.what);
		return;
	}
	strbuf_addf(&text, "# %s\n\n", screen->text.title);
	for (size_t i = 0; i < screen->text.n_sections; i++) {
		const struct lesson_section *section = &screen->text.sections[i];

		bool asks = lesson_is_optional(section->title) && !solved;

		if (lesson_is_shown(section, solved))
			strbuf_addf(&text, "## %s%s\n\n%s\n\n", section->title,
				    asks ? " (`a` answers)" : "", section->text);
	}
	pager_markdown(screen->lesson, title, text.s);
}

void screen_enter(struct screen *screen, const struct exercise *exercise)
{
	screen->exercise = exercise;
	list_pane_current(screen->list, exercise);
	list_pane_select(screen->list, exercise);
	show_lesson(screen);
	checking_enter(screen, exercise);
	screen->dirty = true;
}

void screen_reload(struct screen *screen)
{
	struct progress progress = PROGRESS_INIT;
	bool solved = progress_solved(&screen->pick.progress, screen->exercise);
	struct error err = {0};
	int top = pager_top(screen->lesson);

	if (progress_load(screen->lab, &progress, &err) < 0) {
		screen_say(screen, ROLE_BAD, "%s", err.what);
		return;
	}
	if (progress.note)
		screen_say(screen, ROLE_BAD, "%s", progress.note);
	progress_free(&screen->pick.progress);
	screen->pick.progress = progress;
	list_pane_changed(screen->list);
	/* Solving it shows more of the lesson. */
	if (solved != progress_solved(&screen->pick.progress, screen->exercise)) {
		show_lesson(screen);
		pager_set_top(screen->lesson, top);
	}
	screen->dirty = true;
}

/* ---- namespaces, live ---- */

static void step_spaces(void *data)
{
	struct screen *screen = data;

	if (spaces_step(screen->spaces))
		screen->dirty = true;
	if (spaces_pane_refresh(screen->spaces_pane))
		screen->dirty = true;
	network_look(screen);
	screen->stepping = spaces_pace(screen->spaces) >= 0;
	if (screen->stepping)
		loop_timer(screen->loop, spaces_pace(screen->spaces), step_spaces, screen);
}

void screen_watch_spaces(struct screen *screen)
{
	spaces_follow(screen->spaces, terminal_pane_pid(screen->terminal));
	if (!screen->stepping)
		step_spaces(screen);
}

static void terminal_changed(void *data)
{
	struct screen *screen = data;

	screen->dirty = true;
}

/* ---- life ---- */

static void take_signal(void *data, int signo)
{
	struct screen *screen = data;

	if (signo == SIGWINCH) {
		display_resized();
		screen->dirty = true;
	} else if (signo != SIGCHLD) {
		screen_leave(screen, LAB_INTERRUPTED);
	}
}

static char *own_path(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	return xstrndup(path, n > 0 ? (size_t)n : 0);
}

static void make_panes(struct screen *screen)
{
	static const struct terminal_events events = {terminal_changed, action_ended};

	screen->list = list_pane_new(&screen->pick);
	screen->lesson = pager_new("lesson");
	screen->overlay = pager_new("text");
	screen->verdict = verdict_pane_new();
	screen->terminal = terminal_pane_new(screen->loop, &events, screen);
	screen->spaces = spaces_new();
	screen->spaces_pane = spaces_pane_new(screen->spaces);
	screen->panes[PANE_LIST] = list_pane_pane(screen->list);
	screen->panes[PANE_LESSON] = pager_pane(screen->lesson);
	screen->panes[PANE_VERDICT] = verdict_pane_pane(screen->verdict);
	screen->panes[PANE_TERMINAL] = terminal_pane_pane(screen->terminal);
	screen->panes[PANE_SPACES] = spaces_pane_pane(screen->spaces_pane);
	screen->checking.results = json_object();
}

static void free_all(struct screen *screen)
{
	captured_stop(screen);
	network_stop(screen);
	checking_stop(screen);
	terminal_pane_free(screen->terminal);
	list_pane_free(screen->list);
	pager_free(screen->lesson);
	pager_free(screen->overlay);
	verdict_pane_free(screen->verdict);
	spaces_pane_free(screen->spaces_pane);
	spaces_free(screen->spaces);
	lesson_free(&screen->text);
	surface_free(&screen->surface);
	strbuf_free(&screen->log);
	loop_free(screen->loop);
	pick_free(&screen->pick);
	free(screen->search);
	free(screen->self);
}

/* Where one begins: what was asked for, where one left off, the first unsolved. */
static void begin(struct screen *screen, const struct exercise *wanted)
{
	struct place place;
	bool known = place_load(screen->lab, &place);
	const struct catalogue *catalogue = &screen->pick.catalogue;
	const struct exercise *exercise = wanted;

	if (!exercise && place.exercise)
		exercise = catalogue_by_id(catalogue, place.exercise);
	if (!exercise)
		exercise = progress_next(&screen->pick.progress, catalogue);
	if (!exercise)
		exercise = &catalogue->exercises[0];
	screen_enter(screen, exercise);
	if (known && place.exercise && strcmp(exercise->id, place.exercise) == 0) {
		screen->focus = (enum pane_id)place.pane;
		pager_set_top(screen->lesson, place.top);
	}
	if (!known && !wanted)
		screen_show_text(screen, "welcome", help_welcome);
	free(place.exercise);
}

static void remember_place(const struct screen *screen)
{
	struct place place = {.exercise = screen->exercise->id,
			      .pane = (int)screen->focus,
			      .top = pager_top(screen->lesson)};

	place_save(screen->lab, &place);
}

static int run(struct screen *screen, const struct screen_options *options,
	       const struct exercise *wanted)
{
	struct display_options display = {.theme = options->theme, .mouse = options->mouse};
	struct error err = {0};
	int r = display_open(&display, &err);

	if (r == 0) {
		prompt_setup(screen->loop, &screen->pick.catalogue);
		begin(screen, wanted);
		loop_signals(screen->loop, take_signal, screen);
		(void)loop_fd(screen->loop, STDIN_FILENO, EPOLLIN, input_ready, screen);
		screen->dirty = true;
		r = loop_run(screen->loop, screen_before_wait, screen, &err);
		remember_place(screen);
		prompt_teardown();
		display_close();
	}
	return r < 0 ? output_error(&err, LAB_ERROR) : screen->status;
}

int screen_run(const struct lab *lab, const struct screen_options *options)
{
	struct screen screen = {.lab = lab, .pick = PICK_INIT, .log = STRBUF_INIT};
	const struct exercise *wanted = NULL;
	struct error err = {0};
	int status = pick_load(lab, &screen.pick);
	int r;

	screen.checking.out = screen.checking.err = (struct strbuf)STRBUF_INIT;
	screen.network.line = (struct strbuf)STRBUF_INIT;
	screen.captured.out = screen.captured.err = (struct strbuf)STRBUF_INIT;
	screen.text = (struct lesson)LESSON_INIT;
	if (status == LAB_PASS && !screen.pick.catalogue.n_exercises) {
		(void)error_say(&err, ENOENT, "the course has no exercises");
		status = output_error(&err, LAB_ERROR);
	}
	if (status == LAB_PASS && options->exercise) {
		r = catalogue_find(&screen.pick.catalogue, options->exercise, &wanted, &err);
		if (r < 0)
			status = output_error(&err, catalogue_status(r));
	}
	if (status == LAB_PASS && loop_new(&screen.loop, &err) < 0)
		status = output_error(&err, LAB_ERROR);
	if (status != LAB_PASS) {
		pick_free(&screen.pick);
		return status;
	}
	screen.self = own_path();
	make_panes(&screen);
	status = run(&screen, options, wanted);
	free_all(&screen);
	return status;
}
