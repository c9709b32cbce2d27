/*
 * A host name of one's own
 *
 * Goal:   Run CMD in a new UTS namespace in which the host is called NAME,
 *         while outside keeps its name.
 * Man:    unshare(2) sethostname(2) uts_namespaces(7)
 * Run:    hostname NAME [CMD [ARG...]]
 * Expect: "hostname box" prints box; the machine's name is as it was.
 * Read:   docs/uts/01_hostname.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWUTS */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("hostname", "hostname", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s",
	    argv[0] ? argv[0] : "hostname");
}

int main(int argc, char *argv[])
{
	if (argc < 2) {
		fprintf(stderr, "usage: hostname NAME [CMD [ARG...]]\n");
		return 2;
	}

	/*
	 * The new namespace starts with a copy of the names that outside has.
	 * Other than with PID namespaces the caller itself moves, at once.
	 */
	/* TODO(1): move into a new UTS namespace with unshare(2) */
	errx(42, "TODO(1): there is no new UTS namespace yet");
	/* END(1) */

	/*
	 * From here on this changes the copy. The kernel wants the length, not
	 * a NUL at the end, and refuses more than 64 bytes.
	 */
	/* TODO(2): set the name with sethostname(2), and check the result */
	errx(42, "TODO(2): the name is not set yet");
	/* END(2) */

	run(argv + 2);
}
