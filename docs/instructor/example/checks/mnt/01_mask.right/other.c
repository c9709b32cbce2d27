/* Different: the mounts become slaves, and an empty file of its own covers FILE. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	if (argc < 2)
		return 2;
	if (unshare(CLONE_NEWNS) < 0)
		err(1, "unshare");
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		err(1, "mount / slave");
	if (creat("/tmp/empty", 0444) < 0)
		err(1, "creat");
	if (mount("/tmp/empty", argv[1], NULL, MS_BIND, NULL) < 0)
		err(1, "mount %s", argv[1]);
	execvp(argc > 2 ? argv[2] : "cat", argc > 2 ? argv + 2 : (char *[]){(char *)"cat", argv[1], NULL});
	err(errno == ENOENT ? 127 : 126, "exec");
}
