#define _GNU_SOURCE
#include "common/scan_build.h"

#include "common/cleanup.h"
#include "common/numeral.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Below this a second thread costs more than it saves. */
#define PARALLEL_MIN 200
/* Processes a thread takes at a time. */
#define CHUNK	     64
#define READERS	     2
#define READER_STACK (128u << 10)
#define DIRENT_BYTES (64u << 10)

struct linux_dirent64 {
	uint64_t d_ino;
	int64_t d_off;
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[];
};

static bool take_pid(const char *name, pid_t *ret)
{
	uint64_t value;

	if (!numeral_take(&name, 10, INT_MAX, &value) || *name)
		return false;
	*ret = (pid_t)value;
	return true;
}

static int compare_pids(const void *a, const void *b)
{
	pid_t left = *(const pid_t *)a, right = *(const pid_t *)b;

	return (left > right) - (left < right);
}

/* Large reads: readdir(3) would ask for 32 KiB at a time, and allocate per directory. */
int scan_list_pids(int procfd, pid_t **ret)
{
	cleanup_fd int fd = openat(procfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_free char *entries = xmalloc(DIRENT_BYTES);
	cleanup_free pid_t *pids = NULL;
	size_t n = 0, cap = 0;
	long got;

	if (fd < 0)
		return -errno;
	while ((got = syscall(SYS_getdents64, fd, entries, DIRENT_BYTES)) > 0) {
		for (long at = 0; at < got;) {
			struct linux_dirent64 *entry = (void *)(entries + at);
			pid_t pid;

			at += entry->d_reclen;
			if (!take_pid(entry->d_name, &pid))
				continue;
			if (n == cap) {
				cap = cap ? cap * 2 : 256;
				pids = xreallocarray(pids, cap, sizeof(pids[0]));
			}
			pids[n++] = pid;
		}
	}
	if (got < 0)
		return -errno;
	if (n)
		qsort(pids, n, sizeof(pids[0]), compare_pids);
	*ret = steal_ptr(pids);
	return (int)n;
}

void scan_sightings_add(struct scan_sightings *to, const struct scan_sighting *sighting)
{
	if ((to->n & (to->n - 1)) == 0)
		to->list = xreallocarray(to->list, to->n ? to->n * 2 : 1, sizeof(to->list[0]));
	to->list[to->n++] = *sighting;
}

uint32_t scan_parse_link(const char *text, size_t len)
{
	const char *open = memchr(text, '[', len);
	uint64_t ino = 0;

	if (!open || open == text || open[-1] != ':' || text[len - 1] != ']')
		return 0;
	for (const char *c = open + 1; c < text + len - 1; c++) {
		if (*c < '0' || *c > '9')
			return 0;
		ino = ino * 10 + (uint64_t)(*c - '0');
		if (ino > UINT32_MAX)
			return 0;
	}
	return (uint32_t)ino;
}

/* One link: its inode, 0 where there is none; *ret_errnum says why. */
static uint32_t read_link(int nsdir, const char *name, int *ret_errnum)
{
	char text[64];
	ssize_t len = readlinkat(nsdir, name, text, sizeof(text));

	*ret_errnum = len < 0 ? errno : 0;
	return len > 0 ? scan_parse_link(text, (size_t)len) : 0;
}

enum read_result { READ_GOOD, READ_GONE, READ_REFUSED };

static enum read_result read_links(int nsdir, uint32_t ns[static NSTYPE_COUNT])
{
	bool any = false;

	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		int errnum;

		ns[i] = read_link(nsdir, nstypes[i].name, &errnum);
		any |= errnum == 0;
		if (errnum != EACCES && errnum != EPERM)
			continue;
		/* It may have ended between the lookup and the answer: only a living one refuses twice. */
		(void)read_link(nsdir, nstypes[i].name, &errnum);
		return errnum == EACCES || errnum == EPERM ? READ_REFUSED : READ_GONE;
	}
	return any ? READ_GOOD : READ_GONE;
}

static int open_nsdir(int procfd, const char *path)
{
	return openat(procfd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool read_stat(int procfd, pid_t pid, struct scan_process *process)
{
	struct proc_stat stat;
	char path[32], text[1024];
	ssize_t len;
	int fd;

	(void)snprintf(path, sizeof(path), "%d/stat", (int)pid);
	fd = openat(procfd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text));
	(void)close(fd);
	if (len <= 0 || proc_stat_parse(text, (size_t)len, &stat) < 0)
		return false;
	process->pid = pid;
	process->ppid = stat.ppid;
	process->state = stat.state;
	process->threads = stat.threads;
	process->starttime = stat.starttime;
	(void)snprintf(process->comm, sizeof(process->comm), "%.15s", stat.comm);
	return true;
}

/* What a thread's entry, unlike its process's, shows to be held. */
static void note_thread(const struct scan_process *process, pid_t tid,
			const uint32_t ns[static NSTYPE_COUNT], struct scan_sightings *found)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		struct scan_sighting sighting = {
			.ino = ns[i],
			.entry = (enum nstype_id)i,
			.how = SCAN_HELD_THREAD,
			.pid = process->pid,
			.tid = tid,
			.fd = -1,
		};

		if (!ns[i] || ns[i] == process->ns[i])
			continue;
		if (nstypes[i].for_children) {
			if (ns[i] == ns[nstypes[i].kind])
				continue;
			sighting.how = SCAN_HELD_PENDING;
		}
		scan_sightings_add(found, &sighting);
	}
}

