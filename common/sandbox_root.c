/*
 * The root file system of a sandbox, built by the set-up child in its own
 * mount namespace:
 *
 *	/			tmpfs			bounded
 *	/usr /etc /opt ...	overlay on the host's	changes vanish with the sandbox
 *	/bin /lib ...		the host's symbolic links, or overlays too
 *	/tmp /run		tmpfs			bounded
 *	/proc /sys /dev		fresh			eight devices, own devpts, shm, mqueue
 *	/work /root /home ...	empty directories of /
 *
 * What is not in the table of system directories is not there at all: no home,
 * no /var, no sockets. Directories to hide below a system directory become
 * white-outs in the overlay's upper layer, which nothing inside can lift; where
 * only a bind mount is possible they are left out of it.
 *
 * Runs between clone3() and exec: no allocation, no stdio.
 */
#define _GNU_SOURCE
#include "common/sandbox_internal.h"

#include "common/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#define INODES "nr_inodes=65536"

/* The host's directories that hold its software, and nothing else of it. */
static const char *const system_dirs[] = {"usr",   "etc",    "bin", "sbin", "lib", "lib32",
					  "lib64", "libx32", "opt", "nix",  "gnu"};

static const struct {
	const char *path;
	mode_t mode;
} plain_dirs[] = {
	{"work", 0755},	     {"root", 0700},	 {"home", 0755},    {"home/learner", 0755},
	{"mnt", 0755},	     {"media", 0755},	 {"srv", 0755},	    {"boot", 0755},
	{"var", 0755},	     {"var/tmp", 01777}, {"var/lib", 0755}, {"var/log", 0755},
	{"var/cache", 0755}, {"tmp", 01777},	 {"run", 0755},	    {"proc", 0555},
	{"sys", 0555},	     {"dev", 0755},	 {".layers", 0700},
};

static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty"};

static const struct {
	const char *path, *target;
} links[] = {
	{"var/run", "/run"},
	{"dev/ptmx", "pts/ptmx"},
	{"dev/fd", "/proc/self/fd"},
	{"dev/stdin", "/proc/self/fd/0"},
	{"dev/stdout", "/proc/self/fd/1"},
	{"dev/stderr", "/proc/self/fd/2"},
};

/* Where the new root is assembled: any directory that every machine has. */
static const char *const stages[] = {"/tmp", "/mnt", "/run", "/dev"};

/* Remember what was being done, in words: "VERB WHAT". Returns -errno. */
static int failed_at(struct wire_failed *failed, const char *verb, const char *what)
{
	int errnum = errno;
	size_t len = 0;

	for (; *verb && len < sizeof(failed->step) - 2; verb++)
		failed->step[len++] = *verb;
	failed->step[len++] = ' ';
	for (; *what && len < sizeof(failed->step) - 1; what++)
		failed->step[len++] = *what;
	failed->step[len] = '\0';
	failed->errnum = errnum;
	return -errnum;
}

/* "PREFIXNAMESUFFIX" into a fixed buffer; paths here are short, a long one is cut and fails later. */
static const char *path3(char *to, const char *prefix, const char *name, const char *suffix)
{
	const char *parts[] = {prefix, name, suffix};
	size_t len = 0;

	for (size_t i = 0; i < 3; i++)
		for (const char *c = parts[i]; *c && len < PATH_MAX - 1; c++)
			to[len++] = *c;
	to[len] = '\0';
	return to;
}

char *sandbox_put_number(char *at, unsigned long long n)
{
	char digits[24];
	size_t len = 0;

	do
		digits[len++] = (char)('0' + n % 10);
	while (n /= 10);
	while (len)
		*at++ = digits[--len];
	*at = '\0';
	return at;
}

static int mount_tmpfs(const char *where, const char *mode, unsigned long long bytes)
{
	char options[128];
	char *at = stpcpy(stpcpy(options, INODES ",mode="), mode);

	if (bytes)
		sandbox_put_number(stpcpy(at, ",size="), bytes);
	return mount("tmpfs", where, "tmpfs", MS_NOSUID | MS_NODEV, options);
}

