/*
 * The life of a namespace
 *
 * Goal:   Run CMD in a new namespace, and again when all in it have died, by
 *         a process that was handed an open descriptor of it.
 * Man:    unix(7) cmsg(3) sendmsg(2) recvmsg(2) setns(2) namespaces(7)
 * Run:    lifetime net|uts|ipc|mnt|user|cgroup [CMD [ARG...]]
 * Expect: "lifetime uts sh -c 'hostname; hostname box'" prints two names.
 * Read:   docs/advanced/04_lifetime.md
 */
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
	/* TODO(1): fill the first header and its data; see cmsg(3), unix(7) */
	errx(42, "TODO(1): nothing is sent beside the byte");
	/* END(1) */
	if (sendmsg(sock, &message, 0) < 0)
		err(1, "sendmsg");
	close(fd);
}

static int receive_fd(int sock)
{
	int fd = -1;

	if (recvmsg(sock, &message, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	/* TODO(2): take it out of the first header's data; see cmsg(3) */
	errx(42, "TODO(2): what was sent is not taken");
	/* END(2) */
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
	/* The heir comes first: there is no namespace yet to inherit. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, down) < 0)
		err(1, "socketpair");
	if ((heir = fork()) == 0) {
		close(down[1]);
		if ((fd = receive_fd(down[0])) < 0)
			_exit(1);
		/* TODO(4): join what it is; setns(2) */
		errx(42, "TODO(4): nobody joins it");
		/* END(4) */
		run(argv + 2);
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, up) < 0)
		err(1, "socketpair");
	if ((maker = fork()) == 0) {
		if (unshare(types[i].flag) < 0)
			err(1, "unshare");
		/* TODO(3): open(2) the namespace that is yours now */
		errx(42, "TODO(3): there is nothing to send yet");
		/* END(3) */
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
	/* Nobody is in it, nothing is mounted: this descriptor is all. */
	send_fd(down[1], fd);
	waitpid(heir, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
