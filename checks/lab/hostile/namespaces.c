/*
 * Attack: thousands of namespaces, held by descriptors and by processes that wait, and as deep
 *	as they can be nested.
 * Outcome: fail/other timeout/time-limit
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

int main(void)
{
	static const struct {
		int flag;
		const char *file;
	} types[] = {{CLONE_NEWUTS, "/proc/self/ns/uts"},
		     {CLONE_NEWNS, "/proc/self/ns/mnt"},
		     {CLONE_NEWCGROUP, "/proc/self/ns/cgroup"},
		     {CLONE_NEWUTS, "/proc/self/ns/uts"}};

	for (int child = 0; child < 4; child++) {
		if (fork())
			continue;
		for (int i = 0; i < 800; i++) {
			if (unshare(types[child].flag) < 0)
				break;
			open(types[child].file, O_RDONLY);
		}
		for (;;)
			pause();
	}
	for (int i = 0; i < 40; i++)
		if (unshare(CLONE_NEWUSER) < 0)
			break;
	for (int i = 0; i < 100; i++) {
		unshare(CLONE_NEWNET);
		open("/proc/self/ns/net", O_RDONLY);
	}
	return 1;
}
