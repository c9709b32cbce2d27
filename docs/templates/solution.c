/*
 * TO BE WRITTEN: the title
 *
 * Goal:   TO BE WRITTEN: what the program does, and what changes by it.
 * Man:    execvp(3)
 * Run:    @NAME@ [CMD [ARG...]]
 * Expect: TO BE WRITTEN: what is seen when it works.
 * Read:   docs/@PHASE@/@STEM@.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	char *fallback[] = {(char *)"id", NULL};
	char **cmd = argc > 1 ? argv + 1 : fallback;

	/* TO BE WRITTEN: one to three lines on what the kernel changes. */
	/* TODO(1): become CMD with execvp(3) */
	execvp(cmd[0], cmd);
	/* END(1) */

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
}
