/*
 * Wrong: the child executes CMD at once, and the parent writes the maps
 * meanwhile. They are right, but the exec has found nobody, and nobody keeps
 * no capability.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("id", "id", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "id");
}

static void write_file(pid_t pid, const char *name, const char *text)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "open %s", path);
	if (write(fd, text, strlen(text)) < 0)
		err(1, "write \"%s\" to %s", text, path);
	close(fd);
}

static int wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

int main(int argc, char *argv[])
{
	char uid_map[40], gid_map[40], byte;
	pid_t child;
	int done[2];

	snprintf(uid_map, sizeof(uid_map), "0 %u 1", getuid());
	snprintf(gid_map, sizeof(gid_map), "0 %u 1", getgid());

	if (pipe2(done, O_CLOEXEC) < 0)
		err(1, "pipe2");
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		if (unshare(CLONE_NEWUSER) < 0)
			err(1, "unshare");
		run(argv + (argc > 0));
	}
	close(done[1]);
	if (read(done[0], &byte, 1) < 0)
		err(1, "read");
	write_file(child, "setgroups", "deny");
	write_file(child, "uid_map", uid_map);
	write_file(child, "gid_map", gid_map);
	return wait_for(child);
}
