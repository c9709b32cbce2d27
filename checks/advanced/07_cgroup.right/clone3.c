/* Different: a child that clone3(2) puts straight into the new namespace; the caller stays. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct clone_args args = {.flags = CLONE_NEWCGROUP, .exit_signal = SIGCHLD};
	char *cat[] = {"cat", "/proc/self/cgroup", NULL};
	char **cmd = argc > 1 ? argv + 1 : cat;
	int status;
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (pid < 0)
		err(1, "clone3");
	if (pid == 0) {
		execvp(cmd[0], cmd);
		err(errno == ENOENT ? 127 : 126, "%s", cmd[0]);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
