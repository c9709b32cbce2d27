/*
 * Attack: a tmpfs of its own, as large as it likes, unmounted while it is in use.
 * Outcome: fail/memory-limit fail/other fail/crashed
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

int main(void)
{
	static char block[1 << 20];
	char name[32];

	signal(SIGXFSZ, SIG_IGN);
	if (mount("x", "/mnt", "tmpfs", 0, "size=100%") < 0 || chdir("/mnt") < 0)
		return 1;
	umount2("/mnt", MNT_DETACH);
	for (int i = 0; i < 200; i++) {
		int fd;

		snprintf(name, sizeof(name), "%d", i);
		fd = open(name, O_WRONLY | O_CREAT, 0600);
		for (int k = 0; k < 32; k++)
			if (write(fd, block, sizeof(block)) < 0)
				break;
		close(fd);
	}
	pause();
}
