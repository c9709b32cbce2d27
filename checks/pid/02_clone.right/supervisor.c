/*
 * Different: a supervisor between program and CMD makes the namespace, waits on
 * a descriptor instead of a PID, and dies of the same signal as CMD did.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int supervise(char **cmd)
{
	int pidfd = -1;
	siginfo_t end = { 0 };
	struct clone_args args = {
		.flags = CLONE_NEWPID | CLONE_PIDFD,
		.pidfd = (uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
	};
	long child = syscall(SYS_clone3, &args, sizeof(args));

	if (child < 0)
		err(1, "clone3");
	if (child == 0) {
		execvp(cmd[0], cmd);
		err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
	}
	if (poll(&(struct pollfd){ .fd = pidfd, .events = POLLIN }, 1, -1) < 0)
		err(1, "poll");
	if (waitid(P_PID, child, &end, WEXITED) < 0)
		err(1, "waitid");
	if (end.si_code != CLD_EXITED) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		signal(end.si_status, SIG_DFL);
		raise(end.si_status);
	}
	return end.si_status;
}

int main(int argc, char *argv[])
{
	char *ps[] = { (char *)"ps", (char *)"aux", NULL };
	pid_t supervisor = fork();
	int status;

	if (supervisor < 0)
		err(1, "fork");
	if (supervisor == 0)
		return supervise(argc > 1 ? argv + 1 : ps);
	if (waitpid(supervisor, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
