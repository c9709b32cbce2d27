/*
 * Wrong: written and tried without arguments, and left at that. Whatever is on
 * the command line, it compares itself with PID 1.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int main(void)
{
	struct dirent **entry;
	int n = scandir("/proc/self/ns", &entry, NULL, alphasort);

	if (n < 0)
		err(1, "/proc/self/ns");
	for (int i = 2; i < n; i++) {
		char path[300];
		struct stat a, b;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", entry[i]->d_name);
		if (stat(path, &a) < 0)
			err(1, "%s", path);
		snprintf(path, sizeof(path), "/proc/1/ns/%s", entry[i]->d_name);
		if (stat(path, &b) < 0)
			err(1, "%s", path);
		printf("%s %lu %lu %s\n", entry[i]->d_name,
		       (unsigned long)a.st_ino, (unsigned long)b.st_ino,
		       a.st_ino == b.st_ino ? "same" : "different");
	}
	return 0;
}
