#define _GNU_SOURCE
#include "lab/screen/spaces_internal.h"

#include "common/cleanup.h"
#include "common/numeral.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* So many descriptors stay free for everything else. */
#define SPARE_FDS 128

static int open_below(const struct spaces *spaces, pid_t pid, const char *name)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	fd = openat(spaces->procfd, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && fd + SPARE_FDS >= getdtablesize()) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

void spaces_process_end(struct spaces_process *process)
{
	close_fd(&process->ran_fd);
	close_fd(&process->kids_fd);
}

bool spaces_process_ran(struct spaces_process *process, bool *ret_gone)
{
	char text[128];
	uint64_t digest = 14695981039346656037u; /* FNV-1a */
	ssize_t len = process->ran_fd < 0 ? 0 : pread(process->ran_fd, text, sizeof(text), 0);

	*ret_gone = len < 0 && errno == ESRCH;
	if (len <= 0)
		return true;
	for (ssize_t i = 0; i < len; i++)
		digest = (digest ^ (unsigned char)text[i]) * 1099511628211u;
	if (digest == process->ran)
		/* That count is the first thread's. */
		return process->threads > 1;
	process->ran = digest;
	return true;
}

/*
 * A process loses its namespaces one after the other when it ends, before its state says so.
 * lab has one of each type that this kernel has, and so has everything that lives.
 */
static bool is_ending(const struct spaces *spaces, const struct scan_process *now)
{
	if (now->state == 'Z' || now->state == 'X')
		return true;
	for (size_t i = 0; i < NSTYPE_COUNT && !now->unreadable; i++)
		if (!nstypes[i].for_children && spaces->lab.ns[i] && !now->ns[i])
			return true;
	return false;
}

/* Its number in its own PID namespace, and how deep that is. */
static void read_numbers(const struct spaces *spaces, struct spaces_process *process)
{
	struct spaces_column *column = &process->column;
	struct proc_status status;
	cleanup_fd int dir = -1;

	if (proc_open(spaces->procfd, column->pid, &dir) < 0 || proc_read_status(dir, &status) < 0)
		return;
	if (status.n_nspid) {
		column->inside = status.nspid[status.n_nspid - 1];
		process->depth = (unsigned)status.n_nspid;
	}
	proc_status_free(&status);
}

/* Take over what was read. Returns whether the picture is different. */
static bool take(const struct spaces *spaces, struct spaces_process *process,
		 const struct scan_process *now, bool first)
{
	struct spaces_column *column = &process->column;
	bool changed = strcmp(column->comm, now->comm) != 0;

	memcpy(column->comm, now->comm, sizeof(column->comm));
	process->threads = now->threads;
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		struct spaces_cell *cell = &column->cells[i];
		uint32_t known = process->ns[i];

		/* None for children while a new PID namespace waits for its first process. */
		changed |= cell->ino != now->ns[i];
		cell->ino = now->ns[i];
		if (first || (!cell->first && !nstypes[i].for_children))
			cell->first = cell->ino;
		if (now->unreadable || known == cell->ino)
			continue;
		if (!first && (known || nstypes[i].for_children))
			cell->changed = spaces->steps;
		process->ns[i] = cell->ino;
	}
	return changed;
}

int spaces_process_begin(const struct spaces *spaces, pid_t pid, struct spaces_process *ret)
{
	struct spaces_process process = {.ran_fd = -1, .kids_fd = -1};
	struct scan_process now;
	bool gone;

	if (spaces->procfd < 0)
		return -ESRCH;
	process.column.pid = pid;
	/* Before its links count as read, or what it did between would be missed. */
	process.ran_fd = open_below(spaces, pid, "schedstat");
	(void)spaces_process_ran(&process, &gone);
	if (scan_read_process(spaces->procfd, pid, &now) < 0) {
		spaces_process_end(&process);
		return -ESRCH;
	}
	if (!spaces->no_children) {
		char name[48];

		(void)snprintf(name, sizeof(name), "task/%d/children", (int)pid);
		process.kids_fd = open_below(spaces, pid, name);
	}
	process.column.ppid = now.ppid;
	process.column.starttime = now.starttime;
	process.column.born = spaces->steps;
	(void)take(spaces, &process, &now, true);
	read_numbers(spaces, &process);
	if (is_ending(spaces, &now)) {
		spaces_process_ended(spaces, &process);
		process.column.zombie = true;
	}
	*ret = process;
	return 0;
}

void spaces_process_ended(const struct spaces *spaces, struct spaces_process *process)
{
	process->column.ended = true;
	process->column.died = spaces->steps;
	close_fd(&process->kids_fd);
}

enum spaces_look spaces_process_read(struct spaces *spaces, struct spaces_process *process)
{
	uint32_t before[NSTYPE_COUNT];
	struct scan_process now;

	if (scan_read_process(spaces->procfd, process->column.pid, &now) < 0 ||
	    now.starttime != process->column.starttime) {
		spaces_process_ended(spaces, process);
		return SPACES_ENDED;
	}
	if (is_ending(spaces, &now)) {
		spaces_process_ended(spaces, process);
		process->column.zombie = true;
		return SPACES_ENDED;
	}
	memcpy(before, process->ns, sizeof(before));
	if (!take(spaces, process, &now, false))
		return SPACES_STILL;
	spaces_relate(spaces, process, before);
	return SPACES_CHANGED;
}

static void add_pid(struct pid_list *list, pid_t pid)
{
	if ((list->n & (list->n - 1)) == 0)
		list->pids = xreallocarray(list->pids, list->n ? list->n * 2 : 1, sizeof(pid_t));
	list->pids[list->n++] = pid;
}

/* The list of one thread's children from its file: numbers, each with a blank behind it. */
static int parse_children(int fd, struct pid_list *ret)
{
	char text[4096];
	off_t at = 0;
	ssize_t len;

	while ((len = pread(fd, text, sizeof(text) - 1, at)) > 0) {
		const char *c = text;
		uint64_t pid;
		char *end = memrchr(text, ' ', (size_t)len);

		if (!end)
			break;
		/* A number that is cut off is read whole the next time. */
		*end = '\0';
		at += end + 1 - text;
		while (numeral_take(&c, 10, INT_MAX, &pid)) {
			add_pid(ret, (pid_t)pid);
			c += *c == ' ';
		}
	}
	return len < 0 ? -errno : 0;
}

int spaces_process_children(const struct spaces *spaces, const struct spaces_process *process,
			    struct pid_list *ret)
{
	struct pid_list list = {NULL, 0};
	cleanup_fd int dir = -1;
	int r;

	if (spaces->no_children) {
		for (size_t i = 0; i < spaces->n_families; i++)
			if (spaces->families[i].ppid == process->column.pid)
				add_pid(&list, spaces->families[i].pid);
		*ret = list;
		return 0;
	}
	if (process->kids_fd >= 0 && process->threads <= 1) {
		r = parse_children(process->kids_fd, &list);
		*ret = list;
		return r;
	}
	r = proc_open(spaces->procfd, process->column.pid, &dir);
	return r < 0 ? r : proc_list_children(dir, ret);
}
