/*
 * Different: clone() with CLONE_NEWNS, and the mount is named as "." from within.
 * "shared" is left as it is: the copy of a shared mount is shared already.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE (256 * 1024)

static const struct {
	const char *word;
	unsigned long type;
} types[] = {
	{ "private", MS_PRIVATE },
	{ "shared", 0 },
	{ "slave", MS_SLAVE },
	{ "unbindable", MS_UNBINDABLE },
};

static unsigned long type;

static int run(void *arg)
{
	char *cat[] = { (char *)"cat", (char *)"/proc/self/mountinfo", NULL };
	char **args = arg;
	char **cmd = args[1] ? args + 1 : cat;

	if (chdir(args[0]) < 0)
		err(1, "chdir %s", args[0]);
	if (type && mount("", ".", "", type, "") < 0)
		err(1, "mount %s", args[0]);
	if (chdir("/") < 0)
		err(1, "chdir /");
	execvp(cmd[0], cmd);
	err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
}

int main(int argc, char *argv[])
{
	char *stack = malloc(STACK_SIZE);
	size_t known = sizeof(types) / sizeof(types[0]), i = known;
	pid_t child;
	int status;

	if (argc > 2)
		for (i = 0; i < known && strcmp(types[i].word, argv[1]) != 0; i++)
			;
	if (i == known) {
		fprintf(stderr, "usage: propagation TYPE DIR [CMD [ARG...]]\n");
		return 2;
	}
	type = types[i].type;
	if (!stack)
		err(1, "malloc");
	child = clone(run, stack + STACK_SIZE, CLONE_NEWNS | SIGCHLD, argv + 2);
	if (child < 0)
		err(1, "clone");
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
