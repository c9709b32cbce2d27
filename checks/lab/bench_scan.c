/*
 * The bench of what looks at all processes: many that sleep, one in ten in PID,
 * network and UTS namespaces of its own, and among them interleaved runs of a peer
 * (lsns) and of a command of ours, measured from outside.
 *
 *	bench_scan LEAST PROCESSES ROUNDS PEER [ARG...] -- COMMAND [ARG...]
 *
 * LEAST is how many times as fast as the peer it shall be; 0 processes or rounds: the usual number.
 * As an ordinary user all of them live in one user namespace of that user.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define ROUNDS_MAX 101

struct peer {
	char label[64]; /* as it was typed, without directories */
	char **argv;
	double ms[ROUNDS_MAX];
	double peak[ROUNDS_MAX]; /* MiB, roughly: the kernel counts for each processor apart */
};

static void sleep_for_ever(void)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		(void)pause();
}

static pid_t start_sleeper(int flags)
{
	pid_t pid = (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		sleep_for_ever();
	return pid;
}

/* The leader of the herd: reports one byte when all are there, ends with its standard input. */
static void lead_herd(int processes, int ready, int end)
{
	char byte = 'y';

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (geteuid() != 0 && unshare(CLONE_NEWUSER) < 0)
		err(3, "unshare(CLONE_NEWUSER)");
	for (int i = 0; i < processes; i++) {
		int flags = i % 10 ? 0 : CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS;

		if (start_sleeper(flags) < 0)
			err(3, "cannot start process %d of %d", i + 1, processes);
	}
	if (write(ready, &byte, 1) != 1)
		err(4, "write");
	while (read(end, &byte, 1) < 0 && errno == EINTR)
		;
	exit(0);
}

static double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool run_once(struct peer *peer, int round)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	double start = now_ms();
	pid_t pid;
	int status, r;

	if (posix_spawn_file_actions_init(&actions) != 0 ||
	    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) != 0 ||
	    posix_spawn_file_actions_adddup2(&actions, 1, 2) != 0)
		errx(4, "posix_spawn_file_actions");
	r = posix_spawnp(&pid, peer->argv[0], &actions, NULL, peer->argv, environ);
	if (r != 0)
		errx(3, "%s: %s", peer->argv[0], strerror(r));
	(void)posix_spawn_file_actions_destroy(&actions);
	if (wait4(pid, &status, 0, &usage) != pid)
		err(4, "wait4");
	peer->ms[round] = now_ms() - start;
	peer->peak[round] = (double)usage.ru_maxrss / 1024;
	return status == 0;
}

/* lsns may fail where a process ends while it looks: once more then. */
static void run(struct peer *peer, int round)
{
	for (int tries = 0; tries < 5; tries++)
		if (run_once(peer, round))
			return;
	errx(4, "%s failed", peer->label);
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double median(const double *values, int n)
{
	double sorted[ROUNDS_MAX];

	memcpy(sorted, values, (size_t)n * sizeof(sorted[0]));
	qsort(sorted, (size_t)n, sizeof(sorted[0]), compare);
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static void name(struct peer *peer)
{
	const char *slash = strrchr(peer->argv[0], '/');
	size_t len = 0;

	for (char **word = peer->argv; *word && len < sizeof(peer->label); word++)
		len += (size_t)snprintf(peer->label + len, sizeof(peer->label) - len, "%s%s",
					len ? " " : "", !len && slash ? slash + 1 : *word);
}

/* Returns whether both promises hold. */
static bool measure(struct peer *other, struct peer *own, int processes, int rounds, int least)
{
	double ratio[ROUNDS_MAX] = {0};

	/* The first run of each fills the kernel's caches and is not counted. */
	for (int i = -1; i < rounds; i++) {
		run(other, i < 0 ? 0 : i);
		run(own, i < 0 ? 0 : i);
		if (i >= 0)
			ratio[i] = other->ms[i] / own->ms[i];
	}
	printf("scan of %d processes, %d pairs: %s %.0f ms, %s %.0f ms: "
	       "%.1f times as fast (at least %d)\n",
	       processes, rounds, other->label, median(other->ms, rounds), own->label,
	       median(own->ms, rounds), median(ratio, rounds), least);
	printf("scan of %d processes, peak memory: %s %.1f MiB, %s %.1f MiB (at most 4)\n",
	       processes, other->label, median(other->peak, rounds), own->label,
	       median(own->peak, rounds));
	return median(ratio, rounds) >= least && median(own->peak, rounds) <= 4;
}

/* The two commands of the command line; its "--" becomes the end of the first. */
static void take_commands(char **argv, struct peer *other, struct peer *own)
{
	char **end = argv;

	while (*end && strcmp(*end, "--") != 0)
		end++;
	if (end == argv || !*end || !end[1])
		errx(2,
		     "usage: bench_scan LEAST PROCESSES ROUNDS PEER [ARG...] -- COMMAND [ARG...]");
	*end = NULL;
	other->argv = argv;
	own->argv = end + 1;
	name(other);
	name(own);
}

int main(int argc, char **argv)
{
	int processes = argc > 2 && atoi(argv[2]) > 0 ? atoi(argv[2]) : 5000;
	int rounds = argc > 3 && atoi(argv[3]) > 0 ? atoi(argv[3]) : 7;
	static struct peer other, own;
	int ready[2], end[2];
	pid_t leader;
	bool kept;
	char byte;

	take_commands(argv + (argc > 4 ? 4 : argc), &other, &own);
	if (rounds > ROUNDS_MAX)
		errx(2, "at most %d rounds", ROUNDS_MAX);
	if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(end, O_CLOEXEC) < 0)
		err(4, "pipe2");
	leader = fork();
	if (leader < 0)
		err(4, "fork");
	if (leader == 0) {
		(void)close(end[1]);
		lead_herd(processes, ready[1], end[0]);
	}
	(void)close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		errx(3, "the sleeping processes could not be started");
	kept = measure(&other, &own, processes, rounds, atoi(argv[1]));
	(void)close(end[1]);
	/* The sleepers die with their leader. */
	(void)waitpid(leader, NULL, 0);
	if (!kept)
		warnx("that is less than what was promised");
	return !kept;
}
