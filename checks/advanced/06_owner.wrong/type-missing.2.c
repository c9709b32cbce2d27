/* Leaves out what can't be opened. */
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

static void inode(int ns)
{
	struct stat st;

	if (ns < 0 || fstat(ns, &st) < 0)
		printf(" -");
	else
		printf(" %lu", (unsigned long)st.st_ino);
}

static void line(int dir, const char *name)
{
	int ns = openat(dir, name, O_RDONLY);
	int user = strcmp(name, "user") == 0, nests = user || strcmp(name, "pid") == 0;
	int owner = ioctl(ns, NS_GET_USERNS);
	unsigned uid;

	if (ns < 0)
		return;
	printf("%s", name);
	inode(ns);
	printf(" owner");
	inode(owner);
	if (ioctl(user ? ns : owner, NS_GET_OWNER_UID, &uid) < 0)
		printf(" uid -");
	else
		printf(" uid %u", uid);
	if (nests) {
		printf(" parent");
		inode(ioctl(ns, NS_GET_PARENT));
	}
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
