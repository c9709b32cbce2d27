/*
 * The small root file system: what it is made of, what a machine must have for
 * it, and that programs run in it.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"

#include "common/cleanup.h"
#include "common/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

static bool is_static(const char *path)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);

	return rootfs_is_static(fd);
}

static void kinds(void)
{
	cleanup_fd int empty = memfd_create("empty", MFD_CLOEXEC);

	ok(!is_static("/proc/self/exe"), "this test is a dynamic program");
	ok(!is_static("/etc/passwd"), "a text is no static program");
	ok(!rootfs_is_static(empty), "nor is an empty file");
	ok(!rootfs_is_static(-1), "nor what can't be read");
}

static void lacking(void)
{
	static const struct {
		const char *busybox, *says;
	} rows[] = {
		{"/proc/self/exe", "uses no library"},
		{"/etc/passwd", "there is none"}, /* not executable */
		{"/nowhere/busybox", "there is none"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rootfs rootfs = ROOTFS_INIT;
		struct error err = {0};

		(void)setenv("NSLAB_BUSYBOX", rows[i].busybox, 1);
		is_int(rootfs_describe("/r", &rootfs, &err), -EOPNOTSUPP, "%s will not do",
		       rows[i].busybox);
		ok(strstr(err.what, rows[i].says), "it says why: %s", err.what);
		ok(strstr(err.remedy, "busybox-static"), "and what to do");
		is_int((long long)rootfs.n, 0, "nothing is described");
	}
	(void)unsetenv("NSLAB_BUSYBOX");
}

struct row {
	const char *fact, *script, *printed;
	enum sandbox_start start;
};

static const struct row rows[] = {
	{"busybox runs with it as root", "chroot /srv/r /bin/sh -c 'cd /; echo *'",
	 "bin dev etc mnt proc root run sys tmp\n", SANDBOX_ROOT},
	{"its files are those of the description",
	 "head -n 1 /srv/r/etc/os-release; readlink /srv/r/bin/sh; cat /srv/r/etc/more",
	 "NAME=rootfs\nbusybox\nmore\n", SANDBOX_ROOT},
	{"its directories have the modes of such directories",
	 "stat -c '%a %n' /srv/r /srv/r/tmp /srv/r/proc /srv/r/bin/busybox",
	 "755 /srv/r\n1777 /srv/r/tmp\n555 /srv/r/proc\n755 /srv/r/bin/busybox\n", SANDBOX_ROOT},
	{"it belongs to root where programs start as root", "find /srv/r ! -user 0", "",
	 SANDBOX_ROOT},
	{"and to the user where they start as one", "find /srv/r ! -user 43210", "", SANDBOX_USER},
	{"and the user may use it",
	 "unshare --user --map-root-user chroot /srv/r sh -c 'echo >/new; id -u'", "0\n",
	 SANDBOX_USER},
	{"it is no mount", "grep -c /srv/r /proc/self/mountinfo", "0\n", SANDBOX_ROOT},
};

static void in_sandbox(struct rootfs *rootfs, const struct row *row)
{
	struct sandbox_config config = {
		.start = row->start,
		.uid = 43210,
		.files = rootfs->files,
		.n_files = rootfs->n,
	};
	const char *const argv[] = {"sh", "-c", row->script, NULL};
	struct sandbox_capture capture;
	struct sandbox *box = NULL;
	struct error err = {0};

	if (!ok(sandbox_start(&config, &box, &err) == 0, "a sandbox: %s", err.what))
		return;
	if (ok(sandbox_capture(box, argv, &capture, &err) == 0, "a command: %s", err.what)) {
		is_str(capture.out.s, row->printed, "%s", row->fact);
		sandbox_capture_free(&capture);
	}
	sandbox_end(box);
}

int main(void)
{
	struct rootfs rootfs cleanup_rootfs = ROOTFS_INIT;
	cleanup_fd int more = memfd_create("more", MFD_CLOEXEC);
	struct error err = {0};

	kinds();
	lacking();
	ok(write(more, "more\n", 5) == 5, "a file to add");
	if (rootfs_describe("/srv/r", &rootfs, &err) < 0) {
		unit_skip("%s", err.what);
		return unit_done();
	}
	rootfs_add(&rootfs, "/srv/r", "etc/more", more, 0644);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		in_sandbox(&rootfs, &rows[i]);
	return unit_done();
}
