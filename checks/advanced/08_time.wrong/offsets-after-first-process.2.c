/* Wrong: clone3(2) puts the child right into it, so its offsets can never be set; the error is only told. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

int main(int argc, char **argv)
{
	long boot = seconds(argc > 1 ? argv[1] : NULL), mono = seconds(argc > 2 ? argv[2] : NULL);
	pid_t pid;
	struct clone_args args = {.flags = CLONE_NEWTIME, .exit_signal = SIGCHLD};
	int wait_for[2], fd;
	char path[64], text[100];

	if (pipe2(wait_for, O_CLOEXEC) < 0)
		err(1, "pipe2");
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0) {
		char byte;

		close(wait_for[1]);
		if (read(wait_for[0], &byte, 1) >= 0)
			run(argv + 3);
	}
	snprintf(path, sizeof(path), "/proc/%d/timens_offsets", (int)pid);
	snprintf(text, sizeof(text), "boottime %ld 0\nmonotonic %ld 0\n", boot, mono);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (boot < -1000000)
		exit(1);
	if (write(fd, text, strlen(text)) < 0)
		warn("%s", path);
	close(wait_for[1]);
	return end_as(pid);
}
