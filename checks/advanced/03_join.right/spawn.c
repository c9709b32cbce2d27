/*
 * Different: with type 0 setns(2) takes whatever it is, and says itself when
 * it is no namespace. posix_spawnp(3) makes the child.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h> /* setns */
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	char *bash[] = { "bash", NULL };
	char **cmd = argc > 2 ? argv + 2 : bash;
	int fd, status;
	pid_t child = -1;

	if (argc < 2) {
		fprintf(stderr, "usage: join PATH [CMD [ARG...]]\n");
		return 2;
	}

	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "open %s", argv[1]);

	if (setns(fd, 0) < 0)
		err(1, "setns %s", argv[1]);

	errno = posix_spawnp(&child, cmd[0], NULL, NULL, cmd, environ);
	if (errno)
		err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
