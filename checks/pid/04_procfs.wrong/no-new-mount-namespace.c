/*
 * Wrong: mounts /proc from inside the new PID namespace, but in outside's mount
 * namespace. Everybody outside gets CMD's /proc.
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

	if (unshare(CLONE_NEWPID) < 0)
		err(1, "unshare");
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
