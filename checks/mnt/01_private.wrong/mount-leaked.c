/*
 * Wrong: trusts that a new mount namespace keeps its mounts to itself. Where / is
 * shared the tmpfs appears outside too.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_hello(void)
{
	FILE *file = fopen("/data/hello", "w");

	if (!file)
		err(1, "open /data/hello");
	fprintf(file, "hello from the inside\n");
	if (fclose(file) != 0)
		err(1, "write /data/hello");
}

int main(int argc, char *argv[])
{
	if (unshare(CLONE_NEWNS) < 0)
		err(1, "unshare");
	if (mkdir("/data", 0755) < 0 && errno != EEXIST)
		err(1, "mkdir /data");
	if (mount("tmpfs", "/data", "tmpfs", 0, NULL) < 0)
		err(1, "mount /data");
	write_hello();
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("cat", "cat", "/data/hello", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec %s", argc > 1 ? argv[1] : "cat");
}
