/*
 * What the files of the terminal pane share.
 *
 *	terminal_pane.c   the job, its keys, the pane
 *	terminal_copy.c   copy mode
 */
#ifndef NSLAB_LAB_SCREEN_TERMINAL_INTERNAL_H
#define NSLAB_LAB_SCREEN_TERMINAL_INTERNAL_H

#include "lab/screen/terminal_pane.h"
#include "lab/screen/vt.h"

/* A place of copy mode; its line has the same number for ever (vt_dropped()). */
struct copy_place {
	long long line;
	int col;
};

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
	bool noted; /* something was written by terminal_pane_note() */
	long long began_ms;
	int rows, cols;
	bool copying;
	struct copy_place at, mark;
	bool marked;
};

int terminal_clamp(int n, int least, int most);

/** The line in sight at the top, as of vt.h. */
int terminal_top(const struct terminal_pane *terminal);

/** A place for vt.h, clamped to what is kept. */
struct vt_place terminal_place(const struct terminal_pane *terminal,
			       const struct copy_place *place);

/** Put the cursor of copy mode somewhere, and bring it into sight. */
void terminal_copy_to(struct terminal_pane *terminal, int line, int col);

/** Move it; false where it can't move that way. */
bool terminal_copy_move(struct terminal_pane *terminal, enum move where);

#endif
