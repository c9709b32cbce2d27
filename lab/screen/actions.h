/*
 * The functions of the action table that are not in actions.c itself.
 */
#ifndef NSLAB_LAB_SCREEN_ACTIONS_H
#define NSLAB_LAB_SCREEN_ACTIONS_H

#include "lab/screen/screen_internal.h"

void action_edit(struct screen *screen);
void action_hint(struct screen *screen);
void action_run(struct screen *screen);
void action_predict(struct screen *screen);
void action_why(struct screen *screen);

/** Has the lesson a question that is neither answered nor settled by a pass? */
bool action_unanswered(const struct screen *screen);

void action_solution(struct screen *screen);
void action_diff(struct screen *screen);
void action_reset(struct screen *screen);
void action_undo(struct screen *screen);
void action_next_unsolved(struct screen *screen);

/** Show the appendix under the list's cursor on top; false where there is none. */
bool action_appendix(struct screen *screen);

/** To the exercise BY places on. */
void action_step(struct screen *screen, int by);

/** The network drawn, or back to the table (network.c). */
void action_network(struct screen *screen);

#endif
