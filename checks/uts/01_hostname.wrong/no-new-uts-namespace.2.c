/*
 * Wrong: the child makes the namespace, sets the name in it and ends. CMD runs
 * in the parent, which has never left outside.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("hostname", "hostname", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s",
	    argv[0] ? argv[0] : "hostname");
}

int main(int argc, char *argv[])
{
	if (argc < 2) {
		fprintf(stderr, "usage: hostname NAME [CMD [ARG...]]\n");
		return 2;
	}

	pid_t child = fork();

	if (child < 0)
		err(1, "fork");
	if (child > 0) {
		int status;

		if (waitpid(child, &status, 0) < 0)
			err(1, "waitpid");
		if (status)
			return 1;
		run(argv + 2);
	}
	if (unshare(CLONE_NEWUTS) < 0)
		err(1, "unshare");

	if (sethostname(argv[1], strlen(argv[1])) < 0)
		err(1, "sethostname %s", argv[1]);

	return 0;
}
