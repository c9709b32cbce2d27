/*
 * What the learner has done: WORK/.lab/progress.json, keyed by the exercise's
 * identity.
 *
 *	{ "schema": "nslab/progress/v1", "current": "pid/clone",
 *	  "exercises": { "pid/clone": { "state": "fail", "tries": 3, "cause": "no-fork",
 *	    "hint": 1, "passed": 0, "seed": 123, "hash": "9f...",
 *	    "predictions": { "first-child": { "answer": "2", "kernel": "1" } } } } }
 *
 * Invariants:
 *   - every change is read-modify-write under an exclusive lock
 *     (.lab/progress.lock), written by temporary file, fsync and rename: a crash
 *     or two labs at once tear and lose nothing;
 *   - keys and exercises lab does not know are kept as they are;
 *   - an entry under a former id (alias) is read, and moved to the new id at
 *     the next change of that exercise;
 *   - a file that is no progress file is moved aside (progress.json.corrupt-N),
 *     and `note` says so;
 *   - reading never changes what is current, and works where nothing can be written.
 */
#ifndef NSLAB_LAB_COURSE_PROGRESS_H
#define NSLAB_LAB_COURSE_PROGRESS_H

#include "common/error.h"
#include "lab/course/catalogue.h"
#include "lab/lab.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum progress_state {
	PROGRESS_NONE, /* never checked */
	PROGRESS_FAIL, /* the last check failed */
	PROGRESS_PASS, /* the last check passed */
};

struct progress_entry {
	enum progress_state state; /* of the last check */
	unsigned tries;		   /* checks that gave pass or fail */
	const char *cause;	   /* of the last failure, NULL after a pass; the progress's */
	unsigned hint;		   /* hints shown so far: 0 to 3 */
	const char *hint_cause;	 /* the cause whose hint was shown last, or NULL; the progress's */
	long long passed;	 /* seconds since 1970 of the first pass, 0: not solved yet */
	unsigned long long seed; /* of the last check */
	const char *hash;	 /* of the file last checked, or NULL; the progress's */
};

struct progress {
	json_t *root; /* NULL before progress_load() */
	char *note;   /* a sentence for the user about a corrupt file, or NULL */
};

#define PROGRESS_INIT                      \
	{                                  \
		.root = NULL, .note = NULL \
	}

/** Read the progress; a missing file is an empty progress. */
int progress_load(const struct lab *lab, struct progress *ret, struct error *err);
void progress_free(struct progress *progress);

#define cleanup_progress __attribute__((cleanup(progress_free)))

/** Print the note, if there is one, to standard error. */
void progress_say(const struct progress *progress);

/** What is known about an exercise; all zero where nothing is. Strings live as long as progress. */
struct progress_entry progress_get(const struct progress *progress,
				   const struct exercise *exercise);

/* An answer given before the program ran. */
struct prediction {
	const char *answer; /* NULL: none; the progress's */
	const char *kernel; /* what a check found the first time, or NULL; the progress's */
};

/** What was predicted about QUESTION of an exercise. */
struct prediction progress_prediction(const struct progress *progress,
				      const struct exercise *exercise, const char *question);

/** Remember an answer. Once a check has told the kernel's it stays: -EEXIST and a sentence in err. */
int progress_predict(const struct lab *lab, const struct exercise *exercise, const char *question,
		     const char *answer, struct error *err);

/** Remember what the kernel answered to a question that was predicted; the first time counts. */
int progress_truth(const struct lab *lab, const struct exercise *exercise, const char *question,
		   const char *kernel, struct error *err);

/* How often predictions came true. */
struct prediction_tally {
	unsigned made, known,
		right; /* answers given; those a check has decided; those that were right */
};

struct prediction_tally progress_predictions(const struct progress *progress,
					     const struct catalogue *catalogue);

/** Solved means: passed once, whatever was tried after that. */
bool progress_solved(const struct progress *progress, const struct exercise *exercise);

/** The exercise worked on last, or NULL. */
const struct exercise *progress_current(const struct progress *progress,
					const struct catalogue *catalogue);

/** The first exercise in course order that is usable and not solved, or NULL. */
const struct exercise *progress_next(const struct progress *progress,
				     const struct catalogue *catalogue);

/* One check of the learner's own file (never of --source or --program). */
struct progress_attempt {
	enum progress_state verdict; /* PROGRESS_PASS or PROGRESS_FAIL; a time limit is a fail */
	const char *cause;	     /* of a failure, else NULL */
	unsigned long long seed;
	const char *hash; /* of the file's text (progress_hash()), or NULL */
};

/**
 * Record a check; makes the exercise the current one. A note about a corrupt
 * file that was moved aside is printed to standard error.
 */
int progress_record(const struct lab *lab, const struct exercise *exercise,
		    const struct progress_attempt *attempt, struct error *err);

/** Remember that hint LEVEL (1 to 3; 0: leave it) and, if not NULL, the hint of CAUSE was shown. */
int progress_hint(const struct lab *lab, const struct exercise *exercise, unsigned level,
		  const char *cause, struct error *err);

/** Make an exercise the current one (lab edit, lab watch). */
int progress_enter(const struct lab *lab, const struct exercise *exercise, struct error *err);

/** A 64-bit FNV-1a of a text as 16 hexadecimal digits, to see whether a file changed. */
void progress_hash(const void *data, size_t len, char ret_hex[17]);

#endif
