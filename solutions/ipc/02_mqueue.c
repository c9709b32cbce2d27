/*
 * Message queues, and the file system that shows them
 *
 * Goal:   Run CMD in a new IPC and mount namespace with a message queue /lab,
 *         one message in it, and a /dev/mqueue that shows this queue only.
 * Man:    unshare(2) mount(2) mq_overview(7) mq_open(3) mq_send(3)
 * Run:    mqueue [CMD [ARG...]]
 * Expect: "mqueue ls /dev/mqueue" prints lab, whatever queues outside has.
 * Read:   docs/ipc/02_mqueue.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h> /* unshare, CLONE_NEWIPC, CLONE_NEWNS */
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("cat", "cat", "/dev/mqueue/lab", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "cat");
}

int main(int argc, char *argv[])
{
	/* The queues are IPC objects, the place that shows them is a mount. */
	/* TODO(1): ask for both namespaces with unshare(2) */
	if (unshare(CLONE_NEWIPC | CLONE_NEWNS) < 0)
		err(1, "unshare");
	/* END(1) */

	/*
	 * /dev/mqueue is still the file system that outside has mounted there,
	 * and it shows outside's queues. Before it can be covered, this mount
	 * tree must no longer pass on what happens in it.
	 */
	/* TODO(2): make the whole tree private with mount(2) */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	/* END(2) */

	/* An mqueue file system shows the IPC namespace of who mounts it. */
	/* TODO(3): mount one on /dev/mqueue with mount(2) */
	if (mount("mqueue", "/dev/mqueue", "mqueue",
		  MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		err(1, "mount /dev/mqueue");
	/* END(3) */

	/* The name has a slash, the file in /dev/mqueue has none. */
	/* TODO(4): mq_open(3) a new queue, mq_send(3) to it, mq_close(3) */
	const char *text = "hello";
	mqd_t queue;

	queue = mq_open("/lab", O_WRONLY | O_CREAT | O_EXCL, 0600, NULL);
	if (queue == (mqd_t)-1)
		err(1, "mq_open /lab");
	if (mq_send(queue, text, strlen(text), 0) < 0)
		err(1, "mq_send");
	mq_close(queue);
	/* END(4) */

	/* The message waits in the kernel until somebody takes it. */
	run(argv + (argc > 0));
}
