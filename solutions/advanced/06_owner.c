/*
 * Who owns a namespace, and what is it inside of?
 *
 * Goal:   For every namespace of a process print the user namespace that owns
 *         it and the uid of that one's creator; of PID and user namespaces the
 *         parent, too.
 * Man:    ioctl_ns(2) namespaces(7) user_namespaces(7) openat(2)
 * Run:    owner PID
 * Expect: One line per entry of /proc/PID/ns, sorted by name, such as
 *         "pid 4026532186 owner 4026532180 uid 1000 parent 4026531836"
 * Read:   docs/advanced/06_owner.md
 */
#define _GNU_SOURCE
#include <dirent.h> /* scandirat */
#include <err.h>
#include <fcntl.h>	 /* openat */
#include <linux/nsfs.h> /* NS_GET_USERNS ... */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The number of what is open, "-" where nothing is; then closes it. */
static void print_inode(int fd)
{
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0)
		printf(" %ju", (uintmax_t)st.st_ino);
	else
		printf(" -");
	if (fd >= 0)
		close(fd);
}

/*
 * Asked about a descriptor that could not be had (-1), every call below fails.
 * That is right: then there is nothing to tell, and "-" says so.
 */
static void print_line(const char *name, int ns)
{
	int is_user = strcmp(name, "user") == 0;
	int has_parent = is_user || strcmp(name, "pid") == 0;
	int owner, parent = -1, told;
	uid_t uid = 0;

	/*
	 * The user namespace whose capabilities count for this one. The kernel
	 * refuses to show what is not the caller's own or below it.
	 */
	/* TODO(2): a descriptor of the owner with ioctl(2); see ioctl_ns(2) */
	owner = ioctl(ns, NS_GET_USERNS);
	/* END(2) */

	/* Who made a user namespace; a question for user namespaces only. */
	/* TODO(3): the owner's creator, with ioctl(2); of "user" its own */
	told = ioctl(is_user ? ns : owner, NS_GET_OWNER_UID, &uid);
	/* END(3) */

	if (has_parent) {
		/* The one that it was made in. */
		/* TODO(4): a descriptor of it with ioctl(2); see ioctl_ns(2) */
		parent = ioctl(ns, NS_GET_PARENT);
		/* END(4) */
	}

	printf("%s", name);
	print_inode(ns);
	printf(" owner");
	print_inode(owner);
	if (told < 0)
		printf(" uid -");
	else
		printf(" uid %u", uid);
	if (has_parent) {
		printf(" parent");
		print_inode(parent);
	}
	printf("\n");
}

int main(int argc, char *argv[])
{
	size_t digits = argc == 2 ? strspn(argv[1], "0123456789") : 0;
	struct dirent **entry;
	char path[64];
	int dir, n;

	if (!digits || argv[1][digits]) {
		fprintf(stderr, "usage: owner PID\n");
		return 2;
	}
	snprintf(path, sizeof(path), "/proc/%.40s/ns", argv[1]);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		err(1, "open %s", path);
	n = scandirat(dir, ".", &entry, NULL, alphasort);
	if (n < 0)
		err(1, "scandirat %s", path);
	for (int i = 2; i < n; i++) { /* "." and ".." sort first */
		int ns = -1;

		/* Not the link: what it leads to, and stays alive meanwhile. */
		/* TODO(1): open this entry of the directory with openat(2) */
		ns = openat(dir, entry[i]->d_name, O_RDONLY | O_CLOEXEC);
		/* END(1) */
		print_line(entry[i]->d_name, ns);
	}
	return 0;
}
