/*
 * Network namespaces with a name
 *
 * Goal:   Make, list, enter and delete network namespaces that have a name, in
 *         the way of ip-netns(8): a mount at /run/netns/NAME.
 * Man:    ip-netns(8) namespaces(7) mount(2) setns(2) umount2(2)
 * Run:    named add NAME | list | exec NAME CMD [ARG...] | del NAME
 * Expect: what "named add blue" makes, "ip netns exec blue ip link" enters.
 * Read:   docs/net/02_named.md
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h> /* unshare, setns, CLONE_NEWNET */
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_NAME "/run/netns"

static void add(const char *path)
{
	/*
	 * As ip-netns(8) does, once: a mount that is shared, so that names
	 * come and go in every mount namespace that has a copy of it.
	 */
	mkdir(DIR_NAME, 0755);
	if (mount(NULL, DIR_NAME, NULL, MS_REC | MS_SHARED, NULL) < 0) {
		mount(DIR_NAME, DIR_NAME, NULL, MS_BIND | MS_REC, NULL);
		mount(NULL, DIR_NAME, NULL, MS_REC | MS_SHARED, NULL);
	}

	/* The file first: of two who want the same name one must fail. */
	/* TODO(1): make an empty file, and only a new one; see open(2) */
	errx(42, "TODO(1): no name is taken yet");
	/* END(1) */

	/* A mount keeps a namespace alive, with no process in it. */
	/* TODO(2): move into a new one, mount that: unshare(2), mount(2) */
	errx(42, "TODO(2): no namespace is made yet");
	/* END(2) */

	warn("add %s", path);
	unlink(path); /* nothing half-made */
	_exit(1);
}

static int list(void)
{
	DIR *dir = opendir(DIR_NAME); /* NULL: nobody has added one yet */
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_type != DT_DIR) /* not "." and ".." */
			puts(entry->d_name);
	return 0;
}

static void run_in(const char *path, char *argv[])
{
	int result = -1;

	/* TODO(3): open the file, enter what it is: open(2), setns(2) */
	errx(42, "TODO(3): the command would run outside");
	/* END(3) */
	if (result < 0)
		err(1, "exec %s", path);
	execvp(argv[0], argv);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0]);
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *name = argc > 2 ? argv[2] : "";
	char path[sizeof(DIR_NAME) + 1 + 255];

	if (argc == 2 && strcmp(what, "list") == 0)
		return list();
	if (!(argc == 3 && strcmp(what, "add") == 0) &&
	    !(argc == 3 && strcmp(what, "del") == 0) &&
	    !(argc > 3 && strcmp(what, "exec") == 0))
		errx(2, "usage: add NAME | list | exec NAME CMD... | del NAME");

	/* A name becomes part of a path, and must not lead elsewhere. */
	/* TODO(4): refuse what is no plain file name, with errx(3), exit 2 */
	errx(42, "TODO(4): any text is taken for a name");
	/* END(4) */
	snprintf(path, sizeof(path), DIR_NAME "/%s", name);

	if (what[0] == 'a')
		add(path);
	if (what[0] == 'e')
		run_in(path, argv + 3);
	if (what[0] == 'd') {
		/* TODO(5): undo both: umount2(2), then unlink(2) */
		errx(42, "TODO(5): the name stays where it is");
		/* END(5) */
	}
	return 0;
}
