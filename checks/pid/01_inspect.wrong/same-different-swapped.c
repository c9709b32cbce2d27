/*
 * Wrong: takes strcmp(3) for a question ("are they equal?"). It answers 0 for
 * equal texts, so each line says the opposite of the truth.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void inode(const char *pid, const char *type, char text[32])
{
	char path[PATH_MAX], link[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, type);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0 && errno != ENOENT)
		err(1, "%s", path);
	link[len < 0 ? 0 : len] = '\0';
	if (len < 0 || sscanf(link, "%*[^[][%31[0-9]", text) != 1)
		strcpy(text, "-");
}

int main(int argc, char *argv[])
{
	const char *first = argc == 3 ? argv[1] : "self";
	const char *second = argc > 1 ? argv[argc - 1] : "1";
	struct dirent **entry;
	char path[64], a[32], b[32];
	int n;

	for (int i = 1; i < argc; i++) {
		if (argc > 3 || strspn(argv[i], "0123456789") != strlen(argv[i])) {
			fprintf(stderr, "usage: inspect [PID [PID]]\n");
			return 2;
		}
	}
	inode(second, "user", b);
	snprintf(path, sizeof(path), "/proc/%s/ns", first);
	n = scandir(path, &entry, NULL, alphasort);
	if (n < 0)
		err(1, "%s", path);
	for (int i = 2; i < n; i++) {
		inode(first, entry[i]->d_name, a);
		inode(second, entry[i]->d_name, b);
		printf("%s %s %s %s\n", entry[i]->d_name, a, b,
		       strcmp(a, b) ? "same" : "different");
	}
	return 0;
}
