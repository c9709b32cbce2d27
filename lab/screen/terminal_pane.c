#define _GNU_SOURCE
#include "lab/screen/terminal_internal.h"

#include "common/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROWS_FIRST 24 /* before the pane was drawn once */
#define COLS_FIRST 80
#define SECOND_MS  1000

static struct terminal_pane *of(struct pane *pane)
{
	return (struct terminal_pane *)pane;
}

/* ---- the job ---- */

/* Keys and pasted text on their way to the program. */
static void send_to_program(struct terminal_pane *terminal, const struct strbuf *bytes)
{
	if (terminal->job && bytes->len)
		job_write(terminal->job, bytes->s, bytes->len);
}

static void on_output(void *data, const char *bytes, size_t len)
{
	struct terminal_pane *terminal = data;

	vt_feed(terminal->vt, bytes, len);
	terminal->events->changed(terminal->data);
}

/* The title tells for how long it has been running. */
static void each_second(void *data)
{
	struct terminal_pane *terminal = data;

	terminal->events->changed(terminal->data);
	loop_timer(terminal->loop, SECOND_MS, each_second, terminal);
}

static void add_status(struct strbuf *to, int status)
{
	if (WIFEXITED(status))
		strbuf_addf(to, "exit status %d", WEXITSTATUS(status));
	else
		strbuf_addf(to, "ended by signal %d, %s", WTERMSIG(status),
			    strsignal(WTERMSIG(status)));
}

static void on_end(void *data, struct job *job, int status)
{
	struct terminal_pane *terminal = data;
	cleanup_strbuf struct strbuf note = STRBUF_INIT;

	terminal->job = NULL;
	terminal->status = status;
	job_free(job);
	loop_timer(terminal->loop, -1, each_second, terminal);
	strbuf_addf(&note, "-- %s: ", terminal->title);
	add_status(&note, status);
	strbuf_adds(&note, " --");
	vt_restart(terminal->vt);
	vt_note(terminal->vt, note.s);
	terminal->events->ended(terminal->data, status);
}

static const struct job_events terminal_job = {on_output, NULL, on_end};

/* What programs here may take the terminal for: as xterm where that is described. */
static const char *terminal_type(void)
{
	static const char *const places[] = {"/usr/share/terminfo/x/", "/lib/terminfo/x/",
					     "/etc/terminfo/x/", "/usr/share/terminfo/78/"};
	static const char *const names[] = {"xterm-256color", "xterm"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		for (size_t j = 0; j < sizeof(places) / sizeof(*places); j++) {
			cleanup_free char *path = xasprintf("%s%s", places[j], names[i]);

			if (access(path, R_OK) == 0)
				return names[i];
		}
	}
	return "vt100";
}

static void note_title(struct terminal_pane *terminal, const char *title)
{
	cleanup_free char *note = xasprintf("-- %s --", title);

	vt_note(terminal->vt, note);
}

int terminal_pane_run(struct terminal_pane *terminal, const char *title, char *const *argv,
		      struct error *err)
{
	cleanup_free char *term = xasprintf("TERM=%s", terminal_type());
	const char *env[] = {term, NULL};
	struct job_request request = {
		.argv = argv,
		.env = env,
		.terminal = true,
		.rows = (unsigned short)terminal->rows,
		.cols = (unsigned short)terminal->cols,
		.events = &terminal_job,
		.data = terminal,
	};
	int r;

	if (terminal->job)
		return error_say(err, EBUSY, "%s runs already", terminal->title);
	vt_restart(terminal->vt);
	if (terminal->any)
		note_title(terminal, title);
	(void)vt_scroll(terminal->vt, 0);
	r = job_start(terminal->loop, &request, &terminal->job, err);
	if (r < 0)
		return r;
	free(terminal->title);
	terminal->title = xstrdup(title);
	terminal->any = true;
	terminal->began_ms = loop_now_ms();
	loop_timer(terminal->loop, SECOND_MS, each_second, terminal);
	return 0;
}

