#define _GNU_SOURCE
#include "lab/screen/spaces_internal.h"

#include "common/cleanup.h"
#include "common/proc.h"
#include "common/strbuf.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/* Walking takes at most a tenth of the time, whatever a sandbox is full of. */
#define WALK_REST 9

/* While a sandbox is about to come, and for how long that may be so; ... once compiled. */
#define SEARCH_MS      5
#define SEARCH_NS      10000000000u
#define SEARCH_FAST_MS 2
/* A program is young, and may not get old. */
#define YOUNG_MS 4
#define YOUNG_NS 200000000u

uint64_t spaces_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool in_picture(const struct spaces *spaces, const struct spaces_process *process)
{
	return !process->left || !spaces->alive;
}

static void relate_cells(struct spaces_process *process, const uint32_t *reference)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		struct spaces_cell *cell = &process->column.cells[i];
		uint32_t own = cell->ino;

		cell->same = own && own == reference[i];
		cell->pending = false;
		if (i == NSTYPE_PID)
			cell->pending =
				own && process->column.cells[NSTYPE_PID_FOR_CHILDREN].ino != own;
		if (i == NSTYPE_TIME)
			cell->pending =
				own && process->column.cells[NSTYPE_TIME_FOR_CHILDREN].ino != own;
	}
}

static void set_levels(const struct spaces *spaces, struct spaces_process *process)
{
	unsigned top = spaces->processes[0]->depth;

	process->column.levels =
		process->depth && process->depth >= top ? process->depth - top + 1 : 0;
}

/* What is derived from the processes: what is shown, what is the same. */
static void compose(struct spaces *spaces)
{
	spaces->shown = xreallocarray(spaces->shown, spaces->n_processes + 1, sizeof(void *));
	spaces->shown[0] = &spaces->lab.column;
	spaces->n_shown = 1;
	for (size_t i = 0; i < spaces->n_processes; i++) {
		struct spaces_process *process = spaces->processes[i];

		relate_cells(process, i ? spaces->processes[0]->ns : spaces->lab.ns);
		set_levels(spaces, process);
		if (in_picture(spaces, process))
			spaces->shown[spaces->n_shown++] = &process->column;
	}
}

static void forget(struct spaces *spaces, size_t at)
{
	spaces_process_end(spaces->processes[at]);
	free(spaces->processes[at]);
	spaces->n_processes--;
	memmove(&spaces->processes[at], &spaces->processes[at + 1],
		(spaces->n_processes - at) * sizeof(spaces->processes[0]));
}

static void forget_all(struct spaces *spaces)
{
	while (spaces->n_processes)
		forget(spaces, spaces->n_processes - 1);
	spaces->hidden = 0;
	spaces->n_namespaces = 0;
	spaces_relate(spaces, &spaces->lab, NULL);
}

/* Lab's own; it may be another's number where /proc is not of this PID namespace. */
static void read_lab(struct spaces *spaces)
{
	cleanup_fd int dir = -1;
	struct proc_stat stat;

	if (proc_open(spaces->procfd, 0, &dir) < 0 || proc_read_stat(dir, &stat) < 0 ||
	    spaces_process_begin(spaces, stat.pid, &spaces->lab) < 0)
		return;
	spaces_process_end(&spaces->lab);
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		spaces->lab.column.cells[i].same = spaces->lab.ns[i] != 0;
}

struct spaces *spaces_new(void)
{
	struct spaces *spaces = xcalloc(1, sizeof(*spaces));

	spaces->procfd = -1;
	spaces->rests = true;
	spaces->lab = (struct spaces_process){
		.column = {.pid = getpid(), .comm = "lab"}, .ran_fd = -1, .kids_fd = -1};
	if (proc_mount_open("/proc", &spaces->procfd) == 0) {
		read_lab(spaces);
		spaces->no_children =
			faccessat(spaces->procfd, "thread-self/children", R_OK, 0) < 0;
		spaces_relate(spaces, &spaces->lab, NULL);
	}
	compose(spaces);
	return spaces;
}

void spaces_free(struct spaces *spaces)
{
	if (!spaces)
		return;
	while (spaces->n_processes)
		forget(spaces, spaces->n_processes - 1);
	if (spaces->procfd >= 0)
		(void)close(spaces->procfd);
	free(spaces->processes);
	free(spaces->shown);
	free(spaces->families);
	free(spaces->namespaces);
	free(spaces->pins);
	free(spaces);
}

static void *copy_list(const void *list, size_t n, size_t size)
{
	void *copy = xcalloc(n ? n : 1, size);

	if (n)
		memcpy(copy, list, n * size);
	return copy;
}

struct spaces *spaces_copy(const struct spaces *spaces)
{
	struct spaces *copy = xmalloc(sizeof(*copy));

