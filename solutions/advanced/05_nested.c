/*
 * PID namespaces inside PID namespaces
 *
 * Goal:   Make DEPTH PID namespaces, each inside the one before, and run CMD
 *         as PID 1 of the innermost, with a /proc of its own.
 * Man:    clone(2) pid_namespaces(7) strtol(3) mount(2) waitpid(2)
 * Run:    nested DEPTH [CMD [ARG...]]
 * Expect: "nested 3" prints "NSpid: 1": in there no other number is known.
 * Read:   docs/advanced/05_nested.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h> /* struct clone_args, CLONE_NEWPID ... */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The status of what runs below, as every level passes it up to the next. */
static int wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	/* TODO(3): a signal as a shell shows it, else the exit status */
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	/* END(3) */
	return WEXITSTATUS(status);
}

static void run(char *argv[])
{
	char *list[] = { "grep", "NSpid", "/proc/self/status", NULL };

	if (!argv[0])
		argv = list;
	execvp(argv[0], argv);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0]);
}

int main(int argc, char *argv[])
{
	char *end = NULL;
	long depth = argc > 1 ? strtol(argv[1], &end, 10) : 0;
	pid_t child = -1;

	if (depth < 1 || *end) {
		fprintf(stderr, "usage: nested DEPTH [CMD [ARG...]]\n");
		return 2;
	}

	/*
	 * The child of the call is in the new namespace, and goes on in the
	 * loop: what it makes next lies inside its own.
	 */
	for (long level = 1; level <= depth; level++) {
		/* TODO(1): make a child one level further down; clone(2) */
		struct clone_args args = {
			.flags = CLONE_NEWPID | CLONE_NEWNS,
			.exit_signal = SIGCHLD,
		};

		child = syscall(SYS_clone3, &args, sizeof(args));
		/* END(1) */
		if (child > 0)
			return wait_for(child);

		/* The machine's own namespace is level 0, for all. */
		/* TODO(2): say that it is the limit; pid_namespaces(7) */
		if (child < 0 && errno == ENOSPC)
			errx(1, "level %ld of %ld: no more than 32 levels",
			     level, depth);
		/* END(2) */
		if (child < 0)
			err(1, "clone3");
	}

	/* Only the innermost matters to CMD, so one proc is enough. */
	/* TODO(4): private mounts, then a proc of this namespace; mount(2) */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) < 0)
		err(1, "mount /proc");
	/* END(4) */
	run(argv + 2);
}
