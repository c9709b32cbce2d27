/* Which system calls the tracer notes, and what of their arguments. */
#define _GNU_SOURCE
#include "checks/lib/observe_trace_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/nstype.h"
#include "common/proc.h"
#include "common/sandbox_internal.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define CHILDREN_MAX 65536
#define GONE_MS	     1000
#define HOLDS_MAX    200 /* of a program that lists every process's directory */

/* What decides how a new namespace is set up. */
static const char *const map_files[] = {"uid_map", "gid_map", "setgroups", "timens_offsets"};

static bool is_map_file(const char *path, char *ret_name, size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(map_files) / sizeof(map_files[0]); i++) {
		if (strcmp(map_files[i], name) != 0)
			continue;
		(void)snprintf(ret_name, size, "%s", name);
		return true;
	}
	return false;
}

/* Bytes of the tracee's memory up to a NUL as text; whatever could confuse a reader is replaced. */
static void take_text(pid_t tid, uint64_t at, size_t len, char *to, size_t size)
{
	struct iovec here = {to, len < size - 1 ? len : size - 1};
	struct iovec there = {(void *)(uintptr_t)at, here.iov_len};
	ssize_t n = process_vm_readv(tid, &here, 1, &there, 1, 0);

	to[n < 0 ? 0 : n] = '\0';
	for (; *to; to++) {
		if (*to == '\n')
			*to = ';';
		else if (*to < ' ' || *to > '~' || *to == '|')
			*to = ' ';
	}
}

static pid_t group_of(const struct tracer *tracer, pid_t tid)
{
	cleanup_fd int dir = -1;
	struct proc_status status;
	pid_t tgid;

	if (proc_open(tracer->proc, tid, &dir) < 0 || proc_read_status(dir, &status) < 0)
		return 0;
	tgid = status.tgid;
	proc_status_free(&status);
	return tgid;
}

/* The oldest is forgotten: nobody writes to so many. */
void trace_remember(struct tracer *tracer, const struct trace_pending *event, int fd)
{
	struct trace_opened *opened = &tracer->opened[tracer->next_opened++ % TRACE_OPENED_MAX];

	*opened = (struct trace_opened){.tgid = group_of(tracer, event->tid), .fd = fd};
	memcpy(opened->file, event->file, sizeof(opened->file));
}

static bool recall(const struct tracer *tracer, pid_t tid, int fd, char *ret_name, size_t size)
{
	pid_t tgid = group_of(tracer, tid);

	for (unsigned i = 0; i < TRACE_OPENED_MAX && tgid; i++) {
		unsigned at = (tracer->next_opened + TRACE_OPENED_MAX - 1 - i) % TRACE_OPENED_MAX;
		const struct trace_opened *opened = &tracer->opened[at];

		if (opened->tgid != tgid || opened->fd != fd)
			continue;
		(void)snprintf(ret_name, size, "%s", opened->file);
		return true;
	}
	return false;
}

/*
 * The descriptor says what it leads to; those of a set-user-ID program are closed
 * to an ordinary user, and then it counts what was opened under this number.
 */
static bool take_write(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		       struct trace_pending *to)
{
	cleanup_free char *link = xasprintf("/proc/%d/fd/%d", (int)tid, (int)args[0]);
	char path[256];
	ssize_t len = readlink(link, path, sizeof(path) - 1);

	path[len < 0 ? 0 : len] = '\0';
	if (len < 0 ? !recall(tracer, tid, (int)args[0], to->file, sizeof(to->file))
		    : !is_map_file(path, to->file, sizeof(to->file)))
		return false;
	take_text(tid, args[1], args[2], to->text, sizeof(to->text));
	return true;
}

/* The first piece only: the kernel takes each one as a map of its own. */
static bool take_writev(const struct tracer *tracer, pid_t tid, const uint64_t *args,
			struct trace_pending *to)
{
	struct iovec first = {NULL, 0};
	struct iovec here = {&first, sizeof(first)};
	struct iovec there = {(void *)(uintptr_t)args[1], sizeof(first)};
	uint64_t plain[3] = {args[0]};

	if (process_vm_readv(tid, &here, 1, &there, 1, 0) != sizeof(first))
		return false;
	plain[1] = (uintptr_t)first.iov_base;
	plain[2] = first.iov_len;
	return take_write(tracer, tid, plain, to);
}

/* "/proc/23/ns/uts", "/proc/23/fd/4": what another process has, got by its path. */
static bool is_of_another(const char *path)
{
	unsigned pid;
	int len = 0;

	return sscanf(path, "/proc/%u/%n", &pid, &len) == 1 && len &&
	       (strncmp(path + len, "ns/", 3) == 0 || strncmp(path + len, "fd/", 3) == 0);
}

