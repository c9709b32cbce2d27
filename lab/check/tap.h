/*
 * What bats says: the Test Anything Protocol, read as it arrives.
 *
 *	1..3
 *	ok 1 the command is in a new PID namespace
 *	not ok 2 the command is PID 1 of it
 *	# (in test file 02_clone.bats, line 12)
 *	ok 3 nothing is left # skip an earlier fact failed
 *
 * Pure: knows no process and no clock. Nothing of the stream is believed beyond
 * its form; a stream that is cut short or contradicts itself has `trouble`.
 */
#ifndef NSLAB_LAB_CHECK_TAP_H
#define NSLAB_LAB_CHECK_TAP_H

#include "common/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum tap_result { TAP_OK, TAP_NOT_OK, TAP_SKIP };

/* A stream that has more than this is no stream of ours. */
#define TAP_MAX_TESTS	    1000
#define TAP_MAX_LINE	    65536
#define TAP_MAX_DIAGNOSTICS 16384 /* bytes kept for each test */

struct tap_test {
	char *name;
	char *reason; /* of a skip, "" if none was given; else NULL */
	enum tap_result result;
	struct strbuf diagnostics; /* the "# " lines that follow, without "# " */
};

struct tap {
	bool has_plan;
	size_t planned;
	struct tap_test *tests; /* in their order: test number is index + 1 */
	size_t n_tests;
	struct strbuf diagnostics; /* "# " lines before the first test */
	char *trouble;		   /* the first thing wrong with the stream, or NULL */
	struct strbuf line;	   /* the line that is still arriving */
};

#define TAP_INIT                                                                   \
	{                                                                          \
		.has_plan = false, .diagnostics = STRBUF_INIT, .line = STRBUF_INIT \
	}

/** Take the next len bytes of the stream. */
void tap_feed(struct tap *tap, const char *data, size_t len);

/** The stream has ended: its last line counts, and a plan that was not kept is trouble. */
void tap_end(struct tap *tap);

void tap_free(struct tap *tap);

#define cleanup_tap __attribute__((cleanup(tap_free)))

/**
 * The names of the tests in a bats file's text, for a file that could not be
 * run: every line that begins with @test. *ret is allocated and holds
 * allocated strings. Returns their number.
 */
size_t tap_names_of_bats(const char *text, char ***ret);

#endif
