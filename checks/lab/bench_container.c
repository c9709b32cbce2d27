/*
 * Container runtimes against each other, from start to exit, on one root file system
 * and a command that does nothing. Two programs in one file:
 *
 *	bench_container ROUNDS FILE       measure: each line of FILE is NAME<tab>WORD<tab>...;
 *	                                  the first is the one that all others are compared with
 *	bench_container floor ROOTFS CMD  the system calls of a container and nothing else
 *
 * A round runs every other in a pair with the first, now this one first and now that,
 * after one more that is not counted: who comes after a large runtime pays for its cold
 * caches. What is shown are medians, "times" of pairs: they move with the machine's load.
 * What is asserted is between good rounds, the tenth percentile of each.
 *
 * Exit status: 1 if a runtime failed, was faster than the first, or the first takes
 * more than FLOOR_RATIO of the one named "floor".
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FLOOR_RATIO 1.3
#define NAMESPACES                                                                                 \
	(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | \
	 CLONE_NEWCGROUP)
#define PEERS_MAX 8
#define RSS_LEAST 256 /* KiB: below this the kernel's counter says nothing (it counts in batches) */
#define WORDS_MAX 48

/* ---- the floor ---- */

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(1, "%s", path);
	(void)close(fd);
}

static void at(const char *type, const char *target, const char *options)
{
	if (mount(type, target, type, MS_NOSUID, options) < 0)
		err(1, "mount %s", target);
}

static void devices(void)
{
	static const char *const names[] = {"null", "zero", "full", "random", "urandom", "tty"};
	char path[32] = "/dev/";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)strcpy(path + 5, names[i]);
		if (mknod(path + 1, S_IFREG | 0666, 0) < 0 ||
		    mount(path, path + 1, NULL, MS_BIND, NULL) < 0)
			err(1, "%s", path);
	}
}

static void contain(const char *rootfs, const char *uids, const char *gids)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	put("/proc/self/setgroups", "deny");
	put("/proc/self/uid_map", uids);
	put("/proc/self/gid_map", gids);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &lo) < 0 || sethostname("floor", 5) < 0)
		err(1, "lo and host name");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL) < 0 || chdir(rootfs) < 0)
		err(1, "%s", rootfs);
	at("proc", "proc", NULL);
	at("tmpfs", "dev", "mode=755");
	if (mkdir("dev/pts", 0755) < 0 || mkdir("dev/shm", 0755) < 0)
		err(1, "mkdir");
	at("devpts", "dev/pts", "newinstance,ptmxmode=0666,mode=620");
	at("tmpfs", "dev/shm", "mode=1777");
	at("tmpfs", "tmp", "mode=1777");
	devices();
	if (syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		err(1, "pivot_root");
}

static int be_floor(char *argv[])
{
	/* struct clone_args, whose header musl has not: flags first, the exit signal fifth. */
	uint64_t args[8] = {NAMESPACES, 0, 0, 0, SIGCHLD};
	char uids[32], gids[32];
	int status = 1;
	pid_t pid;

	(void)snprintf(uids, sizeof(uids), "0 %u 1", geteuid());
	(void)snprintf(gids, sizeof(gids), "0 %u 1", getegid());
	pid = (pid_t)syscall(SYS_clone3, args, sizeof(args));
	if (pid < 0)
		err(1, "clone3");
	if (pid == 0) {
		contain(argv[0], uids, gids);
		(void)execv(argv[1], argv + 1);
		err(127, "%s", argv[1]);
	}
	if (waitpid(pid, &status, 0) < 0)
		err(1, "waitpid");
	return WEXITSTATUS(status);
}

/* ---- measuring ---- */

struct peer {
	const char *name;
	char *argv[WORDS_MAX];
	double *ms, *ratios; /* one a round */
	long rss;	     /* KiB, the most that any one of its processes had */
};

static double now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double run(struct peer *peer)
{
	double begin = now_ms();
	struct rusage usage;
	int status = 1, r;
	pid_t pid;

	r = posix_spawnp(&pid, peer->argv[0], NULL, NULL, peer->argv, environ);
	if (r != 0)
		errx(1, "%s: %s", peer->argv[0], strerror(r));
	if (wait4(pid, &status, 0, &usage) < 0)
		err(1, "wait4");
	if (status != 0)
		errx(1, "%s failed: wait status %#x", peer->name, (unsigned)status);
	if (usage.ru_maxrss > peer->rss)
		peer->rss = usage.ru_maxrss;
	return now_ms() - begin;
}

static void pair(struct peer *first, struct peer *other, size_t round)
{
	double ours, theirs;

	(void)run(first);
	if (round % 2 == 0) {
		ours = run(first);
		theirs = run(other);
	} else {
		theirs = run(other);
		ours = run(first);
	}
	other->ms[round] = theirs;
	other->ratios[round] = theirs / ours;
	first->ms[round] = ours;
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

static size_t read_peers(const char *path, size_t rounds, struct peer peers[PEERS_MAX])
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0, n = 0;

	if (!file)
		err(1, "%s", path);
	while (n < PEERS_MAX && getline(&line, &size, file) > 0) {
		struct peer *peer = &peers[n++];
		char *rest = strdup(line);
		size_t words = 0;

		rest[strcspn(rest, "\n")] = '\0';
		peer->name = strsep(&rest, "\t");
		while (rest && words < WORDS_MAX - 1)
			peer->argv[words++] = strsep(&rest, "\t");
		peer->ms = calloc(rounds, sizeof(*peer->ms));
		peer->ratios = calloc(rounds, sizeof(*peer->ratios));
		if (!peer->ms || !peer->ratios || !words)
			errx(1, "%s: line %zu", path, n);
	}
	free(line);
	(void)fclose(file);
	return n;
}

static void print_row(struct peer *peer, size_t rounds, double ratio)
{
	printf("%-20s %8.2f %8.2f ", peer->name, median(peer->ms, rounds), ratio);
	if (peer->rss < RSS_LEAST)
		printf("%10s\n", "< 256");
	else
		printf("%10ld\n", peer->rss);
}

/* Their times are sorted by now. */
static int is_too_slow(const struct peer *first, const struct peer *other, size_t rounds)
{
	double ratio = first->ms[rounds / 10] / other->ms[rounds / 10];

	if (ratio <= (strcmp(other->name, "floor") == 0 ? FLOOR_RATIO : 1))
		return 0;
	printf("too slow: in good rounds %s takes %.2f times as long as %s\n", first->name, ratio,
	       other->name);
	return 1;
}

int main(int argc, char **argv)
{
	static struct peer peers[PEERS_MAX];
	size_t rounds, n;
	int failed = 0;

	if (argc > 3 && strcmp(argv[1], "floor") == 0)
		return be_floor(argv + 2);
	if (argc != 3 || atoi(argv[1]) < 1)
		errx(2, "usage: bench_container ROUNDS FILE, or floor ROOTFS CMD");
	rounds = (size_t)atoi(argv[1]);
	n = read_peers(argv[2], rounds, peers);
	for (size_t round = 0; round < rounds; round++)
		for (size_t i = 1; i < n; i++)
			pair(&peers[0], &peers[i], round);

	printf("%-20s %8s %8s %10s\n", "runtime", "ms", "times", "peak KiB");
	print_row(&peers[0], rounds, 1);
	for (size_t i = 1; i < n; i++) {
		print_row(&peers[i], rounds, median(peers[i].ratios, rounds));
		failed |= is_too_slow(&peers[0], &peers[i], rounds);
	}
	return failed;
}