/* The part of a hidden path below DIR ("/usr/share/x" below "usr": "share/x"), or NULL. */
static const char *below(const char *hidden, const char *dir)
{
	size_t len = strlen(dir);

	if (hidden[0] != '/' || strncmp(hidden + 1, dir, len) != 0 || hidden[1 + len] != '/')
		return NULL;
	return hidden + 1 + len + 1;
}

/* White out PATH in the overlay's upper layer: parents as directories, a 0:0 device for the last. */
static int white_out(const char *upper, const char *rest)
{
	char path[PATH_MAX];

	path3(path, upper, "/", rest);
	for (char *slash = path + strlen(upper) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return mknod(path, S_IFCHR, makedev(0, 0)) < 0 ? -errno : 0;
}

/* One overlay of the host's /NAME at ./NAME; 0, or -errno where the kernel refuses it. */
static int overlay(const struct sandbox_config *config, const char *name)
{
	static const char *const extra[] = {",userxattr", ""};
	char upper[PATH_MAX], work[PATH_MAX], options[3 * PATH_MAX];

	path3(upper, ".layers/", name, "");
	path3(work, ".layers/", name, ".work");
	if (mkdir(upper, 0755) < 0 || mkdir(work, 0755) < 0)
		return -errno;
	for (size_t i = 0; i < config->n_hide; i++) {
		const char *rest = below(config->hide[i], name);
		int r = rest ? white_out(upper, rest) : 0;

		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < 2; i++) {
		char *at = stpcpy(stpcpy(options, "lowerdir=/"), name);

		at = stpcpy(stpcpy(at, ",upperdir="), upper);
		at = stpcpy(stpcpy(at, ",workdir="), work);
		(void)stpcpy(at, extra[i]);
		if (mount("overlay", name, "overlay", MS_NODEV, options) == 0)
			return 0;
	}
	return -errno;
}

static int bind_read_only(const char *from, const char *to)
{
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};

	if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) < 0)
		return -errno;
	if (syscall(SYS_mount_setattr, AT_FDCWD, to, AT_RECURSIVE, &attr, sizeof(attr)) == 0)
		return 0;
	/* Before Linux 5.12: the top mount only; what lies below stays unwritable by ownership. */
	if (mount(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) ==
		    0 ||
	    mount(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) == 0)
		return 0;
	return -errno;
}

/* Is a directory to be hidden inside /NAME? */
static bool hides_in(const struct sandbox_config *config, const char *name)
{
	for (size_t i = 0; i < config->n_hide; i++)
		if (below(config->hide[i], name))
			return true;
	return false;
}

static bool hidden(const struct sandbox_config *config, const char *name)
{
	for (size_t i = 0; i < config->n_hide; i++)
		if (strcmp(config->hide[i] + 1, name) == 0)
			return true;
	return false;
}

/* Bind the entries of /NAME one by one, going down where something below is to be left out. */
static int bind_around(const struct sandbox_config *config, const char *name, int depth)
{
	char buffer[8192];
	cleanup_fd int dir = -1;
	char host[PATH_MAX];

	dir = open(path3(host, "/", name, ""), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || depth > 16)
		return -errno;
	for (;;) {
		struct entry {
			unsigned long long ino;
			long long off;
			unsigned short len;
			unsigned char type;
			char name[];
		} * entry;
		long got = syscall(SYS_getdents64, dir, buffer, sizeof(buffer));

		if (got <= 0)
			return got < 0 ? -errno : 0;
		for (long at = 0; at < got; at += entry->len) {
			char inside[PATH_MAX], from[PATH_MAX], target[PATH_MAX];
			ssize_t len;

			entry = (struct entry *)(buffer + at);
			if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0)
				continue;
			path3(inside, name, "/", entry->name);
			path3(from, "/", inside, "");
			if (hidden(config, inside))
				continue;
			len = readlink(from, target, sizeof(target) - 1);
			if (len >= 0) {
				target[len] = '\0';
				(void)symlink(target, inside);
			} else if (entry->type == DT_DIR) {
				(void)mkdir(inside, 0755);
				if (hides_in(config, inside))
					(void)bind_around(config, inside, depth + 1);
				else
					(void)bind_read_only(from, inside);
			} else if (entry->type == DT_REG) {
				(void)mknod(inside, S_IFREG | 0644, 0);
				(void)bind_read_only(from, inside);
			}
		}
	}
}

