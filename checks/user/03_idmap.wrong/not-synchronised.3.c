/*
 * Wrong: waits in the wrong order. The child is let go first, since its byte
 * would wait in the pipe for it anyway.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

static void find_range(const char *path, char first[11], char count[11])
{
	struct passwd *me = getpwuid(getuid());
	FILE *file = fopen(path, "r");
	char line[256], name[200];

	if (!me || !file)
		err(1, "no account, or no %s", path);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%199[^:]:%10[0-9]:%10[0-9]", name, first,
			   count) == 3 && strcmp(name, me->pw_name) == 0) {
			fclose(file);
			return;
		}
	errx(1, "%s has no range for %s", path, me->pw_name);
}

static void map(const char *tool, const char *subids, pid_t pid, unsigned own)
{
	char target[12], me[12], first[11], count[11];

	find_range(subids, first, count);
	snprintf(target, sizeof(target), "%d", pid);
	snprintf(me, sizeof(me), "%u", own);
	pid_t helper = fork();

	if (helper < 0)
		err(1, "fork");
	if (helper == 0) {
		execlp(tool, tool, target, "0", me, "1", "1", first, count,
		       (char *)NULL);
		err(1, "exec %s", tool);
	}
	if (wait_for(helper) != 0)
		errx(1, "%s failed", tool);
}

int main(int argc, char *argv[])
{
	char *fallback[] = {"cat", "/proc/self/uid_map", NULL};
	char **cmd = argc > 1 ? argv + 1 : fallback;
	int ready[2], go[2];
	pid_t child;

	if (pipe(ready) < 0 || pipe(go) < 0)
		err(1, "pipe");
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		close(ready[0]);
		close(go[1]);
		char byte = 0;

		if (unshare(CLONE_NEWUSER) < 0)
			err(1, "unshare");
		if (write(ready[1], &byte, 1) != 1 ||
		    read(go[0], &byte, 1) != 1)
			exit(1);
		close(ready[1]);
		close(go[0]);
		execvp(cmd[0], cmd);
		err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
	}
	close(ready[1]);
	close(go[0]);
	char byte;

	if (read(ready[0], &byte, 1) != 1)
		return wait_for(child);
	if (write(go[1], "", 1) != 1)
		err(1, "write");
	map("newuidmap", "/etc/subuid", child, getuid());
	map("newgidmap", "/etc/subgid", child, getgid());
	return wait_for(child);
}
