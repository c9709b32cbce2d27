#define _GNU_SOURCE
#include "lab/grade/results.h"

#include "common/cleanup.h"
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES (8UL * 1024 * 1024) /* a longer line is no grade of ours */

/* ---- reading ---- */

struct reader {
	void (*take)(void *data, struct grade *grade);
	void *data;
	unsigned damaged;
	off_t whole; /* where the last whole line ends */
};

static void take_line(struct reader *reader, const char *line, size_t len)
{
	struct grade grade;
	struct error ignored = {0};

	if (len == 0)
		return;
	if (grade_parse(line, len, &grade, &ignored) < 0)
		reader->damaged++;
	else
		reader->take(reader->data, &grade);
}

/* Read a file line by line; memory holds one of them. */
static int read_lines(int fd, struct reader *reader)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	cleanup_free char *chunk = xmalloc(65536);
	bool too_long = false;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, chunk, 65536, at)) > 0) {
		const char *from = chunk, *end = chunk + n, *newline;

		while ((newline = memchr(from, '\n', (size_t)(end - from)))) {
			strbuf_add(&line, from, (size_t)(newline - from));
			if (too_long)
				reader->damaged++;
			else
				take_line(reader, line.s, line.len);
			strbuf_reset(&line);
			too_long = false;
			from = newline + 1;
			reader->whole = at + (from - chunk);
		}
		too_long = too_long || line.len > LINE_MAX_BYTES;
		if (!too_long)
			strbuf_add(&line, from, (size_t)(end - from));
		at += n;
	}
	return n < 0 ? -errno : 0;
}

struct gathered {
	struct grade *list;
	size_t n, cap;
};

static void gather(void *data, struct grade *grade)
{
	struct gathered *all = data;

	if (all->n == all->cap) {
		all->cap = all->cap ? 2 * all->cap : 64;
		all->list = xreallocarray(all->list, all->cap, sizeof(*all->list));
	}
	all->list[all->n++] = *grade;
}

/* Without what was said in detail. */
static void gather_briefly(void *data, struct grade *grade)
{
	json_decref(grade->result);
	grade->result = NULL;
	gather(data, grade);
}

static int by_key(const char *student, const char *exercise, const char *other_student,
		  const char *other_exercise)
{
	int order = strcmp(student, other_student);

	return order ? order : strcmp(exercise, other_exercise);
}

/* A grade with its place, for a stable order. */
struct placed {
	struct grade grade;
	size_t place;
};

static int by_grade(const void *a, const void *b)
{
	const struct placed *left = a, *right = b;
	int order = by_key(left->grade.student, left->grade.exercise, right->grade.student,
			   right->grade.exercise);

	return order ? order : (left->place > right->place) - (left->place < right->place);
}

size_t results_settle(struct grade *list, size_t n)
{
	struct placed *placed = xcalloc(n + 1, sizeof(*placed));
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		placed[i] = (struct placed){.grade = list[i], .place = i};
	qsort(placed, n, sizeof(*placed), by_grade);
	for (size_t i = 0; i < n; i++) {
		if (kept && by_key(list[kept - 1].student, list[kept - 1].exercise,
				   placed[i].grade.student, placed[i].grade.exercise) == 0)
			grade_free(&list[--kept]);
		list[kept++] = placed[i].grade;
	}
	free(placed);
	return kept;
}

int results_read(const char *path, enum results_detail detail, struct grade **ret_list,
		 size_t *ret_n, unsigned *ret_damaged, struct error *err)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct gathered all = {.list = NULL};
	struct reader reader = {.take = detail == RESULTS_FULL ? gather : gather_briefly,
				.data = &all};
	struct stat st;
	int r = fd < 0 || fstat(fd, &st) < 0 ? -errno : 0;

	if (r == 0 && !S_ISREG(st.st_mode))
		r = -EINVAL;
	if (r == 0)
		r = read_lines(fd, &reader);
	if (r < 0) {
		results_free_list(all.list, all.n);
		return error_set(err, -r, "cannot read the results in %s", path);
	}
	*ret_n = results_settle(all.list, all.n);
	*ret_list = all.list;
	*ret_damaged = reader.damaged;
	return 0;
}

void results_free_list(struct grade *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		grade_free(&list[i]);
	free(list);
}

/* ---- writing ---- */

static int make_directory(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *dir =
		slash && slash > path ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");

	return io_make_dirs(dir, err);
}

static int open_locked(const char *path, int *ret_fd, struct error *err)
{
	cleanup_fd int fd =
		open(path,
		     O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
		     0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(err, errno, "cannot write the results to %s", path);
	if (!S_ISREG(st.st_mode))
		return error_say(err, EINVAL, "%s is not a regular file", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int errnum = errno == EWOULDBLOCK ? EBUSY : errno;

		(void)error_say(err, errnum, "another lab grade is at work on %s", path);
		error_remedy(err, "wait for its end, or give --results another file");
		return -errnum;
	}
	*ret_fd = steal_fd(&fd);
	return 0;
}

int results_open(const char *path, struct results *ret, struct error *err)
{
	struct results results = RESULTS_INIT;
	struct gathered all = {.list = NULL};
	struct reader reader = {.take = gather_briefly, .data = &all};
	int r;

	if (!path) {
		*ret = results;
		return 0;
	}
	r = make_directory(path, err);
	if (r == 0)
		r = open_locked(path, &results.fd, err);
	if (r < 0)
		return r;
	r = read_lines(results.fd, &reader);
	/* A line whose writer was killed: its grade is made again. */
	if (r == 0 && lseek(results.fd, 0, SEEK_END) > reader.whole &&
	    ftruncate(results.fd, reader.whole) < 0)
		r = -errno;
	results.list = all.list;
	results.n = results_settle(all.list, all.n);
	results.damaged = reader.damaged;
	results.path = xstrdup(path);
	if (r < 0) {
		results_close(&results);
		return error_set(err, -r, "cannot read the results in %s", path);
	}
	*ret = results;
	return 0;
}

const struct grade *results_find(const struct results *results, const char *student,
				 const char *exercise)
{
	size_t low = 0, high = results->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct grade *at = &results->list[middle];
		int order = by_key(student, exercise, at->student, at->exercise);

		if (order == 0)
			return at;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

int results_append(struct results *results, const struct grade *grade, struct error *err)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	struct grade copy;
	int r;

	grade_line(grade, &line);
	if (results->fd < 0) {
		r = grade_parse(line.s, line.len, &copy, err);
		results->list =
			xreallocarray(results->list, results->n + 1, sizeof(*results->list));
		if (r == 0)
			results->list[results->n++] = copy;
		return r;
	}
	r = io_write_all(results->fd, line.s, line.len);
	if (r == 0 && fdatasync(results->fd) < 0)
		r = -errno;
	if (r == 0)
		return 0;
	(void)error_set(err, -r, "cannot write the results to %s", results->path);
	error_remedy(err, "make room there and run the same command again: it goes on");
	return r;
}

void results_close(struct results *results)
{
	results_free_list(results->list, results->n);
	free(results->path);
	cleanup_fdp(&results->fd);
	*results = (struct results)RESULTS_INIT;
}