static void read_threads(int procfd, const struct scan_process *process,
			 struct scan_sightings *found)
{
	struct pid_list threads = {NULL, 0};
	cleanup_fd int dir = -1;

	if (proc_open(procfd, process->pid, &dir) < 0 || proc_list_threads(dir, &threads) < 0)
		return;
	for (size_t i = 0; i < threads.n; i++) {
		pid_t tid = threads.pids[i];
		uint32_t ns[NSTYPE_COUNT];
		char path[32];
		int nsdir;

		if (tid == process->pid)
			continue;
		(void)snprintf(path, sizeof(path), "task/%d/ns", (int)tid);
		nsdir = open_nsdir(dir, path);
		if (nsdir < 0)
			continue;
		if (read_links(nsdir, ns) == READ_GOOD)
			note_thread(process, tid, ns, found);
		(void)close(nsdir);
	}
	pid_list_free(&threads);
}

/*
 * The directory is opened before stat is read, and its links after: as they
 * fail once the process has gone, what they give and stat are one process's.
 */
int scan_read_process(int procfd, pid_t pid, struct scan_process *ret)
{
	enum read_result result = READ_GONE;
	char path[32];
	int nsdir;

	(void)snprintf(path, sizeof(path), "%d/ns", (int)pid);
	nsdir = open_nsdir(procfd, path);
	if (nsdir < 0)
		return -ESRCH;
	if (read_stat(procfd, pid, ret))
		result = read_links(nsdir, ret->ns);
	(void)close(nsdir);
	ret->unreadable = result == READ_REFUSED;
	if (ret->unreadable)
		memset(ret->ns, 0, sizeof(ret->ns));
	return result == READ_GONE ? -ESRCH : 0;
}

/* What the readers share; each takes the next chunk until there is none. */
struct reading {
	int procfd;
	unsigned depth;
	const pid_t *pids;
	size_t n;
	struct scan_process *processes;
	atomic_size_t next;
};

struct reader {
	struct reading *reading;
	struct scan_sightings found;
	pthread_t thread;
	bool running;
};

static void read_one(struct reader *reader, size_t i)
{
	const struct reading *reading = reader->reading;
	struct scan_process *process = &reading->processes[i];

	if (scan_read_process(reading->procfd, reading->pids[i], process) < 0) {
		process->pid = 0;
		return;
	}
	if ((reading->depth & SCAN_THREADS) && process->threads > 1 && !process->unreadable)
		read_threads(reading->procfd, process, &reader->found);
}

static void *read_chunks(void *arg)
{
	struct reader *reader = arg;
	struct reading *reading = reader->reading;
	size_t start;

	while ((start = atomic_fetch_add(&reading->next, CHUNK)) < reading->n)
		for (size_t i = start; i < start + CHUNK && i < reading->n; i++)
			read_one(reader, i);
	return NULL;
}

static unsigned usable_cpus(void)
{
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		return 1;
	return (unsigned)CPU_COUNT(&cpus);
}

static void start_reader(struct reader *reader)
{
	pthread_attr_t attr;

	if (pthread_attr_init(&attr) != 0)
		return;
	(void)pthread_attr_setstacksize(&attr, READER_STACK);
	reader->running = pthread_create(&reader->thread, &attr, read_chunks, reader) == 0;
	(void)pthread_attr_destroy(&attr);
}

void scan_read_all(int procfd, unsigned depth, const pid_t *pids, size_t n,
		   struct scan_process *processes, struct scan_sightings *found)
{
	struct reading reading = {
		.procfd = procfd,
		.depth = depth,
		.pids = pids,
		.n = n,
		.processes = processes,
	};
	struct reader readers[READERS] = {{.reading = &reading}, {.reading = &reading}};

	if (n >= PARALLEL_MIN && usable_cpus() > 1)
		start_reader(&readers[1]);
	(void)read_chunks(&readers[0]);
	if (readers[1].running)
		(void)pthread_join(readers[1].thread, NULL);
	for (size_t r = 0; r < READERS; r++) {
		for (size_t i = 0; i < readers[r].found.n; i++)
			scan_sightings_add(found, &readers[r].found.list[i]);
		free(readers[r].found.list);
	}
}
