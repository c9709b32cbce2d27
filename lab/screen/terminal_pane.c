#define _GNU_SOURCE
#include "lab/screen/terminal_pane.h"

#include "common/cleanup.h"
#include "lab/screen/vt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROWS_FIRST 24 /* before the pane was drawn once */
#define COLS_FIRST 80

struct terminal_pane {
	struct pane pane;
	struct loop *loop;
	const struct terminal_events *events;
	void *data;
	struct vt *vt;
	struct job *job;
	char *title;
	int status; /* of the last one, as of waitpid(2) */
	bool any;   /* something ran */
	int rows, cols;
	bool copying;
	struct vt_place at, mark; /* of copy mode; lines from the oldest kept */
	bool marked;
};

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

static void on_end(void *data, struct job *job, int status)
{
	struct terminal_pane *terminal = data;
	cleanup_free char *note = NULL;

	terminal->job = NULL;
	terminal->status = status;
	job_free(job);
	vt_restart(terminal->vt);
	if (WIFEXITED(status))
		note = xasprintf("%s: exit status %d", terminal->title, WEXITSTATUS(status));
	else
		note = xasprintf("%s: ended by signal %d, %s", terminal->title, WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
	vt_note(terminal->vt, note);
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
		vt_note(terminal->vt, title);
	r = job_start(terminal->loop, &request, &terminal->job, err);
	if (r < 0)
		return r;
	free(terminal->title);
	terminal->title = xstrdup(title);
	terminal->any = true;
	return 0;
}

bool terminal_pane_running(const struct terminal_pane *terminal)
{
	return terminal->job != NULL;
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

void terminal_pane_key(struct terminal_pane *terminal, const struct key *key)
{
	cleanup_strbuf struct strbuf bytes = STRBUF_INIT;

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
	vt_note(terminal->vt, text);
}

/* ---- copy mode ---- */

void terminal_pane_copy_begin(struct terminal_pane *terminal)
{
	terminal->copying = true;
	terminal->marked = false;
	terminal->at.line = vt_lines(terminal->vt) - vt_scrolled(terminal->vt) - 1;
	terminal->at.col = 0;
}

bool terminal_pane_copying(const struct terminal_pane *terminal)
{
	return terminal->copying;
}

static void show_selection(struct terminal_pane *terminal)
{
	vt_select(terminal->vt, terminal->marked ? &terminal->mark : NULL,
		  terminal->marked ? &terminal->at : NULL);
}

void terminal_pane_copy_mark(struct terminal_pane *terminal)
{
	terminal->mark = terminal->at;
	terminal->marked = true;
	show_selection(terminal);
}

void terminal_pane_copy_take(struct terminal_pane *terminal, struct strbuf *to)
{
	/* Without a mark: the whole line. */
	if (!terminal->marked) {
		terminal->mark = (struct vt_place){terminal->at.line, 0};
		terminal->at.col = terminal->cols - 1;
		terminal->marked = true;
		show_selection(terminal);
	}
	vt_selected(terminal->vt, to);
	terminal_pane_copy_end(terminal);
}

void terminal_pane_copy_end(struct terminal_pane *terminal)
{
	terminal->copying = false;
	terminal->marked = false;
	show_selection(terminal);
}

static int clamped(int n, int least, int most)
{
	return n < least ? least : n > most ? most : n;
}

/* The cursor of copy mode moves, and the picture with it. */
static bool move_copy(struct terminal_pane *terminal, enum move where)
{
	int page = terminal->rows > 1 ? terminal->rows - 1 : 1;
	int lines = vt_lines(terminal->vt);
	struct vt_place was = terminal->at;
	static const int right[] = {[MOVE_LEFT] = -1, [MOVE_RIGHT] = 1, [MOVE_BOTTOM] = 0};
	int down[] = {
		[MOVE_UP] = -1,
		[MOVE_DOWN] = 1,
		[MOVE_PAGE_UP] = -page,
		[MOVE_PAGE_DOWN] = page,
		[MOVE_HALF_UP] = -page / 2,
		[MOVE_HALF_DOWN] = page / 2,
		[MOVE_TOP] = -lines,
		[MOVE_BOTTOM] = lines,
	};
	int top;

	terminal->at.line = clamped(terminal->at.line + down[where], 0, lines - 1);
	terminal->at.col = clamped(terminal->at.col + right[where], 0, terminal->cols - 1);
	top = lines - terminal->rows - vt_scrolled(terminal->vt);
	if (terminal->at.line < top)
		(void)vt_scroll(terminal->vt, lines - terminal->rows - terminal->at.line);
	else if (terminal->at.line >= top + terminal->rows)
		(void)vt_scroll(terminal->vt, lines - 1 - terminal->at.line);
	show_selection(terminal);
	return was.line != terminal->at.line || was.col != terminal->at.col;
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
	job_free(terminal->job);
	vt_free(terminal->vt);
	free(terminal->title);
	free(terminal);
}

struct pane *terminal_pane_pane(struct terminal_pane *terminal)
{
	return &terminal->pane;
}

static void title(const struct pane *pane, struct strbuf *to)
{
	const struct terminal_pane *terminal = (const struct terminal_pane *)pane;

	strbuf_adds(to, "terminal");
	if (terminal->title)
		strbuf_addf(to, ": %s", terminal->title);
	if (terminal->job)
		strbuf_adds(to, ", running");
	else if (terminal->any && WIFEXITED(terminal->status))
		strbuf_addf(to, ", ended with %d", WEXITSTATUS(terminal->status));
	else if (terminal->any)
		strbuf_addf(to, ", ended by signal %d", WTERMSIG(terminal->status));
	if (terminal->copying)
		strbuf_adds(to, " COPYING");
	if (vt_scrolled(terminal->vt))
		strbuf_addf(to, " (%d lines back)", vt_scrolled(terminal->vt));
}

static void fit(struct terminal_pane *terminal, int rows, int cols)
{
	if (rows < 1 || cols < 1 || (rows == terminal->rows && cols == terminal->cols))
		return;
	terminal->rows = rows;
	terminal->cols = cols;
	vt_resize(terminal->vt, rows, cols);
	if (terminal->job)
		job_resize(terminal->job, (unsigned short)rows, (unsigned short)cols);
}

static void draw(struct pane *pane, const struct area *area, bool focus, int *ret_cursor_row,
		 int *ret_cursor_col)
{
	struct terminal_pane *terminal = of(pane);

	(void)focus;
	fit(terminal, area->rect.rows, area->rect.cols);
	vt_draw(terminal->vt, area, ret_cursor_row, ret_cursor_col);
	if (!terminal->any)
		(void)area_put(area, 0, 0, ROLE_DIM, "r runs your program here, ! opens a shell");
	if (terminal->copying) {
		*ret_cursor_row = terminal->at.line - (vt_lines(terminal->vt) - terminal->rows -
						       vt_scrolled(terminal->vt));
		*ret_cursor_col = terminal->at.col;
	}
}

static bool move(struct pane *pane, enum move where)
{
	struct terminal_pane *terminal = of(pane);
	int page = terminal->rows > 1 ? terminal->rows - 1 : 1;
	int was = vt_scrolled(terminal->vt);
	int up[] = {
		[MOVE_UP] = 1,
		[MOVE_DOWN] = -1,
		[MOVE_PAGE_UP] = page,
		[MOVE_PAGE_DOWN] = -page,
		[MOVE_HALF_UP] = page / 2,
		[MOVE_HALF_DOWN] = -page / 2,
		[MOVE_TOP] = VT_SCROLLBACK,
		[MOVE_BOTTOM] = -VT_SCROLLBACK,
	};

	if (terminal->copying)
		return move_copy(terminal, where);
	return vt_scroll(terminal->vt, was + up[where]) != was;
}

static bool search(struct pane *pane, const char *text, bool forwards)
{
	return vt_search(of(pane)->vt, text, forwards);
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
	.extent = extent,
};