static int system_dir(const struct sandbox_config *config, const char *name,
		      struct sandbox_features *features, struct wire_failed *failed)
{
	char host[PATH_MAX], target[PATH_MAX];
	struct stat st;
	ssize_t len;
	int r;

	path3(host, "/", name, "");
	if (lstat(host, &st) < 0 || hidden(config, name))
		return 0;
	if (S_ISLNK(st.st_mode)) {
		len = readlink(host, target, sizeof(target) - 1);
		target[len < 0 ? 0 : len] = '\0';
		return symlink(target, name) < 0 ? failed_at(failed, "linking", host) : 0;
	}
	if (!S_ISDIR(st.st_mode))
		return 0;
	if (mkdir(name, 0755) < 0)
		return failed_at(failed, "making", name);
	if (overlay(config, name) == 0) {
		features->overlays++;
		return 0;
	}
	r = hides_in(config, name) ? bind_around(config, name, 0) : bind_read_only(host, name);
	if (r < 0) {
		errno = -r;
		return failed_at(failed, "binding", host);
	}
	features->binds++;
	return 0;
}

static int make_dev(const struct sandbox_setup *setup, struct sandbox_features *features,
		    struct wire_failed *failed)
{
	char host[PATH_MAX], inside[PATH_MAX];

	/* Mode 0755, not 1777: in a sticky directory opening a bound device with O_CREAT fails. */
	if (mount_tmpfs("dev", "755", 1 << 20) < 0)
		return failed_at(failed, "mounting tmpfs on", "/dev");
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		path3(host, "/dev/", devices[i], "");
		path3(inside, "dev/", devices[i], "");
		if (mknod(inside, S_IFREG | 0666, 0) < 0)
			return failed_at(failed, "making", inside);
		if (mount(host, inside, NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
			return failed_at(failed, "binding", host);
	}
	if (mkdir("dev/pts", 0755) < 0 || mkdir("dev/shm", 01777) < 0 ||
	    mkdir("dev/mqueue", 0755) < 0)
		return failed_at(failed, "making directories in", "/dev");
	features->devpts = mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
				 "newinstance,ptmxmode=0666,mode=620") == 0;
	if (mount_tmpfs("dev/shm", "1777", setup->limits->disk) < 0)
		return failed_at(failed, "mounting tmpfs on", "/dev/shm");
	features->mqueue = mount("mqueue", "dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC,
				 NULL) == 0;
	return 0;
}

static void make_kernel_views(struct sandbox_features *features)
{
	const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	features->fresh_proc = mount("proc", "proc", "proc", flags, NULL) == 0;
	if (!features->fresh_proc)
		(void)bind_read_only("/proc", "proc");
	features->fresh_sys = mount("sysfs", "sys", "sysfs", flags, NULL) == 0;
	/*
	 * Twice: ip-netns(8) detaches /sys and mounts the one of its network, and the kernel
	 * allows that only where another one is fully visible: the one below.
	 */
	if (features->fresh_sys)
		(void)mount("sys", "sys", NULL, MS_BIND, NULL);
	features->cgroupfs = features->fresh_sys &&
			     mount("cgroup2", "sys/fs/cgroup", "cgroup2", flags, NULL) == 0;
}

