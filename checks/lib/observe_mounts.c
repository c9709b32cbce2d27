/*
 * Mounts, roots and paths: the mount table of a process, what a path means to
 * it, and where one lands who joins its mount namespace, which is the root of
 * that namespace and not what a chroot(2) made of it.
 */
#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/sandbox_internal.h"
#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#define TABLE_MAX (1 << 20)
#define TEXT_MAX  4096
#define JOIN_MS	  4000

/* ---- the table ---- */

/* Keys are subscripts in the shell: nothing but plain characters. */
static void add_key(struct strbuf *to, const char *point, const char *key, const char *value)
{
	cleanup_free char *full = xasprintf("%s.%s", point, key);

	for (char *c = full; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:",
			    *c))
			*c = '?';
	answer_add(to, full, value);
}

static void add_number(struct strbuf *to, const char *point, const char *key, long long number)
{
	cleanup_free char *text = xasprintf("%lld", number);

	add_key(to, point, key, text);
}

static void add_mount(struct strbuf *to, const struct mount *mount)
{
	add_key(to, mount->point, "type", mount->type);
	add_key(to, mount->point, "root", mount->root);
	add_key(to, mount->point, "source", mount->source);
	add_key(to, mount->point, "options", mount->options);
	add_key(to, mount->point, "propagation", mount_propagation(mount));
	add_number(to, mount->point, "dev", (long long)mount->dev);
	add_number(to, mount->point, "shared", mount->shared);
	add_number(to, mount->point, "master", mount->master);
	add_number(to, mount->point, "id", mount->id);
	add_number(to, mount->point, "parent", mount->parent);
}

static void add_table(struct strbuf *to, const struct mountinfo *table)
{
	struct strbuf points cleanup_strbuf = STRBUF_INIT;

	for (size_t i = 0; i < table->n; i++) {
		const struct mount *mount = &table->mounts[i];

		strbuf_addf(&points, "%s%s", i ? "\n" : "", mount->point);
		if (mountinfo_at(table, mount->point) == mount)
			add_mount(to, mount);
	}
	answer_add(to, "points", points.s);
}

int session_mounts(struct session *session, const char *name, struct strbuf *to, struct error *err)
{
	const struct subject *subject = session_subject(session, name);
	struct mountinfo table = {0};

	if (!subject)
		return error_say(err, ESRCH, "there is no %s", name);
	/* Of a process that has ended: an empty one. */
	(void)proc_read_mountinfo(subject->dir, &table);
	add_table(to, &table);
	mountinfo_free(&table);
	return 0;
}

/* ---- what a path means to a process ---- */

static const struct {
	long magic;
	const char *name;
} file_systems[] = {
	{TMPFS_MAGIC, "tmpfs"},
	{PROC_SUPER_MAGIC, "proc"},
	{SYSFS_MAGIC, "sysfs"},
	{OVERLAYFS_SUPER_MAGIC, "overlay"},
	{CGROUP2_SUPER_MAGIC, "cgroup2"},
	{DEVPTS_SUPER_MAGIC, "devpts"},
	{RAMFS_MAGIC, "ramfs"},
	{0x19800202, "mqueue"},
	{NSFS_MAGIC, "nsfs"},
};

static const char *file_system(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return "-";
	for (size_t i = 0; i < sizeof(file_systems) / sizeof(file_systems[0]); i++)
		if (file_systems[i].magic == (long)fs.f_type)
			return file_systems[i].name;
	return "other";
}

/* How many inodes its file system holds; of an overlay, its upper layer's. */
static long long inodes_used(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) < 0 ? -1 : (long long)(fs.f_files - fs.f_ffree);
}

static const char *file_type(mode_t mode)
{
	return S_ISREG(mode)	? "file"
	       : S_ISDIR(mode)	? "dir"
	       : S_ISCHR(mode)	? "char"
	       : S_ISBLK(mode)	? "block"
	       : S_ISFIFO(mode) ? "fifo"
	       : S_ISLNK(mode)	? "link"
				: "socket";
}

