/*
 * "Did you mean ...?": the known word nearest to a mistyped one.
 */
#ifndef NSLAB_LAB_NEAREST_H
#define NSLAB_LAB_NEAREST_H

/* Carry one of these over all candidates. */
struct nearest {
	const char *word;  /* what was typed */
	const char *best;  /* the nearest candidate, or NULL: none is near enough */
	unsigned distance; /* of best */
};

/** Start a search. WORD must outlive it. */
struct nearest nearest_start(const char *word);

/** Offer a candidate: remembered as MEANT (which must outlive the search) if it is nearer. */
void nearest_offer(struct nearest *nearest, const char *candidate, const char *meant);

#endif
