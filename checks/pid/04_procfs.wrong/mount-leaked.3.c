/*
 * Wrong: makes / private without MS_REC. Only the top mount changes, /proc below
 * it is still a peer of outside's.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
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
	pid_t child;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0)
		err(1, "unshare");
	if (mount(NULL, "/", NULL, MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		if (mount("proc", "/proc", "proc", 0, NULL) < 0)
			err(1, "mount /proc");
		run(argc, argv);
	}
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