/* Make the missing directories above PATH, which is relative. */
static int make_parents(char *path)
{
	for (char *slash = path; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int make_dir(const char *path, mode_t mode)
{
	if (mkdir(path, mode) < 0 && errno != EEXIST)
		return -errno;
	return chmod(path, mode) < 0 ? -errno : 0;
}

/* 0, or -1 where not all of it was written. */
static ssize_t write_text(int fd, const char *text)
{
	ssize_t len = (ssize_t)strlen(text);

	return write(fd, text, (size_t)len) == len ? 0 : -1;
}

static int copy_in(const struct sandbox_file *file, struct wire_failed *failed)
{
	char path[PATH_MAX];
	cleanup_fd int to = -1;
	off_t offset = 0;
	ssize_t n;

	path3(path, file->path + 1, "", "");
	if (make_parents(path) < 0)
		return failed_at(failed, "making directories for", file->path);
	if (file->link)
		return symlink(file->link, path) < 0 ? failed_at(failed, "linking", path) : 0;
	if (!file->text && file->fd < 0)
		return make_dir(path, file->mode) < 0 ? failed_at(failed, "making", path) : 0;
	to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to < 0)
		return failed_at(failed, "creating", file->path);
	do
		n = file->text ? write_text(to, file->text)
			       : sendfile(to, file->fd, &offset, 1 << 20);
	while (n > 0);
	if (n < 0 || fchmod(to, file->mode) < 0)
		return failed_at(failed, "copying", file->path);
	return 0;
}

static int assemble(const struct sandbox_setup *setup, struct sandbox_features *features,
		    struct wire_failed *failed)
{
	const struct sandbox_config *config = setup->config;
	int r;

	for (size_t i = 0; i < sizeof(plain_dirs) / sizeof(plain_dirs[0]); i++)
		if (mkdir(plain_dirs[i].path, plain_dirs[i].mode) < 0 ||
		    ((plain_dirs[i].mode & 01000) &&
		     chmod(plain_dirs[i].path, plain_dirs[i].mode) < 0))
			return failed_at(failed, "making", plain_dirs[i].path);
	if (mount_tmpfs(".layers", "700", setup->limits->disk) < 0)
		return failed_at(failed, "mounting tmpfs for", "the writable layer");
	for (size_t i = 0; i < sizeof(system_dirs) / sizeof(system_dirs[0]); i++) {
		r = system_dir(config, system_dirs[i], features, failed);
		if (r < 0)
			return r;
	}
	if (mount_tmpfs("tmp", "1777", setup->limits->disk) < 0 ||
	    mount_tmpfs("run", "755", setup->limits->disk) < 0)
		return failed_at(failed, "mounting tmpfs on", "/tmp and /run");
	make_kernel_views(features);
	r = make_dev(setup, features, failed);
	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i].target, links[i].path) < 0)
			return failed_at(failed, "linking", links[i].path);
	for (size_t i = 0; i < config->n_files; i++) {
		r = copy_in(&config->files[i], failed);
		if (r < 0)
			return r;
	}
	sandbox_etc_install(setup);
	sandbox_subids_install(setup, features);
	/* The mounts hold what they are of; nobody needs a path to it. */
	if (umount2(".layers", MNT_DETACH) < 0 || rmdir(".layers") < 0)
		return failed_at(failed, "detaching", "the writable layer");
	return 0;
}

int sandbox_root_enter(const struct sandbox_setup *setup, struct sandbox_features *features,
		       struct wire_failed *failed)
{
	const char *stage = NULL;
	int r;

	/* Nothing of ours may travel out, nothing of the host's may travel in. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return failed_at(failed, "making mounts private below", "/");
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]) && !stage; i++)
		if (mount_tmpfs(stages[i], "755", setup->limits->disk) == 0)
			stage = stages[i];
	if (!stage || chdir(stage) < 0)
		return failed_at(failed, "mounting tmpfs on", "/tmp");
	r = assemble(setup, features, failed);
	if (r < 0)
		return r;
	/* The new root on top of the old, then the old one from under it: pivot_root(2). */
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return failed_at(failed, "changing the root with", "pivot_root");
	if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return failed_at(failed, "detaching", "the old root");
	if (setup->config->propagation == SANDBOX_SHARED &&
	    mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) < 0)
		return failed_at(failed, "making mounts shared below", "/");
	return 0;
}
