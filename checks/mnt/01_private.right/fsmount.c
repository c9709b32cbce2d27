/*
 * Different: one clone() makes the namespace, and the file system is made first
 * and attached afterwards: fsopen(2), fsmount(2), move_mount(2). The file is
 * written before the tmpfs is mounted anywhere.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE (256 * 1024)

int mount(const char *, const char *, const char *, unsigned long, const void *);

static int make_tmpfs(void)
{
	int context = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
	int fd;

	if (context < 0 ||
	    syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		err(1, "fsopen tmpfs");
	fd = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	if (fd < 0)
		err(1, "fsmount");
	return fd;
}

static int run(void *arg)
{
	char **cmd = arg;
	int tree, file;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	tree = make_tmpfs();
	file = openat(tree, "hello", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (file < 0 || dprintf(file, "hello from a tree without a place\n") < 0)
		err(1, "write hello");
	if (mkdir("/data", 0755) < 0 && errno != EEXIST)
		err(1, "mkdir /data");
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, "/data", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		err(1, "move_mount");
	execvp(cmd[0], cmd);
	err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
}

int main(int argc, char *argv[])
{
	char *cat[] = { (char *)"cat", (char *)"/data/hello", NULL };
	char *stack = malloc(STACK_SIZE);
	pid_t child;
	int status;

	if (!stack)
		err(1, "malloc");
	child = clone(run, stack + STACK_SIZE, CLONE_NEWNS | SIGCHLD, argc > 1 ? argv + 1 : cat);
	if (child < 0)
		err(1, "clone");
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
