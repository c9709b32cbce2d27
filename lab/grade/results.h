/*
 * The results file: a line of JSON for each grade, appended and synced as it comes.
 *
 * Invariants:
 *   - of several grades of a student's exercise the last one counts: nothing is ever changed;
 *   - one `lab grade` at a time writes it (flock(2));
 *   - a last line that was not finished, because its writer was killed, is cut off when the file
 *     is opened for writing; readers pass it over. So do both with lines that are no grade.
 */
#ifndef NSLAB_LAB_GRADE_RESULTS_H
#define NSLAB_LAB_GRADE_RESULTS_H

#include "common/error.h"
#include "lab/grade/grade.h"

#include <stdbool.h>
#include <stddef.h>

struct results {
	char *path; /* NULL: in memory only */
	int fd;
	struct grade *
		list; /* by student and exercise; without what lab check said if they are in a file */
	size_t n;
	unsigned damaged; /* lines that are no grade */
};

#define RESULTS_INIT                   \
	{                              \
		.fd = -1, .list = NULL \
	}

/**
 * Open the results file for appending; makes it, with mode 0600, and its directory. -EBUSY
 * where another lab is at work on it. PATH NULL: grades that are kept in memory, and end with it.
 */
int results_open(const char *path, struct results *ret, struct error *err);

/** The grade that counted when the file was opened, or NULL. */
const struct grade *results_find(const struct results *results, const char *student,
				 const char *exercise);

/** Append a grade and see that it is on the disk; it stays the caller's. */
int results_append(struct results *results, const struct grade *grade, struct error *err);

void results_close(struct results *results);

#define cleanup_results __attribute__((cleanup(results_close)))

/* How much of the grades is read: what lab check said takes most of the memory. */
enum results_detail { RESULTS_FULL, RESULTS_BRIEF };

/**
 * All grades that count in a file, by student and exercise; *ret_damaged counts the lines that
 * are none. *ret_list is freed with results_free_list().
 */
int results_read(const char *path, enum results_detail detail, struct grade **ret_list,
		 size_t *ret_n, unsigned *ret_damaged, struct error *err);
void results_free_list(struct grade *list, size_t n);

/** Sort grades by student and exercise; of equals the last one stays. Returns how many are left. */
size_t results_settle(struct grade *list, size_t n);

#endif
