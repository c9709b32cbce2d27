#define _GNU_SOURCE
#include "common/machine_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

/* The inode that kernels since 3.8 give the first user namespace (include/linux/proc_ns.h). */
#define INITIAL_USER_NS 0xEFFFFFFDU

static const char *const fact_names[] = {
	[FACT_UNKNOWN] = "unknown",
	[FACT_NO] = "no",
	[FACT_MAYBE] = "maybe",
	[FACT_YES] = "yes",
};

const char *machine_fact_name(enum fact fact)
{
	return fact_names[fact];
}

static enum fact fact_of(bool yes)
{
	return yes ? FACT_YES : FACT_NO;
}

long long machine_read_number(int dirfd, const char *path)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	char *end;
	long long number;

	if (io_read_proc(dirfd, path, 4096, &text) < 0)
		return -1;
	errno = 0;
	number = strtoll(text.s, &end, 10);
	return end == text.s || errno ? -1 : number;
}

static void read_status(int dir, struct machine_process *ret)
{
	struct proc_status status;

	if (proc_read_status(dir, &status) < 0)
		return;
	ret->status = FACT_YES;
	if (!ret->pid)
		ret->pid = status.tgid;
	ret->uid = status.uid[PROC_ID_REAL];
	ret->euid = status.uid[PROC_ID_EFFECTIVE];
	ret->egid = status.gid[PROC_ID_EFFECTIVE];
	ret->cap_eff = status.cap[PROC_CAP_EFF];
	ret->cap_bnd = status.cap[PROC_CAP_BND];
	ret->sig_ignored = status.sig_ign;
	ret->threads = status.threads;
	ret->seccomp = status.seccomp;
	ret->no_new_privs = status.no_new_privs;
	proc_status_free(&status);
}

static void read_label(int dir, struct machine_process *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	/* The second is what attr/current means while several modules are stacked. */
	if (io_read_proc(dir, "attr/current", 4096, &text) < 0 &&
	    io_read_proc(dir, "attr/apparmor/current", 4096, &text) < 0)
		return;
	text.s[strcspn(text.s, "\n")] = '\0';
	(void)snprintf(ret->lsm, sizeof(ret->lsm), "%s", text.s);
}

/* Which of its namespaces does the process's user namespace own? */
static void read_owners(int dir, struct machine_process *ret)
{
	const struct ns_entry *user = &ret->ns.entry[NSTYPE_USER];

	if (user->errnum)
		return;
	for (int i = 0; i < NSTYPE_COUNT; i++) {
		cleanup_fd int fd = -1;
		cleanup_fd int owner = -1;
		struct ns_id id;
		int r;

		if (nstypes[i].for_children || i == NSTYPE_USER ||
		    ns_open(dir, (enum nstype_id)i, &fd) < 0)
			continue;
		r = ns_open_owner(fd, &owner);
		if (r == -EPERM) /* above everything that the reader may see */
			ret->owned[i] = FACT_NO;
		else if (r == 0 && ns_identify(owner, &id) == 0)
			ret->owned[i] = fact_of(ns_id_equal(id, user->id));
	}
}

static unsigned depth(int dir, enum nstype_id type)
{
	struct ns_id ids[NS_DEPTH_MAX];
	cleanup_fd int fd = -1;
	int n;

	if (ns_open(dir, type, &fd) < 0)
		return 0;
	n = ns_ancestry(fd, ids);
	return n > 0 ? (unsigned)n - 1 : 0;
}

/* Does any process live in that PID namespace? A zombie no longer has one. */
static enum fact inhabited(int procfd, const struct ns_id *pidns)
{
	struct pid_list list = {0};
	enum fact found = FACT_NO;

	if (proc_list(procfd, &list) < 0)
		return FACT_UNKNOWN;
	for (size_t i = 0; i < list.n && found != FACT_YES; i++) {
		struct ns_snapshot snapshot;
		cleanup_fd int dir = -1;

		if (proc_open(procfd, list.pids[i], &dir) == 0 &&
		    ns_snapshot_take(dir, &snapshot) == 0 && !snapshot.entry[NSTYPE_PID].errnum &&
		    ns_id_equal(snapshot.entry[NSTYPE_PID].id, *pidns))
			found = FACT_YES;
	}
	pid_list_free(&list);
	return found;
}

