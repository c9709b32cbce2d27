#define _GNU_SOURCE
#include "lab/ns/track.h"

#include "common/cleanup.h"
#include "common/proc.h"
#include "lab/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

/* So many steps without an event pass before namespaces without a process are looked for again. */
#define IDLE_STEPS 10

static size_t process_place(const struct track *track, pid_t pid)
{
	size_t low = 0, high = track->n_processes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (track->processes[middle]->now.pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct tracked *process_find(const struct track *track, pid_t pid)
{
	size_t at = process_place(track, pid);

	return at < track->n_processes && track->processes[at]->now.pid == pid
		       ? track->processes[at]
		       : NULL;
}

/* Some descriptors stay free for reading what is watched. */
static bool may_open_more(int fd)
{
	return fd >= 0 && fd + 64 < getdtablesize();
}

static void arm(struct track *track, struct tracked *process)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)process->now.pid};
	char path[32];
	int fd = -1;

	/* Where this /proc is another PID namespace's, its numbers mean nothing to the call. */
	if (track->self.pid == getpid())
		fd = (int)syscall(SYS_pidfd_open, process->now.pid, 0);
	if (fd >= 0 &&
	    (!may_open_more(fd) || epoll_ctl(track->epoll, EPOLL_CTL_ADD, fd, &event) < 0)) {
		(void)close(fd);
		fd = -1;
	}
	process->pidfd = fd;
	(void)snprintf(path, sizeof(path), "%d/schedstat", (int)process->now.pid);
	fd = openat(track->request->procfd, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && !may_open_more(fd)) {
		(void)close(fd);
		fd = -1;
	}
	process->ranfd = fd;
}

static void disarm(struct tracked *process)
{
	if (process->pidfd >= 0)
		(void)close(process->pidfd);
	if (process->ranfd >= 0)
		(void)close(process->ranfd);
	process->pidfd = process->ranfd = -1;
}

/* Has it run since the last time? Also where nobody can tell. */
static bool has_run(struct tracked *process)
{
	char text[128];
	uint64_t digest = 14695981039346656037u;
	ssize_t len = process->ranfd < 0 ? -1 : pread(process->ranfd, text, sizeof(text), 0);

	if (len <= 0)
		return true;
	for (ssize_t i = 0; i < len; i++)
		digest = (digest ^ (unsigned char)text[i]) * 1099511628211u;
	if (digest == process->ran)
		return process->now.threads > 1;
	process->ran = digest;
	return true;
}

/* One that nobody was in any more, and nobody has seen since, is taken for another with its inode. */
static bool is_new(const struct track *track, enum nstype_id entry, uint32_t ino)
{
	const struct tracked_ns *ns = ino ? track_find_ns(track, entry, ino) : NULL;

	return ino && (!ns || (ns->emptied && !ns->found));
}

static void note_new(const struct track *track, const struct scan_process *process,
		     bool to[static NSTYPE_COUNT])
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		to[i] = is_new(track, (enum nstype_id)i, process->ns[i]);
}

/*
 * A process that was not there before is worth a line where it is somewhere
 * else than its parent, or, with an unknown parent, where nobody was.
 */
static void report_appeared(struct track *track, struct tracked *process)
{
	const struct tracked *parent = process_find(track, process->now.ppid);
	bool is_new_ns[NSTYPE_COUNT];
	uint32_t from[NSTYPE_COUNT];
	struct ns_move move = {from, process->now.ns, is_new_ns};

	if (parent && parent->now.unreadable)
		parent = NULL;
	note_new(track, &process->now, is_new_ns);
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		uint32_t to = process->now.ns[i];

		if (nstypes[i].for_children)
			from[i] = to;
		else if (parent)
			from[i] = parent->now.ns[i];
		else
			from[i] = is_new_ns[i] ? 0 : to;
	}
	process->told = ns_event_appeared(track->request, &process->now,
					  parent ? &parent->now : NULL, &move);
}

/*
 * A process loses its namespaces one after the other when it ends, before its state says so.
 * lab has one of each type that this kernel has, and so has everything that lives.
 */
static bool is_ending(const struct track *track, const struct scan_process *process)
{
	if (process->state == 'Z' || process->state == 'X')
		return true;
	for (size_t i = 0; i < NSTYPE_COUNT && !process->unreadable; i++)
		if (!nstypes[i].for_children && track->self.ns[i] && !process->ns[i])
			return true;
	return false;
}