/* The start of a regular file that lies on a file system of plain files. */
static void add_start(struct strbuf *to, int path)
{
	cleanup_free char *link = xasprintf("/proc/self/fd/%d", path);
	cleanup_fd int fd = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	char start[TEXT_MAX];
	ssize_t n = fd < 0 ? 0 : read(fd, start, sizeof(start));

	if (n > 0)
		text_plain(&text, start, (size_t)n, TEXT_MAX);
	answer_add(to, "text", text.s);
}

/* A path below a directory that is taken for the root: no link and no ".." leads out. */
static int open_below(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(O_PATH | O_CLOEXEC | flags),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

/* Is the path broken off at a link that leads nowhere? */
static bool is_dangling(int root, const char *path)
{
	cleanup_free char *part = xstrdup(path);
	char *end = part;

	do {
		cleanup_fd int link = -1, at = -1;
		struct stat st;
		char cut;

		end += strcspn(end, "/");
		cut = *end;
		*end = '\0';
		link = *part ? open_below(root, part, O_NOFOLLOW) : -1;
		if (link >= 0 && fstat(link, &st) == 0 && S_ISLNK(st.st_mode)) {
			at = open_below(root, part, 0);
			if (at < 0)
				return true;
		}
		*end = cut;
	} while (*end++);
	return false;
}

int session_look(struct session *session, const char *name, const char *path, const char *below,
		 struct strbuf *to, struct error *err)
{
	const struct subject *subject = session_subject(session, name);
	cleanup_free char *id = NULL, *size = NULL, *mode = NULL, *used = NULL;
	cleanup_fd int own = -1, root = -1, at = -1;
	struct stat st;

	if (!subject)
		return error_say(err, ESRCH, "there is no %s", name);
	own = openat(subject->dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	root = open_below(own, below ? below : "/", O_DIRECTORY);
	at = open_below(root, path, 0);
	if (at < 0 || fstat(at, &st) < 0) {
		answer_add(to, "type", is_dangling(root, path) ? "dangling" : "-");
		return 0;
	}
	id = xasprintf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	size = xasprintf("%jd", (intmax_t)st.st_size);
	mode = xasprintf("%04o", (unsigned)(st.st_mode & 07777));
	used = xasprintf("%lld", inodes_used(at));
	answer_add(to, "type", file_type(st.st_mode));
	answer_add(to, "id", id);
	answer_add(to, "size", size);
	answer_add(to, "mode", mode);
	answer_add(to, "fs", file_system(at));
	answer_add(to, "used", used);
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) {
		cleanup_free char *device =
			xasprintf("%u:%u", major(st.st_rdev), minor(st.st_rdev));

		answer_add(to, "device", device);
	}
	if (S_ISREG(st.st_mode))
		add_start(to, at);
	return 0;
}

/* ---- joining from outside ---- */

static void say_place(struct strbuf *to, const char *key, const char *path)
{
	cleanup_free char *value = NULL;
	struct stat st;

	if (stat(path, &st) < 0)
		value = xstrdup("-");
	else
		value = xasprintf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	answer_add(to, key, value);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void say_entries(struct strbuf *to, const char *path)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct dirent **list;
	int n = scandir(path, &list, NULL, by_name);

	for (int i = 0; i < n; i++) {
		if (strcmp(list[i]->d_name, ".") != 0 && strcmp(list[i]->d_name, "..") != 0)
			strbuf_addf(&text, "%s%s", text.len ? "\n" : "", list[i]->d_name);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	answer_add(to, "entries", text.s);
}

/* In a child: be root of the sandbox, then in the mount namespace, then tell. */
static void join_and_tell(int user, int mnt, int to, char **paths)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT, table cleanup_strbuf = STRBUF_INIT;
	/* The child stays in the observer's PID namespace, and this procfs shows that one. */
	cleanup_fd int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct mountinfo info = {0};

	if (setns(user, CLONE_NEWUSER) < 0 || setns(mnt, CLONE_NEWNS) < 0)
		_exit(1);
	say_place(&text, "root", "/");
	say_place(&text, "parent", "/..");
	say_entries(&text, "/");
	for (char **path = paths; *path; path++)
		say_place(&text, *path, *path);
	if (io_read_proc(proc, "self/mountinfo", TABLE_MAX, &table) == 0 &&
	    mountinfo_parse(table.s, &info) == 0)
		add_table(&text, &info);
	_exit(io_write_all(to, text.s, text.len) < 0);
}

/* All that the child writes, or an error where it does not end in time. */
static int take_told(int from, long long deadline, struct strbuf *to)
{
	struct pollfd polled = {.fd = from, .events = POLLIN};
	char chunk[65536];

	for (;;) {
		long long left = deadline - sandbox_now_ms();
		ssize_t n;

		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&polled, 1, (int)left) <= 0)
			continue;
		n = read(from, chunk, sizeof(chunk));
		if (n <= 0)
			return n < 0 ? -errno : 0;
		strbuf_add(to, chunk, (size_t)n);
	}
}

