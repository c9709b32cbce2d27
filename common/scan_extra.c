#define _GNU_SOURCE
#include "common/scan_build.h"

#include "common/cleanup.h"
#include "common/mountinfo.h"
#include "common/proc.h"
#include "common/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define MOUNTINFO_CHUNK 32768

/* "PID/NAME" or "PID/task/TID/NAME" below the procfs. */
static void path_of(char *path, size_t size, const struct scan_sighting *source, const char *name)
{
	if (source->tid)
		(void)snprintf(path, size, "%d/task/%d/%s", (int)source->pid, (int)source->tid,
			       name);
	else
		(void)snprintf(path, size, "%d/%s", (int)source->pid, name);
}

static void note_mount(struct scan_builder *builder, uint32_t mntns, const struct mount *mount)
{
	struct scan *scan = builder->scan;
	const char *colon = strchr(mount->root, ':');
	cleanup_free char *name =
		colon ? xstrndup(mount->root, (size_t)(colon - mount->root)) : NULL;
	const struct nstype *type = name ? nstype_by_name(name) : NULL;
	uint32_t ino = scan_parse_link(mount->root, strlen(mount->root));
	struct scan_sighting sighting = {.ino = ino, .how = SCAN_HELD_MOUNT, .fd = -1};
	uint32_t row;

	if (!type || !ino)
		return;
	sighting.entry = nstype_index(type);
	row = scan_note(builder, &sighting);
	if (scan->namespaces[row].mount == SCAN_NONE)
		scan->namespaces[row].mount = (uint32_t)scan->n_mounts;
	if ((scan->n_mounts & (scan->n_mounts - 1)) == 0)
		scan->mounts = xreallocarray(scan->mounts, scan->n_mounts ? scan->n_mounts * 2 : 1,
					     sizeof(scan->mounts[0]));
	scan->mounts[scan->n_mounts++] = (struct scan_mount){
		.ns = row,
		.mntns = mntns,
		.point = xstrdup(mount->point),
	};
}

/* Look at the whole lines of text; returns how many bytes they are. */
static size_t note_lines(struct scan_builder *builder, uint32_t mntns, char *text)
{
	char *line = text;
	char *end;

	while ((end = strchr(line, '\n'))) {
		struct mount mount;

		*end = '\0';
		if (strstr(line, " - nsfs ") && mountinfo_parse_line(line, &mount) == 0)
			note_mount(builder, mntns, &mount);
		line = end + 1;
	}
	return (size_t)(line - text);
}

/* In pieces, as a mount table can be large; what is kept is only the unfinished line. */
static void find_mounts_in(struct scan_builder *builder, uint32_t mntns)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *chunk = xmalloc(MOUNTINFO_CHUNK);
	cleanup_fd int fd = -1;
	char path[64];
	ssize_t got;

	path_of(path, sizeof(path), &builder->sources[mntns], "mountinfo");
	fd = openat(builder->procfd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	while ((got = read(fd, chunk, MOUNTINFO_CHUNK)) > 0) {
		size_t done;

		strbuf_add(&text, chunk, (size_t)got);
		done = note_lines(builder, mntns, text.s);
		memmove(text.s, text.s + done, text.len - done + 1);
		text.len -= done;
	}
}

void scan_find_mounts(struct scan_builder *builder)
{
	const struct scan *scan = builder->scan;
	/* Those found meanwhile have no process to ask. */
	uint32_t n = (uint32_t)scan->n_namespaces;

	for (uint32_t i = 0; i < n; i++)
		if (scan->namespaces[i].type == NSTYPE_MNT && scan->namespaces[i].pid)
			find_mounts_in(builder, i);
}

static void note_fd(struct scan_builder *builder, pid_t pid, int fd, const char *text, size_t len)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		size_t name_len = strlen(nstypes[i].name);
		struct scan_sighting sighting = {
			.ino = scan_parse_link(text, len),
			.entry = (enum nstype_id)i,
			.how = SCAN_HELD_FD,
			.pid = pid,
			.fd = fd,
		};

		if (sighting.ino && !nstypes[i].for_children && len > name_len &&
		    text[name_len] == ':' && !memcmp(text, nstypes[i].name, name_len))
			(void)scan_note(builder, &sighting);
	}
}

/*
 * A descriptor that was opened by way of a bind mount shows that path. Where the mount was
 * detached since, "/" is left, as of a directory: only the file itself can tell.
 */
static void note_detached(struct scan_builder *builder, int dir, pid_t pid, int fd)
{
	struct scan_sighting sighting = {.how = SCAN_HELD_FD, .pid = pid, .fd = fd};
	const struct nstype *type;
	cleanup_fd int path_fd = -1;
	cleanup_fd int ns_fd = -1;
	struct statfs fs;
	struct ns_id id;
	char path[32];

	(void)snprintf(path, sizeof(path), "fd/%d", fd);
	path_fd = openat(dir, path, O_PATH | O_CLOEXEC);
	if (path_fd < 0 || fstatfs(path_fd, &fs) < 0 || fs.f_type != NSFS_MAGIC)
		return;
	ns_fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (ns_fd < 0 || ns_identify(ns_fd, &id) < 0 || id.ino > UINT32_MAX)
		return;
	type = nstype_by_flag(ns_flag(ns_fd));
	if (!type)
		return;
	sighting.ino = (uint32_t)id.ino;
	sighting.entry = nstype_index(type);
	(void)scan_note(builder, &sighting);
}

