/*
 * Wrong: CLONE_NEWNS sounds like "a new namespace", whichever. It was the first
 * type of all and means the mount namespace.
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

int main(int argc, char *argv[])
{
	struct clone_args args = {
		.flags = CLONE_NEWNS,
		.exit_signal = SIGCHLD,
	};
	int status;
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (child < 0)
		err(1, "clone3");
	if (child == 0)
		run(argc, argv);
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
