/*
 * bench_sandbox ROUNDS USER(0|1): a sandbox from start to reaped with `true` in
 * it, against `bwrap --unshare-all --ro-bind / / true`, in turn. Both are timed
 * from the caller's side until everything of theirs is gone. Then 1 000
 * sandboxes in a row, and what they left.
 */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/proc.h"
#include "common/sandbox.h"

#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

static double now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double sandbox_ms(void)
{
	const char *const argv[] = {"true", NULL};
	struct sandbox_config config = {.start = SANDBOX_ROOT};
	struct sandbox_capture capture;
	struct sandbox *box;
	struct error error = {0};
	double begin = now_ms();

	if (sandbox_start(&config, &box, &error) < 0 ||
	    sandbox_capture(box, argv, &capture, &error) < 0)
		errx(1, "%s", error.what);
	if (capture.status != 0)
		errx(1, "true failed in the sandbox");
	sandbox_capture_free(&capture);
	sandbox_end(box);
	return now_ms() - begin;
}

static double bwrap_ms(void)
{
	char *argv[] = {(char *)"bwrap",
			(char *)"--unshare-all",
			(char *)"--ro-bind",
			(char *)"/",
			(char *)"/",
			(char *)"true",
			NULL};
	double begin = now_ms();
	pid_t pid;
	int status = 1;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0)
		return -1;
	(void)waitpid(pid, &status, 0);
	return status == 0 ? now_ms() - begin : -1;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), ascending);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* What the kernel counts of us: processes that are our children, mounts that we see. */
static size_t count_mounts(void)
{
	cleanup_fd int dir = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct mountinfo table;
	size_t n = 0;

	if (dir >= 0 && proc_read_mountinfo(dir, &table) == 0) {
		n = table.n;
		mountinfo_free(&table);
	}
	return n;
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 1 ? (size_t)atoi(argv[1]) : 100;
	size_t mounts = count_mounts();
	double *ours = calloc(rounds, sizeof(*ours));
	double *theirs = calloc(rounds, sizeof(*theirs));
	double *ratios = calloc(rounds, sizeof(*ratios));
	const char *who = getuid() == 0 ? "root" : "an ordinary user";
	bool peer = bwrap_ms() > 0;
	double begin;

	if (!ours || !theirs || !ratios)
		err(1, "calloc");
	(void)sandbox_ms();
	for (size_t i = 0; i < rounds; i++) {
		ours[i] = sandbox_ms();
		theirs[i] = peer ? bwrap_ms() : 0;
		ratios[i] = peer ? ours[i] / theirs[i] : 0;
	}
	printf("sandbox, start to reaped, as %s: %.2f ms", who, median(ours, rounds));
	if (peer)
		printf("; bwrap %.2f ms; ratio %.2f\n", median(theirs, rounds),
		       median(ratios, rounds));
	else
		printf("; bwrap can't run here\n");
	begin = now_ms();
	for (int i = 0; i < 1000; i++)
		(void)sandbox_ms();
	printf("1000 sandboxes in a row, as %s: %.2f s; left: %d children, %zd mounts\n", who,
	       (now_ms() - begin) / 1e3, waitpid(-1, NULL, WNOHANG) >= 0,
	       (ssize_t)(count_mounts() - mounts));
	free(ours);
	free(theirs);
	free(ratios);
	return 0;
}
