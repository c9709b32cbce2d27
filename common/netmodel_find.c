#define _GNU_SOURCE
#include "common/netmodel.h"

#include "common/cleanup.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where ip-netns(8) keeps names. */
#define NAMES "/run/netns/"

struct finder {
	int procfd;
	pid_t init;
	struct scan scan;
	uint32_t user, pid; /* rows of the sandbox's own */
	struct net_sources *sources;
};

static bool is_below(const struct scan *scan, uint32_t row, uint32_t above)
{
	for (unsigned i = 0; row != SCAN_NONE && i < NS_DEPTH_MAX; i++) {
		if (row == above)
			return true;
		row = scan->namespaces[row].parent;
	}
	return false;
}

/* Is it in the sandbox, by its PID namespace? */
static bool is_inside(const struct finder *finder, const struct scan_process *process)
{
	return is_below(&finder->scan, process->ns[NSTYPE_PID], finder->pid);
}

static int open_of(const struct finder *finder, pid_t pid, pid_t tid, const char *name)
{
	char path[96];

	if (tid)
		(void)snprintf(path, sizeof(path), "%d/task/%d/%s", (int)pid, (int)tid, name);
	else
		(void)snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	return openat(finder->procfd, path, O_RDONLY | O_CLOEXEC);
}

/* Of a process in the sandbox that is in that mount namespace; 0: there is none. */
static pid_t who_sees(const struct finder *finder, uint32_t mntns)
{
	for (size_t i = 0; i < finder->scan.n_processes; i++) {
		const struct scan_process *process = &finder->scan.processes[i];

		if (process->ns[NSTYPE_MNT] == mntns && is_inside(finder, process))
			return process->pid;
	}
	return 0;
}

static bool has_name(const struct scan_mount *mount)
{
	return !strncmp(mount->point, NAMES, strlen(NAMES)) &&
	       !strchr(mount->point + strlen(NAMES), '/');
}

static int by_point(const void *a, const void *b)
{
	const struct scan_mount *left = a, *right = b;

	return strverscmp(left->point, right->point);
}

/* Those with a name, or those without; in the order of names, so that two pictures are alike. */
static void add_mounts(struct finder *finder, bool named)
{
	struct scan *scan = &finder->scan;

	if (scan->n_mounts)
		qsort(scan->mounts, scan->n_mounts, sizeof(scan->mounts[0]), by_point);
	for (size_t i = 0; i < scan->n_mounts; i++) {
		const struct scan_mount *mount = &scan->mounts[i];
		cleanup_free char *path = NULL;
		pid_t pid;

		if (scan->namespaces[mount->ns].type != NSTYPE_NET || has_name(mount) != named)
			continue;
		pid = who_sees(finder, mount->mntns);
		if (!pid)
			continue;
		path = xasprintf("root%s", mount->point);
		(void)net_sources_add(finder->sources, mount->point + (named ? strlen(NAMES) : 0),
				      open_of(finder, pid, 0, path));
	}
}

/* A PID as the sandbox's init sees it. */
static pid_t pid_inside(const struct finder *finder, pid_t pid)
{
	cleanup_fd int init = -1, dir = -1;
	struct proc_status of_init, status;
	pid_t inside = pid;

	if (proc_open(finder->procfd, finder->init, &init) < 0 ||
	    proc_open(finder->procfd, pid, &dir) < 0 || proc_read_status(init, &of_init) < 0)
		return pid;
	if (proc_read_status(dir, &status) == 0) {
		if (of_init.n_nspid && status.n_nspid >= of_init.n_nspid)
			inside = status.nspid[of_init.n_nspid - 1];
		proc_status_free(&status);
	}
	proc_status_free(&of_init);
	return inside;
}

static void add_process(struct finder *finder, const struct scan_process *process)
{
	cleanup_free char *name =
		xasprintf("%.15s %d", process->comm, (int)pid_inside(finder, process->pid));

	(void)net_sources_add(finder->sources, name, open_of(finder, process->pid, 0, "ns/net"));
}

static void add_processes(struct finder *finder)
{
	for (size_t i = 0; i < finder->scan.n_processes; i++) {
		const struct scan_process *process = &finder->scan.processes[i];
		uint32_t net = process->ns[NSTYPE_NET];

		/* In the order of PIDs; all but the first of a namespace are turned away by its inode. */
		if (net != SCAN_NONE && finder->scan.namespaces[net].pid == process->pid &&
		    is_inside(finder, process))
			add_process(finder, process);
	}
}

/* Of a process with threads in several; the process itself was added before. */
static void add_threads(struct finder *finder)
{
	for (size_t i = 0; i < finder->scan.n_namespaces; i++) {
		const struct scan_ns *ns = &finder->scan.namespaces[i];
		const struct scan_process *process;
		cleanup_free char *name = NULL;

		if (ns->type != NSTYPE_NET || !ns->tid)
			continue;
		process = scan_find_process(&finder->scan, ns->pid);
		if (!process || !is_inside(finder, process))
			continue;
		name = xasprintf("%.15s %d, a thread", process->comm,
				 (int)pid_inside(finder, process->pid));
		(void)net_sources_add(finder->sources, name,
				      open_of(finder, ns->pid, ns->tid, "ns/net"));
	}
}

/* The simulated internet: the sandbox owns it, and none of its processes is in it. */
static void add_internet(struct finder *finder)
{
	for (size_t i = 0; i < finder->scan.n_processes; i++) {
		const struct scan_process *process = &finder->scan.processes[i];
		uint32_t net = process->ns[NSTYPE_NET];

		if (net != SCAN_NONE && finder->scan.namespaces[net].owner == finder->user &&
		    !is_inside(finder, process))
			(void)net_sources_add(finder->sources, "internet",
					      open_of(finder, process->pid, 0, "ns/net"));
	}
}

static int begin(struct finder *finder, struct error *err)
{
	const struct scan_process *init;
	int r = scan_take(finder->procfd, SCAN_ALL, &finder->scan, err);

	if (r < 0)
		return r;
	init = scan_find_process(&finder->scan, finder->init);
	if (!init || init->unreadable) {
		r = error_say(err, init ? EACCES : ESRCH, "%s process %d",
			      init ? "this user may not look at" : "there is no",
			      (int)finder->init);
		scan_free(&finder->scan);
		return r;
	}
	finder->user = init->ns[NSTYPE_USER];
	finder->pid = init->ns[NSTYPE_PID];
	return 0;
}

int netmodel_find(int procfd, pid_t init, struct net_sources *ret, struct error *err)
{
	struct net_sources sources = {.list = NULL};
	struct finder finder = {.procfd = procfd, .init = init, .sources = &sources};
	int r = begin(&finder, err);

	if (r < 0)
		return r;
	(void)net_sources_add(&sources, "sandbox", open_of(&finder, init, 0, "ns/net"));
	add_internet(&finder);
	add_mounts(&finder, true);
	add_processes(&finder);
	add_threads(&finder);
	add_mounts(&finder, false);
	scan_free(&finder.scan);
	if (!sources.n)
		return error_say(err, ESRCH, "process %d has ended", (int)init);
	*ret = sources;
	return 0;
}
