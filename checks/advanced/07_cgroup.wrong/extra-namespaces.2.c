/* Wrong: a user namespace "for the privilege", which the caller has already. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char *cat[] = {"cat", "/proc/self/cgroup", NULL};
	char **cmd = argc > 1 ? argv + 1 : cat;

	if (unshare(CLONE_NEWUSER | CLONE_NEWCGROUP) < 0)
		err(1, "unshare");
	execvp(cmd[0], cmd);
	err(errno == ENOENT ? 127 : 126, "%s", cmd[0]);
}
