/*
 * Wrong: reads the PID with atoi(3), which finds a number in everything: 1 in
 * "1x", 0 in "init". A typing mistake becomes the answer to another question.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct stat look(int pid, const char *type)
{
	char path[300];
	struct stat st = { 0 };

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, type);
	if (stat(path, &st) < 0 && errno != ENOENT)
		err(1, "%s", path);
	return st;
}

int main(int argc, char *argv[])
{
	int pid[2] = { getpid(), 1 };
	struct dirent **entry;
	char path[64];
	int n = 0;

	if (argc == 3)
		pid[0] = atoi(argv[1]);
	if (argc > 1)
		pid[1] = atoi(argv[argc - 1]);

	for (int i = 1; i >= 0; i--) {
		snprintf(path, sizeof(path), "/proc/%d/ns", pid[i]);
		n = scandir(path, &entry, NULL, alphasort);
		if (n < 0)
			err(1, "%s", path);
	}
	for (int i = 2; i < n; i++) {
		struct stat st[2];

		printf("%s", entry[i]->d_name);
		for (int j = 0; j < 2; j++) {
			st[j] = look(pid[j], entry[i]->d_name);
			if (st[j].st_ino)
				printf(" %lu", (unsigned long)st[j].st_ino);
			else
				printf(" -");
		}
		printf(" %s\n", st[0].st_ino == st[1].st_ino ? "same" :
							       "different");
	}
	return 0;
}
