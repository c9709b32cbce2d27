/* Path by path, with the kinds told apart by NS_GET_NSTYPE; says the parent of pid_for_children, too. */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *inode(int ns, char *text)
{
	struct stat st;

	if (ns < 0 || fstat(ns, &st) < 0)
		return "-";
	sprintf(text, "%lu", (unsigned long)st.st_ino);
	return text;
}

static const char *creator(int user, char *text)
{
	unsigned uid;

	if (ioctl(user, NS_GET_OWNER_UID, &uid) < 0)
		return "-";
	sprintf(text, "%u", uid);
	return text;
}

int main(int argc, char **argv)
{
	char path[600], text[3][32], *end;
	struct dirent **list;
	int n;

	if (argc != 2 || strtol(argv[1], &end, 10) <= 0 || *end) {
		fprintf(stderr, "usage: owner PID\n");
		return 2;
	}
	snprintf(path, sizeof(path), "/proc/%s/ns", argv[1]);
	n = scandir(path, &list, NULL, alphasort);
	if (n < 0)
		err(1, "%s", path);
	for (int i = 2; i < n; i++) {
		int ns, owner, type;

		snprintf(path, sizeof(path), "/proc/%s/ns/%s", argv[1], list[i]->d_name);
		ns = open(path, O_RDONLY);
		owner = ioctl(ns, NS_GET_USERNS);
		type = ioctl(ns, NS_GET_NSTYPE);
		printf("%s %s owner %s uid %s", list[i]->d_name, inode(ns, text[0]),
		       inode(owner, text[1]), creator(type == CLONE_NEWUSER ? ns : owner, text[2]));
		if (type == CLONE_NEWUSER || type == CLONE_NEWPID)
			printf(" parent %s", inode(ioctl(ns, NS_GET_PARENT), text[0]));
		printf("\n");
		close(owner);
		close(ns);
	}
	return 0;
}