	*copy = *spaces;
	copy->procfd = -1;
	copy->shown = NULL;
	copy->families = NULL;
	copy->n_families = 0;
	copy->processes = xcalloc(spaces->n_processes + 1, sizeof(copy->processes[0]));
	for (size_t i = 0; i < spaces->n_processes; i++) {
		copy->processes[i] =
			copy_list(spaces->processes[i], 1, sizeof(struct spaces_process));
		copy->processes[i]->ran_fd = copy->processes[i]->kids_fd = -1;
	}
	copy->namespaces =
		copy_list(spaces->namespaces, spaces->n_namespaces, sizeof(spaces->namespaces[0]));
	copy->pins = copy_list(spaces->pins, spaces->n_pins, sizeof(spaces->pins[0]));
	compose(copy);
	return copy;
}

/* The sandbox has gone, and all that was in it. */
static void finish(struct spaces *spaces)
{
	for (size_t i = 0; i < spaces->n_processes; i++) {
		struct spaces_process *process = spaces->processes[i];

		if (!process->column.ended)
			spaces_process_ended(spaces, process);
		process->column.zombie = false;
		spaces_process_end(process);
	}
	spaces->alive = false;
	spaces->hidden = 0;
	compose(spaces);
}

void spaces_follow(struct spaces *spaces, pid_t pid)
{
	cleanup_fd int dir = -1;
	struct proc_stat stat;

	if (spaces->procfd < 0)
		return;
	finish(spaces);
	spaces->follow = 0;
	spaces->running = false;
	if (pid <= 0)
		return;
	forget_all(spaces);
	spaces->candidate = (struct spaces_candidate){0};
	spaces->compiled = false;
	spaces->walk_after = 0;
	if (proc_open(spaces->procfd, pid, &dir) == 0 && proc_read_stat(dir, &stat) == 0) {
		spaces->follow = pid;
		spaces->follow_start = stat.starttime;
		spaces->follow_since = spaces_now_ns();
		spaces->running = true;
	}
	compose(spaces);
}

/* Did it ever differ, from the sandbox or from itself? */
static bool is_telling(const struct spaces_process *process)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		const struct spaces_cell *cell = &process->column.cells[i];

		if (!nstypes[i].for_children && cell->ino &&
		    (!cell->same || cell->first != cell->ino || cell->pending))
			return true;
	}
	return false;
}

/* One that has ended makes room: the oldest of those with the least to tell. */
static bool make_room(struct spaces *spaces)
{
	size_t best = 0;
	unsigned best_value = 4;

	if (spaces->n_processes < SPACES_COLUMNS - 1)
		return true;
	for (size_t i = 1; i < spaces->n_processes; i++) {
		const struct spaces_process *process = spaces->processes[i];
		unsigned value = (is_telling(process) ? 1u : 0u) + (process->left ? 0u : 2u);

		if (process->column.ended && !process->column.zombie && value < best_value) {
			best = i;
			best_value = value;
		}
	}
	if (best)
		forget(spaces, best);
	return best != 0;
}

static bool starts_before(const struct spaces_column *a, const struct spaces_column *b)
{
	return a->starttime < b->starttime || (a->starttime == b->starttime && a->pid < b->pid);
}

/* In a namespace that its parent is not in: that is news, except in the first picture. */
static void mark_new(const struct spaces *spaces, struct spaces_process *process,
		     const struct spaces_process *parent)
{
	if (!parent || spaces->processes[0]->column.born == spaces->steps)
		return;
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (!nstypes[i].for_children && process->ns[i] && parent->ns[i] &&
		    process->ns[i] != parent->ns[i])
			process->column.cells[i].changed = spaces->steps;
}

struct spaces_process *spaces_add(struct spaces *spaces, pid_t pid, bool *ret_full)
{
	struct spaces_process *process;
	const struct spaces_process *parent;
	struct spaces_process begun;
	size_t at;

	*ret_full = !make_room(spaces);
	if (*ret_full || spaces_process_begin(spaces, pid, &begun) < 0)
		return NULL;
	process = copy_list(&begun, 1, sizeof(begun));
	parent = spaces_find(spaces, begun.column.ppid);
	mark_new(spaces, process, parent);
	spaces->processes = xreallocarray(spaces->processes, spaces->n_processes + 1,
					  sizeof(spaces->processes[0]));
	for (at = spaces->n_processes; at > 1; at--)
		if (!starts_before(&process->column, &spaces->processes[at - 1]->column))
			break;
	memmove(&spaces->processes[at + 1], &spaces->processes[at],
		(spaces->n_processes - at) * sizeof(spaces->processes[0]));
	spaces->processes[at] = process;
	spaces->n_processes++;
	spaces_relate(spaces, process, parent ? parent->ns : NULL);
	return process;
}

/* A process that was there. Returns whether the picture is different; *ret_ran: look for others. */
static bool step_process(struct spaces *spaces, struct spaces_process *process, bool *ret_ran)
{
	enum spaces_look look;
	bool gone;

	if (process->column.ended && !process->column.zombie)
		return false;
	if (!spaces_process_ran(process, &gone))
		return false;
	*ret_ran = true;
	if (process->column.zombie) {
		if (gone) {
			process->column.zombie = false;
			process->column.died = spaces->steps;
			spaces_process_end(process);
		}
		return gone;
	}
	look = spaces_process_read(spaces, process);
	if (look == SPACES_ENDED && !process->column.zombie)
		spaces_process_end(process);
	return look != SPACES_STILL;
}

