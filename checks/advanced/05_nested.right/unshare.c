/* Different: unshare(2) and a fork for every level, by recursion. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

/* The status of what runs below, as every level passes it up to the next. */
static int wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

static void run(char *argv[])
{
	char *list[] = { "grep", "NSpid", "/proc/self/status", NULL };

	if (!argv[0])
		argv = list;
	execvp(argv[0], argv);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0]);
}

static void descend(long levels)
{
	pid_t child;

	if (levels == 0)
		return;
	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0)
		err(1, "unshare, with %ld levels to go", levels);
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child > 0)
		_exit(wait_for(child));
	descend(levels - 1);
}

int main(int argc, char *argv[])
{
	char *end = NULL;
	long depth = argc > 1 ? strtol(argv[1], &end, 10) : 0;

	if (depth < 1 || *end) {
		fprintf(stderr, "usage: nested DEPTH [CMD [ARG...]]\n");
		return 2;
	}

	descend(depth);

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) < 0)
		err(1, "mount /proc");
	run(argv + 2);
}
