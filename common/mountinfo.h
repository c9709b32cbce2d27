/*
 * /proc/PID/mountinfo, parsed. Pure. Paths have the octal escapes undone.
 *
 *	36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
 *
 * Source: proc(5); the tags shared:N master:N propagate_from:N unbindable are
 * mount_namespaces(7)'s.
 */
#ifndef NSLAB_COMMON_MOUNTINFO_H
#define NSLAB_COMMON_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct mount {
	int id, parent; /* parent is not in the list for a root mount */
	dev_t dev;	/* st_dev of its files */
	const char *
		root; /* the directory of the file system that is mounted; nsfs: "net:[4026531833]" */
	const char *point;   /* where, relative to the process's root */
	const char *options; /* per mount: "rw,nosuid" */
	int shared;	     /* peer group, 0: not shared */
	int master;	     /* peer group it receives from, 0: no slave */
	int propagate_from;  /* the nearest one above that is visible, 0: none */
	bool unbindable;
	const char *type;   /* "ext4", "fuse.sshfs" */
	const char *source; /* "/dev/sda1", "none" */
	const char *super_options;
};

struct mountinfo {
	struct mount *mounts; /* in the file's order */
	size_t n;
	char *text; /* holds all strings */
};

/**
 * Parse the text of a mountinfo file (NUL-terminated, not kept). Unknown tags are skipped.
 * Returns 0 or -EBADMSG (*ret untouched). *ret is freed with mountinfo_free().
 */
int mountinfo_parse(const char *text, struct mountinfo *ret);

/**
 * Parse one line in place: its strings point into line, which is cut up.
 * Returns 0 or -EBADMSG.
 */
int mountinfo_parse_line(char *line, struct mount *ret);

void mountinfo_free(struct mountinfo *info);

/** The mount at a point (the topmost, where several are stacked), or NULL. */
const struct mount *mountinfo_at(const struct mountinfo *info, const char *point);

/** The mount a path is on: the one with the longest point that is a prefix of it; NULL: none. */
const struct mount *mountinfo_of(const struct mountinfo *info, const char *path);

/** "private", "shared", "slave", "shared slave" or "unbindable". */
const char *mount_propagation(const struct mount *mount);

/** Undo the octal escapes (\040 ...) in place. */
void mountinfo_unescape(char *text);

#endif
