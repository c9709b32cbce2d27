/*
 * Which namespaces do two processes share?
 *
 * Goal:   For every entry of /proc/PID/ns print the inode numbers of both
 *         processes, and say whether they are in the same namespace.
 * Man:    namespaces(7) proc(5) open(2) scandir(3) stat(2)
 * Run:    inspect [PID [PID]]
 * Expect: One line per entry, sorted by name, such as
 *         "uts 4026531838 4026532254 different"
 * Read:   docs/pid/01_inspect.md
 */
#define _GNU_SOURCE
#include <dirent.h> /* scandirat */
#include <err.h>
#include <errno.h>
#include <fcntl.h> /* open */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h> /* fstatat */

struct process {
	const char *pid; /* as on the command line, or "self" */
	int dir;	 /* its /proc/PID/ns */
};

static void open_namespaces(struct process *process)
{
	char *path;

	if (asprintf(&path, "/proc/%s/ns", process->pid) < 0)
		err(1, "asprintf");

	/* Here the kernel refuses to show the processes of other users. */
	/* TODO(1): open the directory with open(2) */
	errx(42, "TODO(1): the directory is not opened yet");
	/* END(1) */

	free(path);
}

/*
 * Leaves *ret all zero where the link leads nowhere yet: who has unshared the
 * PID namespace has no "pid_for_children" to show before the first fork.
 */
static void look(const struct process *process, const char *name,
		 struct stat *ret)
{
	int result;

	memset(ret, 0, sizeof(*ret));
	/* TODO(3): look where the link leads with fstatat(2); see stat(2) */
	errx(42, "TODO(3): the links are not followed yet");
	/* END(3) */

	if (result < 0 && errno != ENOENT)
		err(1, "stat /proc/%s/ns/%s", process->pid, name);
}

static void print_line(const char *name, const struct stat *st)
{
	/* An inode number is unique only together with its device. */
	int same = st[0].st_dev == st[1].st_dev && st[0].st_ino == st[1].st_ino;

	printf("%s", name);
	for (int i = 0; i < 2; i++) {
		if (st[i].st_ino)
			printf(" %ju", (uintmax_t)st[i].st_ino);
		else
			printf(" -");
	}
	printf(" %s\n", same ? "same" : "different");
}

int main(int argc, char *argv[])
{
	struct process process[2] = { { .pid = "self" }, { .pid = "1" } };
	struct dirent **entry;
	struct stat (*st)[2];
	int n;

	for (int i = 1; i < argc; i++) {
		size_t digits = strspn(argv[i], "0123456789");

		if (argc > 3 || !digits || argv[i][digits]) {
			fprintf(stderr, "usage: inspect [PID [PID]]\n");
			return 2;
		}
	}
	if (argc == 3)
		process[0].pid = argv[1];
	if (argc > 1)
		process[1].pid = argv[argc - 1];

	open_namespaces(&process[0]);
	open_namespaces(&process[1]);

	/* Kernels differ in what they have, so take the list from this one. */
	/* TODO(2): list the names in order with scandirat(3); see scandir(3) */
	errx(42, "TODO(2): the names are not listed yet");
	/* END(2) */

	/* Look at everything first: after a failure nothing must be printed. */
	st = calloc(n, sizeof(*st));
	if (!st)
		err(1, "calloc");
	for (int i = 2; i < n; i++) { /* "." and ".." sort first */
		look(&process[0], entry[i]->d_name, &st[i][0]);
		look(&process[1], entry[i]->d_name, &st[i][1]);
	}
	for (int i = 2; i < n; i++)
		print_line(entry[i]->d_name, st[i]);
	return 0;
}
