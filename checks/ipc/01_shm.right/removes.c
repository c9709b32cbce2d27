/*
 * Different: the program stays as the parent of CMD, keeps the segment
 * attached meanwhile, and removes it itself before the namespace would.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
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

static int wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

int main(int argc, char *argv[])
{
	if (unshare(CLONE_NEWIPC) < 0)
		err(1, "unshare");

	int id = shmget(KEY, SIZE, IPC_CREAT | IPC_EXCL | 0600);

	if (id < 0)
		err(1, "shmget");

	char *bytes = shmat(id, NULL, 0);
	pid_t child;
	int status;

	if (bytes == (void *)-1)
		err(1, "shmat");
	memcpy(bytes, "inside\n", 7);

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0)
		run(argv + (argc > 0));
	status = wait_for(child);
	if (shmctl(id, IPC_RMID, NULL) < 0)
		err(1, "shmctl");
	return status;
}
