/*
 * The verdict: one line for each fact of the last check, opened to what was
 * expected, observed, the mistake's name and why. Fed with what `lab check --json`
 * printed (nslab/result/v1).
 */
#ifndef NSLAB_LAB_SCREEN_VERDICT_PANE_H
#define NSLAB_LAB_SCREEN_VERDICT_PANE_H

#include "lab/screen/pane.h"

#include <jansson.h>
#include <stddef.h>

struct verdict_pane;

struct verdict_pane *verdict_pane_new(void);
void verdict_pane_free(struct verdict_pane *verdict);
struct pane *verdict_pane_pane(struct verdict_pane *verdict);

/** Nothing was checked yet: TEXT says how to. */
void verdict_pane_none(struct verdict_pane *verdict, const char *exercise, const char *text);

/** A check runs; the last result stays in sight. */
void verdict_pane_checking(struct verdict_pane *verdict);

/** The check ended with JSON; false where that is no result (ERRORS is shown then). */
bool verdict_pane_result(struct verdict_pane *verdict, const char *json, size_t len,
			 const char *errors);

/** After a pass: what can be done now, one a line ("n  the next exercise: pid/unshare"). */
void verdict_pane_offer(struct verdict_pane *verdict, const char *lines);

/** Open or close the fact under the cursor, on the headline all of them; false: there are none. */
bool verdict_pane_toggle(struct verdict_pane *verdict);

/** The last result ("verdict": "pass" ...), or NULL; the pane's. */
const json_t *verdict_pane_last(const struct verdict_pane *verdict);

/**
 * The network of a result as lines for a pane of that width (verdict_network.c), appended: as expected and as
 * observed. Nothing where it has none.
 */
void verdict_network(const json_t *result, int cols, struct strbuf *to);

/** One line about it: "pid/clone: FAIL, 1 of 7 points: no-fork", appended. */
void verdict_pane_summary(const struct verdict_pane *verdict, struct strbuf *to);

#endif
