/*
 * Wrong: makes the namespace and leaves lo as it is born, down.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("ip", "ip", "addr", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "ip");
}

int main(int argc, char *argv[])
{
	if (unshare(CLONE_NEWNET) < 0)
		err(1, "unshare");
	run(argv + (argc > 0));
}
