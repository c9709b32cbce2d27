/*
 * lab/screen/spaces.h on real processes (checks/lab/agents.h), which have answered when they
 * have done what they were told: a single step must see it.
 */
#define _GNU_SOURCE
#include "checks/lab/agents.h"
#include "checks/lab/unit.h"
#include "lab/screen/spaces.h"
#include "lab/screen/spaces_internal.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct spaces_column *last(const struct spaces *spaces)
{
	return spaces_column(spaces, spaces_columns(spaces) - 1);
}

static bool all_same(const struct spaces_column *column)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (!nstypes[i].for_children && column->cells[i].ino && !column->cells[i].same)
			return false;
	return true;
}

static const struct spaces_ns *relation(const struct spaces *spaces, enum nstype_id type,
					uint32_t ino)
{
	for (size_t i = 0; i < spaces_namespaces(spaces); i++)
		if (spaces_namespace(spaces, i)->type == type &&
		    spaces_namespace(spaces, i)->ino == ino)
			return spaces_namespace(spaces, i);
	return NULL;
}

static void test_before(struct spaces *spaces)
{
	const struct spaces_column *lab = spaces_column(spaces, 0);

	is_int((long long)spaces_columns(spaces), 1, "at first there is lab alone");
	is_int(lab->pid, getpid(), "its PID");
	ok(lab->cells[NSTYPE_UTS].ino && all_same(lab), "where it is");
	ok(!spaces_running(spaces) && !spaces_step(spaces), "nothing runs, nothing happens");
	ok(!spaces_column(spaces, 1), "there is no second column");
}

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static bool find_sandbox(struct spaces *spaces)
{
	long long deadline = now_ms() + DEADLINE_MS;

	while (spaces_columns(spaces) < 2 && now_ms() < deadline) {
		(void)spaces_step(spaces);
		(void)sched_yield();
	}
	return spaces_columns(spaces) >= 2;
}

static void test_sandbox(struct spaces *spaces, const struct run *run)
{
	const struct spaces_column *init;

	spaces_follow(spaces, run->lab);
	ok(spaces_running(spaces), "what is followed runs");
	ok(spaces_pace(spaces) > 0 && spaces_pace(spaces) < SPACES_STEP_MS, "there is hurry");
	if (!ok(find_sandbox(spaces), "the sandbox is found"))
		return;
	init = spaces_column(spaces, 1);
	is_int(init->pid, run->init, "its init, outside");
	is_int(init->inside, 1, "and inside");
	is_int(init->levels, 1, "its level is the first");
	ok(init->cells[NSTYPE_UTS].ino && !init->cells[NSTYPE_UTS].same, "another uts than lab's");
	ok(init->cells[NSTYPE_IPC].same, "the same ipc");
	ok(!spaces_just_changed(spaces, &init->cells[NSTYPE_UTS]), "that is no news");
	ok(!spaces_step(spaces), "nothing happens, no step tells of something");
	ok(spaces_pace(spaces) < SPACES_STEP_MS, "it is young");
	spaces->alive_since = 0;
	is_int(spaces_pace(spaces), SPACES_STEP_MS, "there is time");
}

static void test_fork(struct spaces *spaces, const struct run *run)
{
	const struct spaces_column *child;

	ok(tell_fork(0, DO_FORK, 1) && spaces_step(spaces), "a step sees a child");
	child = last(spaces);
	is_int((long long)spaces_columns(spaces), 3, "it has a column");
	is_int(child->ppid, run->init, "its parent");
	is_int(child->inside, 2, "its PID inside");
	ok(child->levels == 1 && all_same(child), "all the same");
	ok(!spaces_step(spaces), "then nothing");
	ok(tell(1, DO_RENAME) && spaces_step(spaces), "a step sees another name");
	is_str(last(spaces)->comm, "renamed", "that name");
	ok(tell(1, DO_RUN) && !spaces_step(spaces), "running alone is no change");
}

