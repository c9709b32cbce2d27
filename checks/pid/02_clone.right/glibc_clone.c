/*
 * Different: glibc's clone() with a stack and a function. The child borrows the
 * parent's memory, and the parent stands still, until CMD is executed.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE (64 * 1024)

static int run(void *arg)
{
	char **cmd = arg;
	int failure;

	execvp(cmd[0], cmd);
	failure = errno;
	warn("exec %s", cmd[0]);
	_exit(failure == ENOENT ? 127 : 126);
}

int main(int argc, char *argv[])
{
	char *ps[] = { (char *)"ps", (char *)"aux", NULL };
	int status;
	pid_t child;
	char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (stack == MAP_FAILED)
		err(1, "mmap");
	child = clone(run, stack + STACK_SIZE,
		      CLONE_NEWPID | CLONE_VM | CLONE_VFORK | SIGCHLD,
		      argc > 1 ? argv + 1 : ps);
	if (child < 0)
		err(1, "clone");
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
