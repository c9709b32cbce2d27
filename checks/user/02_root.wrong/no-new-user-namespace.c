/*
 * Wrong: tries to become uid 0 with setuid(2), as a program of root's could.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
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
	if (setuid(0) < 0)
		warn("setuid");
	run(argv + (argc > 0));
}
