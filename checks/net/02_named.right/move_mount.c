/*
 * Different: the mount calls of newer kernels. The namespace is a mount in no
 * place yet, held by a descriptor, before it gets its name.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h> /* OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int umount2(const char *target, int flags);

static int names(void)
{
	int fd;

	mkdir("/run/netns", 0755);
	fd = open("/run/netns", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		err(1, "/run/netns");
	return fd;
}

static void add(int dir, const char *name)
{
	int fd = openat(dir, name, O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	int tree;

	if (fd < 0)
		err(1, "add %s", name);
	if (unshare(CLONE_NEWNET) < 0)
		err(1, "unshare");
	tree = syscall(SYS_open_tree, AT_FDCWD, "/proc/self/ns/net",
		       OPEN_TREE_CLONE | O_CLOEXEC);
	if (tree < 0 || syscall(SYS_move_mount, tree, "", dir, name,
				MOVE_MOUNT_F_EMPTY_PATH) < 0)
		err(1, "mount %s", name);
}

static void del(int dir, const char *name)
{
	if (fchdir(dir) < 0 || umount2(name, 2) < 0 || unlink(name) < 0)
		err(1, "del %s", name);
}

static void run_in(int dir, const char *name, char *argv[])
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, 0) < 0)
		err(1, "exec %s", name);
	execvp(argv[0], argv);
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0]);
}

int main(int argc, char *argv[])
{
	const char *name = argc > 2 ? argv[2] : "";
	int dir = names();

	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		execlp("ls", "ls", "-U", "/run/netns", (char *)NULL);
		err(1, "exec ls");
	}
	if (argc < 3) {
		fprintf(stderr, "usage: named add|list|exec|del ...\n");
		return 2;
	}
	if (!*name || strchr(name, '/') || !strcmp(name, ".") ||
	    !strcmp(name, ".."))
		errx(1, "bad name: %s", name);
	if (strcmp(argv[1], "add") == 0 && argc == 3)
		add(dir, name);
	else if (strcmp(argv[1], "del") == 0 && argc == 3)
		del(dir, name);
	else if (strcmp(argv[1], "exec") == 0 && argc > 3)
		run_in(dir, name, argv + 3);
	else
		return 2;
	return 0;
}