int session_join(struct session *session, const char *name, char **paths, struct strbuf *to,
		 struct error *err)
{
	const struct subject *subject = session_subject(session, name);
	const struct subject *outside = session_subject(session, "outside");
	cleanup_fd int user = -1, mnt = -1, from = -1, into = -1;
	int pair[2];
	pid_t child;
	int r;

	if (!subject)
		return error_say(err, ESRCH, "there is no %s", name);
	if (pipe2(pair, O_CLOEXEC) < 0)
		return error_set(err, errno, "cannot make a pipe");
	from = pair[0];
	into = pair[1];
	r = ns_open(outside->dir, NSTYPE_USER, &user);
	if (r == 0)
		r = ns_open(subject->dir, NSTYPE_MNT, &mnt);
	child = r < 0 ? 0 : fork();
	if (child < 0)
		return error_set(err, errno, "cannot fork");
	if (r == 0 && child == 0)
		join_and_tell(user, mnt, into, paths);
	(void)close(steal_fd(&into));
	r = take_told(from, sandbox_now_ms() + JOIN_MS, to);
	if (r < 0)
		(void)kill(child, SIGKILL);
	while (child && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	if (r < 0)
		return error_set(err, -r, "cannot look into the mount namespace of %s", name);
	/* It has ended, or it can't be joined: nothing is where it should be. */
	if (to->len == 0)
		answer_add(to, "root", "-");
	return 0;
}

/* ---- a command beside the program ---- */

int session_do(struct session *session, char **argv, struct strbuf *to, struct error *err)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	cleanup_free char *status = NULL;
	struct sandbox_capture capture;
	int r = sandbox_capture(session->box, (const char *const *)argv, &capture, err);

	if (r < 0)
		return r;
	if (capture.outcome != SANDBOX_EXITED)
		session->outcome = capture.outcome;
	text_plain(&text, capture.out.s, capture.out.len, sandbox_limits_default.output);
	answer_add(to, "out", text.s);
	strbuf_reset(&text);
	text_plain(&text, capture.err.s, capture.err.len, sandbox_limits_default.output);
	answer_add(to, "err", text.s);
	strbuf_reset(&text);
	strbuf_add(&capture.out, capture.err.s, capture.err.len);
	text_plain(&text, capture.out.s, capture.out.len, sandbox_limits_default.output);
	status = xasprintf("%d", WIFSIGNALED(capture.status) ? 128 + WTERMSIG(capture.status)
							     : WEXITSTATUS(capture.status));
	answer_add(to, "status", status);
	answer_add(to, "text", text.s);
	sandbox_capture_free(&capture);
	return 0;
}
