/*
 * Wrong: no fork. After unshare(2) "this process is in the new namespace", so
 * it becomes CMD itself; but the caller never moves.
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
	if (unshare(CLONE_NEWPID) < 0)
		err(1, "unshare");
	run(argc, argv);
}
