#define _GNU_SOURCE
#include "common/scan.h"

#include "common/cleanup.h"
#include "common/scan_build.h"
#include "common/strbuf.h"

#include <string.h>
#include <sys/stat.h>

const char *const scan_hold_names[SCAN_HOLDS] = {
	"process", "thread", "pending", "mount", "descriptor", "child",
};

/* nsfs is one file system: its device is asked once, of a namespace of our own. */
static dev_t nsfs_device(int procfd)
{
	struct stat st;

	return fstatat(procfd, "self/ns/user", &st, 0) < 0 ? 0 : st.st_dev;
}

static void drop_vanished(struct scan *scan)
{
	size_t kept = 0;

	for (size_t i = 0; i < scan->n_processes; i++) {
		if (!scan->processes[i].pid)
			continue;
		scan->unreadable += scan->processes[i].unreadable;
		if (kept != i)
			scan->processes[kept] = scan->processes[i];
		kept++;
	}
	scan->n_processes = kept;
}

static void build(struct scan_builder *builder, const struct scan_sightings *found)
{
	scan_intern_processes(builder);
	for (size_t i = 0; i < found->n; i++)
		(void)scan_note(builder, &found->list[i]);
	if (builder->depth & SCAN_MOUNTS)
		scan_find_mounts(builder);
	if (builder->depth & SCAN_FDS)
		scan_find_fds(builder);
	if (builder->depth & SCAN_RELATIONS)
		scan_relate(builder);
	scan_sort(builder);
}

int scan_take(int procfd, unsigned depth, struct scan *ret, struct error *err)
{
	struct scan scan = {.dev = nsfs_device(procfd)};
	struct scan_builder builder = {.procfd = procfd, .depth = depth, .scan = &scan};
	struct scan_sightings found = {NULL, 0};
	cleanup_free pid_t *pids = NULL;
	int n = scan_list_pids(procfd, &pids);

	if (n < 0)
		return error_set(err, -n, "cannot list the processes in /proc");
	scan.n_processes = (size_t)n;
	scan.processes = xcalloc(scan.n_processes, sizeof(scan.processes[0]));
	scan_read_all(procfd, depth, pids, scan.n_processes, scan.processes, &found);
	free(steal_ptr(pids));
	drop_vanished(&scan);
	build(&builder, &found);
	free(found.list);
	free(builder.sources);
	free(builder.held);
	free(builder.slots);
	*ret = scan;
	return 0;
}

void scan_free(struct scan *scan)
{
	for (size_t i = 0; i < scan->n_mounts; i++)
		free(scan->mounts[i].point);
	free(scan->mounts);
	free(scan->namespaces);
	free(scan->processes);
	memset(scan, 0, sizeof(*scan));
}

uint32_t scan_find_ns(const struct scan *scan, enum nstype_id type, ino_t ino)
{
	size_t low = 0, high = scan->n_namespaces;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct scan_ns *ns = &scan->namespaces[middle];

		if (ns->type == type && ns->ino == ino)
			return (uint32_t)middle;
		if (ns->type < type || (ns->type == type && ns->ino < ino))
			low = middle + 1;
		else
			high = middle;
	}
	return SCAN_NONE;
}

const struct scan_process *scan_find_process(const struct scan *scan, pid_t pid)
{
	size_t low = 0, high = scan->n_processes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (scan->processes[middle].pid == pid)
			return &scan->processes[middle];
		if (scan->processes[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
