/*
 * Wrong: the child gets the namespace and ends. CMD runs in the parent.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
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

int main(int argc, char *argv[])
{
	pid_t child = fork();

	if (child == 0)
		_exit(unshare(CLONE_NEWUSER) < 0);
	if (waitpid(child, NULL, 0) < 0)
		err(1, "waitpid");

	run(argv + (argc > 0));
}
