/*
 * Reading and writing whole files, bounded and without surprises: what is
 * opened must be a regular file (never a directory, FIFO or device that could
 * block or flood), and what is replaced is replaced at once or not at all.
 */
#ifndef NSLAB_COMMON_IO_H
#define NSLAB_COMMON_IO_H

#include "common/error.h"
#include "common/strbuf.h"

#include <stdbool.h>
#include <sys/types.h>

/**
 * Open PATH (relative to dirfd, or AT_FDCWD) for reading if it is a regular
 * file of at most max bytes. Never blocks. *ret_fd is the caller's.
 * Errors: the open's own, -EISDIR, -EINVAL (no regular file), -EFBIG.
 */
int io_open_regular(int dirfd, const char *path, off_t max, int *ret_fd, struct error *err);

/** Append the whole of a regular file (see io_open_regular) to buf. */
int io_read_file(int dirfd, const char *path, off_t max, struct strbuf *buf, struct error *err);

/**
 * Append what PATH below dirfd gives in one or more reads, for files of /proc
 * (size 0, no regular-file test). Returns 0 or -errno; at most max bytes.
 */
int io_read_proc(int dirfd, const char *path, size_t max, struct strbuf *buf);

/** Read fd to its end, at most max bytes (-EFBIG beyond). */
int io_read_fd(int fd, size_t max, struct strbuf *buf);

/** Write everything, through short writes and EINTR. Returns 0 or -errno. */
int io_write_all(int fd, const void *data, size_t len);

/**
 * Replace PATH with data so that a crash at any moment leaves the old or the
 * new text: temporary file in the same directory, fsync, rename, fsync of the
 * directory. mode as for open(2). A full disk leaves the old file untouched.
 */
int io_replace_file(const char *path, const void *data, size_t len, mode_t mode, struct error *err);

/** Make a directory and its missing parents (0777 less the umask). */
int io_make_dirs(const char *path, struct error *err);

bool io_exists(const char *path);

/** DIR/NAME as an allocated string. */
char *io_join(const char *dir, const char *name);

#endif
