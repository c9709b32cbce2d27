/*
 * Wrong: forks first and calls unshare(2) afterwards. The child was born before
 * the call, and nobody is ever born into the new namespace.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(int argc, char *argv[])
{
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("ps", "ps", "aux", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 1 ? argv[1] : "ps");
}

int main(int argc, char *argv[])
{
	int status;
	pid_t child = fork();

	if (child < 0)
		err(1, "fork");
	if (unshare(CLONE_NEWPID) < 0)
		err(1, "unshare");
	if (child == 0)
		run(argc, argv);
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
