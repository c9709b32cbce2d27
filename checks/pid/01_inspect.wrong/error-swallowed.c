/*
 * Wrong: takes every failure of readlink(2) for "not there yet" and goes on. A
 * process that does not exist is compared like any other, and all is well.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void inode(const char *pid, const char *type, char text[32])
{
	char path[300], link[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, type);
	len = readlink(path, link, sizeof(link) - 1);
	link[len < 0 ? 0 : len] = '\0';
	if (len < 0 || sscanf(link, "%*[^[][%31[0-9]", text) != 1)
		strcpy(text, "-");
}

int main(int argc, char *argv[])
{
	const char *first = argc == 3 ? argv[1] : "self";
	const char *second = argc > 1 ? argv[argc - 1] : "1";
	struct dirent **entry;
	char a[32], b[32];
	int n = scandir("/proc/self/ns", &entry, NULL, alphasort);

	if (n < 0)
		err(1, "/proc/self/ns");
	for (int i = 2; i < n; i++) {
		inode(first, entry[i]->d_name, a);
		inode(second, entry[i]->d_name, b);
		printf("%s %s %s %s\n", entry[i]->d_name, a, b,
		       strcmp(a, b) ? "different" : "same");
	}
	return 0;
}
