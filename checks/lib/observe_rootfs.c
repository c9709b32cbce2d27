/*
 * The small root file system of a check: handed into the sandbox, fresh for every
 * test, and compared with what it was. Times of directories are left out, since
 * a mount point may come and go; of files the inode and the time of the last
 * change are taken, which no program can set back.
 */
#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include "checks/lib/probe.h"
#include "common/cleanup.h"
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define ENTRIES_MAX 20000
#define DEPTH_MAX   40

struct entry {
	char *path; /* below the top: "bin/sh"; "." is the top */
	char *what;
};

struct tree {
	struct entry *entries; /* by path */
	size_t n;
};

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < tree->n; i++) {
		free(tree->entries[i].path);
		free(tree->entries[i].what);
	}
	free(tree->entries);
	free(tree);
}

static void add_entry(struct tree *tree, char *path, const struct stat *st)
{
	struct entry *entry;
	bool dir = S_ISDIR(st->st_mode);

	if ((tree->n & (tree->n + 1)) == 0)
		tree->entries =
			xreallocarray(tree->entries, 2 * (tree->n + 1), sizeof(*tree->entries));
	entry = &tree->entries[tree->n++];
	entry->path = path;
	entry->what =
		xasprintf("%o %u:%u %ju %jd %jd.%09ld", st->st_mode, st->st_uid, st->st_gid,
			  (uintmax_t)st->st_ino, dir ? 0 : (intmax_t)st->st_size,
			  dir ? 0 : (intmax_t)st->st_ctim.tv_sec, dir ? 0 : st->st_ctim.tv_nsec);
}

/* What is mounted in there belongs to another file system and is not entered. */
static int walk(struct tree *tree, int at, const char *prefix, dev_t dev, int depth)
{
	int fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	struct stat st;
	int r = 0;

	if (!dir || depth > DEPTH_MAX)
		return -errno;
	while (r == 0 && (entry = readdir(dir))) {
		const char *name = entry->d_name;
		char *path;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		    fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (tree->n >= ENTRIES_MAX)
			return -E2BIG;
		path = xasprintf("%s%s", prefix, name);
		add_entry(tree, path, &st);
		if (S_ISDIR(st.st_mode) && st.st_dev == dev) {
			cleanup_free char *below = xasprintf("%s/", path);
			cleanup_fd int sub = openat(dirfd(dir), name,
						    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

			r = sub < 0 ? 0 : walk(tree, sub, below, dev, depth + 1);
		}
	}
	return r;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

static int open_top(struct session *session, const char *path, int *ret, struct stat *st)
{
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	cleanup_fd int fd =
		(int)syscall(SYS_openat2, sandbox_root_fd(session->box), path, &how, sizeof(how));

	if (fd < 0 || fstat(fd, st) < 0)
		return -errno;
	*ret = steal_fd(&fd);
	return 0;
}

int tree_read(struct session *session, const char *path, struct tree **ret, struct error *err)
{
	struct tree *tree = xcalloc(1, sizeof(*tree));
	cleanup_fd int top = -1;
	struct stat st;
	int r = open_top(session, path, &top, &st);

	if (r == 0) {
		add_entry(tree, xstrdup("."), &st);
		r = walk(tree, top, "", st.st_dev, 0);
	}
	if (r < 0) {
		tree_free(tree);
		return error_set(err, -r, "cannot list %s in the sandbox", path);
	}
	qsort(tree->entries, tree->n, sizeof(*tree->entries), by_path);
	*ret = tree;
	return 0;
}

void tree_compare(const struct tree *before, const struct tree *after, struct tree_changes *ret)
{
	size_t i = 0, k = 0;

	*ret = (struct tree_changes){STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
	while (i < before->n || k < after->n) {
		const struct entry *old = i < before->n ? &before->entries[i] : NULL;
		const struct entry *new = k < after->n ? &after->entries[k] : NULL;
		int order = !old ? 1 : !new ? -1 : strcmp(old->path, new->path);
		struct strbuf *to = order < 0	? &ret->removed
				    : order > 0 ? &ret->added
						: &ret->changed;

		if (order != 0 || strcmp(old->what, new->what) != 0)
			strbuf_addf(to, "%s%s", to->len ? " " : "",
				    order <= 0 ? old->path : new->path);
		i += order <= 0;
		k += order >= 0;
	}
}

void tree_changes_free(struct tree_changes *changes)
{
	strbuf_free(&changes->added);
	strbuf_free(&changes->removed);
	strbuf_free(&changes->changed);
}

/* ---- the root file system ---- */

int session_describe_rootfs(struct session *session, const struct payload *payload,
			    struct rootfs *ret, struct error *err)
{
	const char *at = session_setting("NSLAB_ROOTFS", ROOTFS_INSIDE);
	int r;

	if (!session_needs("rootfs"))
		return 0;
	r = rootfs_describe(at, ret, err);
	if (r < 0)
		return r;
	/* The probe is the payload's first file; at the same path in there as outside. */
	if (!rootfs_is_static(payload->files[0].fd)) {
		error_say(err, EOPNOTSUPP,
			  "the small root file system needs a probe that uses no "
			  "library, and the one here does");
		error_remedy(err, "install musl-tools or the C library's static archive, then "
				  "make clean all");
		return -EOPNOTSUPP;
	}
	rootfs_add(ret, at, &PROBE_PATH[1], payload->files[0].fd, 0755);
	session->rootfs = xstrdup(at);
	return 0;
}

void facts_rootfs(struct session *session, struct strbuf *to)
{
	struct tree_changes changes;
	struct tree *now = NULL;
	struct error err = {0};

	if (!session->rootfs_before)
		return;
	answer_add(to, "rootfs", session->rootfs_id ? session->rootfs_id : "-");
	if (tree_read(session, session->rootfs, &now, &err) < 0) {
		answer_add(to, "rootfs.removed", ".");
		return;
	}
	tree_compare(session->rootfs_before, now, &changes);
	answer_add(to, "rootfs.added", changes.added.s);
	answer_add(to, "rootfs.removed", changes.removed.s);
	answer_add(to, "rootfs.changed", changes.changed.s);
	tree_changes_free(&changes);
	tree_free(now);
}

int session_note_rootfs(struct session *session, struct error *err)
{
	cleanup_fd int top = -1;
	struct stat st;

	if (!session->rootfs)
		return 0;
	if (open_top(session, session->rootfs, &top, &st) == 0)
		session->rootfs_id =
			xasprintf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return tree_read(session, session->rootfs, &session->rootfs_before, err);
}
