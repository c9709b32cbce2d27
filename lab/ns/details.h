/*
 * What a namespace of each type holds, of two processes side by side: the mount table, the
 * maps of ids and the capabilities, host names, IPC objects, network devices, the offsets of
 * clocks, cgroups, PIDs.
 *
 * Most is in /proc/PID, for whoever may look there. What can only be seen from inside
 * (host name, IPC objects, devices) is read by a child of ours that joins the process's user
 * namespace first, then the other; it changes nothing and is gone at once.
 */
#ifndef NSLAB_LAB_NS_DETAILS_H
#define NSLAB_LAB_NS_DETAILS_H

#include "common/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ns_detail {
	char *name;    /* "/proc", "uid map", "host name" */
	char *inside;  /* NULL: it is not there */
	char *outside; /* ... */
	bool differs;
};

struct ns_details {
	struct ns_detail *list; /* what differs first, else in the kernel's order */
	size_t n;
	int errnum_inside; /* 0, or why nothing could be read: ESRCH, EACCES ... (positive) */
	int errnum_outside;
};

/** Read both (outside 0: one). Never fails as a whole; *ret is freed with ns_details_free(). */
void ns_details_take(int procfd, enum nstype_id type, pid_t inside, pid_t outside,
		     struct ns_details *ret);
void ns_details_free(struct ns_details *details);

#endif
