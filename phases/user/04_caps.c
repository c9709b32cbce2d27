/*
 * A root who can do three things
 *
 * Goal:   Run CMD as root of a new user namespace with the capabilities of
 *         LIST and no other, in a way that no further exec undoes.
 * Man:    capabilities(7) cap_from_name(3) cap_set_proc(3)
 * Run:    caps LIST [CMD [ARG...]]     LIST: names with commas, or "none"
 * Expect: "caps cap_kill" prints ...20 three times: CapPrm, CapEff, CapBnd.
 * Read:   docs/user/04_caps.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h> /* unshare, CLONE_NEWUSER */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <unistd.h>

static void write_file(const char *path, const char *format, unsigned id)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dprintf(fd, format, id) < 0)
		err(1, "%s", path);
	close(fd);
}

/* Mark what LIST names. An unknown name is the caller's mistake. */
static void read_list(char *list, bool keep[CAP_LAST_CAP + 1])
{
	if (strcmp(list, "none") == 0)
		return;
	for (char *name; (name = strsep(&list, ","));) {
		cap_value_t cap;

		/* TODO(1): its number: cap_from_name(3); none: exit with 2 */
		errx(42, "TODO(1): the name %s is not looked up yet", name);
		/* END(1) */
		keep[cap] = true;
	}
}

static void keep_only(const bool keep[CAP_LAST_CAP + 1])
{
	cap_t set = cap_init(); /* holds nothing */

	/*
	 * At an exec root gets back whatever the bounding set allows. Only
	 * here a capability is lost for good. Dropping it takes CAP_SETPCAP,
	 * which may be one of those to go: so this comes first.
	 */
	for (cap_value_t cap = 0; cap_get_bound(cap) >= 0; cap++) {
		if (cap <= CAP_LAST_CAP && keep[cap])
			continue;
		/* TODO(2): take it away with cap_drop_bound(3) */
		errx(42, "TODO(2): capability %d is not dropped yet", cap);
		/* END(2) */
	}

	/* What this process itself holds until it becomes CMD. */
	for (cap_value_t cap = 0; cap <= CAP_LAST_CAP; cap++) {
		if (!keep[cap])
			continue;
		/* TODO(3): add it to two sets with cap_set_flag(3) */
		errx(42, "TODO(3): capability %d is not added yet", cap);
		/* END(3) */
	}
	if (cap_set_proc(set) < 0)
		err(1, "cap_set_proc");
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

	/* As in user/root. Writing the maps takes capabilities itself. */
	if (unshare(CLONE_NEWUSER) < 0)
		err(1, "unshare");
	write_file("/proc/self/setgroups", "deny", 0);
	write_file("/proc/self/uid_map", "0 %u 1", uid);
	write_file("/proc/self/gid_map", "0 %u 1", gid);

	keep_only(keep);
	execvp(cmd[0], cmd);
	err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
}
