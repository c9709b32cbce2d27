/*
 * A child of ours that lives beside its caller, and shall hold nothing of it.
 */
#ifndef NSLAB_COMMON_DETACH_H
#define NSLAB_COMMON_DETACH_H

#include <stddef.h>

#define DETACH_MAX 8

/**
 * Keep these descriptors alone of all that the caller has open: they become 3, 4 and so
 * on, close-on-exec, and *fds[i] follows. The standard streams become /dev/null. The
 * process leads a session without a terminal; signals are as at birth, but SIGPIPE is ignored.
 * Ends the process where that is not possible.
 */
void detach(int *const fds[], size_t n);

#endif
