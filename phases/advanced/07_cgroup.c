/*
 * A namespace for the names of cgroups
 *
 * Goal:   Run CMD in a new cgroup namespace, whose root is the cgroup that the
 *         program is in. CMD stays where it is, and so do its limits.
 * Man:    unshare(2) cgroup_namespaces(7) cgroups(7)
 * Run:    cgroup [CMD [ARG...]]
 * Expect: "cgroup" prints the cgroup of CMD in each hierarchy, and each of them
 *         is "/", however deep it really is.
 * Read:   docs/advanced/07_cgroup.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWCGROUP */
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void say_namespace(const char *when)
{
	struct stat st;

	/* TODO(1): look up the namespace behind /proc/self/ns; see stat(2) */
	errx(42, "TODO(1): which namespace is it?");
	/* END(1) */
	fprintf(stderr, "%s: cgroup:[%ju]\n", when, (uintmax_t)st.st_ino);
}

int main(int argc, char *argv[])
{
	(void)argc;
	say_namespace("before");

	/*
	 * The cgroup that the caller is in at this moment becomes "/", and
	 * stays it. Nobody is moved, and nobody gets a right they had not.
	 */
	/* TODO(2): make the new namespace, and enter it, with unshare(2) */
	errx(42, "TODO(2): make a new cgroup namespace");
	/* END(2) */

	say_namespace("after");

	/* Unlike the PID namespace this one is entered by the caller itself. */
	/* TODO(3): become CMD, or the default, with execvp(3) and execlp(3) */
	errx(42, "TODO(3): become the command");
	/* END(3) */

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[1] ? argv[1] : "cat");
}
