/*
 * Who shares a namespace with whom?
 *
 * Goal:   Group the processes of /proc by the namespace of one type that they
 *         are in, while they come and go.
 * Man:    namespaces(7) proc(5) readlink(2) faccessat(2) qsort(3)
 * Run:    monitor [TYPE]
 * Expect: One line per namespace, by inode: "pid 4026531836 3 1 17 20". How
 *         many processes may not be read is told on standard error.
 * Read:   docs/advanced/11_monitor.md
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h> /* readlinkat, faccessat */

struct member {
	unsigned long inode;
	long pid;
};

static int proc;	 /* the directory /proc */
static unsigned refused; /* processes that are there, and may not be read */

/* The inode of a process's namespace, 0 where there is none to see. */
static unsigned long look(const char *pid, const char *type)
{
	char path[300], text[64];
	unsigned long inode = 0;
	ssize_t len = -1;

	snprintf(path, sizeof(path), "%.20s/ns/%.40s", pid, type);

	/* The text of the link, "pid:[4026531836]", costs less than a stat. */
	/* TODO(1): read the link below the directory with readlinkat(2) */
	errx(42, "TODO(1): read where the process is");
	/* END(1) */
	if (len >= 0) {
		text[len] = '\0';
		sscanf(text, "%*[^[][%lu", &inode);
		return inode;
	}

	/*
	 * Between the list and this look the process may have ended. Then the
	 * kernel says ENOENT, ESRCH, or EACCES, as it does of one that is there
	 * and closed to the caller. The rest is a failure.
	 */
	/* TODO(2): sort out errno: gone (see faccessat(2)), refused, failed */
	errx(42, "TODO(2): tell gone from refused");
	/* END(2) */
	return 0;
}

/* By inode, and in a namespace by PID. */
static int compare(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = 0;

	/* TODO(3): less than, equal to or greater than 0; see qsort(3) */
	errx(42, "TODO(3): compare two processes");
	/* END(3) */
	return order ? order : (a->pid > b->pid) - (a->pid < b->pid);
}

int main(int argc, char *argv[])
{
	const char *type = argc > 1 ? argv[1] : "pid";
	struct member *members = NULL;
	size_t n = 0, room = 0, k;
	struct dirent *entry;
	DIR *list = opendir("/proc");

	if (!list)
		err(1, "opendir /proc");
	proc = dirfd(list);
	if (argc > 2 || strchr(type, '/') || !look("self", type)) {
		fprintf(stderr, "usage: monitor [TYPE], as in /proc/PID/ns\n");
		return 2;
	}
	while ((entry = readdir(list))) {
		if (entry->d_name[strspn(entry->d_name, "0123456789")])
			continue;
		if (n == room) {
			room = 2 * room + 64;
			members = realloc(members, room * sizeof(*members));
			if (!members)
				err(1, "realloc");
		}
		members[n].pid = atol(entry->d_name);
		members[n].inode = look(entry->d_name, type);
		n += members[n].inode != 0;
	}

	/* Then those who share one stand together. */
	qsort(members, n, sizeof(*members), compare);
	for (size_t i = 0; i < n; i = k) {
		for (k = i; k < n && members[k].inode == members[i].inode;)
			k++;
		printf("%s %lu %zu", type, members[i].inode, k - i);
		for (size_t m = i; m < k; m++)
			printf(" %ld", members[m].pid);
		printf("\n");
	}
	if (refused)
		fprintf(stderr, "monitor: %u may not be read\n", refused);
	return 0;
}
