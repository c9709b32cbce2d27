/*
 * What the files of the display share.
 *
 *	display.c        open, close, size, hand-over
 *	display_draw.c   from a surface to curses
 *	display_color.c  from colours and attributes to what this terminal has
 *	display_guard.c  signals and exit(3): the terminal is given back, whatever happens
 *	display_input.c  from bytes to keys
 *	display_run.c    a program that has the terminal for a while
 *
 * Of all of lab only these files include curses.
 */
#ifndef NSLAB_LAB_SCREEN_DISPLAY_INTERNAL_H
#define NSLAB_LAB_SCREEN_DISPLAY_INTERNAL_H

#include "lab/screen/display.h"
#include "lab/screen/theme.h"

#include <stdint.h>
#include <termios.h>

/*
 * display.c
 */

/** Give the terminal to somebody else, as it was before display_open(); take it again. */
void display_leave(void);
void display_return(void);

bool display_is_open(void);

/** A terminal that takes sequences in the way of ECMA-48 (ESC [ ...), or skips them. */
bool display_is_ansi(void);

/*
 * display_draw.c
 */

/** What was drawn last is no longer known; frees what was kept. */
void draw_reset(void);
void draw_theme(const struct theme *theme);

/*
 * display_color.c
 */

/** After curses has started. Returns whether the terminal has colours. */
bool color_open(void);

/** Attributes (attr_t) and pair number for a look; colours that are not there become near ones. */
void color_find(const struct look *look, uint32_t *ret_attrs, int *ret_pair);

/** Where there were too few pairs: forget all of them, draw all anew. Returns whether it was so. */
bool color_ran_out(void);

/* The colour nearest to one of the 256, of a terminal that has `colors`; pure. */
int color_near(int color, int colors);

/*
 * display_guard.c
 */

/** Take the terminal's modes: what they are now will be given back. */
int guard_modes(void);

/** From here on the terminal is given back at exit(3) and at signals. MOUSE: it was switched on. */
void guard_open(bool mouse);
void guard_close(void);

/** What has to be written depends on the size. */
void guard_resized(int rows);

/** Is the terminal ours now, or somebody else's? */
void guard_ours(bool ours);

/** Should the cursor be hidden when the terminal is taken again? */
void guard_cursor(bool hidden);

/** Has a signal made the screen unknown since the last call? */
bool guard_spoiled(void);

/** Set the modes of before, or those of the screen. */
void guard_set_modes(bool ours);
const struct termios *guard_modes_before(void);

/** Switch what curses knows nothing of (bracketed paste, mouse) on or off. */
void guard_extras(bool on);

/** After another program: switch off what it may have left on. */
void guard_tidy(void);

/** Bytes to the terminal, past curses. */
void guard_write(const char *bytes, size_t len);

/*
 * display_input.c
 */

/** After the terminal is known: what its keys send. */
void input_open(bool mouse);

/** Drop what was typed and not read yet. */
void input_drop(void);

#endif
