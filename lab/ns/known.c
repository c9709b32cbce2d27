/*
 * The namespaces that `lab ns --watch` knows, and how many of the processes watched hold each.
 */
#define _GNU_SOURCE
#include "lab/ns/track.h"

#include "common/strbuf.h"

#include <string.h>

/* The order of the list: inode, then type, as the kernel soon gives a freed inode to another type. */
static bool ns_before(const struct tracked_ns *ns, enum nstype_id type, uint32_t ino)
{
	return ns->ino < ino || (ns->ino == ino && ns->type < type);
}

/* Where a namespace is in the sorted list, or would be. */
static size_t ns_place(const struct track *track, enum nstype_id type, uint32_t ino)
{
	size_t low = 0, high = track->n_namespaces;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ns_before(&track->namespaces[middle], type, ino))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct tracked_ns *track_find_ns(const struct track *track, enum nstype_id entry, uint32_t ino)
{
	enum nstype_id type = nstypes[entry].kind;
	size_t at = ns_place(track, type, ino);
	struct tracked_ns *ns = &track->namespaces[at];

	return at < track->n_namespaces && ns->ino == ino && ns->type == type ? ns : NULL;
}

static void ns_hold(struct track *track, enum nstype_id entry, uint32_t ino)
{
	enum nstype_id type = nstypes[entry].kind;
	struct tracked_ns *ns = track_find_ns(track, entry, ino);
	size_t at = ns_place(track, type, ino);

	if (!ns) {
		track->namespaces = xreallocarray(track->namespaces, track->n_namespaces + 1,
						  sizeof(track->namespaces[0]));
		ns = &track->namespaces[at];
		memmove(ns + 1, ns, (track->n_namespaces - at) * sizeof(*ns));
		*ns = (struct tracked_ns){.ino = ino, .type = type};
		track->n_namespaces++;
	}
	ns->refs++;
	ns->emptied = ns->found = ns->told = false;
}

void track_hold(struct track *track, const struct scan_process *process)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (process->ns[i])
			ns_hold(track, (enum nstype_id)i, process->ns[i]);
}

void track_drop(struct track *track, const struct scan_process *process)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		struct tracked_ns *ns =
			process->ns[i] ? track_find_ns(track, (enum nstype_id)i, process->ns[i])
				       : NULL;

		if (ns && --ns->refs == 0)
			ns->emptied = true;
	}
	track->changed = true;
}
