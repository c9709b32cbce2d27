/*
 * Why did that call fail? A table of causes by errno and call, each with a test
 * on readings of a process and its machine, and the code that sorts the causes
 * by what the readings say:
 *
 *	true here	the readings hold what makes the call fail
 *	likely		they fit, but the call's arguments decide
 *	possible	nothing that can be read decides; how to tell is said
 *	ruled out	the readings exclude it
 *
 * Within a class the order is the table's: the order in which the kernel tests,
 * then how often people meet it. Pure: readings are a parameter, nothing is
 * read or tried here.
 *
 * Sources: the ERRORS sections of the man pages named in each row, corrected by
 * what Linux 6.18 does where the two differ.
 */
#ifndef NSLAB_LAB_EXPLAIN_EXPLAIN_H
#define NSLAB_LAB_EXPLAIN_EXPLAIN_H

#include "common/machine.h"
#include "common/strbuf.h"

#include <stddef.h>

/*
 * A test: does the cause hold for this process? arg makes one test serve several
 * rows (a capability, an enum nstype_id). What was seen is appended to seen, a
 * clause without a full stop ("it has 3 threads"), whatever the answer; nothing
 * where the answer is FACT_UNKNOWN.
 */
typedef enum fact explain_test(const struct machine_readings *readings, int arg,
			       struct strbuf *seen);

/* One way to get an errno from some calls. Texts are sentences without the full stop. */
struct explain_row {
	int errnum;
	const char *calls;  /* names of explain_calls with spaces between, "*": any */
	const char *name;   /* stable, for programs: "no-sys-admin" */
	explain_test *test; /* NULL: only the arguments decide */
	int arg;
	const char *cause;
	const char *tell; /* how to find out whether it is this one */
	const char *remedy;
	const char *man; /* pages, spaces between */
};

/* Tables of rows, in order; ends with rows NULL. */
struct explain_table {
	const struct explain_row *rows;
	size_t n;
};

extern const struct explain_table explain_tables[];

/* A call that the tables know. */
struct explain_call {
	const char *name;
	const char *aliases; /* other words for it, spaces between */
	const char *what;    /* "write /proc/PID/uid_map"; NULL: the name says it */
};

/** All calls, ending with name NULL. */
extern const struct explain_call explain_calls[];

/** By name or alias in any case, "(2)" or "()" behind it allowed; NULL: unknown. */
const struct explain_call *explain_call_find(const char *word);

/** The known call nearest to a mistyped word, or NULL. */
const char *explain_call_nearest(const char *word);

/** From "EPERM" in any case, "1", or "Operation not permitted"; 0: unknown. */
int explain_errno_find(const char *word);

/** The known errno nearest to a mistyped word, or NULL. */
const char *explain_errno_nearest(const char *word);

/** "EPERM", or NULL for a number without a name. */
const char *explain_errno_name(int errnum);

/** The names explain_errno_find() knows, one after the other from 0; NULL: no more. */
const char *explain_errno_at(size_t i);

/** What the errno means wherever namespaces are concerned, one sentence; NULL: nothing special. */
const char *explain_errno_meaning(int errnum);

/* A cause, judged. */
struct explain_cause {
	const struct explain_row *row;
	enum fact holds; /* YES true here, MAYBE likely, UNKNOWN possible, NO ruled out */
	char *seen;	 /* owned; "" where nothing could be read */
};

struct explain_answer {
	struct explain_cause *causes; /* sorted: YES, MAYBE, UNKNOWN, NO */
	size_t n;
};

/**
 * All causes of errnum from call (NULL: any call), judged by readings. Free with
 * explain_answer_free(). n is 0 where the table knows none.
 */
void explain_pick(int errnum, const struct explain_call *call,
		  const struct machine_readings *readings, struct explain_answer *ret);
void explain_answer_free(struct explain_answer *answer);

/** Does the row speak of that call? "*" speaks of none. */
bool explain_row_names(const struct explain_row *row, const char *call);

#endif
