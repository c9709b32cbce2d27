/*
 * Wrong: renames first and copies afterwards, so both levels have the inner
 * name.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("sh", "sh", "-c", "hostname; domainname", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "sh");
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
	char inner[80];
	pid_t child;

	if (argc < 3) {
		fprintf(stderr,
			"usage: domain HOSTNAME NISDOMAIN [CMD [ARG...]]\n");
		return 2;
	}
	snprintf(inner, sizeof(inner), "inner-%s", argv[1]);

	if (unshare(CLONE_NEWUTS) < 0)
		err(1, "unshare");
	if (sethostname(argv[1], strlen(argv[1])) < 0)
		err(1, "sethostname %s", argv[1]);
	if (setdomainname(argv[2], strlen(argv[2])) < 0)
		err(1, "setdomainname %s", argv[2]);

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		if (sethostname(inner, strlen(inner)) < 0)
			err(1, "sethostname %s", inner);
		if (unshare(CLONE_NEWUTS) < 0)
			err(1, "unshare");
		run(argv + 3);
	}
	return wait_for(child);
}
