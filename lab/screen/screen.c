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
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define MESSAGE_MS 5000
#define FRAME_MS   16 /* pictures come no closer together than that */
#define OFFER_ROWS 8

/* ---- messages, focus ---- */

static void message_over(void *data)
{
	struct screen *screen = data;

	if (screen->message_role == ROLE_BAD || screen->question.yes)
		return;
	screen->message[0] = '\0';
	screen->dirty = true;
}

void screen_say(struct screen *screen, enum role role, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(screen->message, sizeof(screen->message), fmt, args);
	va_end(args);
	/* One line: what a command printed may have more. */
	screen->message[strcspn(screen->message, "\n")] = '\0';
	screen->message_role = role;
	screen->dirty = true;
	loop_timer(screen->loop, MESSAGE_MS, message_over, screen);
}

void screen_focus(struct screen *screen, enum pane_id pane)
{
	if (pane != screen->focus)
		screen->zoom = false;
	screen->overlay_on = false;
	screen->focus = pane;
	if (pane != PANE_TERMINAL)
		screen->typing = false;
	else if (terminal_pane_running(screen->terminal))
		screen->typing = true;
	screen->dirty = true;
}

void screen_leave(struct screen *screen, int status)
{
	screen->status = status;
	loop_stop(screen->loop);
}

void screen_show_markdown(struct screen *screen, const char *title, const char *markdown)
{
	pager_markdown(screen->overlay, title, markdown);
	screen->overlay_on = true;
	screen->dirty = true;
}

