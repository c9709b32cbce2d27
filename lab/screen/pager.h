/*
 * A pane of text: lesson, help, log, hint, solution. Lines are wrapped anew when the
 * width changes, and the place is kept.
 */
#ifndef NSLAB_LAB_SCREEN_PAGER_H
#define NSLAB_LAB_SCREEN_PAGER_H

#include "lab/screen/pane.h"

struct pager;

/** NAME is the pane's name (static). */
struct pager *pager_new(const char *name);
void pager_free(struct pager *pager);
struct pane *pager_pane(struct pager *pager);

/** Show Markdown under a title, from its top. Both are copied. */
void pager_markdown(struct pager *pager, const char *title, const char *markdown);

/** Show text as it is: a C file, a diff, a log (lines are wrapped only where too long). Copied. */
void pager_text(struct pager *pager, const char *title, const char *text);

/** Go to the first heading that holds TEXT, else to the first line; false: there is none. */
bool pager_goto(struct pager *pager, const char *text);

/** The place at the top, for coming back to it: a byte of the text, the same for every width. */
int pager_top(const struct pager *pager);
void pager_set_top(struct pager *pager, int place);

#endif
