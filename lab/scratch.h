/*
 * A check's temporary directory: TMPDIR/nslab-UID-PID-XXXXXX, mode 0700, locked
 * while its lab lives. What a killed lab left behind is removed by the next one.
 */
#ifndef NSLAB_LAB_SCRATCH_H
#define NSLAB_LAB_SCRATCH_H

#include "common/error.h"

struct scratch {
	char *path; /* absolute; NULL before scratch_make() */
	int lock;   /* the directory, locked */
};

#define SCRATCH_INIT                     \
	{                                \
		.path = NULL, .lock = -1 \
	}

/** Sweep, then make one. *ret is removed with scratch_remove(). */
int scratch_make(struct scratch *ret, struct error *err);

/** Remove it with all it holds. Accepts SCRATCH_INIT. */
void scratch_remove(struct scratch *scratch);

#define cleanup_scratch __attribute__((cleanup(scratch_remove)))

/** Remove directories of this user whose lab is gone. */
void scratch_sweep(const char *tmpdir);

#endif
