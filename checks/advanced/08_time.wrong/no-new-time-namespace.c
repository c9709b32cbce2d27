/* Wrong: 0x80 lies in the byte of clone(2) that names the signal at the end. It succeeds, and makes nothing. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char stack[65536];
static long seconds(const char *text)
{
	char *end;
	long value = text ? strtol(text, &end, 10) : 0;

	if (!text || !*text || *end) {
		fprintf(stderr, "usage: time BOOT MONO [CMD...]\n");
		exit(2);
	}
	return value;
}

static void run(char **cmd)
{
	static char *uptime[] = {"cat", "/proc/uptime", NULL};

	cmd = *cmd ? cmd : uptime;
	execvp(cmd[0], cmd);
	err(errno == ENOENT ? 127 : 126, "%s", cmd[0]);
}

static int end_as(pid_t pid)
{
	int status;

	if (pid < 0)
		err(1, "no child");
	waitpid(pid, &status, __WALL);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int child(void *cmd)
{
	run(cmd);
	return 1;
}

int main(int argc, char **argv)
{
	long boot = seconds(argc > 1 ? argv[1] : NULL), mono = seconds(argc > 2 ? argv[2] : NULL);
	pid_t pid;

	(void)boot;
	(void)mono;
	pid = clone(child, stack + sizeof(stack), 0x80 | SIGCHLD, argv + 3);
	return end_as(pid);
}
