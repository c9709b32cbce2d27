/*
 * The relations of namespaces, asked of the kernel when a process is first seen in one,
 * since only a file of a living process can be asked.
 */
#define _GNU_SOURCE
#include "lab/screen/spaces_internal.h"

#include "common/cleanup.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/strbuf.h"

#include <string.h>

static size_t place_of(const struct spaces *spaces, enum nstype_id type, uint32_t ino)
{
	size_t at = 0;

	while (at < spaces->n_namespaces &&
	       (spaces->namespaces[at].type < type ||
		(spaces->namespaces[at].type == type && spaces->namespaces[at].ino < ino)))
		at++;
	return at;
}

static void put(struct spaces *spaces, const struct spaces_ns *ns)
{
	size_t at = place_of(spaces, ns->type, ns->ino);

	if (at == spaces->n_namespaces || spaces->namespaces[at].ino != ns->ino ||
	    spaces->namespaces[at].type != ns->type) {
		spaces->namespaces =
			xreallocarray(spaces->namespaces, spaces->n_namespaces + 1, sizeof(*ns));
		memmove(&spaces->namespaces[at + 1], &spaces->namespaces[at],
			(spaces->n_namespaces - at) * sizeof(*ns));
		spaces->n_namespaces++;
	}
	spaces->namespaces[at] = *ns;
}

static uint32_t number_of(int fd)
{
	struct ns_id id;

	return ns_identify(fd, &id) < 0 ? 0 : (uint32_t)id.ino;
}

/* An open namespace and all above it. At most 33 user and 33 PID namespaces nest. */
static void relate_open(struct spaces *spaces, enum nstype_id type, int fd)
{
	struct spaces_ns ns = {.type = type, .ino = number_of(fd)};
	cleanup_fd int owner = -1;
	cleanup_fd int parent = -1;

	if (!ns.ino)
		return;
	if (ns_open_owner(fd, &owner) == 0)
		ns.owner = number_of(owner);
	if (type == NSTYPE_USER)
		ns.parent = ns.owner;
	else if (nstypes[type].nests && ns_open_parent(fd, &parent) == 0)
		ns.parent = number_of(parent);
	put(spaces, &ns);
	if (owner >= 0)
		relate_open(spaces, NSTYPE_USER, owner);
	if (parent >= 0)
		relate_open(spaces, type, parent);
}

void spaces_relate(struct spaces *spaces, const struct spaces_process *process,
		   const uint32_t *before)
{
	cleanup_fd int dir = -1;

	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		cleanup_fd int fd = -1;

		if (!process->ns[i] || (before && before[i] == process->ns[i]))
			continue;
		/* Those for children are the process's own as a rule. */
		if (nstypes[i].for_children && process->ns[i] == process->ns[nstypes[i].kind])
			continue;
		if (dir < 0 && proc_open(spaces->procfd, process->column.pid, &dir) < 0)
			return;
		/* It may have moved on; then the next step tells. */
		if (ns_open(dir, (enum nstype_id)i, &fd) == 0 && number_of(fd) == process->ns[i])
			relate_open(spaces, nstypes[i].kind, fd);
	}
}

size_t spaces_namespaces(const struct spaces *spaces)
{
	return spaces->n_namespaces;
}

const struct spaces_ns *spaces_namespace(const struct spaces *spaces, size_t i)
{
	return i < spaces->n_namespaces ? &spaces->namespaces[i] : NULL;
}