static void test_pid(struct spaces *spaces)
{
	const struct spaces_cell *cell;
	const struct spaces_ns *ns;
	uint32_t outer;

	ok(tell(1, DO_UNSHARE_PID) && spaces_step(spaces), "a step sees unshare --pid");
	cell = &last(spaces)->cells[NSTYPE_PID];
	outer = cell->ino;
	ok(cell->same && cell->pending, "the process stays, its children will not");
	is_int(last(spaces)->cells[NSTYPE_PID_FOR_CHILDREN].ino, 0, "no namespace for them yet");
	ok(tell_fork(1, DO_FORK, 2) && spaces_step(spaces), "a step sees the first of them");
	cell = &last(spaces)->cells[NSTYPE_PID];
	is_int(last(spaces)->inside, 1, "PID 1");
	is_int(last(spaces)->levels, 2, "a level below");
	ok(!cell->same && spaces_just_changed(spaces, cell), "different, and new");
	ok(last(spaces)->cells[NSTYPE_UTS].same, "the others are the same");
	is_int(spaces_column(spaces, 2)->cells[NSTYPE_PID_FOR_CHILDREN].ino, cell->ino,
	       "its parent shows where the next ones will be");
	ns = relation(spaces, NSTYPE_PID, cell->ino);
	ok(ns && ns->parent == outer, "nested in the sandbox's");
	ok(ns && ns->owner == spaces_column(spaces, 1)->cells[NSTYPE_USER].ino,
	   "owned by the sandbox's user namespace");
}

static void test_moves(struct spaces *spaces)
{
	struct spaces *copy;
	const struct spaces_cell *cell;
	pid_t pid = last(spaces)->pid;
	uint32_t before = last(spaces)->cells[NSTYPE_UTS].ino;

	spaces_pin(spaces);
	copy = spaces_copy(spaces);
	is_int(spaces_pinned_ino(spaces, pid, NSTYPE_UTS), before, "the pinned one");
	ok(tell(2, DO_UNSHARE_UTS) && spaces_step(spaces), "a step sees unshare");
	cell = &last(spaces)->cells[NSTYPE_UTS];
	ok(cell->ino != before && !cell->same && spaces_just_changed(spaces, cell),
	   "different, just now");
	is_int(cell->first, before, "first it was");
	is_int(spaces_pinned_ino(spaces, pid, NSTYPE_UTS), before, "the pinned one stays");
	is_int(last(copy)->cells[NSTYPE_UTS].ino, before, "so does the copy");
	ok(!spaces_step(copy), "which is never stepped");
	spaces_free(copy);
	ok(relation(spaces, NSTYPE_UTS, cell->ino) != NULL, "it is among the namespaces");
	ok(tell(2, DO_SETNS_UTS) && spaces_step(spaces), "a step sees setns");
	cell = &last(spaces)->cells[NSTYPE_UTS];
	ok(cell->ino == before && cell->same, "the same again");
	spaces_unpin(spaces);
	ok(!spaces_is_pinned(spaces) && !spaces_pinned_ino(spaces, pid, NSTYPE_UTS), "unpinned");
}

static void test_marks_end(struct spaces *spaces)
{
	bool told = false;

	for (int i = 0; i < SPACES_MARK_STEPS; i++)
		told |= spaces_step(spaces);
	ok(told, "the end of a mark is worth drawing");
	ok(!spaces_just_changed(spaces, &last(spaces)->cells[NSTYPE_UTS]),
	   "it is not new any more");
}

static void test_end(struct spaces *spaces)
{
	pid_t pid = last(spaces)->pid;

	ok(tell(2, DO_EXIT) && wait_end(pid) && spaces_step(spaces), "a step sees an end");
	ok(last(spaces)->pid == pid && last(spaces)->ended && last(spaces)->zombie,
	   "nobody has waited");
	ok(last(spaces)->cells[NSTYPE_PID].ino != 0, "where it was stays");
	for (int i = 0; i < 2 * SPACES_KEEP_STEPS; i++)
		(void)spaces_step(spaces);
	is_int(last(spaces)->pid, pid, "it stays in the picture");
	ok(tell(1, DO_WAIT) && spaces_step(spaces) && !last(spaces)->zombie, "its parent waits");
	is_int(last(spaces)->pid, pid, "still there");
	for (int i = 0; i < SPACES_KEEP_STEPS; i++)
		(void)spaces_step(spaces);
	ok(last(spaces)->pid != pid, "it has left the picture");
}

