/*
 * The two halves of grading_run(): what is to be graded next (grading_hand.c), and the checks
 * that run (grading.c).
 */
#ifndef NSLAB_LAB_GRADE_GRADING_INTERNAL_H
#define NSLAB_LAB_GRADE_GRADING_INTERNAL_H

#include "lab/grade/collect.h"
#include "lab/grade/exam.h"
#include "lab/grade/grading.h"
#include "lab/scratch.h"

/* A submission whose files are here, as long as one of its checks is to come. */
struct hand_in {
	const struct handed *handed;
	struct collection collection;
	char *dir;
	size_t pending;
};

/* One check to be made. */
struct turn {
	struct hand_in *from; /* NULL: none */
	size_t exercise;      /* its place in the catalogue */
	bool again;	      /* for the second time, and alone */
};

/* A check that is being made. */
struct slot {
	struct turn turn;
	struct exam exam;
	char *dir;		/* of its temporary files */
	long long memory_waits; /* of the machine, when it began */
};

struct grading_state {
	const struct grading *grading;
	const struct handed_class *class;
	struct results *results;
	struct bar *bar;
	struct grading_tally *tally;
	struct error *err;

	struct scratch scratch;
	char (*checks)[DIGEST_HEX]; /* by exercise */
	unsigned serial;	    /* for names of directories */

	size_t next_handed; /* the next submission to collect */
	struct hand_in *current;
	size_t next_exercise; /* of the current one */

	struct slot *slots;
	unsigned running;
	struct turn *again; /* to be run alone when all others are done */
	size_t n_again;
	size_t n_wanted; /* exercises */
};

/** The next check to be made; turn->from is NULL where there is none. Grades that need none are made on the way. */
int hand_next(struct grading_state *state, struct turn *ret);

/** A grade of a turn or submission with all that is known before the check. */
struct grade hand_grade(const struct grading_state *state, const struct handed *handed,
			const struct collected *collected, size_t exercise);

/** Append a grade, and count and show it. */
int hand_over(struct grading_state *state, struct grade *grade);

/** One of its checks is over; the last one takes the copies with it. */
void hand_done(struct hand_in *from);

/** A directory of its own below the scratch directory; allocated, or NULL with the error. */
char *hand_make_dir(struct grading_state *state, const char *what);

/** Remove a directory with all it holds. */
void hand_remove_dir(const char *path);

#endif
