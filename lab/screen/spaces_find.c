/*
 * Below the process that is followed there are, one after the other, sandboxes:
 *
 *	lab run ──┬── init ── cc ...		passed over
 *		  └── init ── program ...	the newest; shown once its program runs
 *
 * Init is told by its PID 1 in a PID namespace below lab's own. Its first child
 * is a copy of it until it executes the program.
 */
#define _GNU_SOURCE
#include "lab/screen/spaces_internal.h"

#include "common/cleanup.h"
#include "common/proc.h"

#include <string.h>
#include <unistd.h>

/* A sandbox that shows nothing of what it is for is shown after that time. */
#define PATIENCE_NS 200000000u

/* More than any sandbox may have. */
#define WALK_MAX 4096

static const char *const compilers[] = {"cc", "gcc", "clang", "c99", "tcc", NULL};

void spaces_read_families(struct spaces *spaces)
{
	struct pid_list list = {NULL, 0};

	spaces->n_families = 0;
	if (!spaces->no_children || proc_list(spaces->procfd, &list) < 0)
		return;
	spaces->families =
		xreallocarray(spaces->families, list.n ? list.n : 1, sizeof(spaces->families[0]));
	for (size_t i = 0; i < list.n; i++) {
		cleanup_fd int dir = -1;
		struct proc_stat stat;

		if (proc_open(spaces->procfd, list.pids[i], &dir) < 0 ||
		    proc_read_stat(dir, &stat) < 0)
			continue;
		spaces->families[spaces->n_families++] =
			(struct spaces_family){.pid = stat.pid, .ppid = stat.ppid};
	}
	pid_list_free(&list);
}

/* Children of a process that is not watched. */
static int children_of(const struct spaces *spaces, pid_t pid, struct pid_list *ret)
{
	const struct spaces_process process = {
		.column.pid = pid, .ran_fd = -1, .kids_fd = -1, .threads = 1};

	return spaces_process_children(spaces, &process, ret);
}

static void append(struct pid_list *to, const struct pid_list *from)
{
	if (!from->n || to->n >= WALK_MAX)
		return;
	to->pids = xreallocarray(to->pids, to->n + from->n, sizeof(pid_t));
	memcpy(to->pids + to->n, from->pids, from->n * sizeof(pid_t));
	to->n += from->n;
}

struct spaces_process *spaces_find(const struct spaces *spaces, pid_t pid)
{
	/* The newest, if there was another with this number. */
	for (size_t i = spaces->n_processes; i > 0; i--)
		if (spaces->processes[i - 1]->column.pid == pid)
			return spaces->processes[i - 1];
	return NULL;
}

/* Whose children they are now: an orphan has another parent without having run. */
static void adopt(const struct spaces *spaces, pid_t parent, const struct pid_list *children)
{
	for (size_t i = 0; i < children->n; i++) {
		struct spaces_process *process = spaces_find(spaces, children->pids[i]);

		if (process)
			process->column.ppid = parent;
	}
}

/* Breadth first, so that parents are known before their children. */
bool spaces_find_processes(struct spaces *spaces)
{
	struct pid_list queue = {NULL, 0};
	unsigned hidden = 0;
	bool changed = false;

	spaces_read_families(spaces);
	(void)spaces_process_children(spaces, spaces->processes[0], &queue);
	adopt(spaces, spaces->processes[0]->column.pid, &queue);
	for (size_t i = 0; i < queue.n; i++) {
		struct spaces_process *process = spaces_find(spaces, queue.pids[i]);
		struct pid_list below = {NULL, 0};
		bool full = false;

		if (!process || (process->column.ended && !process->column.zombie)) {
			process = spaces_add(spaces, queue.pids[i], &full);
			changed |= process != NULL;
		}
		if (process ? spaces_process_children(spaces, process, &below) == 0
			    : children_of(spaces, queue.pids[i], &below) == 0)
			append(&queue, &below);
		adopt(spaces, queue.pids[i], &below);
		hidden += full;
		pid_list_free(&below);
	}
	pid_list_free(&queue);
	changed |= hidden != spaces->hidden;
	spaces->hidden = hidden;
	return changed;
}

struct newest {
	pid_t pid;
	unsigned long long starttime;
};

