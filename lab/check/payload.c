#define _GNU_SOURCE
#include "lab/check/payload.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

enum image { IMAGE_ELF, IMAGE_SCRIPT, IMAGE_TEXT, IMAGE_OTHER };

void payload_free(struct payload *payload)
{
	free(payload->name);
	free(payload->note);
	*payload = (struct payload)PAYLOAD_INIT;
}

static enum image image_of(const char *data, size_t len)
{
	if (len >= 4 && memcmp(data, "\177ELF", 4) == 0)
		return IMAGE_ELF;
	if (len >= 2 && memcmp(data, "#!", 2) == 0)
		return IMAGE_SCRIPT;
	return memchr(data, '\0', len) ? IMAGE_OTHER : IMAGE_TEXT;
}

/* Open the program and say what it is. */
static int open_program(const char *path, int *ret_fd, enum image *ret_image, struct error *err)
{
	cleanup_fd int fd = -1;
	char start[512];
	struct stat st;
	ssize_t n;
	int r;

	r = io_open_regular(AT_FDCWD, path, PAYLOAD_PROGRAM_MAX, &fd, err);
	if (r < 0)
		return r;
	n = pread(fd, start, sizeof(start), 0);
	if (n < 0 || fstat(fd, &st) < 0)
		return error_set(err, errno, "cannot read %s", path);
	if (n == 0)
		return error_say(err, ENOEXEC, "%s is empty", path);
	if (!(st.st_mode & 0111)) {
		(void)error_say(err, EACCES, "%s is not executable", path);
		error_remedy(err, "chmod +x %s; a C file is checked with --source", path);
		return -EACCES;
	}
	*ret_image = image_of(start, (size_t)n);
	if (*ret_image == IMAGE_OTHER) {
		(void)error_say(err, ENOEXEC,
				"%s can't be executed: it is neither an ELF file nor a script",
				path);
		error_remedy(err,
			     "give a program for this machine, or a script that starts with #!");
		return -ENOEXEC;
	}
	*ret_fd = steal_fd(&fd);
	return 0;
}

int payload_probe(const char *path, struct error *err)
{
	cleanup_fd int fd = -1;
	enum image image;

	return open_program(path, &fd, &image, err);
}

int payload_put(const char *dir, const char *name, const void *data, size_t len, mode_t mode,
		struct error *err)
{
	cleanup_free char *path = io_join(dir, name);
	cleanup_fd int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	int r = fd < 0 ? -errno : io_write_all(fd, data, len);

	/* The mode counts, not the caller's umask. */
	if (r == 0 && fchmod(fd, mode) < 0)
		r = -errno;
	if (r < 0)
		return error_set(err, -r, "cannot write %s", path);
	return 0;
}

/* Would this entry of the program's folder be copied, and how large is it? */
static bool is_companion(int dir, const char *name, const char *program, struct stat *ret)
{
	return name[0] != '.' && strcmp(name, program) != 0 &&
	       fstatat(dir, name, ret, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(ret->st_mode) &&
	       faccessat(dir, name, R_OK, AT_EACCESS) == 0;
}

/* Is the folder small enough to be taken along? */
static bool folder_fits(DIR *folder, const char *program)
{
	size_t files = 0;
	off_t bytes = 0;
	struct dirent *entry;
	struct stat st;

	while ((entry = readdir(folder))) {
		if (!is_companion(dirfd(folder), entry->d_name, program, &st))
			continue;
		bytes += st.st_size;
		if (++files > PAYLOAD_FILES_MAX || bytes > PAYLOAD_FOLDER_MAX)
			return false;
	}
	rewinddir(folder);
	return true;
}

static int copy_folder(const char *folder_path, const char *dir, struct payload *payload,
		       struct error *err)
{
	cleanup_dir DIR *folder = opendir(folder_path);
	struct dirent *entry;
	struct stat st;

	/* A folder that may be searched but not listed: the program alone must do. */
	if (!folder)
		return 0;
	if (!folder_fits(folder, payload->name)) {
		payload->note =
			xasprintf("only the program was handed in: the files beside it in %s "
				  "are more than %d or larger than %ld MiB",
				  folder_path, PAYLOAD_FILES_MAX,
				  PAYLOAD_FOLDER_MAX / (1024 * 1024));
		return 0;
	}
	while ((entry = readdir(folder))) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		struct error ignored = {0};
		int r;

		if (!is_companion(dirfd(folder), entry->d_name, payload->name, &st))
			continue;
		/* One that vanished or grew since is not there. */
		if (io_read_file(dirfd(folder), entry->d_name, PAYLOAD_FOLDER_MAX, &text,
				 &ignored) < 0)
			continue;
		r = payload_put(dir, entry->d_name, text.s, text.len,
				st.st_mode & 0111 ? 0755 : 0644, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int payload_copy(const char *path, const char *dir, struct payload *ret, struct error *err)
{
	cleanup_payload struct payload payload = PAYLOAD_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *slash = strrchr(path, '/');
	cleanup_free char *folder =
		slash ? xstrndup(path, slash == path ? 1 : (size_t)(slash - path)) : xstrdup(".");
	cleanup_fd int fd = -1;
	enum image image;
	int r;

	r = open_program(path, &fd, &image, err);
	if (r < 0)
		return r;
	payload.name = xstrdup(slash ? slash + 1 : path);
	if (image == IMAGE_TEXT)
		strbuf_adds(&text, "#!/bin/sh\n");
	r = io_read_fd(fd, PAYLOAD_PROGRAM_MAX, &text);
	if (r < 0)
		return error_set(err, -r, "cannot read %s", path);
	r = payload_put(dir, payload.name, text.s, text.len, 0755, err);
	if (r == 0)
		r = copy_folder(folder, dir, &payload, err);
	if (r < 0)
		return r;
	if (image == IMAGE_TEXT && !payload.note)
		payload.note = xasprintf("%s has no #! line; it was run by /bin/sh", payload.name);
	*ret = payload;
	payload = (struct payload)PAYLOAD_INIT;
	return 0;
}