void screen_show_text(struct screen *screen, const char *title, const char *text)
{
	pager_text(screen->overlay, title, text);
	screen->overlay_on = true;
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

		if (lesson_is_shown(section, solved))
			strbuf_addf(&text, "## %s\n\n%s\n\n", section->title, section->text);
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

/* ---- drawing ---- */

static void draw_pane(struct screen *screen, struct pane *pane, const struct rect *rect, bool focus,
		      int *cursor_row, int *cursor_col)
{
	struct area whole = surface_area(&screen->surface);
	struct area area = area_part(&whole, rect);
	cleanup_strbuf struct strbuf title = STRBUF_INIT;
	struct area inside;
	int row = -1, col = 0;
	int top = 0, seen = 0, total = 0;

	pane->ops->title(pane, &title);
	inside = area_frame(&area, title.s, focus);
	pane->ops->draw(pane, &inside, focus, &row, &col);
	if (pane->ops->extent) {
		pane->ops->extent(pane, &top, &seen, &total);
		if (total > seen)
			area_scroll_mark(&area, top, seen, total);
	}
	if (focus && row >= 0) {
		*cursor_row = inside.rect.row + row;
		*cursor_col = inside.rect.col + col;
	}
}

static void draw_footer(struct screen *screen)
{
	struct area whole = surface_area(&screen->surface);
	struct area area = area_part(&whole, &screen->layout.footer);
	char keys[64];
	char leave[16];
	int col = 0;

	if (screen->typing) {
		(void)area_printf(&area, 0, 0, ROLE_FOOTER,
				  "%s leaves the terminal; every other key is the program's",
				  key_text(&keys_leave_terminal, leave, sizeof(leave)));
		return;
	}
	for (const enum action *action = keys_footer; *action; action++) {
		const struct key_binding *at = keys_by_action(*action);

		(void)keys_text(at, keys, sizeof(keys));
		keys[strcspn(keys, " ")] = '\0';
		if (col + (int)strlen(keys) + (int)strlen(at->label) + 1 > area.rect.cols)
			break;
		col = area_put(&area, 0, col, ROLE_KEY, keys);
		col = area_printf(&area, 0, col,
				  action_refusal(screen, at->action) ? ROLE_DIM : ROLE_FOOTER,
				  " %s", at->label);
		col += 2;
	}
}

static void draw_message(struct screen *screen, int *cursor_row, int *cursor_col)
{
	struct area whole = surface_area(&screen->surface);
	struct area area = area_part(&whole, &screen->layout.message);

	if (prompt_active()) {
		prompt_draw(&area, cursor_col);
		*cursor_row = screen->layout.message.row;
	} else if (screen->message[0]) {
		(void)area_put_cut(&area, 0, 0, area.rect.cols, screen->message_role,
				   screen->message, strlen(screen->message));
	} else if (screen->checking.path) {
		(void)area_put_cut(&area, 0, 0, area.rect.cols, ROLE_DIM, screen->checking.path,
				   strlen(screen->checking.path));
	}
}

/* What completion offers, above the prompt. */
static void draw_offers(struct screen *screen)
{
	const char *offers = prompt_active() ? prompt_offers() : NULL;
	struct area whole = surface_area(&screen->surface);
	struct rect rect = {.cols = screen->surface.cols};
	struct area area;
	int row = 0, col = 0;

	if (!offers)
		return;
	rect.rows =
		screen->layout.message.row < OFFER_ROWS ? screen->layout.message.row : OFFER_ROWS;
	rect.row = screen->layout.message.row - rect.rows;
	area = area_part(&whole, &rect);
	area_clear(&area);
	while (*offers && row < rect.rows) {
		size_t len = strcspn(offers, "\n");

		if (col && col + text_columns(offers, len) > rect.cols) {
			col = 0;
			row++;
			continue;
		}
		col = area_put_cut(&area, row, col, rect.cols - col, ROLE_TEXT, offers, len);
		col = (col / 20 + 1) * 20;
		offers += len + (offers[len] == '\n');
	}
}

static void draw_too_small(struct screen *screen)
{
	struct area whole = surface_area(&screen->surface);

	(void)area_printf(&whole, 0, 0, ROLE_BOLD, "lab needs %dx%d; this window has %dx%d",
			  DISPLAY_COLS, DISPLAY_ROWS, screen->surface.cols, screen->surface.rows);
}

static void draw_now(struct screen *screen)
{
	struct layout_wish wish = {.focus = screen->focus, .zoom = screen->zoom};
	struct rect all;
	int row = -1, col = 0;

	display_size(&wish.rows, &wish.cols);
	layout_make(&wish, &screen->layout);
	surface_size(&screen->surface, wish.rows, wish.cols);
	if (screen->layout.too_small) {
		draw_too_small(screen);
		display_draw(&screen->surface, -1, 0);
		return;
	}
	all = (struct rect){.rows = wish.rows - 2, .cols = wish.cols};
	if (screen->overlay_on)
		draw_pane(screen, pager_pane(screen->overlay), &all, true, &row, &col);
	for (int i = 0; i < PANE_COUNT && !screen->overlay_on; i++)
		if (screen->layout.panes[i].rows)
			draw_pane(screen, screen->panes[i], &screen->layout.panes[i],
				  screen->focus == (enum pane_id)i, &row, &col);
	/* The cursor of a program is shown only while one types to it. */
	if (screen->focus == PANE_TERMINAL && !screen->typing &&
	    !terminal_pane_copying(screen->terminal))
		row = -1;
	draw_message(screen, &row, &col);
	draw_footer(screen);
	draw_offers(screen);
	display_draw(&screen->surface, row, col);
}

void screen_draw(struct screen *screen)
{
	draw_now(screen);
	screen->drawn_ms = loop_now_ms();
	screen->dirty = false;
}

static void frame_due(void *data)
{
	(void)data; /* dirty is still set: the picture is drawn before the next wait */
}

static void before_wait(void *data)
{
	struct screen *screen = data;
	long long since = loop_now_ms() - screen->drawn_ms;

	if (!screen->dirty)
		return;
	if (since < FRAME_MS)
		loop_timer(screen->loop, (int)(FRAME_MS - since), frame_due, screen);
	else
		screen_draw(screen);
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
	if (!known && !wanted) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		help_welcome(screen, &text);
		screen_show_markdown(screen, "welcome", text.s);
	}
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
		r = loop_run(screen->loop, before_wait, screen, &err);
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
