#define _GNU_SOURCE
#include "lab/check/check.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/check/compile.h"
#include "lab/check/payload.h"
#include "lab/check/suite.h"
#include "lab/course/progress.h"
#include "lab/interrupt.h"
#include "lab/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define BATS_FILE_MAX (1024L * 1024)
#define RECORDS_MAX   (1024L * 1024)
#define NETWORK_MAX   (1024L * 1024)
#define LIMIT_MAX_S   120U /* for a whole check file */
#define LIMIT_EXTRA_S 5U   /* for one test, beside the program's own time */
#define LIMIT_LONG    2U   /* tests' worth of time that a long program has at the least */

/* All that one check holds; freed together. */
struct job {
	const struct lab *lab;
	const struct check_request *request;
	struct lesson lesson;
	char *reading; /* the lesson's path as a user reads it */
	char **names;  /* of the tests */
	size_t n_names;
	char *bats;
	struct scratch scratch;
	struct payload payload;
	struct result *result;
	struct error *err;
};

static void job_free(struct job *job)
{
	lesson_free(&job->lesson);
	for (size_t i = 0; i < job->n_names; i++)
		free(job->names[i]);
	free(job->names);
	free(job->reading);
	free(job->bats);
	scratch_remove(&job->scratch);
	payload_free(&job->payload);
}

static struct verdict_reading job_reading(const struct job *job)
{
	return (struct verdict_reading){.lesson = &job->lesson, .path = job->reading};
}

/* End the check before its tests. Returns 1: there is a result. */
static int job_stop(struct job *job, const struct verdict_stop *stop)
{
	struct verdict_reading reading = job_reading(job);

	verdict_stop(job->result, stop, job->names, job->n_names, &reading);
	return 1;
}

/* End it because something of ours, or of the machine, is not as it must be. */
static int job_stop_error(struct job *job, enum verdict verdict, const struct error *err)
{
	cleanup_free char *why = xasprintf("%s.%s%s%s", err->what, *err->remedy ? " To do: " : "",
					   err->remedy, *err->remedy ? "." : "");

	return job_stop(job, &(struct verdict_stop){.verdict = verdict,
						    .name = "the check can be run",
						    .why = why});
}

static char *below_course(const struct lab *lab, const char *path)
{
	size_t len = strlen(lab->course);

	if (strncmp(path, lab->course, len) == 0 && path[len] == '/')
		return xstrdup(path + len + 1);
	return xstrdup(path);
}

void check_hide(const struct lab *lab, const char *ret_hide[CHECK_HIDE], size_t *ret_n)
{
	ret_hide[0] = lab->course;
	ret_hide[1] = lab->work;
	*ret_n = CHECK_HIDE;
}

unsigned long long check_seed(void)
{
	uint32_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint32_t)time(NULL) ^ (uint32_t)getpid();
	return seed & 0x7fffffff;
}

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What can be said before anything runs. */
static void describe(const struct exercise *exercise, struct result *ret)
{
	struct utsname kernel;

	ret->exercise = xstrdup(exercise->id);
	ret->title = exercise->title ? xstrdup(exercise->title) : NULL;
	if (uname(&kernel) == 0)
		ret->kernel = xstrdup(kernel.release);
}

void check_broken(const struct exercise *exercise, struct result *ret)
{
	struct verdict_reading reading = {.path = ""};
	struct verdict_stop stop = {.verdict = VERDICT_ERROR,
				    .name = "the exercise is complete",
				    .why = exercise->broken};

	describe(exercise, ret);
	verdict_stop(ret, &stop, NULL, 0, &reading);
}

/* The programs of lab that every check runs. */
static int find_parts(const struct lab *lab, struct error *err)
{
	static const char *const parts[] = {"observe", "probe", "init"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		cleanup_free char *path = io_join(lab->libexec, parts[i]);

		if (access(path, X_OK) == 0)
			continue;
		(void)error_set(err, errno, "cannot run %s, a part of lab", path);
		error_remedy(err, "build it with make, or install lab again");
		return -ENOENT;
	}
	return 0;
}

/* Lesson, names of the tests, bats: what must be there. Returns 1 where a result says it is not. */
static int prepare(struct job *job)
{
	const struct exercise *exercise = job->request->exercise;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = {0};

	job->reading = below_course(job->lab, exercise->lesson);
	if (io_read_file(AT_FDCWD, exercise->check, BATS_FILE_MAX, &text, &err) < 0)
		return job_stop_error(job, VERDICT_ERROR, &err);
	job->n_names = tap_names_of_bats(text.s, &job->names);
	if (lesson_load(exercise->lesson, &job->lesson, &err) < 0)
		return job_stop_error(job, VERDICT_ERROR, &err);
	if (find_parts(job->lab, &err) < 0)
		return job_stop_error(job, VERDICT_ERROR, &err);
	if (suite_find_bats(&job->bats, &err) < 0)
		return job_stop_error(job, VERDICT_UNSUPPORTED, &err);
	return 0;
}

