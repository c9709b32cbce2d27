/*
 * Wrong: the type is no question, it is always a network namespace. The
 * kernel refuses to take another for one.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>	/* setns */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("bash", "bash", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "bash");
}

int main(int argc, char *argv[])
{
	int fd = -1, status;
	pid_t child = -1;

	if (argc < 2) {
		fprintf(stderr, "usage: join PATH [CMD [ARG...]]\n");
		return 2;
	}

	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "open %s", argv[1]);

	if (setns(fd, CLONE_NEWNET) < 0)
		err(1, "setns %s", argv[1]);

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0)
		run(argv + 2);
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
