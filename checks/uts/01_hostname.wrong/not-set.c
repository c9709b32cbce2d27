/*
 * Wrong: the namespace is new, but the name goes into a variable of the
 * environment, which the kernel does not know.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

	if (unshare(CLONE_NEWUTS) < 0)
		err(1, "unshare");

	if (strlen(argv[1]) > 64)
		errx(1, "%s is too long", argv[1]);
	setenv("HOSTNAME", argv[1], 1);

	run(argv + 2);
}
