/*
 * Notice that a file was saved, however an editor does it: written in place,
 * truncated and written, or written beside it and renamed over it (vim, helix).
 *
 *	inotify	on the directory (a rename replaces the file, and a watch on the
 *		file would go with it); of a symbolic link also on the target's
 *	poll	stat(2) every 250 ms, where inotify reports nothing: network and
 *		user-space file systems, a machine out of watches, a directory
 *		that was replaced
 *
 * Either way the file is read once it has been quiet for 30 ms. While a program has
 * written but not closed it (polling: while it is empty) that is 500 ms, so that half of
 * a text is not checked. Only the content counts: touch(1) and a save without a change
 * are no event.
 */
#ifndef NSLAB_LAB_CHECK_WATCH_H
#define NSLAB_LAB_CHECK_WATCH_H

#include "common/error.h"

#include <stddef.h>
#include <stdint.h>

enum watch_backend {
	WATCH_AUTO, /* inotify where it works, else poll */
	WATCH_POLL,
};

struct watch;

/**
 * Watch a file, which need not exist; its directory must. Returns 0 or -errno
 * with err set. *ret is closed with watch_close().
 */
int watch_open(const char *path, enum watch_backend backend, struct watch **ret, struct error *err);
void watch_close(struct watch *watch);

/** Readable when watch_step() has something to do. Stays the watch's. */
int watch_fd(const struct watch *watch);

/** Take what has happened; never blocks. */
void watch_step(struct watch *watch);

/** The digest of the content when the file was quiet last; 0: there was no file. */
uint64_t watch_digest(const struct watch *watch);

/** "inotify" or "polling" */
const char *watch_how(const struct watch *watch);

/** The digest of some content, never 0. */
uint64_t watch_digest_of(const void *data, size_t len);

/** Does this file system report what others write? Pure: MAGIC as of statfs(2). */
int watch_is_silent_fs(unsigned long magic);

#endif
