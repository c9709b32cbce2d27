/*
 * The exercises of the course, found by looking: every phases/PHASE/NN_name.c
 * is one, and the front matter of its lesson says all that lab must know. No
 * list of exercises stands anywhere in C. Likewise every docs/appendix/NAME.md is an appendix.
 *
 * A broken exercise stays in the catalogue with the reason in `broken`; it is
 * listed, and using it says why. The others never notice.
 *
 * Pure: reads the course's files, knows no terminal, clock or progress.
 */
#ifndef NSLAB_LAB_COURSE_CATALOGUE_H
#define NSLAB_LAB_COURSE_CATALOGUE_H

#include "common/error.h"
#include "common/sandbox.h"
#include "lab/lab.h"

#include <stdbool.h>
#include <stddef.h>

struct exercise {
	char *id;	 /* "pid/clone" */
	char *phase;	 /* "pid" */
	char *name;	 /* "clone" */
	unsigned number; /* NN, orders the exercises of a phase */

	/* From the front matter; lists are NULL-terminated, never NULL. */
	char *title;
	enum sandbox_start start;
	char *usage;	   /* "clone [CMD...]" */
	char *default_cmd; /* "ps aux" or "" */
	unsigned time;	   /* seconds one run of the program may take */
	unsigned weight;   /* points it is worth in a class's grades; 0: one for each test */
	unsigned lines;	   /* the most that its sources may have; 0: as the others */
	char **libs;	   /* pkg-config names */
	char **needs;	   /* what the machine must have */
	char **aliases;	   /* former ids, "pid/old_name" */
	char **man;	   /* "clone(2)", ... */

	/* Absolute paths; the file may be missing only where `broken` says so. */
	char *starter;
	char *solution;
	char *lesson;
	char *check;
	char *right; /* directory of other right programs */
	char *wrong; /* directory of CAUSE.c, CAUSE.sh */

	/* NULL, or why it can't be used: one sentence that names file and line. */
	char *broken;
};

/* docs/appendix/NAME.md: a text without an exercise. */
struct appendix {
	char *id;	  /* "appendix/clone" */
	const char *name; /* the end of id */
	char *title;	  /* of its "# " heading, or "" */
	char *path;
};

struct catalogue {
	struct exercise *exercises; /* in course order */
	size_t n_exercises;
	struct appendix *appendices; /* by name */
	size_t n_appendices;
};

#define CATALOGUE_INIT                              \
	{                                           \
		.exercises = NULL, .n_exercises = 0 \
	}

/** The phases in course order, ending with NULL; `catalogue_phase_titles` says what they are about. */
extern const char *const catalogue_phases[];
extern const char *const catalogue_phase_titles[];

/**
 * Read the course's exercises. Returns 0 or -errno with err set (the course
 * directory itself can't be read); a broken exercise is no error here.
 */
int catalogue_load(const char *course, struct catalogue *ret, struct error *err);
void catalogue_free(struct catalogue *catalogue);

#define cleanup_catalogue __attribute__((cleanup(catalogue_free)))

/**
 * Find an exercise by what a user typed: its id, its name, an alias, or an
 * unambiguous prefix of id or name ("pid/cl", "cl"). An exact match wins over
 * a prefix, an id over an alias. Broken exercises are found too.
 *   -ENOENT    there is none: the nearest one is suggested in err->remedy
 *   -ENOTUNIQ  several: err names them
 * *ret belongs to the catalogue.
 */
int catalogue_find(const struct catalogue *catalogue, const char *word, const struct exercise **ret,
		   struct error *err);

/** catalogue_find() for a command that uses the exercise: -EBADMSG with the reason if it is broken. */
int catalogue_use(const struct catalogue *catalogue, const char *word, const struct exercise **ret,
		  struct error *err);

/** The exercise with exactly this id, else the one that has it as an alias, else NULL. */
const struct exercise *catalogue_by_id(const struct catalogue *catalogue, const char *id);

/** The appendix with this id or name, else the only one of which it is the beginning; NULL: none. */
const struct appendix *catalogue_appendix(const struct catalogue *catalogue, const char *word);

/** For catalogue_load() and catalogue_free(): the appendices of the course. */
void appendix_load(const char *course, struct catalogue *catalogue);
void appendix_free(struct catalogue *catalogue);

/** Is this the name of a phase (whether it has exercises or not)? */
bool catalogue_is_phase(const char *word);

/** The exit status for a failure of the functions above: LAB_USAGE for ids, else LAB_ERROR. */
enum lab_status catalogue_status(int r);

#endif
