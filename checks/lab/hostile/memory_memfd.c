/*
 * Attack: memory that no process maps: memfds, some of them in a message on its way.
 * Outcome: fail/memory-limit fail/other fail/crashed
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
	static char block[1 << 20];

	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < 900; i++) {
		int fd = memfd_create("x", 0);

		for (int k = 0; k < 8; k++)
			if (write(fd, block, sizeof(block)) < 0)
				break;
	}
	pause();
}
