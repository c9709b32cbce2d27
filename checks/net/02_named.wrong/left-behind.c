/*
 * Wrong: del removes the file and forgets the mount: the file is busy, and
 * nobody looks at the error.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h> /* unshare, setns, CLONE_NEWNET */
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_NAME "/run/netns"

static void add(const char *path)
{
	/*
	 * As ip-netns(8) does, once: a mount that is shared, so that names
	 * come and go in every mount namespace that has a copy of it.
	 */
	mkdir(DIR_NAME, 0755);
	if (mount(NULL, DIR_NAME, NULL, MS_REC | MS_SHARED, NULL) < 0) {
		mount(DIR_NAME, DIR_NAME, NULL, MS_BIND | MS_REC, NULL);
		mount(NULL, DIR_NAME, NULL, MS_REC | MS_SHARED, NULL);
	}

	/* The file first: of two who want the same name one must fail. */
	int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);

	if (fd < 0)
		err(1, "add %s", path);
	close(fd);

	/* A mount keeps a namespace alive, with no process in it. */
	if (unshare(CLONE_NEWNET) == 0 &&
	    mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL) == 0)
		return;

	warn("add %s", path);
	unlink(path); /* nothing half-made */
	_exit(1);
}

static int list(void)
{
	DIR *dir = opendir(DIR_NAME); /* NULL: nobody has added one yet */
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_type != DT_DIR) /* not "." and ".." */
			puts(entry->d_name);
	return 0;
}

static void run_in(const char *path, char *argv[])
{
	int result = -1;

	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		result = setns(fd, CLONE_NEWNET);
	if (result < 0)
		err(1, "exec %s", path);
	execvp(argv[0], argv);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0]);
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *name = argc > 2 ? argv[2] : "";
	char path[sizeof(DIR_NAME) + 1 + 255];

	if (argc == 2 && strcmp(what, "list") == 0)
		return list();
	if (!(argc == 3 && strcmp(what, "add") == 0) &&
	    !(argc == 3 && strcmp(what, "del") == 0) &&
	    !(argc > 3 && strcmp(what, "exec") == 0))
		errx(2, "usage: add NAME | list | exec NAME CMD... | del NAME");

	/* A name becomes part of a path, and must not lead elsewhere. */
	if (name[0] == '\0' || strchr(name, '/') || strlen(name) > 255 ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		errx(2, "\"%s\" is no name for a namespace", name);
	snprintf(path, sizeof(path), DIR_NAME "/%s", name);

	if (what[0] == 'a')
		add(path);
	if (what[0] == 'e')
		run_in(path, argv + 3);
	if (what[0] == 'd') {
		if (access(path, F_OK) < 0)
			err(1, "del %s", path);
		unlink(path);
	}
	return 0;
}
