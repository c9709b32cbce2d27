/*
 * Wrong: asks lstat(2), which describes the link in /proc and not the namespace
 * behind it. Every link has an inode of its own, so nothing is ever "same".
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static struct stat look(const char *pid, const char *type)
{
	char path[300];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, type);
	if (lstat(path, &st) < 0)
		err(1, "%s", path);
	return st;
}

int main(int argc, char *argv[])
{
	const char *first = argc == 3 ? argv[1] : "self";
	const char *second = argc > 1 ? argv[argc - 1] : "1";
	struct dirent **entry;
	char path[64];
	int n;

	for (int i = 1; i < argc; i++) {
		if (argc > 3 || strspn(argv[i], "0123456789") != strlen(argv[i])) {
			fprintf(stderr, "usage: inspect [PID [PID]]\n");
			return 2;
		}
	}
	snprintf(path, sizeof(path), "/proc/%s/ns", first);
	n = scandir(path, &entry, NULL, alphasort);
	if (n < 0)
		err(1, "%s", path);
	for (int i = 2; i < n; i++) {
		struct stat a = look(first, entry[i]->d_name);
		struct stat b = look(second, entry[i]->d_name);

		printf("%s %lu %lu %s\n", entry[i]->d_name,
		       (unsigned long)a.st_ino, (unsigned long)b.st_ino,
		       a.st_ino == b.st_ino ? "same" : "different");
	}
	return 0;
}
