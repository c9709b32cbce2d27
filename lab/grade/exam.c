#define _GNU_SOURCE
#include "lab/grade/exam.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TEXT_MAX      (4UL * 1024 * 1024)
#define COMPLAINT_MAX 4096
#define ENDING_MS     20000 /* for the clean-up of one that was asked to end */
#define COMPILE_MS    20000
#define CHECK_MS      120000 /* for a check file, as in lab/check/check.c: or two tests' time */
#define MARGIN_MS     60000  /* beyond what lab check allows itself */

long long exam_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void exam_free(struct exam *exam)
{
	cleanup_fdp(&exam->pidfd);
	cleanup_fdp(&exam->out);
	cleanup_fdp(&exam->errors);
	strbuf_free(&exam->text);
	strbuf_free(&exam->complaint);
	*exam = (struct exam)EXAM_INIT;
}

/* What differs from our own environment; the rest is the instructor's. */
static void set_environment(const struct exam_request *request)
{
	cleanup_free char *work = io_join(request->dir, "work");

	/* The work directory of nobody: no progress is read or written. */
	(void)setenv("LAB_WORK", work, 1);
	(void)setenv("TMPDIR", request->dir, 1);
	(void)setenv("NSLAB_COURSE", request->lab->course, 1);
	(void)setenv("NO_COLOR", "1", 1);
}

static void child(const struct exam_request *request, pid_t parent, int out, int errors)
{
	char seed[32];
	const char *argv[] = {"lab",
			      "check",
			      request->exercise->id,
			      request->program ? "--program" : "--source",
			      request->file,
			      "--seed",
			      seed,
			      "--json",
			      NULL};
	union {
		const char **in;
		char **out;
	} cast = {.in = argv};
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)snprintf(seed, sizeof(seed), "%llu", request->seed);
	/* A session of its own: processors are shared out fairly among them (sched(7), autogroup). */
	(void)setsid();
	/* It cleans up when it is asked to end; also where we are killed. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* Gone before the kernel was asked to tell us. */
	if (getppid() != parent)
		_exit(127);
	interrupt_child();
	if (dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(errors, 2) < 0)
		_exit(127);
	(void)syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
	set_environment(request);
	(void)execv("/proc/self/exe", cast.out);
	_exit(127);
}

static long long limit_of(const struct exercise *exercise)
{
	long long two_tests = 2000LL * (exercise->time + 5);

	return COMPILE_MS + MARGIN_MS + (two_tests > CHECK_MS ? two_tests : CHECK_MS);
}

int exam_start(const struct exam_request *request, struct exam *ret, struct error *err)
{
	struct exam exam = EXAM_INIT;
	int out[2] = {-1, -1}, errors[2] = {-1, -1};
	pid_t parent = getpid();
	int r = pipe2(out, O_CLOEXEC) < 0 || pipe2(errors, O_CLOEXEC) < 0 ? -errno : 0;

	exam.pid = r == 0 ? fork() : -1;
	if (exam.pid == 0)
		child(request, parent, out[1], errors[1]);
	if (r == 0 && exam.pid < 0)
		r = -errno;
	cleanup_fdp(&out[1]);
	cleanup_fdp(&errors[1]);
	exam.out = out[0];
	exam.errors = errors[0];
	if (r < 0) {
		exam_free(&exam);
		return error_set(err, -r, "cannot start a check");
	}
	(void)fcntl(exam.out, F_SETFL, O_NONBLOCK);
	(void)fcntl(exam.errors, F_SETFL, O_NONBLOCK);
	exam.pidfd = (int)syscall(SYS_pidfd_open, exam.pid, 0);
	exam.begun = exam_now();
	exam.deadline = exam.begun + limit_of(request->exercise);
	*ret = exam;
	return 0;
}

static void take(int *fd, struct strbuf *to, size_t max, bool *ret_flooded)
{
	char chunk[16384];
	ssize_t n;

	while (*fd >= 0) {
		n = read(*fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			(void)close(*fd);
			*fd = -1;
		} else if (to->len + (size_t)n <= max) {
			strbuf_add(to, chunk, (size_t)n);
		} else {
			*ret_flooded = true;
		}
	}
}

bool exam_take(struct exam *exam)
{
	struct pollfd ended = {.fd = exam->pidfd, .events = POLLIN};
	bool ignored = false, has_ended = poll(&ended, 1, 0) > 0;

	/* What was printed before its end is in the pipes by now. */
	take(&exam->out, &exam->text, TEXT_MAX, &exam->flooded);
	take(&exam->errors, &exam->complaint, COMPLAINT_MAX, &ignored);
	if (has_ended || exam_now() < exam->deadline)
		return has_ended;
	if (exam->late)
		(void)kill(-exam->pid, SIGKILL);
	else
		exam_interrupt(exam);
	return false;
}

unsigned exam_waited(const struct exam *exam)
{
	cleanup_free char *path = xasprintf("/proc/%d/schedstat", (int)exam->pid);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	unsigned long long ran, waited;

	if (io_read_proc(AT_FDCWD, path, 256, &text) < 0 ||
	    sscanf(text.s, "%llu %llu", &ran, &waited) != 2 || ran == 0)
		return UINT_MAX;
	return waited / ran < UINT_MAX ? (unsigned)(waited / ran) : UINT_MAX;
}

void exam_interrupt(struct exam *exam)
{
	(void)kill(exam->pid, SIGTERM);
	exam->late = true;
	exam->deadline = exam_now() + ENDING_MS;
}

void exam_end(struct exam *exam, int *ret_status)
{
	(void)kill(-exam->pid, SIGKILL);
	while (waitpid(exam->pid, ret_status, 0) < 0 && errno == EINTR)
		;
	exam->pid = 0;
}
