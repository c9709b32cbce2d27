/*
 * Nobody at all
 *
 * Goal:   Run CMD in a new user namespace, without mapping any id into it.
 * Man:    unshare(2) user_namespaces(7) capabilities(7)
 * Run:    nobody [CMD [ARG...]]
 * Expect: "nobody" prints uid=65534(nobody); you need no privilege for it.
 * Read:   docs/user/01_nobody.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWUSER */
#include <stdio.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("id", "id", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "id");
}

int main(int argc, char *argv[])
{
	unsigned before = getuid();

	/*
	 * The one type of namespace that anybody may make. Whoever makes it
	 * moves into it and holds every capability there, for now.
	 */
	/* TODO(1): move into a new user namespace with unshare(2) */
	errx(42, "TODO(1): there is no new user namespace yet");
	/* END(1) */

	/*
	 * The user is still who it was. But no id has a number in here yet, so
	 * the kernel answers with the one that stands for all of these.
	 */
	fprintf(stderr, "nobody: uid %u before, %u now\n", before, getuid());

	/* The exec takes the capabilities away: who runs CMD is not uid 0. */
	run(argv + (argc > 0));
}
