/*
 * What the checks write down: one line for each test that did not simply pass, and
 * for what a test saw; fields separated by tabs.
 *
 *	fail NAME CAUSE EXPECTED OBSERVED
 *	unsupported NAME REASON
 *	skip NAME REASON
 *	seen NAME TEXT		any number of them; counts where the test passes
 *	truth NAME QUESTION ANSWER	what the kernel answered; counts where the test passes
 *	drawing NAME JSON		the network when it failed (common/netmodel.h)
 *
 * Pure. The lines are written by checks/lib on a path no program has a handle
 * on; a line that is not one of these is an error of the check, never ignored.
 */
#ifndef NSLAB_LAB_CHECK_RECORDS_H
#define NSLAB_LAB_CHECK_RECORDS_H

#include <stddef.h>

enum record_kind {
	RECORD_FAIL,
	RECORD_UNSUPPORTED, /* this machine can't tell */
	RECORD_SKIP,	    /* an earlier test has failed */
	RECORD_SEEN,	    /* decides nothing */
	RECORD_TRUTH,	    /* neither does this */
	RECORD_DRAWING,	    /* nor this */
};

struct record {
	enum record_kind kind;
	char *name;
	char *cause; /* RECORD_FAIL: lower-case letters, digits and "-"; RECORD_TRUTH: the question; else NULL */
	char *expected; /* RECORD_FAIL, else NULL */
	char *observed; /* RECORD_FAIL, else NULL */
	char *reason; /* the other kinds (the text of RECORD_SEEN, the answer of RECORD_TRUTH), else NULL */
};

struct records {
	struct record *list;
	size_t n;
	char *trouble; /* the first line that is no record, in words; or NULL */
};

#define RECORDS_INIT                                  \
	{                                             \
		.list = NULL, .n = 0, .trouble = NULL \
	}

/** Cut the text of a records file. *ret starts as RECORDS_INIT. */
void records_parse(const char *text, size_t len, struct records *ret);
void records_free(struct records *records);

#define cleanup_records __attribute__((cleanup(records_free)))

/** The first record of that test that decides, or NULL; a failure wins over the others. */
const struct record *records_find(const struct records *records, const char *name);

/** The last drawing of that test, or NULL. */
const char *records_drawing(const struct records *records, const char *name);

/** What a test saw, joined by "; ", allocated; NULL where nothing was recorded. */
char *records_seen(const struct records *records, const char *name);

#endif
