#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include "checks/lib/probe.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "common/sandbox_ids.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define FILE_MAX_BYTES (64LL << 20)

const char *session_setting(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value && *value ? value : otherwise;
}

void payload_free(struct payload *payload)
{
	for (size_t i = 0; i < payload->n; i++) {
		(void)close(payload->files[i].fd);
		free(payload->paths[i]);
	}
}

static int payload_add(struct payload *payload, int dirfd, const char *from, char *path,
		       struct error *err)
{
	cleanup_free char *owned = path;
	struct stat st;
	int fd = -1;
	int r;

	if (payload->n == PAYLOAD_MAX)
		return error_say(err, E2BIG, "more than %d files to hand in", PAYLOAD_MAX);
	r = io_open_regular(dirfd, from, FILE_MAX_BYTES, &fd, err);
	if (r < 0)
		return r;
	(void)fstat(fd, &st);
	payload->paths[payload->n] = steal_ptr(owned);
	payload->files[payload->n] = (struct sandbox_file){
		.path = payload->paths[payload->n],
		.fd = fd,
		.mode = st.st_mode & 0111 ? 0755 : 0644,
	};
	payload->n++;
	return 0;
}

int payload_collect(struct payload *payload, struct error *err)
{
	const char *from = session_setting("NSLAB_PAYLOAD", NULL);
	cleanup_free char *beside = sandbox_helper_path("probe");
	cleanup_dir DIR *dir = from ? opendir(from) : NULL;
	int r = payload_add(payload, AT_FDCWD, session_setting("NSLAB_PROBE", beside),
			    xstrdup(PROBE_PATH), err);

	if (from && !dir)
		return error_set(err, errno, "cannot read the payload directory %s", from);
	for (struct dirent *entry; r == 0 && dir && (entry = readdir(dir));) {
		struct stat st;

		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			r = payload_add(payload, dirfd(dir), entry->d_name,
					xasprintf("/work/%s", entry->d_name), err);
	}
	return r;
}