static enum machine_pending pending_pid(int procfd, const struct ns_snapshot *ns)
{
	const struct ns_entry *own = &ns->entry[NSTYPE_PID];
	const struct ns_entry *children = &ns->entry[NSTYPE_PID_FOR_CHILDREN];

	if (own->errnum)
		return MACHINE_PENDING_UNKNOWN;
	if (children->errnum == ENOENT)
		return MACHINE_PENDING_EMPTY;
	if (children->errnum)
		return MACHINE_PENDING_UNKNOWN;
	if (ns_id_equal(own->id, children->id))
		return MACHINE_PENDING_NONE;
	return inhabited(procfd, &children->id) == FACT_YES ? MACHINE_PENDING_LIVE
							    : MACHINE_PENDING_DEAD;
}

static enum machine_pending pending_time(const struct ns_snapshot *ns)
{
	const struct ns_entry *own = &ns->entry[NSTYPE_TIME];
	const struct ns_entry *children = &ns->entry[NSTYPE_TIME_FOR_CHILDREN];

	if (own->errnum || children->errnum)
		return MACHINE_PENDING_UNKNOWN;
	return ns_id_equal(own->id, children->id) ? MACHINE_PENDING_NONE : MACHINE_PENDING_EMPTY;
}

static void read_namespaces(int procfd, int dir, struct machine_process *ret)
{
	if (ns_snapshot_take(dir, &ret->ns) < 0)
		return;
	read_owners(dir, ret);
	if (!ret->ns.entry[NSTYPE_USER].errnum)
		ret->initial_user = fact_of(ret->ns.entry[NSTYPE_USER].id.ino == INITIAL_USER_NS);
	ret->depth_user = depth(dir, NSTYPE_USER);
	ret->depth_pid = depth(dir, NSTYPE_PID);
	ret->pid_for_children = pending_pid(procfd, &ret->ns);
	ret->time_for_children = pending_time(&ret->ns);
}

/* The map's outside column is in the reader's numbers, unless both share the namespace. */
static void read_map(int dir, const char *name, enum ns_relation reader, uint32_t id,
		     enum fact *ret_written, enum fact *ret_mapped, unsigned long long *ret_ids)
{
	struct idmap map;
	uint32_t other;
	bool mapped;

	if (proc_read_idmap(dir, name, &map) < 0)
		return;
	*ret_written = fact_of(map.n > 0);
	for (size_t i = 0; i < map.n; i++)
		*ret_ids += map.range[i].count;
	if (reader == NS_UNKNOWN)
		return;
	mapped = reader == NS_SAME ? idmap_to_outside(&map, id, &other)
				   : idmap_to_inside(&map, id, &other);
	*ret_mapped = fact_of(mapped);
}

static void read_ids(int procfd, int dir, struct machine_process *ret)
{
	enum ns_relation reader = NS_UNKNOWN;
	struct ns_snapshot own;
	cleanup_free char *setgroups = NULL;
	cleanup_fd int self = -1;

	if (proc_open(procfd, 0, &self) == 0 && ns_snapshot_take(self, &own) == 0)
		reader = ns_compare(&own, &ret->ns, NSTYPE_USER);
	read_map(dir, "uid_map", reader, ret->euid, &ret->uid_map_written, &ret->uid_mapped,
		 &ret->uids);
	read_map(dir, "gid_map", reader, ret->egid, &ret->gid_map_written, &ret->gid_mapped,
		 &ret->gids);
	if (proc_read_setgroups(dir, &setgroups) == 0)
		ret->setgroups_denied = fact_of(strcmp(setgroups, "deny") == 0);
}

/*
 * The signal that a process's end sends to its parent: field 38 of its stat
 * file (proc(5)), 35 fields after the state. -1 unknown.
 */
static int exit_signal(int dir)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *at;

	if (io_read_proc(dir, "stat", 8192, &text) < 0)
		return -1;
	at = strrchr(text.s, ')');
	for (int field = 2; at && field < 38; field++) {
		at = strchr(at, ' ');
		if (at)
			at++;
	}
	return at ? atoi(at) : -1;
}

