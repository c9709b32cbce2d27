/* Wrong: whatever was in the list is expected to be there a moment later. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct member {
	unsigned long ino;
	int pid;
};

static int compare(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return x->ino < y->ino ? -1 : x->ino > y->ino ? 1 : x->pid - y->pid;
}

int main(int argc, char **argv)
{
	static struct member members[40000];
	const char *type = argc > 1 ? argv[1] : "pid";
	DIR *proc = opendir("/proc");
	char path[600], text[100];
	struct dirent *entry;
	int n = 0, refused = 0;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", type);
	if (access(path, F_OK) < 0)
		return fprintf(stderr, "usage: monitor [TYPE]\n"), 2;
	while ((entry = readdir(proc))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/ns/%s", entry->d_name, type);
		len = readlink(path, text, sizeof(text) - 1);
		if (len < 0 && errno == EACCES && access("/proc/self", F_OK) == 0) {
			snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
			if (access(path, R_OK) < 0)
				err(1, "%s", path);
			refused++;
			continue;
		}
		if (len < 0)
			err(1, "%s", path);
		text[len] = '\0';
		members[n].pid = atoi(entry->d_name);
		sscanf(strchr(text, '['), "[%lu", &members[n++].ino);
	}
	qsort(members, n, sizeof(*members), compare);
	for (int i = 0; i < n;) {
		int k = i;

		while (k < n && members[k].ino == members[i].ino)
			k++;
		printf("%s %lu %d", type, members[i].ino, k - i);
		while (i < k)
			printf(" %d", members[i++].pid);
		printf("\n");
	}
	if (refused)
		fprintf(stderr, "%d refused\n", refused);
	return 0;
}