static void test_threads_and_orphans(struct spaces *spaces, const struct run *run)
{
	size_t n = spaces_columns(spaces);
	pid_t parent, orphan;

	ok(tell_fork(0, DO_FORK, 3) && spaces_step(spaces), "another child");
	parent = last(spaces)->pid;
	ok(tell_fork(3, DO_THREAD_FORK, 4) && spaces_step(spaces), "one that a thread forked");
	orphan = last(spaces)->pid;
	is_int((long long)spaces_columns(spaces), (long long)n + 2, "both are there");
	is_int(last(spaces)->ppid, parent, "it is the process's");
	/* Its parent is born and gone between two steps, and init has not run. */
	ok(tell_fork(4, DO_FORK, 5) && tell_fork(5, DO_FORK, 6) && tell(5, DO_EXIT) &&
		   tell(4, DO_WAIT) && spaces_step(spaces),
	   "a step sees an orphan");
	is_int(last(spaces)->ppid, run->init, "init has it");
	is_int((long long)spaces_columns(spaces), (long long)n + 3, "and only that");
	ok(tell(4, DO_EXIT) && wait_end(orphan) && spaces_step(spaces), "an end");
	ok(spaces_column(spaces, n + 1)->zombie, "a zombie");
}

static void test_crowd(struct spaces *spaces)
{
	bool full;

	ok(tell(6, DO_CROWD), "a crowd");
	(void)spaces_step(spaces);
	/* A walk that took long is not repeated at once; this one is the first. */
	full = spaces_columns(spaces) == SPACES_COLUMNS;
	ok(full && spaces_hidden(spaces) > 0,
	   "as many as there is room for; the others are counted");
}

static double cpu_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void test_cost(struct spaces *spaces)
{
	double before;

	spaces->rests = false;
	for (int i = 0; i < 7; i++)
		(void)(tell_fork(i, DO_FORK, i + 1) && spaces_step(spaces));
	is_int((long long)spaces_columns(spaces), 9, "eight processes");
	(void)spaces_step(spaces);
	before = cpu_us();
	for (int i = 0; i < 500; i++)
		(void)spaces_step(spaces);
	before = (cpu_us() - before) / 500;
	ok(before < 200, "a step in which nobody runs costs %.1f us", before);
}

static void test_finish(struct spaces *spaces, const struct run *run)
{
	size_t seen = spaces->n_processes;
	size_t ended = 0;

	(void)kill(run->init, SIGKILL);
	(void)waitpid(run->lab, NULL, 0);
	ok(spaces_step(spaces), "a step sees the end of the sandbox");
	(void)spaces_step(spaces);
	ok(!spaces_running(spaces) && !spaces_step(spaces), "nothing runs any more");
	is_int(spaces_pace(spaces), -1, "nor is a step due");
	for (size_t i = 1; i < spaces_columns(spaces); i++)
		ended += spaces_column(spaces, i)->ended && !spaces_column(spaces, i)->zombie;
	is_int((long long)ended, (long long)seen, "all that was seen is there, and has ended");
	ok(spaces_column(spaces, 1)->cells[NSTYPE_USER].ino != 0, "and where it was");
	spaces_follow(spaces, 0);
	is_int((long long)spaces_columns(spaces), (long long)seen + 1, "it stays");
	spaces_follow(spaces, getpid());
	is_int((long long)spaces_columns(spaces), 1, "until something new runs");
	(void)spaces_step(spaces);
	is_int((long long)spaces_columns(spaces), 1, "which has no sandbox");
	spaces_follow(spaces, 0);
	ok(!spaces_running(spaces), "followed no more");
}

static void scenario(bool no_children)
{
	struct spaces *spaces = spaces_new();
	struct run run;

	(void)printf("# %s\n", no_children ? "by parents" : "by children");
	spaces->no_children |= no_children;
	if (!start_run(&run)) {
		unit_skip("this machine refuses user namespaces");
		spaces_free(spaces);
		return;
	}
	test_before(spaces);
	test_sandbox(spaces, &run);
	if (spaces_columns(spaces) == 2) {
		/* Whoever is asked for all parents takes longer, and would have to rest. */
		spaces->rests = false;
		test_fork(spaces, &run);
		test_pid(spaces);
		test_moves(spaces);
		test_marks_end(spaces);
		test_end(spaces);
		test_threads_and_orphans(spaces, &run);
		test_crowd(spaces);
		test_finish(spaces, &run);
	}
	end_run(&run);
	spaces_free(spaces);
}

static void costs(void)
{
	struct spaces *spaces = spaces_new();
	struct run run;

	if (start_run(&run)) {
		spaces_follow(spaces, run.lab);
		if (find_sandbox(spaces))
			test_cost(spaces);
		end_run(&run);
	}
	spaces_free(spaces);
}

int main(void)
{
	scenario(false);
	scenario(true);
	costs();
	return unit_done();
}
