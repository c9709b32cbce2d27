/*
 * Attack: fills every place it can write to, with bytes, with names and with holes.
 * Outcome: fail/other fail/memory-limit
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	static const char *const places[] = {"/work",	 "/tmp", "/dev/shm", "/run",
					     "/var/tmp", "/etc", "/usr",     ""};
	static char block[1 << 16];
	char name[64];

	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		int fd;

		for (int k = 0; k < 4000; k++) {
			snprintf(name, sizeof(name), "%s/n%d", places[i], k);
			if (mkdir(name, 0700) < 0)
				break;
		}
		snprintf(name, sizeof(name), "%s/hole", places[i]);
		fd = open(name, O_WRONLY | O_CREAT, 0600);
		(void)!ftruncate(fd, 1LL << 50);
		for (int k = 0; k < 1000 && write(fd, block, sizeof(block)) > 0; k++)
			;
		close(fd);
	}
	return 1;
}