/* The first line of the compiler's messages that is an error, or "". */
static char *first_error(const char *messages)
{
	const char *at = strstr(messages, "error:");
	const char *line = at;

	if (!at)
		return xstrndup(messages, strcspn(messages, "\n"));
	while (line > messages && line[-1] != '\n')
		line--;
	return xstrndup(line, strcspn(line, "\n"));
}

/* A compiler that did not make a program. */
static int stop_compiled(struct job *job, const struct compiled *compiled)
{
	struct verdict_stop stop = {
		.verdict = VERDICT_FAIL,
		.name = "the program compiles",
		.cause = "does-not-compile",
		.expected = "the compiler makes a program of the file",
	};
	cleanup_free char *observed = NULL;

	switch (compiled->end) {
	case COMPILE_REFUSED:
		observed = first_error(compiled->messages.s);
		break;
	case COMPILE_LIMIT:
		observed = xasprintf("the compiler was stopped: %s", compiled->cause);
		stop.cause = compiled->cause;
		if (strcmp(compiled->cause, "time-limit") == 0)
			stop.verdict = VERDICT_TIMEOUT;
		break;
	case COMPILE_BROKEN:
		return job_stop_error(job, VERDICT_ERROR, &compiled->error);
	default:
		return job_stop_error(job, VERDICT_UNSUPPORTED, &compiled->error);
	}
	stop.observed = observed;
	return job_stop(job, &stop);
}

/* Where lab itself could not write: the disk is full, TMPDIR is missing. */
static int stop_full(struct job *job, struct error *err)
{
	if (!*err->remedy && err->errnum == ENOSPC)
		error_remedy(err,
			     "make room in the temporary directory, or set TMPDIR to another one");
	return job_stop_error(job, VERDICT_ERROR, err);
}

/* The temporary directory with what bats and the sandboxes need. */
static int make_scratch(struct job *job, char **ret_payload)
{
	static const char *const parts[] = {"payload", "tmp"};
	struct error err = {0};

	if (scratch_make(&job->scratch, &err) < 0)
		return stop_full(job, &err);
	for (size_t i = 0; i < 2; i++) {
		cleanup_free char *dir = io_join(job->scratch.path, parts[i]);

		if (mkdir(dir, 0700) < 0) {
			(void)error_set(&err, errno, "cannot make %s", dir);
			return stop_full(job, &err);
		}
	}
	*ret_payload = io_join(job->scratch.path, parts[0]);
	return 0;
}

/* From a C file to the payload. Returns 0, 1 (there is a result) or -errno (the user's mistake). */
static int payload_of_source(struct job *job, char **ret_dir)
{
	const struct exercise *exercise = job->request->exercise;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_compiled struct compiled compiled = COMPILED_INIT;
	const char *hide[CHECK_HIDE];
	struct compile_request request = {
		.source = job->request->source,
		.name = exercise->name,
		.libs = exercise->libs,
		.hide = hide,
	};
	char hash[17];
	int r;

	r = io_read_file(AT_FDCWD, job->request->source, COMPILE_SOURCE_MAX, &text, job->err);
	if (r < 0)
		return r;
	progress_hash(text.s, text.len, hash);
	job->result->hash = xstrdup(hash);
	check_hide(job->lab, hide, &request.n_hide);
	request.text = text.s;
	request.len = text.len;
	compile_source(&request, &compiled);
	if (interrupt_signal())
		return -EINTR;
	if (compiled.messages.len)
		job->result->compiler = xstrdup(compiled.messages.s);
	if (compiled.end != COMPILE_OK)
		return stop_compiled(job, &compiled);
	r = make_scratch(job, ret_dir);
	if (r)
		return r;
	job->payload.name = xstrdup(exercise->name);
	r = payload_put(*ret_dir, exercise->name, compiled.binary.s, compiled.binary.len, 0755,
			&compiled.error);
	return r < 0 ? stop_full(job, &compiled.error) : 0;
}

static int payload_of_program(struct job *job, char **ret_dir)
{
	struct error err = {0};
	int r = payload_probe(job->request->program, job->err);

	if (r < 0)
		return r;
	r = make_scratch(job, ret_dir);
	if (r)
		return r;
	if (payload_copy(job->request->program, *ret_dir, &job->payload, &err) < 0)
		return stop_full(job, &err);
	job->result->note = job->payload.note ? xstrdup(job->payload.note) : NULL;
	return 0;
}

static unsigned limit_of(const struct job *job)
{
	size_t tests = job->n_names ? job->n_names : 1;
	unsigned one = job->request->exercise->time + LIMIT_EXTRA_S;
	unsigned long long limit = (unsigned long long)one * tests;
	unsigned max = one * LIMIT_LONG > LIMIT_MAX_S ? one * LIMIT_LONG : LIMIT_MAX_S;

	return limit < max ? (unsigned)limit : max;
}

