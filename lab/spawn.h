/*
 * Programs of the machine that lab itself needs: the editor, diff, the compiler
 * on course files. Never anything a learner wrote; that is the sandbox's.
 */
#ifndef NSLAB_LAB_SPAWN_H
#define NSLAB_LAB_SPAWN_H

#include "common/strbuf.h"

/**
 * Run argv[0] (looked up on PATH) on lab's own streams and wait for its end; ^C and ^\ are
 * the program's meanwhile. *ret_status is its exit status, 128+N for a signal N.
 * Returns 0 or -errno (it could not be started).
 */
int spawn_wait(const char *const *argv, int *ret_status);

/** spawn_wait() with standard input empty and both outputs appended to OUT, at most 64 KiB. */
int spawn_capture(const char *const *argv, struct strbuf *out, int *ret_status);

#endif