static void read_children(int procfd, int dir, struct machine_process *ret)
{
	struct pid_list list = {0};

	if (proc_list_children(dir, &list) < 0)
		return;
	ret->children = fact_of(list.n > 0);
	ret->n_children = (unsigned)list.n;
	for (size_t i = 0; i < list.n; i++) {
		cleanup_fd int child = -1;
		int sig;

		if (proc_open(procfd, list.pids[i], &child) < 0)
			continue;
		sig = exit_signal(child);
		if (sig >= 0 && sig != SIGCHLD)
			ret->n_mute++;
	}
	pid_list_free(&list);
}

/* The soft limit in a line of /proc/PID/limits, -1: unlimited or not there. */
static long long soft_limit(const char *text, const char *name)
{
	const char *line = strstr(text, name);
	char *end;
	long long number;

	if (!line)
		return -1;
	number = strtoll(line + strlen(name), &end, 10);
	return end == line + strlen(name) ? -1 : number;
}

/* Threads of all processes of a real uid; only worth its time where a limit is near. */
static long long count_tasks(int procfd, uid_t uid)
{
	struct pid_list list = {0};
	long long tasks = 0;

	if (proc_list(procfd, &list) < 0)
		return -1;
	for (size_t i = 0; i < list.n; i++) {
		struct proc_status status;
		cleanup_fd int dir = -1;

		if (proc_open(procfd, list.pids[i], &dir) < 0 || proc_read_status(dir, &status) < 0)
			continue;
		if (status.uid[PROC_ID_REAL] == uid)
			tasks += status.threads;
		proc_status_free(&status);
	}
	pid_list_free(&list);
	return tasks;
}

static void read_limits(int procfd, int dir, struct machine_process *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct pid_list fds = {0};

	if (io_read_proc(dir, "limits", 8192, &text) == 0) {
		ret->nproc_limit = soft_limit(text.s, "Max processes");
		ret->nofile_limit = soft_limit(text.s, "Max open files");
	}
	if (ret->nproc_limit >= 0 && ret->nproc_limit < 16384 && ret->status == FACT_YES)
		ret->nproc = count_tasks(procfd, ret->uid);
	if (proc_list_fds(dir, &fds) == 0) {
		ret->nofile = (long long)fds.n;
		pid_list_free(&fds);
	}
	machine_read_pids(dir, ret);
}

static void start_unknown(struct machine_readings *ret)
{
	struct machine_process *process = &ret->process;

	memset(ret, 0, sizeof(*ret));
	process->seccomp = process->no_new_privs = -1;
	process->nproc_limit = process->nofile_limit = -1;
	process->nproc = process->nofile = -1;
	process->pids_max = process->pids_now = -1;
	for (int i = 0; i < NSTYPE_COUNT; i++) {
		process->ns.entry[i].errnum = EACCES;
		ret->host.max_ns[i] = -1;
	}
	ret->host.unprivileged_userns_clone = -1;
	ret->host.apparmor_restrict_userns = -1;
	ret->host.yama_ptrace_scope = -1;
}

int machine_read(pid_t pid, struct machine_readings *ret)
{
	struct machine_process *process = &ret->process;
	struct machine_inside inside;
	cleanup_fd int procfd = -1;
	cleanup_fd int dir = -1;
	int r;

	start_unknown(ret);
	process->pid = pid;
	process->here = pid == 0 || pid == getpid();
	machine_read_host(&ret->host);
	r = proc_mount_open("/proc", &procfd);
	if (r < 0)
		return r;
	r = proc_open(procfd, pid, &dir);
	if (r < 0)
		return r;
	read_status(dir, process);
	read_label(dir, process);
	read_namespaces(procfd, dir, process);
	read_ids(procfd, dir, process);
	read_children(procfd, dir, process);
	read_limits(procfd, dir, process);
	machine_look_inside(dir, &inside);
	memcpy(ret->host.max_ns, inside.max_ns, sizeof(inside.max_ns));
	machine_read_mounts(dir, &inside, process);
	return 0;
}
