/* Wrong: a digit too few. 0x00020000 is CLONE_NEWNS, and the mount namespace is new. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char *cat[] = {"cat", "/proc/self/cgroup", NULL};
	char **cmd = argc > 1 ? argv + 1 : cat;

	if (unshare(0x00020000) < 0)
		err(1, "unshare");
	execvp(cmd[0], cmd);
	err(errno == ENOENT ? 127 : 126, "%s", cmd[0]);
}