bool terminal_pane_running(const struct terminal_pane *terminal)
{
	return terminal->job != NULL;
}

bool terminal_pane_used(const struct terminal_pane *terminal)
{
	return terminal->any;
}

pid_t terminal_pane_pid(const struct terminal_pane *terminal)
{
	return terminal->job ? job_pid(terminal->job) : 0;
}

void terminal_pane_stop(struct terminal_pane *terminal)
{
	if (terminal->job)
		job_stop(terminal->job);
}

/* As in other terminals: these are not for the program. */
static bool scrolls(struct terminal_pane *terminal, const struct key *key)
{
	int page = terminal->rows - 1;

	if (key->mods != KEY_MOD_SHIFT ||
	    (key->code != KEY_CODE_PAGE_UP && key->code != KEY_CODE_PAGE_DOWN))
		return false;
	(void)vt_scroll(terminal->vt,
			vt_scrolled(terminal->vt) + (key->code == KEY_CODE_PAGE_UP ? page : -page));
	return true;
}

void terminal_pane_key(struct terminal_pane *terminal, const struct key *key)
{
	cleanup_strbuf struct strbuf bytes = STRBUF_INIT;

	if (scrolls(terminal, key))
		return;
	(void)vt_scroll(terminal->vt, 0);
	vt_key(terminal->vt, key, &bytes);
	send_to_program(terminal, &bytes);
}

void terminal_pane_paste(struct terminal_pane *terminal, const char *text, size_t len)
{
	cleanup_strbuf struct strbuf bytes = STRBUF_INIT;

	(void)vt_scroll(terminal->vt, 0);
	vt_paste(terminal->vt, text, len, &bytes);
	send_to_program(terminal, &bytes);
}

void terminal_pane_note(struct terminal_pane *terminal, const char *text)
{
	terminal->noted = true;
	vt_note(terminal->vt, text);
}

/* ---- the pane ---- */

static const struct pane_ops terminal_ops;

struct terminal_pane *terminal_pane_new(struct loop *loop, const struct terminal_events *events,
					void *data)
{
	struct terminal_pane *terminal = xcalloc(1, sizeof(*terminal));

	terminal->pane.ops = &terminal_ops;
	terminal->loop = loop;
	terminal->events = events;
	terminal->data = data;
	terminal->rows = ROWS_FIRST;
	terminal->cols = COLS_FIRST;
	terminal->vt = vt_new(ROWS_FIRST, COLS_FIRST);
	return terminal;
}

void terminal_pane_free(struct terminal_pane *terminal)
{
	if (!terminal)
		return;
	loop_timer(terminal->loop, -1, each_second, terminal);
	job_free(terminal->job);
	vt_free(terminal->vt);
	free(terminal->title);
	free(terminal);
}

struct pane *terminal_pane_pane(struct terminal_pane *terminal)
{
	return &terminal->pane;
}

static void add_time(struct strbuf *to, long long ms)
{
	long long seconds = ms / 1000;

	if (seconds < 120)
		strbuf_addf(to, "%lld s", seconds);
	else
		strbuf_addf(to, "%lld min", seconds / 60);
}

static void title(const struct pane *pane, struct strbuf *to)
{
	const struct terminal_pane *terminal = (const struct terminal_pane *)pane;

	strbuf_adds(to, "terminal");
	if (terminal->title)
		strbuf_addf(to, ": %s", terminal->title);
	if (terminal->job) {
		strbuf_adds(to, " - running ");
		add_time(to, loop_now_ms() - terminal->began_ms);
	} else if (terminal->any) {
		strbuf_adds(to, " - ");
		add_status(to, terminal->status);
	}
	if (terminal->copying)
		strbuf_adds(to, terminal->marked ? " - COPYING from the mark" : " - COPYING");
	if (vt_scrolled(terminal->vt))
		strbuf_addf(to, " - %d lines back", vt_scrolled(terminal->vt));
}

