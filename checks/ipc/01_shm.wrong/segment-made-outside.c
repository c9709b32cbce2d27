/*
 * Wrong: makes the segment, then the namespace. What a namespace replaces
 * stays behind: the segment is outside's.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

#define KEY  0x6c6162
#define SIZE 1024

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("ipcs", "ipcs", "-m", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "ipcs");
}

int main(int argc, char *argv[])
{
	int id = shmget(KEY, SIZE, IPC_CREAT | 0600);

	if (id < 0)
		err(1, "shmget");
	char *bytes = shmat(id, NULL, 0);

	if (bytes == (void *)-1)
		err(1, "shmat");
	strcpy(bytes, "inside");
	if (shmdt(bytes) < 0)
		err(1, "shmdt");
	if (unshare(CLONE_NEWIPC) < 0)
		err(1, "unshare");

	run(argv + (argc > 0));
}
