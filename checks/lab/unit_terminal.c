/*
 * lab/screen/terminal_pane.h: a program on the pane, its keys, its size, copy mode.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "lab/screen/terminal_pane.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define PATIENCE_MS 60000

static struct loop *loop;
static struct terminal_pane *terminal;
static struct pane *pane;
static struct surface surface;
static struct strbuf picture = STRBUF_INIT;
static int cursor_row, cursor_col;
static const char *until; /* in the picture */
static bool too_long;
static int ended_status = -1;
static bool each_change; /* stops the loop */

static void draw(void)
{
	struct area area = surface_area(&surface);

	area_clear(&area);
	pane->ops->draw(pane, &area, true, &cursor_row, &cursor_col);
	strbuf_reset(&picture);
	for (int row = 0; row < surface.rows; row++) {
		surface_row_text(&surface, row, &picture);
		strbuf_addc(&picture, '\n');
	}
}

static void changed(void *data)
{
	(void)data;
	draw();
	if ((until && strstr(picture.s, until)) || each_change)
		loop_stop(loop);
}

static void ended(void *data, int status)
{
	ended_status = status;
	changed(data);
	if (!until)
		loop_stop(loop);
}

static void give_up(void *data)
{
	(void)data;
	too_long = true;
	loop_stop(loop);
}

static void no_turn(void *data)
{
	(void)data;
}

static void turn(void)
{
	struct error err = {0};

	loop_timer(loop, PATIENCE_MS, give_up, NULL);
	(void)loop_run(loop, no_turn, NULL, &err);
	loop_timer(loop, -1, give_up, NULL);
}

/* Is this in sight, soon? */
static bool shown(const char *text)
{
	draw();
	until = text;
	if (!strstr(picture.s, text) && !too_long)
		turn();
	until = NULL;
	return strstr(picture.s, text) != NULL;
}

static bool wait_end(void)
{
	if (terminal_pane_running(terminal) && !too_long)
		turn();
	return !terminal_pane_running(terminal);
}

static int run(const char *title, const char *script, struct error *err)
{
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};

	return terminal_pane_run(terminal, title, argv, err);
}

static void press(uint32_t code, unsigned mods)
{
	struct key key = {code, mods};

	terminal_pane_key(terminal, &key);
}

static const char *title(void)
{
	static struct strbuf text = STRBUF_INIT;

	strbuf_reset(&text);
	pane->ops->title(pane, &text);
	return text.s;
}

/* ---- tests ---- */

static void runs(void)
{
	struct error err = {0};

	draw();
	ok(strstr(picture.s, "opens a shell") != NULL, "an empty one says what to do");
	is_str(title(), "terminal", "its title");
	is_int(terminal_pane_pid(terminal), 0, "nothing runs");
	ok(run("lab run x", "stty size; echo TERM $TERM; read x; echo got $x; exit 3", &err) == 0,
	   "a program: %s", err.what);
	ok(shown("8 40"), "has the size of the last draw");
	ok(shown("TERM xterm") || shown("TERM vt100"), "and a terminal it knows");
	is_str(title(), "terminal: lab run x - running 0 s", "the title tells that it runs");
	ok(terminal_pane_pid(terminal) > 0, "it has a PID");
	is_int(run("another", "true", &err), -EBUSY, "one at a time");
	press('h', 0);
	press('i', 0);
	press(KEY_CODE_ENTER, 0);
	ok(wait_end() && WEXITSTATUS(ended_status) == 3, "keys go to it, and it ends");
	ok(strstr(picture.s, "got hi") != NULL, "it got them");
	ok(strstr(picture.s, "-- lab run x: exit status 3 --") != NULL, "a note tells of the end");
	is_str(title(), "terminal: lab run x - exit status 3", "and the title");
	press('x', 0);
	ok(run("second", "kill -9 $$", &err) == 0 && wait_end(), "another one");
	is_str(title(), "terminal: second - ended by signal 9, Killed", "killed");
	ok(strstr(picture.s, "-- second --") != NULL, "a note tells where it begins");
}

static void sizes(void)
{
	struct error err = {0};

	ok(run("size", "trap 'stty size' WINCH; echo ready; while :; do read x; done", &err) == 0,
	   "a program that hears of sizes");
	ok(shown("ready"), "runs");
	surface_size(&surface, 10, 50);
	draw();
	ok(shown("10 50"), "it is told of the size of a draw");
	surface_size(&surface, 1, 1);
	draw();
	surface_size(&surface, 8, 40);
	ok(shown("8 40"), "and after the smallest");
	terminal_pane_stop(terminal);
	ok(wait_end() && WIFSIGNALED(ended_status), "stopped");
}

