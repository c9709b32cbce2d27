/*
 * Different: one clone() makes both namespaces, and the tree becomes a slave:
 * mounts of outside still arrive here, those made here stay here.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE (256 * 1024)

static int run(void *arg)
{
	char **cmd = arg;

	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		err(1, "mount / slave");
	if (mount("none", "/proc", "proc", 0, NULL) < 0)
		err(1, "mount /proc");
	execvp(cmd[0], cmd);
	err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
}

int main(int argc, char *argv[])
{
	char *ps[] = { (char *)"ps", (char *)"aux", NULL };
	char *stack = malloc(STACK_SIZE);
	pid_t child;
	int status;

	if (!stack)
		err(1, "malloc");
	child = clone(run, stack + STACK_SIZE, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD,
		      argc > 1 ? argv + 1 : ps);
	if (child < 0)
		err(1, "clone");
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
