/*
 * Different: both namespaces come with a child of their own, by clone3(2). The
 * program itself stays outside.
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

static pid_t clone_uts(void)
{
	struct clone_args args = {
		.flags = CLONE_NEWUTS,
		.exit_signal = SIGCHLD,
	};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (child < 0)
		err(1, "clone3");
	return child;
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

	child = clone_uts();
	if (child > 0)
		return wait_for(child);
	if (sethostname(argv[1], strlen(argv[1])) < 0)
		err(1, "sethostname %s", argv[1]);
	if (setdomainname(argv[2], strlen(argv[2])) < 0)
		err(1, "setdomainname %s", argv[2]);

	child = clone_uts();
	if (child == 0) {
		if (sethostname(inner, strlen(inner)) < 0)
			err(1, "sethostname %s", inner);
		run(argv + 3);
	}
	return wait_for(child);
}