static void find_fds_of(struct scan_builder *builder, pid_t pid)
{
	struct pid_list fds = {NULL, 0};
	cleanup_fd int dir = -1;

	/* Our own are the scan's. */
	if (pid == getpid() || proc_open(builder->procfd, pid, &dir) < 0)
		return;
	if (proc_list_fds(dir, &fds) < 0)
		return;
	for (size_t i = 0; i < fds.n; i++) {
		char path[32], text[64];
		ssize_t len;

		(void)snprintf(path, sizeof(path), "fd/%d", (int)fds.pids[i]);
		len = readlinkat(dir, path, text, sizeof(text));
		if (len == 1 && text[0] == '/')
			note_detached(builder, dir, pid, fds.pids[i]);
		else if (len > 0)
			note_fd(builder, pid, fds.pids[i], text, (size_t)len);
	}
	pid_list_free(&fds);
}

void scan_find_fds(struct scan_builder *builder)
{
	for (size_t i = 0; i < builder->scan->n_processes; i++)
		if (!builder->scan->processes[i].unreadable)
			find_fds_of(builder, builder->scan->processes[i].pid);
}

/*
 * A bind mount's file in somebody's mount namespace. Whatever lies at that path by now is
 * not opened for reading before it has proven to be a namespace.
 */
static int open_mount(struct scan_builder *builder, uint32_t row)
{
	const struct scan *scan = builder->scan;
	const struct scan_mount *mount = &scan->mounts[scan->namespaces[row].mount];
	cleanup_fd int root = -1;
	cleanup_fd int path_fd = -1;
	char path[64];
	struct statfs fs;

	path_of(path, sizeof(path), &builder->sources[mount->mntns], "root");
	root = openat(builder->procfd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	path_fd = openat(root, mount->point + 1, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (path_fd < 0 || fstatfs(path_fd, &fs) < 0 || fs.f_type != NSFS_MAGIC)
		return -1;
	(void)snprintf(path, sizeof(path), "self/fd/%d", path_fd);
	return openat(builder->procfd, path, O_RDONLY | O_CLOEXEC);
}

static int open_row(struct scan_builder *builder, uint32_t row)
{
	const struct scan_ns *ns = &builder->scan->namespaces[row];
	const struct scan_sighting *source = &builder->sources[row];
	char name[32], path[64];

	if (builder->held[row] >= 0) {
		int fd = builder->held[row];

		builder->held[row] = -1;
		return fd;
	}
	if (!source->pid)
		return ns->mount == SCAN_NONE ? -1 : open_mount(builder, row);
	if (source->fd >= 0)
		(void)snprintf(name, sizeof(name), "fd/%d", source->fd);
	else
		(void)snprintf(name, sizeof(name), "%s", nstypes[source->entry].path);
	path_of(path, sizeof(path), source, name);
	return openat(builder->procfd, path, O_RDONLY | O_CLOEXEC);
}

/* The row of a namespace that another one refers to; takes the descriptor. */
static uint32_t note_relative(struct scan_builder *builder, enum nstype_id type, int fd)
{
	struct scan_sighting sighting = {.entry = type, .how = SCAN_HELD_CHILD, .fd = -1};
	struct ns_id id;
	uint32_t row;

	if (ns_identify(fd, &id) < 0 || id.ino > UINT32_MAX) {
		(void)close(fd);
		return SCAN_NONE;
	}
	sighting.ino = (uint32_t)id.ino;
	row = scan_note(builder, &sighting);
	/* A new one has nothing else to be opened by when its turn comes. */
	if (builder->scan->namespaces[row].holds == SCAN_HELD_CHILD && builder->held[row] < 0 &&
	    builder->scan->namespaces[row].owner == SCAN_NONE)
		builder->held[row] = fd;
	else
		(void)close(fd);
	return row;
}

static void relate_row(struct scan_builder *builder, uint32_t row)
{
	enum nstype_id type = builder->scan->namespaces[row].type;
	cleanup_fd int fd = open_row(builder, row);
	uint32_t owner = SCAN_NONE;
	uint32_t parent = SCAN_NONE;
	struct scan_ns *ns;
	struct ns_id id;
	int up = -1;
	uid_t uid;

	/* The process may have gone, and its PID or path lead elsewhere now. */
	if (fd < 0 || ns_identify(fd, &id) < 0 || id.ino != builder->scan->namespaces[row].ino)
		return;
	if (ns_open_owner(fd, &up) == 0)
		owner = note_relative(builder, NSTYPE_USER, up);
	if (type == NSTYPE_USER)
		parent = owner;
	else if (nstypes[type].nests && ns_open_parent(fd, &up) == 0)
		parent = note_relative(builder, type, up);
	/* Noting may have moved the table. */
	ns = &builder->scan->namespaces[row];
	ns->owner = owner;
	ns->parent = parent;
	if (type == NSTYPE_USER && ns_owner_uid(fd, &uid) == 0) {
		ns->owner_uid = uid;
		ns->has_owner_uid = true;
	}
}

void scan_relate(struct scan_builder *builder)
{
	/* The table grows by ancestors that no process is in. */
	for (uint32_t row = 0; row < builder->scan->n_namespaces; row++)
		relate_row(builder, row);
	for (uint32_t row = 0; row < builder->scan->n_namespaces; row++)
		if (builder->held[row] >= 0)
			(void)close(builder->held[row]);
}