static bool take_open_at(pid_t tid, uint64_t path_at, uint64_t flags, struct trace_pending *to)
{
	char path[TRACE_TEXT_MAX];

	take_text(tid, path_at, sizeof(path), path, sizeof(path));
	if (is_of_another(path)) {
		to->what = "take";
		memcpy(to->text, path, sizeof(to->text));
		return true;
	}
	to->failures_only = true;
	if ((flags & O_ACCMODE) == O_RDONLY || !is_map_file(path, to->file, sizeof(to->file)))
		return false;
	/* Who opens this one to read and write looks first what it says, as newgidmap(1) does. */
	if ((flags & O_ACCMODE) == O_RDWR && strcmp(to->file, "setgroups") == 0)
		to->failures_only = false;
	return true;
}

static bool take_openat(const struct tracer *tracer, pid_t tid, const uint64_t *args,
			struct trace_pending *to)
{
	(void)tracer;
	return take_open_at(tid, args[1], args[2], to);
}

#ifdef SYS_open
static bool take_open(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		      struct trace_pending *to)
{
	(void)tracer;
	return take_open_at(tid, args[0], args[1], to);
}
#endif

static bool take_mount(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		       struct trace_pending *to)
{
	(void)tracer;
	take_text(tid, args[1], sizeof(to->text), to->text, sizeof(to->text));
	take_text(tid, args[2], sizeof(to->file), to->file, sizeof(to->file));
	return true;
}

/* Only calls that ask for new namespaces: which types, as words. */
static bool take_flags(uint64_t flags, struct trace_pending *to)
{
	size_t len = 0;

	for (int i = 0; i < NSTYPE_COUNT; i++)
		if (!nstypes[i].for_children && flags & (uint64_t)(unsigned)nstypes[i].flag)
			len += (size_t)snprintf(to->text + len, sizeof(to->text) - len, "%s%s",
						len ? " " : "", nstypes[i].name);
	return len > 0;
}

static bool take_unshare(const struct tracer *tracer, pid_t tid, const uint64_t *args,
			 struct trace_pending *to)
{
	(void)tracer;
	(void)tid;
	return take_flags(args[0], to);
}

/* The lowest byte is a signal here (clone(2)), not CLONE_NEWTIME. */
static bool take_clone(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		       struct trace_pending *to)
{
	(void)tracer;
	(void)tid;
	return take_flags(args[0] & ~(uint64_t)CSIGNAL, to);
}

static bool take_clone3(const struct tracer *tracer, pid_t tid, const uint64_t *args,
			struct trace_pending *to)
{
	uint64_t flags = 0;
	struct iovec here = {&flags, sizeof(flags)};
	struct iovec there = {(void *)(uintptr_t)args[0], sizeof(flags)};

	(void)tracer;
	return process_vm_readv(tid, &here, 1, &there, 1, 0) == sizeof(flags) &&
	       take_flags(flags, to);
}

static bool take_descriptor(const struct tracer *tracer, pid_t tid, const uint64_t *args,
			    struct trace_pending *to)
{
	(void)tracer;
	(void)tid;
	(void)snprintf(to->text, sizeof(to->text), "pidfd_getfd %d", (int)args[1]);
	return true;
}

/* The last of the busy one's children, in the order in which they were made; 0: none. */
static pid_t newest(const struct tracer *tracer)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *path =
		xasprintf("%d/task/%d/children", (int)tracer->busy, (int)tracer->busy);
	pid_t last = 0;
	char *save = NULL;

	if (io_read_proc(tracer->sandbox_proc, path, CHILDREN_MAX, &text) < 0)
		return 0;
	for (char *word = strtok_r(text.s, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		last = (pid_t)atoi(word);
	return last;
}

void trace_let_go(struct tracer *tracer)
{
	long long deadline = sandbox_now_ms() + GONE_MS;
	pid_t pid = tracer->holds++ < HOLDS_MAX ? newest(tracer) : 0;
	char name[16];

	(void)snprintf(name, sizeof(name), "%d", (int)pid);
	while (pid && faccessat(tracer->sandbox_proc, name, F_OK, 0) == 0 &&
	       sandbox_now_ms() < deadline)
		(void)sched_yield();
}

static bool take_list(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		      struct trace_pending *to)
{
	(void)tid;
	(void)args;
	to->failures_only = true;
	return tracer->busy != 0;
}

static const struct {
	long nr;
	const char *what;
	bool (*take)(const struct tracer *tracer, pid_t tid, const uint64_t *args,
		     struct trace_pending *to);
} watched[] = {
	{SYS_write, "write", take_write},
	{SYS_pwrite64, "write", take_write},
	{SYS_writev, "write", take_writev},
	{SYS_openat, "open", take_openat},
#ifdef SYS_open
	{SYS_open, "open", take_open},
#endif
	{SYS_mount, "mount", take_mount},
	{SYS_unshare, "unshare", take_unshare},
	{SYS_pidfd_getfd, "take", take_descriptor},
	{SYS_clone, "clone", take_clone},
	{SYS_clone3, "clone", take_clone3},
	{SYS_getdents64, "list", take_list},
};

bool trace_take(const struct tracer *tracer, pid_t tid, long nr, const uint64_t *args,
		struct trace_pending *to)
{
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		if (watched[i].nr == nr) {
			to->what = watched[i].what;
			return watched[i].take(tracer, tid, args, to);
		}
	return false;
}
