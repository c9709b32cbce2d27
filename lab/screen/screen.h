/*
 * lab on a terminal: lesson, program, verdict and live namespaces side by side.
 *
 *	key -> keys.c (table) -> actions.c -> `lab COMMAND` as a child -> pane
 *
 * The screen adds no command of its own: every action runs lab as its user would
 * (the log shows how), on a pty whose picture is the terminal pane, or captured.
 * So nothing that a program does can stop a key from being answered.
 */
#ifndef NSLAB_LAB_SCREEN_SCREEN_H
#define NSLAB_LAB_SCREEN_SCREEN_H

#include "lab/lab.h"

#include <stdbool.h>

struct screen_options {
	const char *exercise; /* id or prefix to begin with; NULL: where one left off */
	const char *theme;    /* a name of themes, NULL: as the terminal is */
	bool mouse;
};

/** Run until the user leaves. Returns an enum lab_status; what failed has been printed. */
int screen_run(const struct lab *lab, const struct screen_options *options);

#endif
