/*
 * Attack: as many descriptors on their way in messages as a user may have, held as long as it
 *	lives: those of other sandboxes count with them.
 * Outcome: fail/other timeout/time-limit
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AT_ONCE 250

int main(void)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(AT_ONCE * sizeof(int))];
	} control = {.head = {CMSG_LEN(AT_ONCE * sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec iov = {"x", 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	int fds[AT_ONCE] = {0}, pair[2];

	memcpy(CMSG_DATA(&control.head), fds, sizeof(fds));
	for (int i = 0; i < 100; i++) {
		if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
			break;
		while (sendmsg(pair[0], &msg, MSG_DONTWAIT) > 0)
			;
	}
	pause();
}