/* Those that ended some time ago leave the picture. */
static bool expire(struct spaces *spaces)
{
	bool changed = false;

	for (size_t i = 1; i < spaces->n_processes; i++) {
		struct spaces_process *process = spaces->processes[i];

		if (!process->column.ended || process->column.zombie || process->left ||
		    spaces->steps - process->column.died < SPACES_KEEP_STEPS)
			continue;
		process->left = true;
		changed = true;
	}
	return changed;
}

/* Is a mark over, "just now" or of one that has been new? */
static bool mark_is_over(const struct spaces *spaces)
{
	unsigned then = spaces->steps - SPACES_MARK_STEPS;

	if (spaces->steps <= SPACES_MARK_STEPS)
		return false;
	for (size_t i = 1; i < spaces->n_shown; i++)
		for (size_t type = 0; type < NSTYPE_COUNT; type++)
			if (spaces->shown[i]->cells[type].changed == then)
				return true;
	return false;
}

static bool walk(struct spaces *spaces)
{
	uint64_t before = spaces_now_ns();
	uint64_t after;
	bool changed;

	if (spaces->rests && before < spaces->walk_after) {
		spaces->walk_due = true;
		return false;
	}
	spaces->walk_due = false;
	changed = spaces_find_processes(spaces);
	after = spaces_now_ns();
	spaces->walk_after = after + (after - before) * WALK_REST;
	return changed;
}

static bool step_sandbox(struct spaces *spaces)
{
	bool changed = false;
	bool ran = spaces->no_children || spaces->walk_due;

	for (size_t i = 0; i < spaces->n_processes; i++)
		changed |= step_process(spaces, spaces->processes[i], &ran);
	spaces->activity += ran;
	if (spaces->processes[0]->column.ended) {
		finish(spaces);
		return true;
	}
	if (ran)
		changed |= walk(spaces);
	changed |= expire(spaces);
	if (changed)
		compose(spaces);
	return changed || mark_is_over(spaces);
}

static bool follow_lives(const struct spaces *spaces)
{
	cleanup_fd int dir = -1;
	struct proc_stat stat;

	return proc_open(spaces->procfd, spaces->follow, &dir) == 0 &&
	       proc_read_stat(dir, &stat) == 0 && stat.starttime == spaces->follow_start &&
	       stat.state != 'Z' && stat.state != 'X';
}

static bool step_search(struct spaces *spaces)
{
	bool full;
	pid_t init;

	if (!follow_lives(spaces)) {
		spaces->running = false;
		return true;
	}
	if (spaces->rests && spaces->no_children && spaces_now_ns() < spaces->walk_after)
		return false;
	init = spaces_find_sandbox(spaces);
	if (!init)
		return false;
	/* Not again once it has ended, however long it is there. */
	spaces->candidate.refused = true;
	forget_all(spaces);
	if (!spaces_add(spaces, init, &full))
		return true;
	spaces->alive = !spaces->processes[0]->column.ended;
	spaces->alive_since = spaces_now_ns();
	(void)walk(spaces);
	compose(spaces);
	return true;
}

int spaces_pace(const struct spaces *spaces)
{
	if (!spaces->running)
		return -1;
	if (!spaces->alive && spaces_now_ns() - spaces->follow_since < SEARCH_NS)
		return spaces->compiled && !spaces->n_processes ? SEARCH_FAST_MS : SEARCH_MS;
	if (spaces->alive && spaces_now_ns() - spaces->alive_since < YOUNG_NS)
		return YOUNG_MS;
	return SPACES_STEP_MS;
}

bool spaces_step(struct spaces *spaces)
{
	if (!spaces->running || spaces->procfd < 0)
		return false;
	spaces->steps++;
	return spaces->alive ? step_sandbox(spaces) : step_search(spaces);
}

size_t spaces_columns(const struct spaces *spaces)
{
	return spaces->n_shown;
}

const struct spaces_column *spaces_column(const struct spaces *spaces, size_t i)
{
	return i < spaces->n_shown ? spaces->shown[i] : NULL;
}

unsigned spaces_hidden(const struct spaces *spaces)
{
	return spaces->hidden;
}

unsigned spaces_steps(const struct spaces *spaces)
{
	return spaces->steps;
}

unsigned spaces_activity(const struct spaces *spaces)
{
	return spaces->activity;
}

bool spaces_running(const struct spaces *spaces)
{
	return spaces->running;
}

bool spaces_just_changed(const struct spaces *spaces, const struct spaces_cell *cell)
{
	return spaces->alive && cell->changed && spaces->steps - cell->changed < SPACES_MARK_STEPS;
}
