/*
 * Different: as in a container, each copy runs under a small init. The copy is
 * not PID 1, so the SIGTERM that its init passes on is not thrown away.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int code_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Reap, and pass signals on, until all N children have ended. */
static int tend(const sigset_t *watched, pid_t *children, int n)
{
	const struct timespec grace = { .tv_sec = 2 };
	int stopping = 0, result = 0, status, left = n;
	pid_t dead;

	while (left > 0) {
		int sig = sigtimedwait(watched, NULL, stopping ? &grace : NULL);

		if (sig < 0 && errno == EAGAIN)
			sig = SIGKILL;
		if (sig > 0 && sig != SIGCHLD) {
			for (int i = 0; i < n; i++)
				if (children[i] > 0)
					kill(children[i], sig);
			stopping = 1;
		}
		while ((dead = waitpid(-1, &status, WNOHANG)) > 0)
			for (int i = 0; i < n; i++)
				if (dead == children[i]) {
					children[i] = 0;
					left--;
					if (code_of(status))
						result = code_of(status);
				}
	}
	return result;
}

static int init(int argc, char *argv[], const sigset_t *watched, const sigset_t *before)
{
	pid_t child;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	if (mount("proc", "/proc", "proc", 0, NULL) < 0)
		err(1, "mount /proc");
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child > 0)
		return tend(watched, &child, 1);

	sigprocmask(SIG_SETMASK, before, NULL);
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("sleep", "sleep", "100", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 1 ? argv[1] : "sleep");
}

int main(int argc, char *argv[])
{
	struct clone_args args = { .flags = CLONE_NEWPID | CLONE_NEWNS, .exit_signal = SIGCHLD };
	sigset_t watched, before;
	pid_t inits[2];

	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGINT);
	sigprocmask(SIG_BLOCK, &watched, &before);
	for (int i = 0; i < 2; i++) {
		inits[i] = syscall(SYS_clone3, &args, sizeof(args));
		if (inits[i] < 0)
			err(1, "clone3");
		if (inits[i] == 0)
			return init(argc, argv, &watched, &before);
	}
	return tend(&watched, inits, 2);
}
