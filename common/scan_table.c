#define _GNU_SOURCE
#include "common/scan_build.h"

#include "common/cleanup.h"
#include "common/strbuf.h"

#include <string.h>

static size_t first_slot(const struct scan_builder *builder, uint32_t ino)
{
	/* Fibonacci hashing: inodes are handed out nearly in sequence. */
	return (ino * UINT32_C(2654435769)) & (builder->n_slots - 1);
}

static void rehash(struct scan_builder *builder)
{
	const struct scan *scan = builder->scan;

	builder->n_slots = builder->n_slots ? builder->n_slots * 2 : 256;
	free(builder->slots);
	builder->slots = xcalloc(builder->n_slots, sizeof(builder->slots[0]));
	for (uint32_t i = 0; i < scan->n_namespaces; i++) {
		size_t slot = first_slot(builder, (uint32_t)scan->namespaces[i].ino);

		while (builder->slots[slot])
			slot = (slot + 1) & (builder->n_slots - 1);
		builder->slots[slot] = i + 1;
	}
}

static uint32_t add_row(struct scan_builder *builder, enum nstype_id type, uint32_t ino)
{
	struct scan *scan = builder->scan;
	uint32_t row = (uint32_t)scan->n_namespaces;

	if (scan->n_namespaces == builder->cap) {
		size_t cap = builder->cap ? builder->cap * 2 : 64;

		scan->namespaces =
			xreallocarray(scan->namespaces, cap, sizeof(scan->namespaces[0]));
		builder->sources =
			xreallocarray(builder->sources, cap, sizeof(builder->sources[0]));
		builder->held = xreallocarray(builder->held, cap, sizeof(builder->held[0]));
		builder->cap = cap;
	}
	scan->namespaces[row] = (struct scan_ns){
		.ino = ino,
		.type = type,
		.parent = SCAN_NONE,
		.owner = SCAN_NONE,
		.mount = SCAN_NONE,
	};
	builder->sources[row] = (struct scan_sighting){.fd = -1};
	builder->held[row] = -1;
	scan->n_namespaces++;
	return row;
}

uint32_t scan_intern(struct scan_builder *builder, enum nstype_id type, uint32_t ino)
{
	struct scan *scan = builder->scan;
	size_t slot;

	if (scan->n_namespaces * 2 >= builder->n_slots)
		rehash(builder);
	slot = first_slot(builder, ino);
	while (builder->slots[slot]) {
		const struct scan_ns *ns = &scan->namespaces[builder->slots[slot] - 1];

		if (ns->ino == ino && ns->type == type)
			return builder->slots[slot] - 1;
		slot = (slot + 1) & (builder->n_slots - 1);
	}
	builder->slots[slot] = (uint32_t)scan->n_namespaces + 1;
	return add_row(builder, type, ino);
}

uint32_t scan_note(struct scan_builder *builder, const struct scan_sighting *sighting)
{
	enum nstype_id type = nstypes[sighting->entry].kind;
	uint32_t row = scan_intern(builder, type, sighting->ino);
	struct scan_ns *ns = &builder->scan->namespaces[row];

	/* The first one found is named; processes come first. */
	if (!ns->holds) {
		ns->pid = sighting->pid;
		ns->tid = sighting->tid;
		builder->sources[row] = *sighting;
	}
	ns->holds |= sighting->how;
	if (sighting->how == SCAN_HELD_PROCESS)
		ns->nprocs++;
	return row;
}

/* Neighbours mostly share: ask the table only where the process before differs. */
static void intern_process(struct scan_builder *builder, struct scan_process *process,
			   const uint32_t *last_ino, const uint32_t *last_row)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		struct scan_sighting sighting = {
			.ino = process->ns[i],
			.entry = (enum nstype_id)i,
			.how = SCAN_HELD_PROCESS,
			.pid = process->pid,
			.fd = -1,
		};

		if (!sighting.ino) {
			process->ns[i] = SCAN_NONE;
		} else if (nstypes[i].for_children) {
			/* Noted later: those who are in it come first. */
			continue;
		} else if (sighting.ino == last_ino[i]) {
			process->ns[i] = last_row[i];
			builder->scan->namespaces[last_row[i]].nprocs++;
		} else {
			process->ns[i] = scan_note(builder, &sighting);
		}
	}
}

static void intern_pending(struct scan_builder *builder, struct scan_process *process)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		struct scan_sighting sighting = {
			.ino = process->ns[i],
			.entry = (enum nstype_id)i,
			.how = SCAN_HELD_PENDING,
			.pid = process->pid,
			.fd = -1,
		};
		uint32_t own = process->ns[nstypes[i].kind];

		if (!nstypes[i].for_children || process->ns[i] == SCAN_NONE)
			continue;
		if (own != SCAN_NONE && builder->scan->namespaces[own].ino == sighting.ino)
			process->ns[i] = own;
		else
			process->ns[i] = scan_note(builder, &sighting);
	}
}

void scan_intern_processes(struct scan_builder *builder)
{
	struct scan *scan = builder->scan;
	uint32_t last_ino[NSTYPE_COUNT] = {0};
	uint32_t last_row[NSTYPE_COUNT] = {0};

	for (size_t i = 0; i < scan->n_processes; i++) {
		struct scan_process *process = &scan->processes[i];
		uint32_t ino[NSTYPE_COUNT];

		memcpy(ino, process->ns, sizeof(ino));
		intern_process(builder, process, last_ino, last_row);
		memcpy(last_ino, ino, sizeof(ino));
		memcpy(last_row, process->ns, sizeof(last_row));
	}
	for (size_t i = 0; i < scan->n_processes; i++)
		intern_pending(builder, &scan->processes[i]);
}

static int compare_rows(const void *a, const void *b, void *arg)
{
	const struct scan *scan = arg;
	const struct scan_ns *left = &scan->namespaces[*(const uint32_t *)a];
	const struct scan_ns *right = &scan->namespaces[*(const uint32_t *)b];

	if (left->type != right->type)
		return left->type < right->type ? -1 : 1;
	return (left->ino > right->ino) - (left->ino < right->ino);
}

static void renumber(uint32_t *row, const uint32_t *now)
{
	if (*row != SCAN_NONE)
		*row = now[*row];
}

static void renumber_all(struct scan *scan, const uint32_t *now)
{
	for (size_t i = 0; i < scan->n_processes; i++)
		for (size_t t = 0; t < NSTYPE_COUNT; t++)
			renumber(&scan->processes[i].ns[t], now);
	for (size_t i = 0; i < scan->n_namespaces; i++) {
		renumber(&scan->namespaces[i].parent, now);
		renumber(&scan->namespaces[i].owner, now);
	}
	for (size_t i = 0; i < scan->n_mounts; i++) {
		renumber(&scan->mounts[i].ns, now);
		renumber(&scan->mounts[i].mntns, now);
	}
}

void scan_sort(struct scan_builder *builder)
{
	struct scan *scan = builder->scan;
	size_t n = scan->n_namespaces;
	cleanup_free uint32_t *was = xcalloc(n, sizeof(was[0]));
	cleanup_free uint32_t *now = xcalloc(n, sizeof(now[0]));
	struct scan_ns *sorted = xcalloc(n, sizeof(sorted[0]));

	for (uint32_t i = 0; i < n; i++)
		was[i] = i;
	qsort_r(was, n, sizeof(was[0]), compare_rows, scan);
	for (uint32_t i = 0; i < n; i++) {
		now[was[i]] = i;
		sorted[i] = scan->namespaces[was[i]];
	}
	free(scan->namespaces);
	scan->namespaces = sorted;
	renumber_all(scan, now);
}
