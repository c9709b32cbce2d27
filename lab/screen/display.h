/*
 * The terminal: the one place that owns curses' life cycle, the terminal's modes
 * and the size. However the program ends, the terminal is as it was before.
 *
 * Normal life:  display_open  (display_draw | display_read)*  display_close
 * Hand-over:    display_leave  child runs on the terminal  display_return
 */
#ifndef NSLAB_LAB_SCREEN_DISPLAY_H
#define NSLAB_LAB_SCREEN_DISPLAY_H

#include "common/error.h"
#include "lab/screen/key.h"
#include "lab/screen/surface.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define DISPLAY_ROWS 24 /* the least size that everything fits */
#define DISPLAY_COLS 80

/**
 * Why there can be no screen here: "standard output is not a terminal", TERM is
 * dumb or has no cursor addressing. NULL where there can.
 */
const char *display_refusal(void);

struct display_options {
	const char *theme; /* a name of themes (theme.h), or NULL: NO_COLOR and TERM decide */
	bool mouse;
};

/**
 * Take the terminal: alternate screen, no echo, keys as they come, a guard that
 * gives it back at exit(3), at every fatal signal and at SIGTSTP. Signals: SIGINT,
 * SIGTERM, SIGHUP, SIGWINCH and SIGCHLD are the loop's (lab/screen/loop.h), which
 * must have blocked them before.
 */
int display_open(const struct display_options *options, struct error *err);
void display_close(void);

/** The current size. */
void display_size(int *ret_rows, int *ret_cols);

/** The window changed: take over its new size. Forgets what is on the screen. */
void display_resized(void);

/** Draw everything anew at the next display_draw() (^L). */
void display_forget(void);

/** Switch to the next theme, or to one by name; returns the name of the one in use. */
const char *display_theme(const char *name_or_null);

/** Show a surface of the terminal's size; row -1: no cursor. Writes only what differs. */
void display_draw(const struct surface *surface, int cursor_row, int cursor_col);

/** A next key, paste or mouse event; never blocks. */
void display_read(struct input *ret);

/**
 * For a prompt that reads the terminal itself: the bytes as they come, at most size.
 * Returns how many, 0 where none are there, -1 where the terminal has gone.
 */
ssize_t display_read_bytes(void *buf, size_t size);

/** Put text on the terminal's clipboard (OSC 52), where the terminal does that. */
void display_copy(const char *text, size_t len);

/**
 * Run argv on the terminal in a process group of its own and wait, whatever it does
 * to the terminal; also where it is stopped (the group is then continued once, told of
 * by `note`). The signal mask of the start is its, all descriptors are close-on-exec.
 * *ret_status is as of waitpid(2). With `pause` a line asks for Enter before the screen returns.
 */
int display_run(char *const *argv, bool pause, int *ret_status, struct error *err);

/** ^Z: stop the whole job as the shell expects, come back with fg. */
void display_suspend(void);

#endif
