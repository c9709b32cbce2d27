#define _GNU_SOURCE
#define NCURSES_NOMACROS
#include "lab/screen/display.h"

#include "common/strbuf.h"
#include "lab/screen/display_internal.h"

#include <curses.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#define ESCAPE_MS 25   /* a lone Escape is told from the start of a key */
#define ROWS_MAX  1000 /* whatever the terminal says of itself */
#define COLS_MAX  2000
#define COPY_MAX  (72 * 1024) /* bytes that terminals take for their clipboard */

static struct {
	SCREEN *screen;
	const struct theme *theme;
	bool colors;
	bool ansi;
	bool away; /* somebody else has the terminal */
} display;

/* ---- can there be one? ---- */

const char *display_refusal(void)
{
	static char reason[128];
	const char *term = getenv("TERM");
	TERMINAL *before = cur_term, *asked;
	int found = 0;
	bool moves;

	if (!isatty(STDIN_FILENO))
		return "standard input is not a terminal";
	if (!isatty(STDOUT_FILENO))
		return "standard output is not a terminal";
	if (!term || !term[0])
		return "TERM is not set, so nobody knows what this terminal can do";
	if (setupterm(term, STDOUT_FILENO, &found) == ERR) {
		(void)snprintf(reason, sizeof(reason),
			       "this machine does not know a terminal \"%.60s\" (TERM)", term);
		return reason;
	}
	moves = cursor_address && clear_screen && !generic_type && !hard_copy;
	asked = cur_term;
	(void)set_curterm(before);
	(void)del_curterm(asked);
	if (moves)
		return NULL;
	(void)snprintf(reason, sizeof(reason), "a terminal \"%.60s\" (TERM) can't move its cursor",
		       term);
	return reason;
}

bool display_is_open(void)
{
	return display.screen && !display.away;
}

bool display_is_ansi(void)
{
	return display.ansi;
}

/* ---- the size ---- */

void display_size(int *ret_rows, int *ret_cols)
{
	*ret_rows = LINES;
	*ret_cols = COLS;
}

static int between(int value, int most)
{
	return value > most ? most : value;
}

void display_resized(void)
{
	struct winsize size = {0};

	if (!display.screen)
		return;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		(void)resize_term(between(size.ws_row, ROWS_MAX), between(size.ws_col, COLS_MAX));
	guard_resized(LINES);
	display_forget();
}

/* ---- themes ---- */

/* Without colours every theme is the one that does without. */
static void use_theme(const struct theme *theme)
{
	display.theme = display.colors ? theme : theme_find("mono");
	draw_theme(display.theme);
}

const char *display_theme(const char *name)
{
	const struct theme *theme = display.theme ? display.theme : themes;

	if (!name)
		theme = theme[1].name ? theme + 1 : themes;
	else if (theme_find(name))
		theme = theme_find(name);
	use_theme(theme);
	return display.theme->name;
}

static void first_theme(const char *name)
{
	const char *no_color = getenv("NO_COLOR");
	const struct theme *theme = name ? theme_find(name) : NULL;

	if (!theme)
		theme = theme_find(no_color && no_color[0] ? "mono" : "default");
	use_theme(theme);
}

/* ---- life ---- */

static void set_up(void)
{
	(void)set_escdelay(ESCAPE_MS);
	(void)raw(); /* ^C, ^Z, ^S and ^Q are keys like others */
	(void)noecho();
	(void)nonl(); /* Enter is ^M, as the terminal sends it */
	(void)keypad(stdscr, TRUE);
	(void)typeahead(-1); /* a picture is finished, also while someone types */
	/* Keys are read past curses (display_input.c). */
	(void)nodelay(stdscr, TRUE);
}

int display_open(const struct display_options *options, struct error *err)
{
	const char *refusal = display_refusal();
	bool mouse;
	int r;

	if (refusal)
		return error_say(err, ENOTTY, "no screen here: %s", refusal);
	r = guard_modes();
	if (r < 0)
		return error_set(err, -r, "cannot read the terminal's modes");
	/* Curses would believe these rather than the terminal; so would what we start. */
	(void)unsetenv("LINES");
	(void)unsetenv("COLUMNS");
	display.screen = newterm(NULL, stdout, stdin);
	if (!display.screen)
		return error_say(err, ENOTTY, "curses can't use this terminal");
	display.away = false;
	display.ansi = cursor_address && strncmp(cursor_address, "\033[", 2) == 0;
	mouse = options && options->mouse && display.ansi && key_mouse;
	set_up();
	display.colors = color_open();
	first_theme(options ? options->theme : NULL);
	input_open(mouse);
	guard_resized(LINES);
	guard_open(mouse);
	display_resized();
	/* Writes what curses has begun with, too: before that nothing can be given back. */
	(void)curs_set(0);
	guard_cursor(true);
	guard_extras(true);
	return 0;
}

void display_leave(void)
{
	if (!display_is_open())
		return;
	guard_extras(false);
	(void)curs_set(1);
	guard_cursor(false);
	(void)endwin();
	guard_set_modes(false);
	guard_ours(false);
	display.away = true;
	/* What was typed before was not meant for the keys that come after. */
	input_drop();
}

void display_return(void)
{
	if (!display.screen || !display.away)
		return;
	display.away = false;
	guard_ours(true);
	guard_set_modes(true);
	guard_tidy();
	(void)reset_prog_mode();
	/* Curses would see to that when it reads keys, which we do without it. */
	(void)keypad(stdscr, TRUE);
	guard_extras(true);
	display_resized();
}

void display_close(void)
{
	if (!display.screen)
		return;
	display_leave();
	guard_close();
	draw_reset();
	delscreen(display.screen);
	display.screen = NULL;
}

/* ---- the clipboard ---- */

static void add_base64(struct strbuf *to, const char *text, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = (const unsigned char *)text;

	for (size_t i = 0; i < len; i += 3) {
		unsigned three = (unsigned)in[i] << 16;

		three |= i + 1 < len ? (unsigned)in[i + 1] << 8 : 0;
		three |= i + 2 < len ? (unsigned)in[i + 2] : 0;
		strbuf_addc(to, digits[three >> 18]);
		strbuf_addc(to, digits[three >> 12 & 63]);
		strbuf_addc(to, i + 1 < len ? digits[three >> 6 & 63] : '=');
		strbuf_addc(to, i + 2 < len ? digits[three & 63] : '=');
	}
}

/* Terminals without a clipboard skip this, as long as they speak ECMA-48 at all. */
void display_copy(const char *text, size_t len)
{
	struct strbuf out = STRBUF_INIT;

	if (!display_is_open() || !display.ansi || !enter_ca_mode)
		return;
	strbuf_adds(&out, "\033]52;c;");
	add_base64(&out, text, len < COPY_MAX ? len : COPY_MAX);
	strbuf_adds(&out, "\a");
	guard_write(out.s, out.len);
	strbuf_free(&out);
}
