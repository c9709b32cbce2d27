#define _GNU_SOURCE
#include "lab/grade/grading.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/strbuf.h"
#include "common/text.h"
#include "lab/grade/grading_internal.h"
#include "lab/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS		500 /* how often deadlines are looked at */
#define OVERLOADED	20  /* times as long as it ran it had to wait for a processor */
#define SHORT_OF_MEMORY 10  /* per cent of the time somebody had to wait for memory */

/* ---- the machine ---- */

/* Microseconds since boot in which a process had to wait for memory; 0 where nobody counts. */
static long long memory_waits(void)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *total;

	if (io_read_proc(AT_FDCWD, "/proc/pressure/memory", 4096, &text) < 0)
		return 0;
	total = strstr(text.s, "total=");
	return total ? strtoll(total + 6, NULL, 10) : 0;
}

/*
 * May the machine have had a part in how a check went? A sandbox is taken down for its memory also
 * where it is the machine that has none left (common/sandbox_watch.c).
 */
static bool was_short(const struct slot *slot, const struct grade *grade, unsigned waited)
{
	long long wall = (exam_now() - slot->exam.begun) * 1000;

	return waited >= OVERLOADED || strcmp(grade->cause, "memory-limit") == 0 ||
	       (memory_waits() - slot->memory_waits) * 100 >= wall * SHORT_OF_MEMORY;
}

/* ---- one check ---- */

static int start(struct grading_state *state, struct slot *slot, const struct turn *turn)
{
	const struct collected *collected = &turn->from->collection.list[turn->exercise];
	struct exam_request request = {
		.lab = state->grading->lab,
		.exercise = collected->exercise,
		.file = collected->copy,
		.program = collected->program,
	};
	struct grade grade = hand_grade(state, turn->from->handed, collected, turn->exercise);
	int r;

	request.seed = grade.seed;
	grade_free(&grade);
	slot->turn = *turn;
	slot->dir = hand_make_dir(state, "exam");
	if (!slot->dir)
		return -EIO;
	request.dir = slot->dir;
	slot->memory_waits = memory_waits();
	r = exam_start(&request, &slot->exam, state->err);
	if (r < 0)
		return r;
	state->running++;
	return 0;
}

/* The exam is over: give back what it held. */
static void clear(struct grading_state *state, struct slot *slot)
{
	exam_free(&slot->exam);
	hand_remove_dir(slot->dir);
	free(slot->dir);
	*slot = (struct slot){.exam = EXAM_INIT};
	state->running--;
}

/* The first line of what it complained about, without "lab: ". */
static char *complaint_of(const struct exam *exam)
{
	const char *text = exam->complaint.s;
	struct strbuf plain = STRBUF_INIT;

	if (strncmp(text, "lab: ", 5) == 0)
		text += 5;
	text_one_line(&plain, text, strcspn(text, "\n"), 300);
	return strbuf_steal(&plain);
}

static void judge(struct grade *grade, const struct exam *exam, int status)
{
	cleanup_free char *complaint = complaint_of(exam);

	if (exam->late)
		grade_fail_to_tell(grade, "lab check did not come to its end in time");
	else if (exam->flooded)
		grade_fail_to_tell(grade, "lab check has printed more than a result can be");
	else
		grade_judge(grade, exam->text.s, exam->text.len, status);
	if (grade->verdict == GRADE_ERROR && *complaint && !exam->late && !exam->flooded)
		grade_fail_to_tell(grade, "%s", complaint);
}

static int finish(struct grading_state *state, struct slot *slot)
{
	struct turn turn = slot->turn;
	const struct collected *collected = &turn.from->collection.list[turn.exercise];
	cleanup_grade struct grade grade =
		hand_grade(state, turn.from->handed, collected, turn.exercise);
	unsigned waited = exam_waited(&slot->exam);
	int status, r = 0;
	bool again;

	exam_end(&slot->exam, &status);
	grade.duration_ms = (unsigned)(exam_now() - slot->exam.begun);
	judge(&grade, &slot->exam, status);
	again = !turn.again && grade.verdict != GRADE_PASS && grade.verdict != GRADE_UNSUPPORTED &&
		(grade.verdict == GRADE_ERROR || was_short(slot, &grade, waited));
	clear(state, slot);
	if (again) {
		turn.again = true;
		state->again =
			xreallocarray(state->again, state->n_again + 1, sizeof(*state->again));
		state->again[state->n_again++] = turn;
		return 0;
	}
	r = hand_over(state, &grade);
	hand_done(turn.from);
	return r;
}

/* ---- all of them ---- */

static struct slot *free_slot(struct grading_state *state)
{
	for (unsigned i = 0; i < state->grading->jobs; i++)
		if (!state->slots[i].exam.pid)
			return &state->slots[i];
	return NULL;
}

