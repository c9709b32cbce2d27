/*
 * Different: the namespace comes with a child, made by one clone3(2). The
 * caller stays outside, waits and hands the status on.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

static int wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

int main(int argc, char *argv[])
{
	if (argc < 2) {
		fprintf(stderr, "usage: hostname NAME [CMD [ARG...]]\n");
		return 2;
	}

	struct clone_args args = {
		.flags = CLONE_NEWUTS,
		.exit_signal = SIGCHLD,
	};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (child < 0)
		err(1, "clone3");
	if (child > 0)
		return wait_for(child);

	if (sethostname(argv[1], strlen(argv[1])) < 0)
		err(1, "sethostname %s", argv[1]);

	run(argv + 2);
}
