/*
 * The same as the screen line by line: for screen readers, slow lines and logs. No
 * cursor is moved and nothing is drawn over; each change is a line of its own.
 */
#ifndef NSLAB_LAB_SCREEN_PLAIN_H
#define NSLAB_LAB_SCREEN_PLAIN_H

#include "lab/lab.h"

/** Run until the user leaves (quit, ^D). exercise: id or prefix, NULL: where one left off. */
int plain_run(const struct lab *lab, const char *exercise);

#endif
