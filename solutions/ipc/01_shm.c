/*
 * Shared memory that outside can't find
 *
 * Goal:   Run CMD in a new IPC namespace that holds one System V segment: key
 *         0x6c6162, 1024 bytes, the text "inside" at its beginning.
 * Man:    unshare(2) shmget(2) shmat(2) sysvipc(7) ipc_namespaces(7)
 * Run:    shm [CMD [ARG...]]
 * Expect: "shm" lists one segment; outside "ipcs -m" lists what it did before.
 * Read:   docs/ipc/01_shm.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h> /* unshare, CLONE_NEWIPC */
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

#define KEY  0x6c6162 /* any number, agreed upon by whoever shares */
#define SIZE 1024

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("ipcs", "ipcs", "-m", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "ipcs");
}

int main(int argc, char *argv[])
{
	/* A new IPC namespace begins empty. It is no copy of outside's. */
	/* TODO(1): move into one with unshare(2) */
	if (unshare(CLONE_NEWIPC) < 0)
		err(1, "unshare");
	/* END(1) */

	/*
	 * A key is looked up in the caller's namespace. Whoever else has a
	 * segment under this key has it in another one.
	 */
	/* TODO(2): make a new segment with shmget(2), and only a new one */
	int id = shmget(KEY, SIZE, IPC_CREAT | IPC_EXCL | 0600);

	if (id < 0)
		err(1, "shmget");
	/* END(2) */

	/* The segment stays when nobody has it attached, with its bytes. */
	/* TODO(3): shmat(2), write the text, shmdt(2) */
	char *bytes = shmat(id, NULL, 0);

	if (bytes == (void *)-1)
		err(1, "shmat");
	strcpy(bytes, "inside");
	if (shmdt(bytes) < 0)
		err(1, "shmdt");
	/* END(3) */

	/* With the last process in it the namespace ends, and the segment. */
	run(argv + (argc > 0));
}