static struct tracked *add_process(struct track *track, const struct scan_process *now)
{
	size_t at = process_place(track, now->pid);
	struct tracked *process = xcalloc(1, sizeof(*process));

	process->now = *now;
	process->pidfd = process->ranfd = -1;
	process->ended = is_ending(track, now);
	track->processes = xreallocarray(track->processes, track->n_processes + 1,
					 sizeof(track->processes[0]));
	memmove(&track->processes[at + 1], &track->processes[at],
		(track->n_processes - at) * sizeof(track->processes[0]));
	track->processes[at] = process;
	track->n_processes++;
	if (process->ended)
		return process;
	arm(track, process);
	/* Before its links count as read, or what it did between would be missed. */
	(void)has_run(process);
	if (scan_read_process(track->request->procfd, now->pid, &process->now) < 0 ||
	    is_ending(track, &process->now))
		process->now = *now;
	if (!track->looking && !process->now.unreadable)
		report_appeared(track, process);
	track_hold(track, &process->now);
	track->changed = true;
	return process;
}

static void mark_ended(struct track *track, struct tracked *process)
{
	if (process->ended)
		return;
	process->ended = true;
	disarm(process);
	track_drop(track, &process->now);
	memset(process->now.ns, 0, sizeof(process->now.ns));
	if (process->named || process->told)
		ns_event_ended(track->request, &process->now);
}

static void look_at(struct track *track, pid_t pid);

static void look_at_children(struct track *track, const struct tracked *process)
{
	struct pid_list children = {NULL, 0};
	cleanup_fd int dir = -1;
	int r = proc_open(track->request->procfd, process->now.pid, &dir);

	if (r == 0)
		r = proc_list_children(dir, &children);
	if (r == -ENOENT)
		track->no_children = true;
	for (size_t i = 0; i < children.n; i++)
		look_at(track, children.pids[i]);
	pid_list_free(&children);
}

/* A process that may be new. With its descendants, if those are wanted. */
static void look_at(struct track *track, pid_t pid)
{
	struct scan_process now;
	struct tracked *process;

	if (pid == track->self.pid || process_find(track, pid))
		return;
	if (scan_read_process(track->request->procfd, pid, &now) < 0)
		return;
	process = add_process(track, &now);
	if (!track->request->all && !track->no_children && !process->ended)
		look_at_children(track, process);
}

/* Everything in /proc, or where the kernel does not list children, what has a watched parent. */
static void look_at_all(struct track *track)
{
	struct pid_list list = {NULL, 0};

	if (proc_list(track->request->procfd, &list) < 0)
		return;
	for (size_t i = 0; i < list.n; i++) {
		struct scan_process now;

		if (!track->request->all &&
		    (process_find(track, list.pids[i]) ||
		     scan_read_process(track->request->procfd, list.pids[i], &now) < 0 ||
		     !process_find(track, now.ppid)))
			continue;
		look_at(track, list.pids[i]);
	}
	pid_list_free(&list);
}

static void report_moved(struct track *track, struct tracked *process,
			 const struct scan_process *now)
{
	bool is_new_ns[NSTYPE_COUNT];
	struct ns_move move = {process->now.ns, now->ns, is_new_ns};

	note_new(track, now, is_new_ns);
	process->told |= ns_event_moved(track->request, now, &move);
}

/* Read a process again; false: it is of no interest any more and may be forgotten. */
static bool step_process(struct track *track, struct tracked *process)
{
	struct scan_process now;
	int r;

	if (!process->ended && !has_run(process))
		return true;
	r = scan_read_process(track->request->procfd, process->now.pid, &now);
	if (r < 0 || now.starttime != process->now.starttime) {
		/* It has been waited for, or even has its number been given away. */
		mark_ended(track, process);
		track->changed = true;
		return false;
	}
	if (process->ended)
		return true;
	if (is_ending(track, &now)) {
		mark_ended(track, process);
		return true;
	}
	if (memcmp(now.ns, process->now.ns, sizeof(now.ns)) != 0) {
		struct scan_process before = process->now;

		if (!now.unreadable && !before.unreadable)
			report_moved(track, process, &now);
		track_hold(track, &now);
		track_drop(track, &before);
	}
	process->now = now;
	return true;
}

static void forget(struct track *track, size_t at)
{
	disarm(track->processes[at]);
	free(track->processes[at]);
	track->n_processes--;
	memmove(&track->processes[at], &track->processes[at + 1],
		(track->n_processes - at) * sizeof(track->processes[0]));
}

