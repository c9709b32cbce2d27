/*
 * A cgroup around a sandbox, where the caller may make one: the only bound on
 * memory and processes that is exact. Both versions are tried:
 *
 *	v2	a sibling of the nearest ancestor of our own cgroup that is
 *		writable and gives its children memory and pids
 *	v1	one directory below our own in each of memory and pids
 *
 * Joining a v1 hierarchy waits for the kernel to quiesce forks (15 ms measured
 * when nobody joined lately), so it is done only where the configuration asks.
 * Nothing of the host's set-up is changed; no controller is switched on.
 */
#define _GNU_SOURCE
#include "common/sandbox_internal.h"

#include "common/cleanup.h"
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CGROUP_MEMORY, CGROUP_PIDS };

static int write_number(const char *dir, const char *name, unsigned long long value)
{
	cleanup_free char *path = io_join(dir, name);
	cleanup_free char *text = xasprintf("%llu", value);
	cleanup_fd int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : io_write_all(fd, text, strlen(text));
}

/* The number after KEY in a flat-keyed file, or the file's only number. */
static unsigned long long read_number(const char *dir, const char *name, const char *key)
{
	cleanup_free char *path = io_join(dir, name);
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	const char *at;

	if (io_read_proc(AT_FDCWD, path, 65536, &text) < 0)
		return 0;
	at = strstr(text.s, key);
	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* Our own path in a hierarchy: of v1 by controller, of v2 with "". Allocated, NULL: none. */
static char *own_path(const char *controller)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	char *save = NULL;

	if (io_read_proc(AT_FDCWD, "/proc/self/cgroup", 65536, &text) < 0)
		return NULL;
	for (char *line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *names = strchr(line, ':');
		char *path = names ? strchr(names + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		if (strcmp(names + 1, controller) == 0)
			return xstrdup(path);
	}
	return NULL;
}

/* A new directory below DIR for this sandbox. Allocated, NULL: not allowed. */
static char *make_below(const struct sandbox *box, const char *dir)
{
	char *path = xasprintf("%s/nslab-%d-%d", dir, (int)getpid(), (int)box->pid);

	if (mkdir(path, 0755) == 0)
		return path;
	free(path);
	return NULL;
}

static bool gives(const char *dir, const char *controller)
{
	cleanup_free char *path = io_join(dir, "cgroup.subtree_control");
	struct strbuf text cleanup_strbuf = STRBUF_INIT;

	return io_read_proc(AT_FDCWD, path, 4096, &text) == 0 && strstr(text.s, controller);
}

static bool join_v2(struct sandbox *box)
{
	cleanup_free char *own = own_path("");
	cleanup_free char *dir = NULL;
	const char *own_dir;

	if (!own || !io_exists("/sys/fs/cgroup/cgroup.controllers"))
		return false;
	dir = xasprintf("/sys/fs/cgroup%s", own);
	while (strlen(dir) >= strlen("/sys/fs/cgroup")) {
		if (gives(dir, "memory") && gives(dir, "pids"))
			break;
		*strrchr(dir, '/') = '\0';
	}
	if (strlen(dir) < strlen("/sys/fs/cgroup"))
		return false;
	box->cgroup[CGROUP_MEMORY] = make_below(box, dir);
	if (!box->cgroup[CGROUP_MEMORY])
		return false;
	own_dir = box->cgroup[CGROUP_MEMORY];
	return write_number(own_dir, "memory.max", box->limits.memory) == 0 &&
	       write_number(own_dir, "pids.max", box->limits.processes) == 0 &&
	       write_number(own_dir, "cgroup.procs", (unsigned long long)box->pid) == 0;
}

static bool join_v1(struct sandbox *box, int which, const char *controller, const char *limit,
		    unsigned long long value)
{
	cleanup_free char *own = own_path(controller);
	cleanup_free char *dir = NULL;

	if (!own)
		return false;
	dir = xasprintf("/sys/fs/cgroup/%s%s", controller, strcmp(own, "/") == 0 ? "" : own);
	box->cgroup[which] = make_below(box, dir);
	return box->cgroup[which] && write_number(box->cgroup[which], limit, value) == 0 &&
	       write_number(box->cgroup[which], "cgroup.procs", (unsigned long long)box->pid) == 0;
}

void sandbox_cgroup_join(struct sandbox *box)
{
	bool memory, pids;

	if (!box->limits.memory || !box->limits.processes)
		return;
	if (join_v2(box)) {
		box->features.cgroup = true;
		return;
	}
	sandbox_cgroup_leave(box);
	/* Each of the two is worth having without the other. */
	memory = join_v1(box, CGROUP_MEMORY, "memory", "memory.limit_in_bytes", box->limits.memory);
	pids = join_v1(box, CGROUP_PIDS, "pids", "pids.max", box->limits.processes);
	box->features.cgroup = memory && pids;
}

void sandbox_cgroup_leave(struct sandbox *box)
{
	for (int i = 0; i < 2; i++) {
		if (box->cgroup[i])
			(void)rmdir(box->cgroup[i]);
		free(box->cgroup[i]);
		box->cgroup[i] = NULL;
	}
}

enum sandbox_outcome sandbox_cgroup_outcome(const struct sandbox *box)
{
	const char *memory = box->cgroup[CGROUP_MEMORY];
	const char *pids = box->cgroup[CGROUP_PIDS] ? box->cgroup[CGROUP_PIDS] : memory;

	if (memory && (read_number(memory, "memory.events", "oom_kill ") ||
		       read_number(memory, "memory.oom_control", "\noom_kill ")))
		return SANDBOX_MEMORY_LIMIT;
	if (pids && read_number(pids, "pids.events", "max "))
		return SANDBOX_PROCESS_LIMIT;
	return SANDBOX_EXITED;
}
