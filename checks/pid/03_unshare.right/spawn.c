/*
 * Different: posix_spawnp() makes the child, and a failing exec comes back to
 * the parent as the call's own result.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	char *ps[] = { (char *)"ps", (char *)"aux", NULL };
	char **cmd = argc > 1 ? argv + 1 : ps;
	pid_t child;
	int status;

	if (unshare(CLONE_NEWPID) < 0)
		err(1, "unshare");
	errno = posix_spawnp(&child, cmd[0], NULL, NULL, cmd, environ);
	if (errno)
		err(errno == ENOENT ? 127 : 126, "posix_spawnp %s", cmd[0]);
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
