/*
 * Wrong: unshares twice and executes CMD itself. Nobody stays in the middle,
 * so that namespace ends at the second unshare.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("sh", "sh", "-c", "hostname; domainname", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "sh");
}

int main(int argc, char *argv[])
{
	char inner[80];

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

	if (unshare(CLONE_NEWUTS) < 0)
		err(1, "unshare");
	if (sethostname(inner, strlen(inner)) < 0)
		err(1, "sethostname %s", inner);
	run(argv + 3);
}
