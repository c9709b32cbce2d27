/* Wrong: a PID namespace as well, since a child is made anyway. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char *cat[] = {"cat", "/proc/self/cgroup", NULL};
	char **cmd = argc > 1 ? argv + 1 : cat;
	int status;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWCGROUP) < 0)
		err(1, "unshare");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		execvp(cmd[0], cmd);
		err(errno == ENOENT ? 127 : 126, "%s", cmd[0]);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