/* The words of a list with a space between them. */
static char *joined(char **words)
{
	struct strbuf text = STRBUF_INIT;

	for (; *words; words++)
		strbuf_addf(&text, "%s%s", text.len ? " " : "", *words);
	return strbuf_steal(&text);
}

/* Where a failure tells of the network: the drawing of a right run, checks/net/NN_name.net. */
static void add_expected_network(struct job *job)
{
	const char *check = job->request->exercise->check;
	const char *dot = strrchr(check, '.');
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *path = NULL;
	struct error none = {0};

	if (!job->result->network || !dot)
		return;
	path = xasprintf("%.*s.net", (int)(dot - check), check);
	if (io_read_file(AT_FDCWD, path, NETWORK_MAX, &text, &none) == 0)
		job->result->network_expected = strbuf_steal(&text);
}

/* Run the tests on the payload in DIR and join what they left. */
static int run_tests(struct job *job, const char *dir)
{
	const struct check_request *request = job->request;
	const char *libexec = job->lab->libexec;
	cleanup_free char *records_path = io_join(job->scratch.path, "records");
	cleanup_free char *tmpdir = io_join(job->scratch.path, "tmp");
	cleanup_free char *needs = joined(request->exercise->needs);
	char *env[] = {
		xasprintf("NSLAB_OBSERVE=%s/observe", libexec),
		xasprintf("NSLAB_PROBE=%s/probe", libexec),
		xasprintf("NSLAB_INIT=%s/init", libexec),
		xasprintf("NSLAB_PAYLOAD=%s", dir),
		xasprintf("NSLAB_PROGRAM=%s", job->payload.name),
		xasprintf("NSLAB_START=%s",
			  request->exercise->start == SANDBOX_USER ? "user" : "root"),
		xasprintf("NSLAB_NEEDS=%s", needs),
		xasprintf("NSLAB_SEED=%llu", request->seed),
		xasprintf("NSLAB_TIME=%u", request->exercise->time),
		xasprintf("NSLAB_RECORDS=%s", records_path),
		xasprintf("NSLAB_HIDE=%s:%s", job->lab->course, job->lab->work),
		xasprintf("NSLAB_PROPAGATION=%s",
			  request->propagation == SANDBOX_PRIVATE ? "private" : "shared"),
		NULL,
	};
	struct suite_request suite = {
		.bats = job->bats,
		.file = request->exercise->check,
		.tmpdir = tmpdir,
		.env = (const char *const *)(uintptr_t)env,
		.limit_s = limit_of(job),
	};
	cleanup_suite_run struct suite_run run = SUITE_RUN_INIT;
	cleanup_records struct records records = RECORDS_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = {0};
	int r = payload_put(job->scratch.path, "records", "", 0, 0600, &err);

	if (r == 0)
		r = suite_run(&suite, &run, &err);
	for (size_t i = 0; env[i]; i++)
		free(env[i]);
	if (run.interrupted)
		return -EINTR;
	if (r == 0)
		r = io_read_file(AT_FDCWD, records_path, RECORDS_MAX, &text, &err);
	if (r < 0)
		return stop_full(job, &err);
	records_parse(text.s, text.len, &records);
	verdict_join(job->result,
		     &(struct verdict_evidence){.tap = &run.tap,
						.records = &records,
						.names = job->names,
						.n_names = job->n_names,
						.timed_out = run.timed_out,
						.limit_s = suite.limit_s,
						.status = run.status,
						.errors = run.errors.s},
		     &(struct verdict_reading){.lesson = &job->lesson, .path = job->reading});
	add_expected_network(job);
	return 1;
}

int check_run(const struct lab *lab, const struct check_request *request, struct result *ret,
	      struct error *err)
{
	struct job job = {.lab = lab,
			  .request = request,
			  .lesson = LESSON_INIT,
			  .scratch = SCRATCH_INIT,
			  .payload = PAYLOAD_INIT,
			  .result = ret,
			  .err = err};
	cleanup_free char *dir = NULL;
	long long begun = now_ms();
	int r;

	describe(request->exercise, ret);
	ret->seed = request->seed;
	ret->program = xstrdup(request->source ? request->source : request->program);
	interrupt_begin();
	r = prepare(&job);
	if (r == 0)
		r = request->source ? payload_of_source(&job, &dir)
				    : payload_of_program(&job, &dir);
	if (r == 0)
		r = run_tests(&job, dir);
	job_free(&job);
	if (interrupt_signal())
		r = -EINTR;
	interrupt_end();
	ret->duration_ms = (unsigned)(now_ms() - begun);
	return r < 0 ? r : 0;
}
