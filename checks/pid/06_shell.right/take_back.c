/*
 * Different: a shell with job control makes itself a group and goes in front on
 * its own, so the program only takes back, with SIGTTOU blocked, not ignored.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(int argc, char *argv[])
{
	if (mount("proc", "/proc", "proc", 0, NULL) < 0)
		err(1, "mount /proc");
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("bash", "bash", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 1 ? argv[1] : "bash");
}

int main(int argc, char *argv[])
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	sigset_t ttou;
	pid_t child;
	int status;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0)
		err(1, "unshare");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0)
		run(argc, argv);

	/* Ctrl-C for a command that stays in our group is not for us. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");

	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, NULL);
	if (tty >= 0 && tcsetpgrp(tty, getpgrp()) < 0)
		err(1, "tcsetpgrp");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
