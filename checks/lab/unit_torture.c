/*
 * The progress file under fire: two writers that are killed (SIGKILL) at random
 * moments and started again, and a reader. Nothing may be torn, and no change
 * that a writer was told of may be lost.
 *
 * A writer sends a byte after every change it was told had succeeded. When it is
 * killed one change more may have been made than it told of, never one less.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "lab/course/progress.h"

#include <dirent.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KILLS	    300
#define DEADLINE_MS 20000

static char work[4096];
static struct lab lab = {.work = work};

static char *no_list[] = {NULL};
static struct exercise exercises[] = {
	{.id = (char[]){"pid/one"}, .aliases = no_list},
	{.id = (char[]){"pid/two"}, .aliases = no_list},
	{.id = (char[]){"pid/both"}, .aliases = no_list},
};

#define N_EXERCISES (sizeof(exercises) / sizeof(exercises[0]))
#define BOTH	    2

struct writer {
	pid_t pid;
	int fd; /* one byte for each change */
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* Change and tell, for ever: in turn its own exercise and the one both use. */
static void write_on(size_t own, int fd)
{
	struct progress_attempt attempt = {PROGRESS_FAIL, "no-fork", 1, "abc"};

	for (unsigned n = 0;; n++) {
		struct error err = {0};

		if (progress_record(&lab, &exercises[n % 2 ? BOTH : own], &attempt, &err) < 0) {
			(void)printf("# %s\n", err.what);
			(void)fflush(stdout);
			_exit(1);
		}
		if (write(fd, "x", 1) != 1)
			_exit(2);
	}
}

static struct writer start(size_t own)
{
	struct writer writer = {.pid = -1, .fd = -1};
	int ends[2];

	if (pipe(ends) < 0)
		return writer;
	(void)fflush(stdout);
	writer.pid = fork();
	if (writer.pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(ends[0]);
		write_on(own, ends[1]);
	}
	(void)close(ends[1]);
	writer.fd = ends[0];
	return writer;
}

/* Wait for N changes. Returns how many were told; fewer when it ended or the time is up. */
static unsigned await(const struct writer *writer, unsigned n)
{
	struct pollfd ready = {.fd = writer->fd, .events = POLLIN};
	unsigned told = 0;
	char byte;

	while (told < n && poll(&ready, 1, DEADLINE_MS) == 1 && read(writer->fd, &byte, 1) == 1)
		told++;
	return told;
}

/* Let up to two milliseconds go by, so that the signal can hit any moment of a change. */
static void while_away(void)
{
	struct timespec from, now;
	long ns = random() % 2000000;

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	do
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	while ((now.tv_sec - from.tv_sec) * 1000000000L + now.tv_nsec - from.tv_nsec < ns);
}

/* Kill it and count what it had told; false if it had ended by itself. */
static bool stop(struct writer *writer, unsigned *told)
{
	int status = 0;
	char byte;

	(void)kill(writer->pid, SIGKILL);
	(void)waitpid(writer->pid, &status, 0);
	while (read(writer->fd, &byte, 1) == 1)
		(*told)++;
	(void)close(writer->fd);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* Can it be read as it is? Adds up the changes that it holds. */
static bool read_all(unsigned *ret_tries)
{
	cleanup_progress struct progress progress = PROGRESS_INIT;
	struct error err = {0};

	if (progress_load(&lab, &progress, &err) < 0 || progress.note) {
		(void)printf("# %s\n", progress.note ? progress.note : err.what);
		return false;
	}
	*ret_tries = 0;
	for (size_t i = 0; i < N_EXERCISES; i++)
		*ret_tries += progress_get(&progress, &exercises[i]).tries;
	return true;
}

static void torture(void)
{
	struct writer writers[2] = {start(0), start(1)};
	unsigned kills = 0, told = 0, torn = 0, lost = 0, tries = 0;
	bool killed = true;

	while (kills < KILLS && killed && !torn && !lost) {
		size_t which = (size_t)random() % 2;
		unsigned n = (unsigned)(random() % 4);

		told += await(&writers[which], n);
		torn += !read_all(&tries);
		/* What the other one told is still in its pipe, so there is more than this. */
		lost += tries < told;
		while_away();
		killed = stop(&writers[which], &told);
		kills++;
		writers[which] = start(which);
	}
	ok(killed, "writers end only when they are killed");
	ok(stop(&writers[0], &told) && stop(&writers[1], &told), "all of them");
	kills += 2;
	ok(!torn, "the file is whole at every look");
	ok(!lost, "and at every look holds every change so far");
	ok(read_all(&tries), "it is whole in the end");
	ok(told > KILLS / 2, "there were changes enough: %u", told);
	ok(tries >= told, "none of %u changes is lost: %u", told, tries);
	ok(tries <= told + kills, "none is made twice");
}

/* After one more change nothing is there but the file and its lock. */
static void leftovers(void)
{
	struct progress_attempt attempt = {PROGRESS_PASS, NULL, 1, "abc"};
	cleanup_free char *path = xasprintf("%s/.lab", work);
	cleanup_dir DIR *dir = NULL;
	struct error err = {0};
	struct dirent *entry;
	unsigned n = 0;

	is_int(progress_record(&lab, &exercises[0], &attempt, &err), 0, "one more change");
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	is_int(n, 2, "no temporary file of a killed writer is left");
}

int main(void)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(work, sizeof(work), "%s/nslab-unit-torture-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(work))
		return 1;
	srandom((unsigned)time(NULL));
	torture();
	leftovers();
	(void)nftw(work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return unit_done();
}
