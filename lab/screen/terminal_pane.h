/*
 * The program's terminal: a picture of the pty, and the keys that go to it.
 */
#ifndef NSLAB_LAB_SCREEN_TERMINAL_PANE_H
#define NSLAB_LAB_SCREEN_TERMINAL_PANE_H

#include "lab/screen/job.h"
#include "lab/screen/key.h"
#include "lab/screen/loop.h"
#include "lab/screen/pane.h"

struct terminal_pane;

struct terminal_events {
	void (*changed)(void *data);	       /* draw it again */
	void (*ended)(void *data, int status); /* the command has ended, as of waitpid(2) */
};

struct terminal_pane *terminal_pane_new(struct loop *loop, const struct terminal_events *events,
					void *data);
void terminal_pane_free(struct terminal_pane *pane);
struct pane *terminal_pane_pane(struct terminal_pane *pane);

/**
 * Run a command on it (TITLE tells which: "lab run pid/clone"). -EBUSY where one
 * runs. The size is that of the last draw, and follows it.
 */
int terminal_pane_run(struct terminal_pane *pane, const char *title, char *const *argv,
		      struct error *err);

bool terminal_pane_running(const struct terminal_pane *pane);
pid_t terminal_pane_pid(const struct terminal_pane *pane); /* 0: nothing runs */

/** Has anything run on it? */
bool terminal_pane_used(const struct terminal_pane *pane);
void terminal_pane_stop(struct terminal_pane *pane);

/** Keys and pasted text for the program. */
void terminal_pane_key(struct terminal_pane *pane, const struct key *key);
void terminal_pane_paste(struct terminal_pane *pane, const char *text, size_t len);

/** Text of lab's own in the picture. */
void terminal_pane_note(struct terminal_pane *pane, const char *text);

/**
 * Copy mode: movements move a cursor over the scroll-back, `mark` starts a selection at
 * it, `take` appends the selected text and leaves the mode.
 */
void terminal_pane_copy_begin(struct terminal_pane *pane);
bool terminal_pane_copying(const struct terminal_pane *pane);
void terminal_pane_copy_mark(struct terminal_pane *pane);
void terminal_pane_copy_take(struct terminal_pane *pane, struct strbuf *to);
void terminal_pane_copy_end(struct terminal_pane *pane);

#endif