/* Start what may be started. Returns -errno where something of ours failed. */
static int fill(struct grading_state *state)
{
	struct turn turn;
	struct slot *slot;
	int r;

	while ((slot = free_slot(state)) && !interrupt_signal()) {
		r = hand_next(state, &turn);
		if (r < 0)
			return r;
		if (!turn.from) {
			/* Those that are to be alone wait until they are. */
			if (!state->n_again || state->running)
				return 0;
			turn = state->again[--state->n_again];
		}
		r = start(state, slot, &turn);
		if (r < 0) {
			hand_remove_dir(slot->dir);
			free(slot->dir);
			*slot = (struct slot){.exam = EXAM_INIT};
			hand_done(turn.from);
			return r;
		}
		if (turn.again)
			return 0;
	}
	return 0;
}

/* Until something is printed, ends or comes. */
static void wait_for_news(struct grading_state *state)
{
	unsigned jobs = state->grading->jobs;
	struct pollfd *fds = xcalloc(3UL * jobs + 1, sizeof(*fds));
	unsigned n = 0;

	fds[n++] = (struct pollfd){.fd = interrupt_fd(), .events = POLLIN};
	for (unsigned i = 0; i < jobs; i++) {
		const struct exam *exam = &state->slots[i].exam;

		if (!exam->pid)
			continue;
		fds[n++] = (struct pollfd){.fd = exam->pidfd, .events = POLLIN};
		fds[n++] = (struct pollfd){.fd = exam->out, .events = POLLIN};
		fds[n++] = (struct pollfd){.fd = exam->errors, .events = POLLIN};
	}
	(void)poll(fds, n, LOOK_MS);
	free(fds);
}

static int look(struct grading_state *state)
{
	int r = 0;

	for (unsigned i = 0; i < state->grading->jobs && r == 0; i++) {
		struct slot *slot = &state->slots[i];

		if (slot->exam.pid && exam_take(&slot->exam))
			r = finish(state, slot);
	}
	return r;
}

/* End what still runs; there will be no grade of it. */
static void stop(struct grading_state *state)
{
	for (unsigned i = 0; i < state->grading->jobs; i++)
		if (state->slots[i].exam.pid)
			exam_interrupt(&state->slots[i].exam);
	while (state->running) {
		struct pollfd ended = {.fd = -1, .events = POLLIN};

		for (unsigned i = 0; i < state->grading->jobs; i++) {
			struct slot *slot = &state->slots[i];
			int status;

			if (!slot->exam.pid)
				continue;
			ended.fd = slot->exam.pidfd;
			if (!exam_take(&slot->exam))
				continue;
			exam_end(&slot->exam, &status);
			hand_done(slot->turn.from);
			clear(state, slot);
			ended.fd = -1;
		}
		if (state->running)
			(void)poll(&ended, ended.fd >= 0, ended.fd >= 0 ? LOOK_MS : 0);
	}
}

static int loop(struct grading_state *state)
{
	int r;

	for (;;) {
		r = fill(state);
		if (r == 0 && interrupt_signal())
			r = -EINTR;
		if (r < 0)
			return r;
		if (!state->running)
			return 0;
		wait_for_news(state);
		r = look(state);
		if (r < 0)
			return r;
	}
}

/* What the grades are made of beside the submissions. */
static int hash_checks(struct grading_state *state)
{
	const struct catalogue *catalogue = state->grading->catalogue;
	int r = 0;

	state->checks = xcalloc(catalogue->n_exercises + 1, sizeof(*state->checks));
	for (size_t i = 0; i < catalogue->n_exercises && r == 0; i++)
		if (state->grading->wanted[i])
			r = digest_checks(state->grading->lab, &catalogue->exercises[i],
					  state->checks[i], state->err);
	return r;
}

int grading_run(const struct grading *grading, const struct handed_class *class,
		struct results *results, struct bar *bar, struct grading_tally *tally,
		struct error *err)
{
	struct grading_state state = {.grading = grading,
				      .class = class,
				      .results = results,
				      .bar = bar,
				      .tally = tally,
				      .err = err,
				      .scratch = SCRATCH_INIT};
	int r = scratch_make(&state.scratch, err);

	state.slots = xcalloc(grading->jobs, sizeof(*state.slots));
	for (unsigned i = 0; i < grading->jobs; i++)
		state.slots[i].exam = (struct exam)EXAM_INIT;
	if (r == 0)
		r = hash_checks(&state);
	if (r == 0)
		r = loop(&state);
	stop(&state);
	if (state.current)
		hand_done(state.current);
	for (size_t i = 0; i < state.n_again; i++)
		hand_done(state.again[i].from);
	scratch_remove(&state.scratch);
	free(state.again);
	free(state.slots);
	free(state.checks);
	return r;
}
