/*
 * A copy of a copy
 *
 * Goal:   Stay in a UTS namespace with the given names, and run CMD in another
 *         one that began as a copy of it and then got a host name of its own.
 * Man:    unshare(2) sethostname(2) setdomainname(2) uts_namespaces(7)
 * Run:    domain HOSTNAME NISDOMAIN [CMD [ARG...]]
 * Expect: "domain box lab.example" prints inner-box, then lab.example.
 * Read:   docs/uts/02_domain.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWUTS */
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

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
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

	/* A UTS namespace holds two names; each has a call of its own. */
	/* TODO(1): the middle: unshare(2), sethostname(2), setdomainname(2) */
	if (unshare(CLONE_NEWUTS) < 0)
		err(1, "unshare");
	if (sethostname(argv[1], strlen(argv[1])) < 0)
		err(1, "sethostname %s", argv[1]);
	if (setdomainname(argv[2], strlen(argv[2])) < 0)
		err(1, "setdomainname %s", argv[2]);
	/* END(1) */

	/* This process stays, so the middle namespace lives while CMD runs. */
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		/* What is copied now are the middle's names, both of them. */
		/* TODO(2): the inner one: unshare(2), sethostname(2) */
		if (unshare(CLONE_NEWUTS) < 0)
			err(1, "unshare");
		if (sethostname(inner, strlen(inner)) < 0)
			err(1, "sethostname %s", inner);
		/* END(2) */
		run(argv + 3);
	}
	return wait_for(child);
}