static void step_processes(struct track *track)
{
	for (size_t i = 0; i < track->n_processes;) {
		struct tracked *process = track->processes[i];
		pid_t pid = process->now.pid;
		uint64_t ran = process->ran;

		if (!step_process(track, process)) {
			forget(track, i);
			continue;
		}
		if (!track->request->all && !track->no_children && !process->ended &&
		    (ran != process->ran || process->ranfd < 0 || process->now.threads > 1))
			look_at_children(track, process);
		/* New ones may have come before it. */
		i = process_place(track, pid) + 1;
	}
	if (track->request->all || track->no_children)
		look_at_all(track);
}

/* Do those that nobody watched is in still exist, and by what? */
static void look_for_emptied(struct track *track)
{
	struct error err;
	struct scan scan;
	size_t kept = 0;

	if (scan_take(track->request->procfd, SCAN_ALL, &scan, &err) < 0)
		return;
	for (size_t i = 0; i < track->n_namespaces; i++) {
		struct tracked_ns *which = &track->namespaces[i];
		uint32_t row =
			which->emptied ? scan_find_ns(&scan, which->type, which->ino) : SCAN_NONE;

		if (which->emptied && row == SCAN_NONE) {
			(void)ns_event_emptied(track->request, which, NULL, NULL);
			continue;
		}
		which->found = which->emptied;
		if (which->emptied && !which->told && !scan.namespaces[row].nprocs)
			which->told = ns_event_emptied(track->request, which, &scan,
						       &scan.namespaces[row]);
		track->namespaces[kept++] = *which;
	}
	track->n_namespaces = kept;
	scan_free(&scan);
}

static bool has_emptied(const struct track *track)
{
	for (size_t i = 0; i < track->n_namespaces; i++)
		if (track->namespaces[i].emptied)
			return true;
	return false;
}

void track_step(struct track *track)
{
	step_processes(track);
	if (!has_emptied(track)) {
		track->changed = false;
		return;
	}
	/* Nothing tells of a mount that goes in another mount namespace. */
	if (!track->changed && ++track->idle_steps < IDLE_STEPS)
		return;
	track->changed = false;
	track->idle_steps = 0;
	look_for_emptied(track);
}

void track_ended(struct track *track, pid_t pid)
{
	struct tracked *process = process_find(track, pid);

	if (process)
		mark_ended(track, process);
}

void track_mounts_changed(struct track *track)
{
	track->changed = true;
}

size_t track_living(const struct track *track)
{
	size_t n = 0;

	for (size_t i = 0; i < track->n_processes; i++)
		n += !track->processes[i]->ended;
	return n;
}

static int start_named(struct track *track, pid_t pid)
{
	struct tracked *process;

	look_at(track, pid);
	process = process_find(track, pid);
	if (!process || process->ended)
		return ns_pid_error(pid, ESRCH);
	if (process->now.unreadable)
		return ns_pid_error(pid, EACCES);
	process->named = true;
	return LAB_PASS;
}

/* lab itself, under the number that this /proc has for it; nothing where it has none. */
static void read_self(struct track *track)
{
	cleanup_fd int dir = -1;
	struct proc_stat stat;

	if (proc_open(track->request->procfd, 0, &dir) < 0 || proc_read_stat(dir, &stat) < 0 ||
	    scan_read_process(track->request->procfd, stat.pid, &track->self) < 0)
		memset(&track->self, 0, sizeof(track->self));
}

static int start_shell(struct track *track)
{
	struct error err = {0};

	if (track->self.ppid)
		return start_named(track, track->self.ppid);
	(void)error_say(&err, ESRCH, "what started lab is not in this PID namespace");
	error_remedy(&err, "name a process to watch, or watch all: lab ns --watch --all");
	return output_error(&err, LAB_FAIL);
}

int track_start(struct track *track, const struct ns_request *request, int epoll)
{
	int status = LAB_PASS;

	*track = (struct track){.request = request, .epoll = epoll, .looking = true};
	read_self(track);
	for (size_t i = 0; i < request->n_pids && status == LAB_PASS; i++)
		status = start_named(track, request->pids[i]);
	if (status == LAB_PASS && !request->all && !request->n_pids)
		status = start_shell(track);
	if (status == LAB_PASS && (request->all || track->no_children))
		look_at_all(track);
	track->looking = false;
	track->changed = false;
	return status;
}

void track_free(struct track *track)
{
	while (track->n_processes)
		forget(track, track->n_processes - 1);
	free(track->processes);
	free(track->namespaces);
}
