/* Wrong: handed over, and off. Nobody waits for the second command. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h> /* unshare, setns, CLONE_NEW... */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const char *name;
	int flag;
} types[] = {
	{ "net", CLONE_NEWNET }, { "uts", CLONE_NEWUTS },
	{ "ipc", CLONE_NEWIPC }, { "mnt", CLONE_NEWNS },
	{ "user", CLONE_NEWUSER }, { "cgroup", CLONE_NEWCGROUP },
};

/* A message of one byte. Beside it, as control data, a descriptor travels. */
static _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
static struct iovec byte = { (char[]){ 0 }, 1 };
static struct msghdr message = { .msg_iov = &byte, .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control) };

static void send_fd(int sock, int fd)
{
	CMSG_FIRSTHDR(&message)->cmsg_level = SOL_SOCKET;
	CMSG_FIRSTHDR(&message)->cmsg_type = SCM_RIGHTS;
	CMSG_FIRSTHDR(&message)->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &fd, sizeof(fd));
	if (sendmsg(sock, &message, 0) < 0)
		err(1, "sendmsg");
	close(fd);
}

static int receive_fd(int sock)
{
	int fd = -1;

	if (recvmsg(sock, &message, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("ls", "ls", "-l", "/proc/self/ns", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "ls");
}

int main(int argc, char *argv[])
{
	int up[2], down[2], status, fd = -1;
	char path[32] = "";
	pid_t maker, heir;
	size_t i = 0;

	while (i < 6 && (argc < 2 || strcmp(argv[1], types[i].name) != 0))
		i++;
	if (i == 6)
		errx(2, "usage: lifetime TYPE [CMD [ARG...]]");
	snprintf(path, sizeof(path), "/proc/self/ns/%s", argv[1]);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, down) < 0)
		err(1, "socketpair");
	if ((heir = fork()) == 0) {
		close(down[1]);
		if ((fd = receive_fd(down[0])) < 0)
			_exit(1);
		if (setns(fd, 0) < 0)
			err(1, "setns");
		run(argv + 2);
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, up) < 0)
		err(1, "socketpair");
	if ((maker = fork()) == 0) {
		if (unshare(types[i].flag) < 0)
			err(1, "unshare");
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			err(1, "open %s", path);
		send_fd(up[1], fd);
		run(argv + 2);
	}
	close(up[1]);
	fd = receive_fd(up[0]);
	waitpid(maker, &status, 0);
	if (fd < 0)
		return WEXITSTATUS(status);
	send_fd(down[1], fd);
	return 0;
}
