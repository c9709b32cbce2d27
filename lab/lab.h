/*
 * What every command of lab is handed: where things are, and how to print.
 */
#ifndef NSLAB_LAB_LAB_H
#define NSLAB_LAB_LAB_H

#include "common/error.h"

#include <stdbool.h>

/* The exit statuses of every command; documented in `lab help`. */
enum lab_status {
	LAB_PASS = 0,
	LAB_FAIL = 1,
	LAB_USAGE = 2,
	LAB_UNSUPPORTED = 3, /* can't be checked on this machine */
	LAB_ERROR = 4,	     /* the checker's own error */
	LAB_TIMEOUT = 124,
	LAB_INTERRUPTED = 130,
};

struct lab {
	char *course;  /* holds phases/ solutions/ checks/ docs/ */
	char *libexec; /* holds observe, probe, init */
	char *work;    /* the work directory; may not exist yet */
	bool color;    /* standard output is a terminal and NO_COLOR is not set */
};

/**
 * Find the course, the programs that belong to lab and the work directory:
 * course = $NSLAB_COURSE, else the directory above the executable that holds
 * phases/ (a checkout), else ../share/nslab; libexec = ../libexec/nslab, else the
 * executable's own directory; work = $LAB_WORK, else work/ in a writable checkout or
 * course of one's own, else ~/nslab. All paths are absolute; nothing is made.
 * Returns 0 or -errno; ret is then valid but for the member that was not found.
 */
int lab_find(struct lab *ret, struct error *err);
void lab_free(struct lab *lab);

/** The workbook's own course, whatever NSLAB_COURSE says: allocated, NULL where there is none. */
char *lab_workbook(void);

#define LAB_VERSION "0.1.0"

#endif
