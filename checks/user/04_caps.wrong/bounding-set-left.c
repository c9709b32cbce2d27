/*
 * Wrong: with SECBIT_NOROOT and ambient capabilities CMD holds LIST and no
 * more. But the bounding set is full: a set-user-ID root program or a file
 * capability would bring the others back.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

static void write_file(const char *path, const char *format, unsigned id)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dprintf(fd, format, id) < 0)
		err(1, "%s", path);
	close(fd);
}

static void read_list(char *list, bool keep[CAP_LAST_CAP + 1])
{
	if (strcmp(list, "none") == 0)
		return;
	for (char *name; (name = strsep(&list, ","));) {
		cap_value_t cap;

		if (cap_from_name(name, &cap) < 0 || cap > CAP_LAST_CAP)
			errx(2, "unknown capability: %s", name);
		keep[cap] = true;
	}
}

static void keep_only(const bool keep[CAP_LAST_CAP + 1])
{
	cap_t set = cap_init();

	for (cap_value_t cap = 0; cap <= CAP_LAST_CAP; cap++) {
		if (!keep[cap])
			continue;
		if (cap_set_flag(set, CAP_PERMITTED, 1, &cap, CAP_SET) < 0 ||
		    cap_set_flag(set, CAP_INHERITABLE, 1, &cap, CAP_SET) < 0 ||
		    cap_set_flag(set, CAP_EFFECTIVE, 1, &cap, CAP_SET) < 0)
			err(1, "cap_set_flag");
	}
	if (prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED) < 0)
		err(1, "prctl");
	if (cap_set_proc(set) < 0)
		err(1, "cap_set_proc");
	for (cap_value_t cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (keep[cap] && cap_set_ambient(cap, CAP_SET) < 0)
			err(1, "cap_set_ambient");
	cap_free(set);
}

int main(int argc, char *argv[])
{
	char *fallback[] = {"sh", "-c", "grep Cap /proc/self/status", NULL};
	char **cmd = argc > 2 ? argv + 2 : fallback;
	bool keep[CAP_LAST_CAP + 1] = {false};
	unsigned uid = getuid(), gid = getgid();

	if (argc < 2) {
		fprintf(stderr, "usage: caps LIST [CMD [ARG...]]\n");
		return 2;
	}
	read_list(argv[1], keep);

	if (unshare(CLONE_NEWUSER) < 0)
		err(1, "unshare");
	write_file("/proc/self/setgroups", "deny", 0);
	write_file("/proc/self/uid_map", "0 %u 1", uid);
	write_file("/proc/self/gid_map", "0 %u 1", gid);

	keep_only(keep);
	execvp(cmd[0], cmd);
	err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
}
