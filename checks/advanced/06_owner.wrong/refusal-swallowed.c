/* Prints whatever is there when the kernel has refused. */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void line(int dir, const char *name)
{
	int ns = openat(dir, name, O_RDONLY);
	int user = strcmp(name, "user") == 0, nests = user || strcmp(name, "pid") == 0;
	int owner = ioctl(ns, NS_GET_USERNS);
	struct stat st[3] = {{0}};
	unsigned uid = 0;

	fstat(ns, &st[0]);
	fstat(owner, &st[1]);
	fstat(ioctl(ns, NS_GET_PARENT), &st[2]);
	ioctl(user ? ns : owner, NS_GET_OWNER_UID, &uid);
	printf("%s %lu owner %lu uid %u", name, (unsigned long)st[0].st_ino,
	       (unsigned long)st[1].st_ino, uid);
	if (nests)
		printf(" parent %lu", (unsigned long)st[2].st_ino);
	printf("\n");
}

int main(int argc, char **argv)
{
	struct dirent **list;
	char path[64];
	int dir, n;

	if (argc != 2 || !argv[1][0] || argv[1][strspn(argv[1], "0123456789")]) {
		fprintf(stderr, "usage: owner PID\n");
		return 2;
	}
	snprintf(path, sizeof(path), "/proc/%s/ns", argv[1]);
	dir = open(path, O_RDONLY | O_DIRECTORY);
	if (dir < 0)
		err(1, "%s", path);
	n = scandirat(dir, ".", &list, NULL, alphasort);
	for (int i = 2; i < n; i++)
		line(dir, list[i]->d_name);
	return 0;
}
