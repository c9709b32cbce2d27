/*
 * Wrong: the parent leaves the wait for CMD to somebody else. The namespace
 * lives on, with nobody who knows about it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
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
	pid_t child;

	if (unshare(CLONE_NEWPID) < 0)
		err(1, "unshare");
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0)
		run(argc, argv);
	return 0;
}
