/*
 * Attack: looks through every process it can see for what the checker knows: its
 *	environment, arguments, mounts, directories and open files.
 * Outcome: fail/other
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const words[] = {"NSLAB-CANARY-", "NSLAB_", ".bats", "bats-run", "@HOME@"};

static void look(const char *name)
{
	static char text[1 << 16];
	int fd = open(name, O_RDONLY | O_NONBLOCK);
	ssize_t n;

	while (fd >= 0 && (n = read(fd, text, sizeof(text))) > 0)
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			char *at = memmem(text, n, words[i], strlen(words[i]));

			if (at)
				printf("LEAK %s: %.60s\n", name, at);
		}
	close(fd);
}

int main(void)
{
	static const char *const files[] = {
		"environ",
		"cmdline",
		"maps",
		"mountinfo",
		"stat",
		"cwd/secret-0644",
		"root@HOME@/secret-0644",
		"root@HOME@/secret-0600",
		"root/proc/1/environ",
		"exe/../../secret-0644",
	};
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char name[512], to[512];

	while (proc && (entry = readdir(proc))) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
			/* Its own words are in its own program. */
			if (atoi(entry->d_name) == getpid())
				break;
			snprintf(name, sizeof(name), "/proc/%s/%s", entry->d_name, files[i]);
			look(name);
		}
		for (int fd = 0; fd < 256; fd++) {
			ssize_t n;

			snprintf(name, sizeof(name), "/proc/%s/fd/%d", entry->d_name, fd);
			n = readlink(name, to, sizeof(to) - 1);
			if (n > 0 && to[0] == '/' && strncmp(to, "/dev/", 5) != 0 &&
			    strncmp(to, "/proc", 5) != 0)
				printf("LEAK %s -> %.*s\n", name, (int)n, to);
		}
	}
	return 1;
}
