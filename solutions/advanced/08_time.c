/*
 * Another uptime
 *
 * Goal:   Run CMD in a new time namespace, in which the boot-time clock and the
 *         monotonic clock are ahead by so many seconds.
 * Man:    unshare(2) time_namespaces(7) clock_gettime(2) fork(2) waitpid(2)
 * Run:    time BOOT-SECONDS MONO-SECONDS [CMD [ARG...]]
 * Expect: "time 864000 0" prints an uptime that is ten days too long.
 * Read:   docs/advanced/08_time.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h> /* unshare */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80 /* as in <linux/sched.h>, for older C libraries */
#endif

static long seconds(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end || errno) {
		fprintf(stderr, "usage: time BOOT-SECONDS MONO-SECONDS "
				"[CMD [ARG...]]\n");
		exit(2);
	}
	return value;
}

/* Still open for writing until somebody lives in the new namespace. */
static void write_offsets(long boot, long mono)
{
	static const char path[] = "/proc/self/timens_offsets";
	char text[100];
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "open %s", path);

	/* One line for each clock: its name, seconds, nanoseconds. */
	/* TODO(2): make both lines of text with snprintf(3) */
	snprintf(text, sizeof(text), "boottime %ld 0\nmonotonic %ld 0\n", boot,
		 mono);
	/* END(2) */

	if (write(fd, text, strlen(text)) < 0)
		err(1, "write offsets %ld and %ld to %s", boot, mono, path);
	close(fd);
}

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("cat", "cat", "/proc/uptime", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "cat");
}

int main(int argc, char *argv[])
{
	long boot = seconds(argc > 1 ? argv[1] : "");
	long mono = seconds(argc > 2 ? argv[2] : "");
	int status = 0;
	pid_t pid = -1;

	/* As with PID namespaces the caller stays where it is. */
	/* TODO(1): make the new time namespace with unshare(2) */
	if (unshare(CLONE_NEWTIME) < 0)
		err(1, "unshare");
	/* END(1) */

	write_offsets(boot, mono);

	/* The first process in it; from here on the offsets are fixed. */
	/* TODO(3): make the child with fork(2) */
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	/* END(3) */
	if (pid == 0)
		run(argv + 3);

	if (waitpid(pid, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
