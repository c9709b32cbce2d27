/*
 * The namespace pane: rows are namespace types, columns lab, the sandbox and the
 * processes of the running program; or the tree of which namespace is owned by or
 * nested in which. After a run it shows before and after.
 */
#ifndef NSLAB_LAB_SCREEN_SPACES_PANE_H
#define NSLAB_LAB_SCREEN_SPACES_PANE_H

#include "lab/screen/pane.h"
#include "lab/screen/spaces.h"

struct spaces_pane;

/** Shows spaces, which stays the caller's. */
struct spaces_pane *spaces_pane_new(struct spaces *spaces);
void spaces_pane_free(struct spaces_pane *pane);
struct pane *spaces_pane_pane(struct spaces_pane *pane);

/** From either to the details of the selected type and process, and back (Enter). */
void spaces_pane_details(struct spaces_pane *pane);

/**
 * To be called after spaces_step(): details are read again where somebody ran. Returns whether
 * the picture is different. Costs nothing in the other views.
 */
bool spaces_pane_refresh(struct spaces_pane *pane);

/**
 * The network drawn, or back to the table (m). It is told of by JSON (nslab/net/v1), which is
 * shown from then on; NULL: a new run, of which nothing is known yet.
 */
void spaces_pane_network(struct spaces_pane *pane);
bool spaces_pane_shows_network(const struct spaces_pane *pane);
void spaces_pane_set_network(struct spaces_pane *pane, const char *json, size_t len);

/** Table or tree (t). Pause (Space): a picture that stays. Pin (P) is spaces_pin(). */
void spaces_pane_tree(struct spaces_pane *pane);
void spaces_pane_pause(struct spaces_pane *pane);
bool spaces_pane_paused(const struct spaces_pane *pane);

#endif
