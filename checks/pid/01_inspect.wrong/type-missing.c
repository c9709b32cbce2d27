/*
 * Wrong: the six types every text names, from a list in the program. cgroup,
 * time and the two _for_children entries are never looked at.
 */
#define _GNU_SOURCE
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const types[] = { "ipc", "mnt", "net", "pid", "user", "uts" };

static struct stat look(const char *pid, const char *type)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, type);
	if (stat(path, &st) < 0)
		err(1, "%s", path);
	return st;
}

int main(int argc, char *argv[])
{
	const char *first = argc == 3 ? argv[1] : "self";
	const char *second = argc > 1 ? argv[argc - 1] : "1";

	for (int i = 1; i < argc; i++) {
		if (argc > 3 || strspn(argv[i], "0123456789") != strlen(argv[i])) {
			fprintf(stderr, "usage: inspect [PID [PID]]\n");
			return 2;
		}
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct stat a = look(first, types[i]);
		struct stat b = look(second, types[i]);

		printf("%s %ju %ju %s\n", types[i], (uintmax_t)a.st_ino,
		       (uintmax_t)b.st_ino,
		       a.st_ino == b.st_ino ? "same" : "different");
	}
	return 0;
}
