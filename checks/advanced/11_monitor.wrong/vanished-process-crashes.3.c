/* Wrong: opens each process's directory, and never asks whether that worked. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct group {
	unsigned long ino;
	int n;
	char pids[4096];
} groups[200];

static int compare(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return (x->ino > y->ino) - (x->ino < y->ino);
}

static void add(unsigned long ino, const char *pid)
{
	struct group *group = groups;

	while (group->n && group->ino != ino)
		group++;
	group->ino = ino;
	group->n++;
	sprintf(group->pids + strlen(group->pids), " %s", pid);
}

int main(int argc, char **argv)
{
	const char *type = argc > 1 ? argv[1] : "pid";
	char path[600], text[100];
	struct dirent **list;
	int refused = 0, k = 0;
	int n = scandir("/proc", &list, NULL, versionsort);

	snprintf(path, sizeof(path), "/proc/self/ns/%s", type);
	if (access(path, F_OK) < 0)
		return fprintf(stderr, "usage: monitor [TYPE]\n"), 2;
	for (int i = 0; i < n; i++) {
		ssize_t len;
		DIR *dir;

		if (!isdigit((unsigned char)list[i]->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s", list[i]->d_name);
		dir = opendir(path);
		snprintf(path, sizeof(path), "ns/%s", type);
		len = readlinkat(dirfd(dir), path, text, sizeof(text) - 1);
		if (len > 0) {
			text[len] = '\0';
			add(strtoul(strchr(text, '[') + 1, NULL, 10), list[i]->d_name);
		} else {
			refused += errno == EACCES;
		}
		closedir(dir);
	}
	while (groups[k].n)
		k++;
	qsort(groups, k, sizeof(*groups), compare);
	for (int i = 0; i < k; i++)
		printf("%s %lu %d%s\n", type, groups[i].ino, groups[i].n, groups[i].pids);
	fprintf(stderr, "%d refused\n", refused);
	return 0;
}
