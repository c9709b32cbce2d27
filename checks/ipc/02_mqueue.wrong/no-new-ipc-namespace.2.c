/*
 * Wrong: the same, but it does not look at what mount(2) returned. The queue
 * becomes outside's.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("cat", "cat", "/dev/mqueue/lab", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "cat");
}

int main(int argc, char *argv[])
{
	if (unshare(CLONE_NEWNS) < 0)
		err(1, "unshare");

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");

	if (mount("mqueue", "/dev/mqueue", "mqueue",
		  MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		warn("mount /dev/mqueue");

	const char *text = "hello";
	mqd_t queue;

	queue = mq_open("/lab", O_WRONLY | O_CREAT | O_EXCL, 0600, NULL);
	if (queue == (mqd_t)-1)
		err(1, "mq_open /lab");
	if (mq_send(queue, text, strlen(text), 0) < 0)
		err(1, "mq_send");
	mq_close(queue);

	run(argv + (argc > 0));
}