static void fit(struct terminal_pane *terminal, int rows, int cols)
{
	rows = terminal_clamp(rows, VT_LEAST, VT_MOST);
	cols = terminal_clamp(cols, VT_LEAST, VT_MOST);
	if (rows == terminal->rows && cols == terminal->cols)
		return;
	terminal->rows = rows;
	terminal->cols = cols;
	vt_resize(terminal->vt, rows, cols);
	if (terminal->job)
		job_resize(terminal->job, (unsigned short)rows, (unsigned short)cols);
	/* Lines have moved. */
	if (terminal->copying) {
		terminal->marked = false;
		terminal_copy_to(terminal, terminal_place(terminal, &terminal->at).line,
				 terminal->at.col);
	}
}

static void draw_cursor_of_copy(const struct terminal_pane *terminal, const struct area *area,
				int *ret_cursor_row, int *ret_cursor_col)
{
	int row = terminal_place(terminal, &terminal->at).line - terminal_top(terminal);

	*ret_cursor_row = row < 0 || row >= area->rect.rows ? -1 : row;
	*ret_cursor_col = terminal->at.col < area->rect.cols ? terminal->at.col : 0;
}

static void draw(struct pane *pane, const struct area *area, bool focus, int *ret_cursor_row,
		 int *ret_cursor_col)
{
	struct terminal_pane *terminal = of(pane);

	(void)focus;
	*ret_cursor_row = -1;
	*ret_cursor_col = 0;
	if (area->rect.rows < 1 || area->rect.cols < 1)
		return;
	fit(terminal, area->rect.rows, area->rect.cols);
	vt_draw(terminal->vt, area, ret_cursor_row, ret_cursor_col);
	if (!terminal->any && !terminal->noted) {
		(void)area_put(area, 0, 0, ROLE_DIM, "r runs your program, ! opens a shell");
		*ret_cursor_row = -1;
	}
	if (terminal->copying)
		draw_cursor_of_copy(terminal, area, ret_cursor_row, ret_cursor_col);
}

static bool move(struct pane *pane, enum move where)
{
	struct terminal_pane *terminal = of(pane);
	int page = terminal->rows - 1;
	int was = vt_scrolled(terminal->vt);
	const int up[] = {
		[MOVE_UP] = 1,
		[MOVE_DOWN] = -1,
		[MOVE_PAGE_UP] = page,
		[MOVE_PAGE_DOWN] = -page,
		[MOVE_HALF_UP] = (page + 1) / 2,
		[MOVE_HALF_DOWN] = -(page + 1) / 2,
		[MOVE_TOP] = VT_SCROLLBACK,
		[MOVE_BOTTOM] = -VT_SCROLLBACK,
	};

	if (terminal->copying)
		return terminal_copy_move(terminal, where);
	return vt_scroll(terminal->vt, was + up[where]) != was;
}

static bool search(struct pane *pane, const char *text, bool forwards)
{
	struct terminal_pane *terminal = of(pane);
	int line;

	if (!vt_search(terminal->vt, text, forwards))
		return false;
	line = vt_found(terminal->vt);
	if (terminal->copying)
		terminal_copy_to(terminal, line, 0);
	return true;
}

/* In copy mode a click puts its cursor there. */
static void click(struct pane *pane, int row, int col)
{
	struct terminal_pane *terminal = of(pane);

	if (terminal->copying)
		terminal_copy_to(terminal, terminal_top(terminal) + row, col);
}

static void extent(const struct pane *pane, int *ret_top, int *ret_seen, int *ret_total)
{
	const struct terminal_pane *terminal = (const struct terminal_pane *)pane;

	*ret_total = vt_alternate(terminal->vt) ? terminal->rows : vt_lines(terminal->vt);
	*ret_seen = terminal->rows;
	*ret_top = *ret_total - *ret_seen - vt_scrolled(terminal->vt);
}

static const struct pane_ops terminal_ops = {
	.name = "terminal",
	.title = title,
	.draw = draw,
	.move = move,
	.search = search,
	.click = click,
	.extent = extent,
};
