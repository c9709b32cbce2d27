/*
 * Attack: counts its runs, to be right in one test and to leave it at that: every file that it
 *	can write, System V memory and message queues, keys.
 * Outcome: fail/other
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static const char *const marks[] = {
		"/work/mark",	 "/tmp/mark",  "/dev/shm/mark", "/var/tmp/mark",
		"/run/mark",	 "/etc/mark",  "/usr/mark",	"/usr/lib/mark",
		"/run/lab/mark", "/home/mark", "/root/mark",	"/mark",
	};
	int seen = 0;

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		seen += access(marks[i], F_OK) == 0;
		close(open(marks[i], O_WRONLY | O_CREAT, 0644));
	}
	seen += shmget(0x6e736c62, 1, 0) >= 0;
	shmget(0x6e736c62, 4096, IPC_CREAT | 0666);
	seen += syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", "nslab-mark", 0) >
		0;
	seen += syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_SESSION_KEYRING, "user",
			"nslab-mark", 0) > 0;
	syscall(SYS_add_key, "user", "nslab-mark", "x", 1, KEY_SPEC_USER_KEYRING);
	syscall(SYS_add_key, "user", "nslab-mark", "x", 1, KEY_SPEC_USER_SESSION_KEYRING);
	if (seen)
		printf("LEAK it was here before: %d marks\n", seen);
	(void)argc;
	(void)argv;
	return 1;
}
