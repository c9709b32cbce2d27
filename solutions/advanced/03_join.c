/*
 * Joining a namespace
 *
 * Goal:   Join the namespace that PATH names, of whatever type, and run CMD in
 *         it.
 * Man:    setns(2) ioctl_ns(2) open(2) pid_namespaces(7) namespaces(7)
 * Run:    join PATH [CMD [ARG...]]
 * Expect: With "unshare --uts bash" running as process 23 elsewhere,
 *         "join /proc/23/ns/uts hostname" prints that shell's host name.
 * Read:   docs/advanced/03_join.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h> /* NS_GET_NSTYPE */
#include <sched.h>	/* setns */
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("bash", "bash", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "bash");
}

int main(int argc, char *argv[])
{
	int fd = -1, type = -1, status;
	pid_t child = -1;

	if (argc < 2) {
		fprintf(stderr, "usage: join PATH [CMD [ARG...]]\n");
		return 2;
	}

	/* The file stands for the namespace. CMD has no use for it. */
	/* TODO(1): open it so that an exec closes it; see open(2) */
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	/* END(1) */
	if (fd < 0)
		err(1, "open %s", argv[1]);

	/* Any file can be opened. Only that of a namespace knows its type. */
	/* TODO(2): ask for the type with ioctl(2); see ioctl_ns(2) */
	type = ioctl(fd, NS_GET_NSTYPE);
	/* END(2) */
	if (type < 0)
		errx(1, "%s is no namespace", argv[1]);

	/* TODO(3): join it with setns(2) */
	if (setns(fd, type) < 0)
		err(1, "setns %s", argv[1]);
	/* END(3) */

	/*
	 * A process never changes its own PID namespace; a joined one waits
	 * for its children. For other types one more process does no harm.
	 */
	/* TODO(4): make the process that becomes CMD; see setns(2) */
	child = fork();
	/* END(4) */
	if (child < 0)
		err(1, "fork");
	if (child == 0)
		run(argv + 2);
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