/* A process below what is followed. Returns whether what is below it is of interest. */
static bool weigh(const struct spaces *spaces, pid_t pid, struct newest *newest)
{
	struct proc_status status;
	struct proc_stat stat;
	cleanup_fd int dir = -1;
	bool is_init, is_outside;

	if (proc_open(spaces->procfd, pid, &dir) < 0 || proc_read_stat(dir, &stat) < 0 ||
	    stat.state == 'Z' || stat.state == 'X' || proc_read_status(dir, &status) < 0)
		return false;
	is_outside = status.n_nspid <= spaces->lab.depth;
	is_init = !is_outside && status.nspid[status.n_nspid - 1] == 1;
	proc_status_free(&status);
	if (is_init && stat.starttime >= newest->starttime)
		*newest = (struct newest){pid, stat.starttime};
	return is_outside;
}

static struct newest find_newest(struct spaces *spaces)
{
	struct newest newest = {0, 0};
	struct pid_list queue = {NULL, 0};

	spaces_read_families(spaces);
	(void)children_of(spaces, spaces->follow, &queue);
	for (size_t i = 0; i < queue.n; i++) {
		struct pid_list below = {NULL, 0};

		if (!weigh(spaces, queue.pids[i], &newest) ||
		    children_of(spaces, queue.pids[i], &below) < 0)
			continue;
		append(&queue, &below);
		pid_list_free(&below);
	}
	pid_list_free(&queue);
	return newest;
}

static bool same_program(int a, int b)
{
	struct proc_file left, right;

	return proc_identify(a, "exe", &left) == 0 && proc_identify(b, "exe", &right) == 0 &&
	       left.dev == right.dev && left.ino == right.ino;
}

static bool compiles(int dir, const struct proc_stat *stat)
{
	cleanup_strbuf struct strbuf words = STRBUF_INIT;

	for (size_t i = 0; compilers[i]; i++)
		if (!strcmp(stat->comm, compilers[i]))
			return true;
	/* A shell that asks for the libraries first. */
	return !strcmp(stat->comm, "sh") && proc_read_cmdline(dir, &words) == 0 &&
	       strstr(words.s, "pkg-config");
}

enum purpose {
	SETTING_UP, /* its init is still a copy of what made it */
	EMPTY,	    /* nothing has been executed in it */
	PROGRAM,
	COMPILER,
};

/* What is executed as the first child of an init. */
static enum purpose purpose_by(const struct spaces *spaces, int init_dir, pid_t first)
{
	cleanup_fd int dir = -1;
	struct proc_stat stat;

	if (proc_open(spaces->procfd, first, &dir) < 0 || proc_read_stat(dir, &stat) < 0 ||
	    same_program(init_dir, dir))
		return EMPTY;
	/* Nobody compiles on a terminal. */
	return stat.tty || !compiles(dir, &stat) ? PROGRAM : COMPILER;
}

static enum purpose purpose_of(const struct spaces *spaces, pid_t init)
{
	struct pid_list children = {NULL, 0};
	cleanup_fd int parent_dir = -1;
	cleanup_fd int init_dir = -1;
	enum purpose purpose = EMPTY;
	struct proc_stat stat;

	if (proc_open(spaces->procfd, init, &init_dir) < 0 || proc_read_stat(init_dir, &stat) < 0 ||
	    proc_open(spaces->procfd, stat.ppid, &parent_dir) < 0 ||
	    same_program(parent_dir, init_dir))
		return SETTING_UP;
	(void)children_of(spaces, init, &children);
	if (children.n)
		purpose = purpose_by(spaces, init_dir, children.pids[0]);
	pid_list_free(&children);
	return purpose;
}

pid_t spaces_find_sandbox(struct spaces *spaces)
{
	struct newest newest = find_newest(spaces);
	struct spaces_candidate *candidate = &spaces->candidate;
	uint64_t now = spaces_now_ns();
	enum purpose purpose;

	if (!newest.pid)
		return 0;
	if (candidate->pid != newest.pid || candidate->starttime != newest.starttime)
		*candidate = (struct spaces_candidate){newest.pid, newest.starttime, now, false};
	if (candidate->refused)
		return 0;
	purpose = purpose_of(spaces, newest.pid);
	if (purpose == COMPILER)
		candidate->refused = spaces->compiled = true;
	/* What was compiled runs next, and may be over soon. */
	if (purpose == PROGRAM || (purpose == EMPTY && spaces->compiled))
		return newest.pid;
	return purpose != COMPILER && now - candidate->since >= PATIENCE_NS ? newest.pid : 0;
}
