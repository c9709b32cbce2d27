#define _GNU_SOURCE
#include "lab/grade/grading_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/strbuf.h"
#include "lab/check/tap.h"
#include "lab/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

#define CHECK_FILE_MAX (1024L * 1024)

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	(void)remove(path);
	return 0;
}

void hand_remove_dir(const char *path)
{
	if (path)
		(void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

char *hand_make_dir(struct grading_state *state, const char *what)
{
	char *dir = xasprintf("%s/%s%u", state->scratch.path, what, state->serial++);

	if (mkdir(dir, 0700) == 0)
		return dir;
	(void)error_set(state->err, errno, "cannot make %s", dir);
	error_remedy(state->err, "make room there, or set TMPDIR to another directory");
	free(dir);
	return NULL;
}

void hand_done(struct hand_in *from)
{
	if (--from->pending)
		return;
	hand_remove_dir(from->dir);
	free(from->dir);
	collection_free(&from->collection);
	free(from);
}

/* How many points an exercise has that nobody checked: the tests its check has. */
static unsigned points_of(const struct exercise *exercise)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = {0};
	char **names = NULL;
	size_t n;

	if (io_read_file(AT_FDCWD, exercise->check, CHECK_FILE_MAX, &text, &ignored) < 0)
		return 0;
	n = tap_names_of_bats(text.s, &names);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return (unsigned)n;
}

struct grade hand_grade(const struct grading_state *state, const struct handed *handed,
			const struct collected *collected, size_t exercise)
{
	const struct grading *grading = state->grading;
	const char *id = grading->catalogue->exercises[exercise].id;
	struct grade grade = grade_new();
	struct utsname kernel;

	grade_set(&grade.student, handed->student);
	grade_set(&grade.exercise, id);
	grade_set(&grade.checks, state->checks[exercise]);
	grade_set(&grade.lab, LAB_VERSION);
	if (uname(&kernel) == 0)
		grade_set(&grade.kernel, kernel.release);
	if (collected) {
		grade_set(&grade.file, collected->path);
		grade_set(&grade.submission, collected->hash);
	}
	grade.seed = plan_seed(grading->seed, handed->student, id);
	grade.submitted = collected ? collected->time : handed->time;
	return grade;
}

int hand_over(struct grading_state *state, struct grade *grade)
{
	int r;

	grade->graded = (long long)time(NULL);
	r = results_append(state->results, grade, state->err);
	if (r < 0)
		return r;
	state->tally->graded++;
	if (grade->verdict == GRADE_ERROR)
		state->tally->errors++;
	if (grade->verdict == GRADE_UNSUPPORTED)
		state->tally->unsupported++;
	bar_step(state->bar, grade);
	return 0;
}

/* Does the grade of before hold? Then it is counted. */
static bool is_kept(struct grading_state *state, const struct handed *handed, size_t exercise,
		    const char *hash)
{
	const char *id = state->grading->catalogue->exercises[exercise].id;
	const struct grade *known = results_find(state->results, handed->student, id);
	enum plan plan = plan_for(known, hash, state->checks[exercise], state->grading->mode);

	if (plan == PLAN_RUN)
		return false;
	state->tally->kept++;
	state->tally->old += plan == PLAN_KEEP_OLD;
	bar_pass(state->bar, 1);
	return true;
}

/* A grade that needs no check: nothing was handed in, or nothing that can be checked. */
static int grade_without(struct grading_state *state, const struct hand_in *from, size_t exercise)
{
	const struct collected *collected = &from->collection.list[exercise];
	const char *trouble =
		from->collection.trouble ? from->collection.trouble : collected->trouble;
	cleanup_grade struct grade grade =
		hand_grade(state, from->handed, collected->exercise ? collected : NULL, exercise);

	if (from->collection.trouble)
		grade_set(&grade.submission, from->collection.hash);
	if (trouble) {
		grade_fail_to_tell(&grade, "%s", trouble);
	} else {
		grade.verdict = GRADE_MISSING;
		grade_set(&grade.cause, "missing");
		grade.max_score = points_of(&state->grading->catalogue->exercises[exercise]);
	}
	return hand_over(state, &grade);
}

/* Collect the next submission into state->current; none is left where that is NULL. */
static int collect_next(struct grading_state *state)
{
	const struct handed *handed;
	struct hand_in *from;
	int r;

	if (state->next_handed == state->class->n)
		return 0;
	handed = &state->class->list[state->next_handed++];
	from = xcalloc(1, sizeof(*from));
	from->handed = handed;
	from->pending = 1;
	from->dir = hand_make_dir(state, "files");
	r = from->dir ? collect(state->class, handed, state->grading->catalogue, from->dir,
				&from->collection, state->err)
		      : -EIO;
	/* What a signal has cut short says nothing about the submission. */
	if (r == 0 && interrupt_signal())
		r = -EINTR;
	if (r < 0) {
		hand_done(from);
		return r;
	}
	state->current = from;
	state->next_exercise = 0;
	return 0;
}

/* What is to be done about one exercise of the current submission. */
static int consider(struct grading_state *state, size_t exercise, struct turn *ret)
{
	struct hand_in *from = state->current;
	const struct collected *collected = &from->collection.list[exercise];
	const char *hash = from->collection.trouble ? from->collection.hash : collected->hash;

	if (!state->grading->wanted[exercise] || is_kept(state, from->handed, exercise, hash))
		return 0;
	if (from->collection.trouble || !collected->copy)
		return grade_without(state, from, exercise);
	from->pending++;
	*ret = (struct turn){.from = from, .exercise = exercise};
	return 0;
}

int hand_next(struct grading_state *state, struct turn *ret)
{
	int r = 0;

	*ret = (struct turn){.from = NULL};
	while (r == 0 && !ret->from) {
		if (!state->current) {
			r = collect_next(state);
			if (r < 0 || !state->current)
				return r;
		}
		if (state->next_exercise == state->current->collection.n) {
			hand_done(state->current);
			state->current = NULL;
		} else {
			r = consider(state, state->next_exercise++, ret);
		}
	}
	return r;
}
