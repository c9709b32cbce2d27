#define _GNU_SOURCE
#include "common/io.h"

#include "common/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int io_open_regular(int dirfd, const char *path, off_t max, int *ret_fd, struct error *err)
{
	cleanup_fd int fd = -1;
	struct stat st;

	/* O_NONBLOCK: opening a FIFO or a terminal must not hang us. */
	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return error_set(err, errno, "cannot read %s", path);
	if (fstat(fd, &st) < 0)
		return error_set(err, errno, "cannot read %s", path);
	if (S_ISDIR(st.st_mode))
		return error_say(err, EISDIR, "%s is a directory, not a file", path);
	if (!S_ISREG(st.st_mode))
		return error_say(err, EINVAL, "%s is not a regular file", path);
	if (st.st_size > max)
		return error_say(err, EFBIG, "%s is too large (%lld bytes, at most %lld)", path,
				 (long long)st.st_size, (long long)max);
	*ret_fd = steal_fd(&fd);
	return 0;
}

int io_read_fd(int fd, size_t max, struct strbuf *buf)
{
	char chunk[16384];
	size_t got = 0;

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		got += (size_t)n;
		if (got > max)
			return -EFBIG;
		strbuf_add(buf, chunk, (size_t)n);
	}
}

int io_read_file(int dirfd, const char *path, off_t max, struct strbuf *buf, struct error *err)
{
	cleanup_fd int fd = -1;
	int r = io_open_regular(dirfd, path, max, &fd, err);

	if (r < 0)
		return r;
	r = io_read_fd(fd, (size_t)max, buf);
	if (r < 0)
		return error_set(err, -r, "cannot read %s", path);
	return 0;
}

int io_read_proc(int dirfd, const char *path, size_t max, struct strbuf *buf)
{
	cleanup_fd int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	return io_read_fd(fd, max, buf);
}

int io_write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int sync_parent(const char *path)
{
	cleanup_free char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	cleanup_fd int fd = -1;

	if (slash)
		slash[slash == dir] = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

int io_replace_file(const char *path, const void *data, size_t len, mode_t mode, struct error *err)
{
	cleanup_free char *temp = xasprintf("%s.XXXXXX", path);
	cleanup_fd int fd = mkostemp(temp, O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return error_set(err, errno, "cannot write %s", path);
	if (fchmod(fd, mode) < 0)
		r = -errno;
	if (r == 0)
		r = io_write_all(fd, data, len);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0 && rename(temp, path) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(temp);
		return error_set(err, -r, "cannot write %s, it stays as it was", path);
	}
	(void)sync_parent(path);
	return 0;
}

int io_make_dirs(const char *path, struct error *err)
{
	cleanup_free char *part = xstrdup(path);

	for (char *at = part + 1; at[-1]; at++) {
		if (*at != '/' && *at != '\0')
			continue;

		char end = *at;

		*at = '\0';
		if (mkdir(part, 0777) < 0 && errno != EEXIST)
			return error_set(err, errno, "cannot make the directory %s", part);
		*at = end;
	}
	return 0;
}

bool io_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

char *io_join(const char *dir, const char *name)
{
	size_t len = strlen(dir);

	return xasprintf("%s%s%s", dir, len && dir[len - 1] == '/' ? "" : "/", name);
}
