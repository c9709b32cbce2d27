/*
 * Which uid and gid the sandbox has, seen from the host (user_namespaces(7)).
 *
 * A caller that is not root maps itself, the one id it may. Root must not:
 * host uid 0 inside could write the host's sysctls; it maps a high id that
 * nobody has instead. So a program can do the same things whoever started it.
 */
#ifndef NSLAB_COMMON_SANDBOX_IDS_H
#define NSLAB_COMMON_SANDBOX_IDS_H

#include "common/error.h"

#include <stdbool.h>
#include <sys/types.h>

/** The host uid and gid that root's sandboxes run as. */
#define SANDBOX_HIGH_ID 2000000000U

/** How many more ids a sandbox with a range maps, at most. */
#define SANDBOX_RANGE 65535U

/** Before the clone: root drops its supplementary groups, which would go along. */
void sandbox_ids_prepare(void);

/**
 * Write the maps of the user namespace of pid, whose first process waits:
 * inside id `inside` is the caller (or the high id); where range is set and the
 * machine has subordinate ids, those follow. *ret_ids is the number mapped.
 */
int sandbox_ids_map(pid_t pid, uid_t inside, bool range, unsigned *ret_ids, struct error *err);

/** The path of one of our programs beside the running one, or below libexec; allocated. */
char *sandbox_helper_path(const char *name);

#endif
