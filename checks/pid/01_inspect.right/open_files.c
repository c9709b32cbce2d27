/*
 * Different: opens the namespaces themselves and compares what fstat(2) says
 * of the descriptors, so no namespace can vanish between look and comparison.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static DIR *open_dir(const char *pid)
{
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/ns", pid);
	dir = opendir(path);
	if (!dir)
		err(1, "opendir %s", path);
	return dir;
}

static int open_namespace(DIR *dir, const char *pid, const char *name)
{
	int fd = openat(dirfd(dir), name, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno != ENOENT)
		err(1, "open %s of %s", name, pid);
	return fd;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

int main(int argc, char *argv[])
{
	const char *a = argc == 3 ? argv[1] : "self";
	const char *b = argc > 1 ? argv[argc - 1] : "1";
	char line[32][128];
	size_t n = 0;

	for (int i = 1; i < argc; i++) {
		char *end;
		unsigned long pid = strtoul(argv[i], &end, 10);

		if (argc > 3 || *end || !pid || *argv[i] == '-') {
			fputs("usage: inspect [PID [PID]]\n", stderr);
			return 2;
		}
	}

	DIR *da = open_dir(a), *db = open_dir(b);
	struct dirent *entry;

	while ((entry = readdir(da)) && n < 32) {
		struct stat sa = { 0 }, sb = { 0 };
		char ta[24] = "-", tb[24] = "-";
		int fa, fb;

		if (entry->d_name[0] == '.')
			continue;
		fa = open_namespace(da, a, entry->d_name);
		fb = open_namespace(db, b, entry->d_name);
		if (fa >= 0 && fstat(fa, &sa) == 0)
			snprintf(ta, sizeof(ta), "%lu", (unsigned long)sa.st_ino);
		if (fb >= 0 && fstat(fb, &sb) == 0)
			snprintf(tb, sizeof(tb), "%lu", (unsigned long)sb.st_ino);
		snprintf(line[n++], sizeof(line[0]), "%.40s %s %s %s",
			 entry->d_name, ta, tb,
			 sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino ?
				 "same" : "different");
	}

	qsort(line, n, sizeof(line[0]), by_text);
	for (size_t i = 0; i < n; i++)
		puts(line[i]);
	return 0;
}
