/*
 * Limits that no rlimit keeps. RLIMIT_AS bounds one process, not a hundred, and
 * neither tmpfs nor memfd; a cgroup bounds all of it, but not every caller may
 * make one. So the supervisor looks in from outside, a few times a second, and
 * kills the sandbox as a whole when it has outgrown what it may have.
 *
 * What counts as the sandbox's memory: anonymous and shared pages mapped by its
 * processes; and, once the machine's shared memory has grown since the start,
 * every tmpfs and memfd that a process of it can reach. Memory that nothing
 * reaches (a pinned namespace, kernel memory) is caught by the last rule: a
 * machine that runs out takes the sandbox down before anything of the host.
 */
#define _GNU_SOURCE
#include "common/sandbox_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/mountinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#define LOOK_EVERY_MS	 50
#define SHMEM_GROWTH_KIB (64UL * 1024)
#define FREE_PERMILLE	 30

/* File systems and files counted once. */
struct seen {
	dev_t dev;
	ino_t ino;
};

struct tally {
	unsigned long long bytes;
	unsigned long long tasks;
	struct seen *seen;
	size_t n_seen;
	bool deep; /* look at tmpfs and memfd too */
};

/* The number after KEY at the start of a line of text, or 0. */
static unsigned long long number_of(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) == 0)
			return strtoull(line + len, NULL, 10);
	}
	return 0;
}

static bool first_time(struct tally *tally, dev_t dev, ino_t ino)
{
	for (size_t i = 0; i < tally->n_seen; i++)
		if (tally->seen[i].dev == dev && tally->seen[i].ino == ino)
			return false;
	if (tally->n_seen % 64 == 0)
		tally->seen = xreallocarray(tally->seen, tally->n_seen + 64, sizeof(*tally->seen));
	tally->seen[tally->n_seen++] = (struct seen){dev, ino};
	return true;
}

/* The whole tmpfs that a path lies on, or a memfd alone: those all share one kernel mount. */
static void count_shared(struct tally *tally, int dir, const char *path)
{
	cleanup_fd int fd = openat(dir, path, O_PATH | O_CLOEXEC);
	struct statfs fs;
	struct stat st;

	if (fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type != TMPFS_MAGIC || fstat(fd, &st) < 0)
		return;
	if (S_ISREG(st.st_mode) && st.st_nlink == 0) {
		if (first_time(tally, st.st_dev, st.st_ino))
			tally->bytes += (unsigned long long)st.st_blocks * 512;
	} else if (first_time(tally, st.st_dev, 0)) {
		tally->bytes += (unsigned long long)(fs.f_blocks - fs.f_bfree) *
				(unsigned long long)fs.f_bsize;
	}
}

static void count_descriptors(struct tally *tally, int process)
{
	int at = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = at < 0 ? NULL : fdopendir(at);

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			count_shared(tally, dirfd(dir), entry->d_name);
}

/* Every tmpfs mounted in the process's mount namespace, each namespace once. */
static void count_mounts(struct tally *tally, int process)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct stat st;

	if (fstatat(process, "ns/mnt", &st, 0) < 0 || !first_time(tally, st.st_dev, st.st_ino) ||
	    io_read_proc(process, "mountinfo", 1 << 20, &text) < 0)
		return;
	for (char *save = NULL, *line = strtok_r(text.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		cleanup_free char *path = NULL;
		struct mount mount;

		if (!strstr(line, " - tmpfs ") || mountinfo_parse_line(line, &mount) < 0)
			continue;
		path = xasprintf("root%s", mount.point);
		count_shared(tally, process, path);
	}
}

static void count_process(struct tally *tally, int proc, const char *pid)
{
	cleanup_fd int process = openat(proc, pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct strbuf text cleanup_strbuf = STRBUF_INIT;

	if (process < 0 || io_read_proc(process, "status", 16384, &text) < 0)
		return;
	tally->tasks += number_of(text.s, "Threads:");
	tally->bytes += number_of(text.s, "RssAnon:") * 1024;
	if (!tally->deep) {
		tally->bytes += number_of(text.s, "RssShmem:") * 1024;
		return;
	}
	count_descriptors(tally, process);
	count_mounts(tally, process);
}

static void count_all(struct tally *tally, const struct sandbox *box)
{
	int at = openat(box->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = at < 0 ? NULL : fdopendir(at);

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			count_process(tally, box->proc, entry->d_name);
	free(tally->seen);
}

enum sandbox_outcome sandbox_watch(struct sandbox *box)
{
	static unsigned long long shmem_at_start; /* of the machine, KiB */
	long long now = sandbox_now_ms();
	struct strbuf meminfo cleanup_strbuf = STRBUF_INIT;
	struct tally tally = {0};
	enum sandbox_outcome outcome;
	unsigned long long shmem;

	if (box->limits.wall_ms && now - box->started_ms > box->limits.wall_ms)
		return SANDBOX_TIME_LIMIT;
	if (now - box->watched_ms < LOOK_EVERY_MS)
		return SANDBOX_EXITED;
	box->watched_ms = now;
	outcome = sandbox_cgroup_outcome(box);
	if (outcome != SANDBOX_EXITED)
		return outcome;
	if (io_read_proc(AT_FDCWD, "/proc/meminfo", 16384, &meminfo) < 0)
		return SANDBOX_EXITED;
	shmem = number_of(meminfo.s, "Shmem:");
	if (!shmem_at_start || shmem < shmem_at_start)
		shmem_at_start = shmem;
	tally.deep = shmem - shmem_at_start > SHMEM_GROWTH_KIB;
	count_all(&tally, box);
	if (box->limits.processes && tally.tasks + 1 >= box->limits.processes)
		return SANDBOX_PROCESS_LIMIT;
	if (box->limits.memory && tally.bytes > box->limits.memory)
		return SANDBOX_MEMORY_LIMIT;
	if (number_of(meminfo.s, "MemAvailable:") * 1000 <
	    number_of(meminfo.s, "MemTotal:") * FREE_PERMILLE)
		return SANDBOX_MEMORY_LIMIT;
	return SANDBOX_EXITED;
}
