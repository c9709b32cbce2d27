/*
 * Different: the directory is opened, entered with fchdir(2) and made the root as
 * "."; CMD is a child, and the program, chrooted itself, waits for it.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	int dir, status;
	pid_t child;

	if (argc < 2)
		errx(2, "usage: chroot ROOTFS [CMD [ARG...]]");
	dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || fchdir(dir) < 0)
		err(1, "open %s", argv[1]);
	if (chroot(".") < 0)
		err(1, "chroot %s", argv[1]);
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		if (argc > 2)
			execvp(argv[2], argv + 2);
		else
			execl("/bin/sh", "sh", (char *)NULL);
		err(errno == ENOENT ? 127 : 126, "exec");
	}
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