static void looks_back(void)
{
	struct error err = {0};
	int top, seen, total;
	bool last;

	ok(run("seq", "seq 1000 1200; echo done; read x", &err) == 0 && shown("done"),
	   "many lines");
	pane->ops->extent(pane, &top, &seen, &total);
	ok(seen == 8 && top == total - 8 && total > 200, "extent: %d %d %d", top, seen, total);
	ok(!pane->ops->move(pane, MOVE_DOWN), "no further down");
	ok(pane->ops->move(pane, MOVE_PAGE_UP), "a page up");
	ok(shown("1189") && !strstr(picture.s, "done"), "older lines");
	ok(strstr(title(), "7 lines back") != NULL, "the title tells: %s", title());
	press(KEY_CODE_PAGE_UP, KEY_MOD_SHIFT);
	ok(strstr(title(), "14 lines back") != NULL, "Shift and page keys too: %s", title());
	ok(pane->ops->search(pane, "1007", false) && shown("1007"), "searched");
	(void)pane->ops->move(pane, MOVE_TOP);
	last = pane->ops->move(pane, MOVE_UP);
	ok(!last, "the top is the end");
	press('x', 0);
	ok(shown("done"), "typing comes back to the live picture");
	press(KEY_CODE_ENTER, 0);
	ok(wait_end(), "it ends");
}

static void copies(void)
{
	struct error err = {0};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	ok(run("copy",
	       "trap 'seq 3000 9000; echo later' USR1; seq 2000 2100; echo 'the end';"
	       " while :; do read x; done",
	       &err) == 0 &&
		   shown("the end"),
	   "something to copy");
	terminal_pane_copy_begin(terminal);
	ok(terminal_pane_copying(terminal) && strstr(title(), "COPYING"), "copy mode: %s", title());
	draw();
	is_int(cursor_row, 7, "its cursor begins on the last row");
	ok(pane->ops->search(pane, "2050", false) && shown("2050"), "a search moves it");
	terminal_pane_copy_mark(terminal);
	for (int i = 0; i < 2; i++)
		(void)pane->ops->move(pane, MOVE_DOWN);
	for (int i = 0; i < 3; i++)
		(void)pane->ops->move(pane, MOVE_RIGHT);
	ok(!pane->ops->move(pane, MOVE_LEFT) || pane->ops->move(pane, MOVE_RIGHT), "it moves");
	draw();
	ok(strstr(picture.s, "2050") != NULL, "the text is in sight");
	(void)kill(terminal_pane_pid(terminal), SIGUSR1);
	each_change = true;
	for (int lines = 0, any; lines < 6000 && !too_long;) {
		turn();
		pane->ops->extent(pane, &any, &any, &lines);
	}
	each_change = false;
	ok(strstr(picture.s, "2050") != NULL, "and stays, whatever is printed meanwhile");
	terminal_pane_copy_take(terminal, &text);
	is_str(text.s, "2050\n2051\n2052", "what was marked is taken");
	ok(!terminal_pane_copying(terminal), "which ends the mode");
	ok(shown("later"), "back at the live picture");
	strbuf_reset(&text);
	terminal_pane_copy_begin(terminal);
	ok(pane->ops->search(pane, "8999", false), "another place");
	terminal_pane_copy_take(terminal, &text);
	is_str(text.s, "8999", "without a mark the line is taken");
	terminal_pane_copy_begin(terminal);
	draw();
	pane->ops->click(pane, 2, 3);
	draw();
	ok(cursor_row == 2 && cursor_col == 3, "a click moves its cursor");
	terminal_pane_copy_end(terminal);
	terminal_pane_stop(terminal);
	ok(wait_end(), "it ends");
}

int main(void)
{
	static const struct terminal_events events = {changed, ended};
	struct error err = {0};

	(void)setlocale(LC_ALL, "C.UTF-8");
	if (loop_new(&loop, &err) < 0)
		return 1;
	surface_size(&surface, 8, 40);
	terminal = terminal_pane_new(loop, &events, NULL);
	pane = terminal_pane_pane(terminal);
	runs();
	sizes();
	looks_back();
	copies();
	ok(run("left", "trap '' HUP; exec sleep 1000", &err) == 0, "one that runs to the end");
	terminal_pane_free(terminal);
	terminal_pane_free(NULL);
	surface_free(&surface);
	strbuf_free(&picture);
	loop_free(loop);
	return unit_done();
}
