/*
 * Wrong: prints the numbers that stand in every tutorial. They are those of the
 * namespaces a machine boots with, and other processes have others.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *type;
	unsigned long inode;
} initial[] = {
	{ "cgroup", 4026531835 },
	{ "ipc", 4026531839 },
	{ "mnt", 4026531841 },
	{ "net", 4026531840 },
	{ "pid", 4026531836 },
	{ "pid_for_children", 4026531836 },
	{ "time", 4026531834 },
	{ "time_for_children", 4026531834 },
	{ "user", 4026531837 },
	{ "uts", 4026531838 },
};

int main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		char path[64];

		if (argc > 3 || strspn(argv[i], "0123456789") != strlen(argv[i])) {
			fprintf(stderr, "usage: inspect [PID [PID]]\n");
			return 2;
		}
		snprintf(path, sizeof(path), "/proc/%s/ns", argv[i]);
		if (access(path, R_OK) < 0)
			err(1, "%s", path);
	}
	for (size_t i = 0; i < sizeof(initial) / sizeof(initial[0]); i++)
		printf("%s %lu %lu same\n", initial[i].type, initial[i].inode,
		       initial[i].inode);
	return 0;
}
