/*
 * Root inside, yourself outside
 *
 * Goal:   Run CMD as root of a new user namespace, with every capability in
 *         it, while outside it stays the user who started it.
 * Man:    unshare(2) user_namespaces(7) capabilities(7)
 * Run:    root [CMD [ARG...]]
 * Expect: "root" prints uid=0(root) gid=0(root); "root cat /proc/self/uid_map"
 *         shows who that is outside.
 * Read:   docs/user/02_root.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h> /* unshare, CLONE_NEWUSER */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("id", "id", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "id");
}

/* The kernel takes a map whole, in one write, or not at all. */
static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "open %s", path);
	if (write(fd, text, strlen(text)) < 0)
		err(1, "write \"%s\" to %s", text, path);
	close(fd);
}

int main(int argc, char *argv[])
{
	char uid_map[40], gid_map[40];
	struct {
		const char *path, *text;
	} step[3];

	/* A line of a map: id inside, id outside, how many. */
	/* TODO(1): write both lines with snprintf(3), getuid(2), getgid(2) */
	snprintf(uid_map, sizeof(uid_map), "0 %u 1", getuid());
	snprintf(gid_map, sizeof(gid_map), "0 %u 1", getgid());
	/* END(1) */

	/* Every capability, in the new namespace, until the next exec. */
	/* TODO(2): move into a new user namespace with unshare(2) */
	if (unshare(CLONE_NEWUSER) < 0)
		err(1, "unshare");
	/* END(2) */

	/*
	 * Whoever may drop a group could get at files that are closed to just
	 * that group. So an ordinary user has to give up setgroups(2), inside
	 * and for good, before the kernel takes a map of groups.
	 */
	/* TODO(3): three files, and what to write; user_namespaces(7) */
	step[0].path = "/proc/self/setgroups";
	step[0].text = "deny";
	step[1].path = "/proc/self/uid_map";
	step[1].text = uid_map;
	step[2].path = "/proc/self/gid_map";
	step[2].text = gid_map;
	/* END(3) */
	for (int i = 0; i < 3; i++)
		write_file(step[i].path, step[i].text);
	fprintf(stderr, "root: uids %s, gids %s\n", uid_map, gid_map);

	/* Who is uid 0 at the exec keeps the capabilities. */
	run(argv + (argc > 0));
}
