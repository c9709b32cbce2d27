/*
 * Wrong: makes an unbindable mount a private one. The difference shows in bind mounts.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static unsigned long type_of(const char *word)
{
	if (strcmp(word, "shared") == 0)
		return MS_SHARED;
	if (strcmp(word, "private") == 0)
		return MS_PRIVATE;
	if (strcmp(word, "slave") == 0)
		return MS_SLAVE;
	if (strcmp(word, "unbindable") == 0)
		return MS_PRIVATE;
	return 0;
}

int main(int argc, char *argv[])
{
	unsigned long type = argc > 2 ? type_of(argv[1]) : 0;

	if (!type) {
		fprintf(stderr, "usage: propagation private|slave|shared|unbindable DIR [CMD [ARG...]]\n");
		return 2;
	}
	if (unshare(CLONE_NEWNS) < 0)
		err(1, "unshare");
	if (mount(NULL, argv[2], NULL, type, NULL) < 0)
		err(1, "mount %s %s", argv[2], argv[1]);
	if (argc > 3)
		execvp(argv[3], argv + 3);
	else
		execlp("cat", "cat", "/proc/self/mountinfo", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 3 ? argv[3] : "cat");
}
