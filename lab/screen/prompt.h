/*
 * The line at the bottom where commands, searches and filters are typed: the one
 * place that owns readline, so the user's inputrc, history, ^R, kill ring and
 * completion are there. Bytes are handed in as they come, and it waits only for the rest of a key.
 */
#ifndef NSLAB_LAB_SCREEN_PROMPT_H
#define NSLAB_LAB_SCREEN_PROMPT_H

#include "lab/course/catalogue.h"
#include "lab/screen/loop.h"
#include "lab/screen/surface.h"

#include <stdbool.h>
#include <stddef.h>

/** Called when the line is done, or given up (NULL). The prompt is closed by then. */
typedef void prompt_done_fn(void *data, const char *line);

/**
 * Once, before anything else: LOOP tells a lone Escape from the start of a key; completion
 * offers CATALOGUE's ids; the history is kept in $XDG_STATE_HOME/nslab/history.
 */
void prompt_setup(struct loop *loop, const struct catalogue *catalogue);

/** Write the history, free. */
void prompt_teardown(void);

/** Begin: MARK is what leads the line, ":" with history and completion, "/" and "\\" without. */
void prompt_begin(const char *mark, const char *initial, prompt_done_fn *done, void *data);
bool prompt_active(void);
void prompt_cancel(void);

/** A byte that was typed. What belongs to the same key is read with display_read_bytes(). */
void prompt_feed(char byte);

/** Draw on one row; *ret_col is the cursor's. */
void prompt_draw(const struct area *area, int *ret_col);

/** What completion offers now, one a line, or NULL. */
const char *prompt_offers(void);

#endif
