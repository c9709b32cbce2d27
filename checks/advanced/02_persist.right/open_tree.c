/*
 * Different: the namespace file is cloned into a mount that is nowhere yet,
 * and that is moved to FILE.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h> /* unshare, CLONE_NEW... */
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* C libraries before 2.36 do not know these. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 4
#endif

static const struct {
	const char *name;
	int flag;
} types[] = {
	{ "net", CLONE_NEWNET }, { "uts", CLONE_NEWUTS },
	{ "ipc", CLONE_NEWIPC }, { "user", CLONE_NEWUSER },
	{ "mnt", CLONE_NEWNS },
};

static int release(const char *file)
{
	if (umount2(file, MNT_DETACH) < 0)
		err(1, "umount %s", file);
	while (umount2(file, MNT_DETACH) == 0)
		;
	if (unlink(file) < 0)
		err(1, "unlink %s", file);
	return 0;
}

/* A child in the new namespace, that stays there until go is closed. */
static pid_t hold(int flag, const int go[2])
{
	int ready[2];
	char byte = 0;
	int status;
	pid_t child;

	if (pipe(ready) < 0 || (child = fork()) < 0)
		err(1, "pipe or fork");
	if (child == 0) {
		close(go[1]);
		if (unshare(flag) < 0)
			err(1, "unshare");
		if (write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1) < 0)
			err(1, "write or read");
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1) {
		waitpid(child, &status, 0);
		_exit(WEXITSTATUS(status)); /* it has said why */
	}
	return child;
}

int main(int argc, char *argv[])
{
	const char *file = argc == 3 ? argv[2] : "";
	char source[64];
	struct stat st;
	size_t i = 0;
	int fd, go[2];

	if (argc == 3 && strcmp(argv[1], "--release") == 0)
		return release(file);
	while (argc == 3 && i < 5 && strcmp(argv[1], types[i].name) != 0)
		i++;
	if (argc != 3 || i == 5) {
		fprintf(stderr, "usage: persist net|uts|ipc|user|mnt FILE\n"
				"       persist --release FILE\n");
		return 2;
	}

	fd = open(file, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(fd, &st) < 0)
		err(1, "open %s", file);
	close(fd);
	if (st.st_size > 0)
		errx(1, "%s is not empty, and a mount would hide it", file);

	if (pipe(go) < 0)
		err(1, "pipe");
	snprintf(source, sizeof(source), "/proc/%d/ns/%s",
		 (int)hold(types[i].flag, go), types[i].name);

	if (types[i].flag == CLONE_NEWNS &&
	    (mount(file, file, NULL, MS_BIND, NULL) < 0 ||
	     mount(NULL, file, NULL, MS_PRIVATE, NULL) < 0))
		err(1, "mount %s on itself", file);
	fd = (int)syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | O_CLOEXEC);
	if (fd < 0)
		err(1, "open_tree %s", source);
	if (syscall(SYS_move_mount, fd, "", AT_FDCWD, file, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		err(1, "move_mount to %s", file);
	close(go[1]);
	wait(NULL);
	return 0;
}
