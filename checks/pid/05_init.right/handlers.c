/*
 * Different: signal handlers instead of blocked signals. waitpid() blocks, the
 * handlers pass signals on meanwhile, and SIGALRM is the end of the grace.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t child; /* whom the handler passes signals on to */

static void pass_on(int sig)
{
	int saved = errno;

	kill(child, sig == SIGALRM ? SIGKILL : sig);
	if (sig != SIGALRM)
		alarm(3);
	errno = saved;
}

static int fork_and_tend(const sigset_t *before)
{
	struct sigaction action = { .sa_handler = pass_on, .sa_flags = SA_RESTART };
	int status;
	pid_t dead;

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0)
		return -1;

	/* The handlers may run once they know the child. */
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	sigprocmask(SIG_SETMASK, before, NULL);
	while ((dead = waitpid(-1, &status, 0)) != child)
		if (dead < 0 && errno != EINTR)
			err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char *argv[])
{
	sigset_t blocked, before;
	int status;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigprocmask(SIG_BLOCK, &blocked, &before);

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0)
		err(1, "unshare");
	if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		err(1, "mount / slave");
	status = fork_and_tend(&before);
	if (status >= 0)
		return status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mount("proc", "/proc", "proc", 0, NULL) < 0)
		err(1, "mount /proc");
	status = fork_and_tend(&before);
	if (status >= 0)
		exit(status);

	sigprocmask(SIG_SETMASK, &before, NULL);
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("sh", "sh", "-c", "echo $$; ps aux", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 1 ? argv[1] : "sh");
}
