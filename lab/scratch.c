#define _GNU_SOURCE
#include "lab/scratch.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	(void)remove(path);
	return 0;
}

static void remove_tree(const char *path)
{
	(void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* The lock is held by a living lab, whatever PID namespace it is in. */
static bool is_abandoned(int tmp, const char *name)
{
	cleanup_fd int fd = openat(tmp, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	       flock(fd, LOCK_EX | LOCK_NB) == 0;
}

void scratch_sweep(const char *tmpdir)
{
	cleanup_free char *prefix = xasprintf("nslab-%u-", (unsigned)geteuid());
	cleanup_dir DIR *dir = opendir(tmpdir);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		cleanup_free char *path = NULL;
		int pid;

		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		/* A lab that has made its directory and not locked it yet is alive. */
		if (sscanf(entry->d_name + strlen(prefix), "%d-", &pid) != 1 || pid <= 0 ||
		    kill(pid, 0) == 0 || errno != ESRCH)
			continue;
		if (!is_abandoned(dirfd(dir), entry->d_name))
			continue;
		path = io_join(tmpdir, entry->d_name);
		remove_tree(path);
	}
}

int scratch_make(struct scratch *ret, struct error *err)
{
	const char *tmpdir = getenv("TMPDIR");
	cleanup_free char *path = NULL;
	cleanup_fd int lock = -1;

	if (!tmpdir || tmpdir[0] != '/')
		tmpdir = "/tmp";
	scratch_sweep(tmpdir);
	path = xasprintf("%s/nslab-%u-%d-XXXXXX", tmpdir, (unsigned)geteuid(), (int)getpid());
	if (!mkdtemp(path)) {
		(void)error_set(err, errno, "cannot make a temporary directory in %s", tmpdir);
		error_remedy(err, "make room there, or set TMPDIR to a directory you can write to");
		return -err->errnum;
	}
	lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 || flock(lock, LOCK_SH | LOCK_NB) < 0) {
		(void)error_set(err, errno, "cannot lock %s", path);
		(void)rmdir(path);
		return -err->errnum;
	}
	ret->path = steal_ptr(path);
	ret->lock = steal_fd(&lock);
	return 0;
}

void scratch_remove(struct scratch *scratch)
{
	if (scratch->path)
		remove_tree(scratch->path);
	free(scratch->path);
	cleanup_fdp(&scratch->lock);
	*scratch = (struct scratch)SCRATCH_INIT;
}
