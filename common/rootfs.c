#define _GNU_SOURCE
#include "common/rootfs.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/strbuf.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define BUSYBOX_MAX (32L << 20)

/* What is there besides busybox and its names. */
static const struct {
	const char *path;
	mode_t mode;
	const char *text; /* NULL: a directory */
} entries[] = {
	{"", 0755, NULL},
	{"bin", 0755, NULL},
	{"dev", 0755, NULL},
	{"etc", 0755, NULL},
	{"mnt", 0755, NULL},
	{"proc", 0555, NULL},
	{"root", 0755, NULL},
	{"run", 0755, NULL},
	{"sys", 0555, NULL},
	{"tmp", 01777, NULL},
	{"etc/passwd", 0644, "root:x:0:0:root:/root:/bin/sh\n"},
	{"etc/group", 0644, "root:x:0:\n"},
	{"etc/os-release", 0644, "NAME=rootfs\nPRETTY_NAME=\"The small root file system\"\n"},
};

/* The commands of busybox that get a name: what lessons and learners type. */
static const char *const applets[] = {
	"sh",	      "ash",	  "[",		"arp",	    "awk",     "base64",   "basename",
	"cat",	      "chmod",	  "chown",	"chroot",   "clear",   "cmp",	   "cp",
	"cut",	      "date",	  "dd",		"df",	    "diff",    "dirname",  "dmesg",
	"du",	      "echo",	  "env",	"expr",	    "false",   "find",	   "free",
	"grep",	      "head",	  "hexdump",	"hostname", "id",      "ifconfig", "ip",
	"ipcs",	      "kill",	  "killall",	"less",	    "ln",      "ls",	   "lsof",
	"md5sum",     "mkdir",	  "mkfifo",	"mknod",    "mktemp",  "more",	   "mount",
	"mountpoint", "mv",	  "nc",		"netstat",  "nsenter", "od",	   "pgrep",
	"pidof",      "ping",	  "pivot_root", "printenv", "printf",  "ps",	   "pwd",
	"readlink",   "realpath", "rm",		"rmdir",    "route",   "sed",	   "seq",
	"setsid",     "sleep",	  "sort",	"stat",	    "stty",    "sync",	   "tac",
	"tail",	      "tee",	  "test",	"time",	    "timeout", "top",	   "touch",
	"tr",	      "true",	  "tty",	"umount",   "uname",   "uniq",	   "unshare",
	"uptime",     "usleep",	  "vi",		"wc",	    "which",   "whoami",   "xargs",
	"yes",
};

#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))
#define N_APPLETS (sizeof(applets) / sizeof(applets[0]))

/* Where busybox is looked for besides PATH, which an ordinary user may have without sbin. */
#define MORE_DIRS ":/bin:/usr/bin:/sbin:/usr/sbin:/usr/local/bin"

static const char *const names[] = {"busybox.static", "busybox-static", "busybox"};

bool rootfs_is_static(int fd)
{
	ElfW(Ehdr) head;
	ElfW(Phdr) part;

	if (pread(fd, &head, sizeof(head), 0) != sizeof(head) ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_phentsize != sizeof(part))
		return false;
	for (unsigned i = 0; i < head.e_phnum; i++) {
		off_t at = (off_t)(head.e_phoff + i * sizeof(part));

		if (pread(fd, &part, sizeof(part), at) != sizeof(part) || part.p_type == PT_INTERP)
			return false;
	}
	return true;
}

static int open_static(const char *path, int *ret)
{
	cleanup_fd int fd = -1;
	struct error ignored = {0};

	if (access(path, X_OK) < 0 ||
	    io_open_regular(AT_FDCWD, path, BUSYBOX_MAX, &fd, &ignored) < 0)
		return -ENOENT;
	if (!rootfs_is_static(fd))
		return -ELIBACC;
	*ret = steal_fd(&fd);
	return 0;
}

/* The first static one in a list of directories; -ELIBACC: there are only others. */
static int search(char *dirs, int *ret)
{
	char *save = NULL;
	int r = -ENOENT;

	for (char *dir = strtok_r(dirs, ":", &save); dir; dir = strtok_r(NULL, ":", &save))
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			cleanup_free char *path = io_join(dir, names[i]);
			int one = open_static(path, ret);

			if (one == 0)
				return 0;
			if (one == -ELIBACC)
				r = one;
		}
	return r;
}

static int open_busybox(int *ret, struct error *err)
{
	const char *given = getenv("NSLAB_BUSYBOX"), *path = getenv("PATH");
	cleanup_free char *dirs = xasprintf("%s" MORE_DIRS, path ? path : "");
	int r = given && *given ? open_static(given, ret) : search(dirs, ret);

	if (r == 0)
		return 0;
	error_say(err, EOPNOTSUPP,
		  r == -ELIBACC ? "the small root file system needs a busybox that uses no "
				  "library, and the one here does"
				: "the small root file system needs busybox, and there is none");
	error_remedy(err, "make deps installs it (Debian, Ubuntu: busybox-static; elsewhere: "
			  "busybox), or set NSLAB_BUSYBOX to a static one");
	return -EOPNOTSUPP;
}

static struct sandbox_file *next_file(struct rootfs *rootfs, const char *at, const char *path)
{
	struct sandbox_file *file;

	rootfs->files = xreallocarray(rootfs->files, rootfs->n + 1, sizeof(*rootfs->files));
	file = &rootfs->files[rootfs->n++];
	*file = (struct sandbox_file){
		.path = *path ? io_join(at, path) : xstrdup(at),
		.fd = -1,
	};
	return file;
}

void rootfs_add(struct rootfs *rootfs, const char *at, const char *path, int fd, mode_t mode)
{
	struct sandbox_file *file = next_file(rootfs, at, path);

	file->fd = fd;
	file->mode = mode;
}

int rootfs_describe(const char *at, struct rootfs *ret, struct error *err)
{
	struct rootfs rootfs = ROOTFS_INIT;
	int r = open_busybox(&rootfs.busybox, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < N_ENTRIES; i++) {
		struct sandbox_file *file = next_file(&rootfs, at, entries[i].path);

		file->mode = entries[i].mode;
		file->text = entries[i].text;
	}
	rootfs_add(&rootfs, at, "bin/busybox", rootfs.busybox, 0755);
	for (size_t i = 0; i < N_APPLETS; i++) {
		cleanup_free char *name = io_join("bin", applets[i]);

		next_file(&rootfs, at, name)->link = "busybox";
	}
	*ret = rootfs;
	return 0;
}

void rootfs_free(struct rootfs *rootfs)
{
	for (size_t i = 0; i < rootfs->n; i++)
		free((char *)(uintptr_t)rootfs->files[i].path);
	free(rootfs->files);
	if (rootfs->busybox >= 0)
		(void)close(rootfs->busybox);
	*rootfs = (struct rootfs)ROOTFS_INIT;
}
