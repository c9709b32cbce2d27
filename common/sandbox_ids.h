/*
 * Which uid and gid the sandbox has, seen from the host (user_namespaces(7)).
 *
 * A caller that is not root maps itself, the one id it may. Root must not: as
 * the host's uid 0 a program inside could write the host's sysctls. It maps another
 * id instead, so that a program can do the same things whoever started it:
 *
 *	SANDBOX_HIGH_ID		where root's own user namespace has that id, as the
 *				machine's does;
 *	the highest it has	in a container, whose map is shorter;
 *	its own			where root is the only id, and not the root outside;
 *	none			where it may be the machine's root: no sandbox is made.
 */
#ifndef NSLAB_COMMON_SANDBOX_IDS_H
#define NSLAB_COMMON_SANDBOX_IDS_H

#include "common/error.h"

#include <stdbool.h>
#include <sys/types.h>

/** The uid and gid that root's sandboxes run as, in root's user namespace, where it has them. */
#define SANDBOX_HIGH_ID 2000000000U

/** How many more ids a sandbox with a range maps, at most. */
#define SANDBOX_RANGE 65535U

/**
 * Where they begin inside. Where the sandbox's own id is not root, the first of
 * them is: set-user-ID programs inside (newuidmap) need a root to belong to. Then
 * SANDBOX_RANGE_USER is the first id of /etc/subuid there.
 */
#define SANDBOX_RANGE_ROOT 1U
#define SANDBOX_RANGE_USER 100000U

/** Before the clone: root drops its supplementary groups, which would go along. */
void sandbox_ids_prepare(void);

/**
 * Write the maps of the user namespace of pid, whose first process waits: inside id
 * `inside` is the caller, or the id chosen for root as above. Where range is set more
 * ids follow: a caller's subordinate ids, or for root those above SANDBOX_HIGH_ID;
 * without any (none in /etc/subuid or /etc/subgid, no newuidmap, a container's root)
 * the one id must do. *ret_ids is the number mapped. Fails with -EPERM and the remedy
 * where root has no id to run a sandbox as, else with what the kernel refused.
 */
int sandbox_ids_map(pid_t pid, uid_t inside, bool range, unsigned *ret_ids, struct error *err);

/** The path of one of our programs beside the running one, or below libexec; allocated. */
char *sandbox_helper_path(const char *name);

#endif
