/*
 * Ways back to the old root, tried by the command itself, from inside: whatever
 * it was left with (working directory, descriptors, /proc, capabilities) is what
 * a program in there would have. A way counts when it leads to a file that only
 * the old root has, with the text that only the check knows.
 *
 * Each way is tried in a child, so that none changes what the next one finds.
 */
#define _GNU_SOURCE
#include "checks/lib/probe_seek.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIMB_MAX 64

struct treasure {
	const char *path; /* without the slash at its beginning */
	const char *text;
};

/* Is the treasure below this directory? */
static int is_below(int dir, const struct treasure *treasure)
{
	char text[128] = "";
	int fd = openat(dir, treasure->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		(void)close(fd);
	return n > 0 && strncmp(text, treasure->text, strlen(treasure->text)) == 0;
}

/* Is it below this directory, or below one of those that ".." leads to from here? */
static int is_above(int dir, const struct treasure *treasure)
{
	int at = dup(dir);

	for (int i = 0; i < CLIMB_MAX && at >= 0; i++) {
		int up;

		if (is_below(at, treasure))
			return 1;
		up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		(void)close(at);
		at = up;
	}
	return 0;
}

static int by_cwd(const struct treasure *treasure)
{
	return is_above(open(".", O_PATH | O_CLOEXEC), treasure);
}

static int by_root(const struct treasure *treasure)
{
	return is_above(open("/", O_PATH | O_CLOEXEC), treasure);
}

static int by_descriptor(const struct treasure *treasure)
{
	for (int fd = 0; fd < 256; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) && is_above(fd, treasure))
			return 1;
	}
	return 0;
}

/* The root and the working directory of everybody that /proc lists. */
static int by_proc(const struct treasure *treasure)
{
	static const char *const links[] = {"root", "cwd"};
	DIR *proc = opendir("/proc");
	int found = 0;

	for (struct dirent *entry; proc && !found && (entry = readdir(proc));) {
		if (strspn(entry->d_name, "0123456789") != strlen(entry->d_name))
			continue;
		for (int i = 0; i < 2 && !found; i++) {
			char path[300];

			(void)snprintf(path, sizeof(path), "/proc/%s/%s", entry->d_name, links[i]);
			found = is_above(open(path, O_PATH | O_CLOEXEC), treasure);
		}
	}
	return found;
}

/* The escape from a chroot: a second root below, and up from above it. */
static int by_chroot(const struct treasure *treasure)
{
	if (chdir("/") < 0 || chroot("proc") < 0)
		return 0;
	return by_cwd(treasure);
}

/* Who joins a mount namespace, their own included, stands at its root. */
static int join_own(void)
{
	int self = (int)syscall(SYS_pidfd_open, getpid(), 0);

	return self < 0 ? -1 : setns(self, CLONE_NEWNS);
}

static int by_joining(const struct treasure *treasure)
{
	return join_own() == 0 && by_root(treasure);
}

/* Is there another root below this one, as under a mount that was moved to "/"? */
static int by_digging(const struct treasure *treasure)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 0;
	for (int i = 0; i < 8; i++) {
		if (umount2("/", MNT_DETACH) < 0 || join_own() < 0)
			return 0;
		if (by_root(treasure))
			return 1;
	}
	return 0;
}

static const struct {
	const char *name;
	int (*try)(const struct treasure *treasure);
} ways[] = {
	{"cwd", by_cwd},      {"dotdot", by_root},   {"fd", by_descriptor}, {"proc", by_proc},
	{"join", by_joining}, {"chroot", by_chroot}, {"below", by_digging},
};

const char *probe_seek(const char *path, const char *text)
{
	const struct treasure treasure = {path + (path[0] == '/'), text};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		pid_t pid = fork();
		int status = 0;

		if (pid == 0)
			_exit(ways[i].try(&treasure));
		if (pid < 0 || waitpid(pid, &status, 0) < 0)
			return "failed";
		if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
			return ways[i].name;
	}
	return NULL;
}
