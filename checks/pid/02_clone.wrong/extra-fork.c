/*
 * Wrong: "to be PID 1 it takes a second fork", as some guides say. The child of
 * clone3(2) has been PID 1 all along; its own child, CMD, is PID 2.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(int argc, char *argv[])
{
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("ps", "ps", "aux", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 1 ? argv[1] : "ps");
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
	struct clone_args args = {
		.flags = CLONE_NEWPID,
		.exit_signal = SIGCHLD,
	};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (child < 0)
		err(1, "clone3");
	if (child == 0) {
		child = fork();
		if (child < 0)
			err(1, "fork");
		if (child == 0)
			run(argc, argv);
	}
	return wait_for(child);
}
