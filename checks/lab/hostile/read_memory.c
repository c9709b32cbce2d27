/*
 * Attack: traces, and reads and writes the memory and descriptors of, all it can see; asks
 *	the kernel for its log, its keys and its memory.
 * Outcome: fail/other fail/sandbox-lost
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void take_descriptors(int pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	char path[64], to[256];

	for (int i = 0; i < 64; i++) {
		int fd = (int)syscall(SYS_pidfd_getfd, pidfd, i, 0);
		ssize_t n;

		if (fd < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n = readlink(path, to, sizeof(to) - 1);
		/* A file of the host's, a pipe to the checker: all there is must be init's own. */
		if (n > 0 && (to[0] == '/' ? strncmp(to, "/dev/null", 9) != 0
					   : strncmp(to, "pipe:", 5) == 0))
			printf("LEAK descriptor %d of %d: %.*s\n", i, pid, (int)n, to);
		close(fd);
	}
}

int main(void)
{
	static const char *const devices[] = {"/dev/mem",    "/dev/kmsg",   "/dev/kmem",
					      "/dev/port",   "/proc/kcore", "/dev/tty",
					      "/dev/console"};
	char text[4096];
	long key;

	for (int pid = 1; pid < 300; pid++) {
		if (pid == getpid() || kill(pid, 0) < 0)
			continue;
		take_descriptors(pid);
		ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_EXITKILL);
	}
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		if (open(devices[i], O_RDWR | O_NONBLOCK) >= 0)
			printf("LEAK %s opens\n", devices[i]);
	if (klogctl(3, text, sizeof(text)) > 0 && geteuid() != 0)
		printf("LEAK the kernel's log\n");
	key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "nslab-canary",
		      0);
	if (key > 0 && syscall(SYS_keyctl, KEYCTL_READ, key, text, sizeof(text)) > 0)
		printf("LEAK a key: %s\n", text);
	if (syscall(SYS_add_key, "user", "nslab-hostile", "x", 1, KEY_SPEC_SESSION_KEYRING) > 0)
		printf("a key of its own\n");
	return 1;
}
