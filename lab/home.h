/*
 * `lab` without a command: where you are and what to do next.
 */
#ifndef NSLAB_LAB_HOME_H
#define NSLAB_LAB_HOME_H

#include "lab/course/pick.h"
#include "lab/lab.h"

/** Print the listing. Returns an enum lab_status. */
int home_show(const struct lab *lab);

/** How many exercises of a phase are solved, and how many there are; of all where phase is NULL. */
struct tally {
	unsigned solved;
	unsigned total;
};

struct tally home_tally(const struct pick *pick, const char *phase);

/** Print what to say where progress_next() has nothing. */
void home_nothing_next(const struct pick *pick);

/** Print what to do about an exercise: its title, file and the commands. */
void home_what_to_do(const struct lab *lab, const struct exercise *exercise);

#endif
