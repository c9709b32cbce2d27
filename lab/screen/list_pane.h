/*
 * The exercise list: phases with how many are solved, their exercises with state; at its end
 * the appendices.
 */
#ifndef NSLAB_LAB_SCREEN_LIST_PANE_H
#define NSLAB_LAB_SCREEN_LIST_PANE_H

#include "lab/course/pick.h"
#include "lab/screen/pane.h"

struct list_pane;

/** Lists what PICK holds; it stays the caller's, list_pane_changed() tells of changes in it. */
struct list_pane *list_pane_new(const struct pick *pick);
void list_pane_free(struct list_pane *list);
struct pane *list_pane_pane(struct list_pane *list);
void list_pane_changed(struct list_pane *list);

/** The exercise under the cursor, NULL on a phase or an appendix. */
const struct exercise *list_pane_selected(const struct list_pane *list);

/** The appendix under the cursor, or NULL. */
const struct appendix *list_pane_appendix(const struct list_pane *list);

/** Put the cursor on an exercise (a filter that hides it ends) or on a phase by number from 1. */
void list_pane_select(struct list_pane *list, const struct exercise *exercise);
bool list_pane_select_phase(struct list_pane *list, unsigned number);

/** The exercise the screen works on, marked. */
void list_pane_current(struct list_pane *list, const struct exercise *exercise);

/** Only exercises and appendices whose id or title holds TEXT (case ignored); "" or NULL: all. */
void list_pane_filter(struct list_pane *list, const char *text);
bool list_pane_filtered(const struct list_pane *list);

#endif
