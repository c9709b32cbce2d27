/*
 * Different: a child by clone3(2) takes outside's file system away first,
 * where one is mounted, instead of covering it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("cat", "cat", "/dev/mqueue/lab", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "cat");
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
	struct clone_args args = {
		.flags = CLONE_NEWIPC | CLONE_NEWNS,
		.exit_signal = SIGCHLD,
	};
	pid_t child = syscall(SYS_clone3, &args, sizeof(args));

	if (child < 0)
		err(1, "clone3");
	if (child > 0)
		return wait_for(child);

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");

	if (umount2("/dev/mqueue", MNT_DETACH) < 0 && errno != EINVAL)
		err(1, "umount2 /dev/mqueue");
	if (mount("mqueue", "/dev/mqueue", "mqueue",
		  MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		err(1, "mount /dev/mqueue");

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
