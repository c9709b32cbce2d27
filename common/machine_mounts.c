#define _GNU_SOURCE
#include "common/machine_internal.h"

#include "common/cleanup.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

/* A directory: what it is, on which mount, and whether it is that mount's root. */
struct place {
	dev_t dev;
	ino_t ino;
	uint64_t mount; /* 0: the kernel (before 5.8) does not say */
	enum fact mount_root;
};

static int look(int dirfd, const char *path, struct place *ret)
{
	struct statx stx;

	if (statx(dirfd, path, 0, STATX_INO | STATX_MNT_ID, &stx) < 0)
		return -1;
	ret->dev = makedev(stx.stx_dev_major, stx.stx_dev_minor);
	ret->ino = stx.stx_ino;
	ret->mount = stx.stx_mask & STATX_MNT_ID ? stx.stx_mnt_id : 0;
	if (!(stx.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT))
		ret->mount_root = FACT_UNKNOWN;
	else
		ret->mount_root = stx.stx_attributes & STATX_ATTR_MOUNT_ROOT ? FACT_YES : FACT_NO;
	return 0;
}

/* Runs in a child of its own: joins what it may and writes what it sees. */
static void look_from_inside(int user, int mnt, struct machine_inside *to)
{
	struct place root;

	if (user >= 0 && setns(user, CLONE_NEWUSER) < 0)
		return; /* the numbers would be another namespace's */
	for (int i = 0; i < NSTYPE_COUNT; i++) {
		char path[64];

		if (nstypes[i].for_children)
			continue;
		(void)snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces",
			       nstypes[i].name);
		to->max_ns[i] = machine_read_number(AT_FDCWD, path);
	}
	/* Joining a mount namespace leads to its root, past any chroot (setns(2)). */
	if (mnt < 0 || setns(mnt, CLONE_NEWNS) < 0 || look(AT_FDCWD, "/", &root) < 0)
		return;
	to->root_dev = root.dev;
	to->root_ino = root.ino;
	to->root_mount = root.mount;
	to->joined_mnt = FACT_YES;
}

/* A descriptor for the process's user namespace, -1 where it is the caller's own. */
static int other_user_ns(int dir)
{
	cleanup_fd int fd = -1;
	cleanup_fd int own = -1;
	struct ns_id a, b;

	own = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	if (own < 0 || ns_open(dir, NSTYPE_USER, &fd) < 0 || ns_identify(fd, &a) < 0 ||
	    ns_identify(own, &b) < 0 || ns_id_equal(a, b))
		return -1;
	return steal_fd(&fd);
}

void machine_look_inside(int dir, struct machine_inside *ret)
{
	cleanup_fd int user = other_user_ns(dir);
	cleanup_fd int mnt = -1;
	struct machine_inside *shared;
	pid_t pid;

	memset(ret, 0, sizeof(*ret));
	for (int i = 0; i < NSTYPE_COUNT; i++)
		ret->max_ns[i] = -1;
	(void)ns_open(dir, NSTYPE_MNT, &mnt);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return;
	*shared = *ret;
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		look_from_inside(user, mnt, shared);
		_exit(0);
	}
	if (pid > 0) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		*ret = *shared;
	}
	(void)munmap(shared, sizeof(*shared));
}

static const struct mount *by_id(const struct mountinfo *info, uint64_t id)
{
	for (size_t i = 0; i < info->n; i++)
		if ((uint64_t)info->mounts[i].id == id)
			return &info->mounts[i];
	return NULL;
}

/*
 * Where does another process see the mount that is at the process's /? Mount
 * ids are the machine's, so that finding it elsewhere than at / proves a chroot.
 */
static enum fact chrooted_by_init(uint64_t mount)
{
	struct mountinfo info;
	const struct mount *found;
	enum fact fact = FACT_UNKNOWN;
	cleanup_fd int procfd = -1;
	cleanup_fd int dir = -1;

	if (proc_mount_open("/proc", &procfd) < 0 || proc_open(procfd, 1, &dir) < 0 ||
	    proc_read_mountinfo(dir, &info) < 0)
		return FACT_UNKNOWN;
	found = by_id(&info, mount);
	if (found)
		fact = strcmp(found->point, "/") == 0 ? FACT_NO : FACT_YES;
	mountinfo_free(&info);
	return fact;
}

static enum fact is_chrooted(const struct place *root, const struct machine_inside *inside)
{
	if (root->mount_root == FACT_NO)
		return FACT_YES;
	if (inside->joined_mnt == FACT_YES) {
		if (root->mount && inside->root_mount)
			return root->mount == inside->root_mount ? FACT_NO : FACT_YES;
		return root->dev == inside->root_dev && root->ino == inside->root_ino ? FACT_NO
										      : FACT_YES;
	}
	return root->mount ? chrooted_by_init(root->mount) : FACT_UNKNOWN;
}

static void read_root(int dir, const struct machine_inside *inside, const struct mountinfo *info,
		      struct machine_process *ret)
{
	const struct mount *mount = NULL;
	struct place root;

	if (look(dir, "root", &root) == 0) {
		ret->chrooted = is_chrooted(&root, inside);
		mount = by_id(info, root.mount);
	}
	if (!mount)
		mount = mountinfo_at(info, "/");
	if (!mount) /* nothing is mounted at /: it is a directory of something else */
		return;
	ret->root_shared = mount->shared ? FACT_YES : FACT_NO;
	ret->root_initial = strcmp(mount->type, "rootfs") == 0 ? FACT_YES : FACT_NO;
}

static void read_cwd(int dir, const struct mountinfo *info, struct machine_process *ret)
{
	const struct mount *mount;
	const struct mount *parent;
	struct place cwd, root;

	if (look(dir, "cwd", &cwd) < 0 || look(dir, "root", &root) < 0 || !cwd.mount)
		return;
	ret->cwd_mount = cwd.mount_root == FACT_YES && cwd.mount != root.mount ? FACT_YES : FACT_NO;
	mount = by_id(info, cwd.mount);
	parent = mount ? by_id(info, (uint64_t)mount->parent) : NULL;
	if (parent && ret->cwd_mount == FACT_YES)
		ret->cwd_shared = parent->shared ? FACT_YES : FACT_NO;
}

/* A pseudo file system whose new instances the kernel gives only to those who see it whole. */
struct pseudo {
	const char *point;
	const char *type;
	const char
		*harmless; /* types and points of mounts below it that cover an empty directory */
};

static const struct pseudo pseudo_proc = {"/proc", "proc", " binfmt_misc autofs "};
static const struct pseudo pseudo_sys = {
	"/sys", "sysfs",
	" cgroup cgroup2 debugfs tracefs securityfs configfs pstore bpf efivarfs fusectl selinuxfs "
	"smackfs resctrl binder autofs /sys/fs/cgroup "};

static bool listed(const char *list, const char *word)
{
	const char *at = strstr(list, word);

	return at && at > list && at[-1] == ' ' && at[strlen(word)] == ' ';
}

static bool has_option(const char *options, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = options; at; at = strchr(at, ',')) {
		if (*at == ',')
			at++;
		if (strncmp(at, name, len) == 0 && (at[len] == ',' || !at[len]))
			return true;
	}
	return false;
}

static enum fact masked(const struct mountinfo *info, const struct pseudo *pseudo, char *ret,
			size_t size)
{
	const struct mount *base = mountinfo_at(info, pseudo->point);
	size_t len = strlen(pseudo->point);

	if (!base || strcmp(base->type, pseudo->type) != 0) {
		(void)snprintf(ret, size, "no %s is mounted on %s", pseudo->type, pseudo->point);
		return FACT_YES;
	}
	if (has_option(base->options, "ro")) {
		(void)snprintf(ret, size, "%s is mounted read-only", pseudo->point);
		return FACT_YES;
	}
	for (size_t i = 0; i < info->n; i++) {
		const struct mount *mount = &info->mounts[i];

		if (strncmp(mount->point, pseudo->point, len) != 0 || mount->point[len] != '/' ||
		    listed(pseudo->harmless, mount->type) ||
		    listed(pseudo->harmless, mount->point) ||
		    strncmp(mount->point, "/sys/fs/cgroup/", 15) == 0)
			continue;
		(void)snprintf(ret, size, "a mount covers %s (%s)", mount->point, mount->type);
		return FACT_YES;
	}
	return FACT_NO;
}

void machine_read_mounts(int dir, const struct machine_inside *inside, struct machine_process *ret)
{
	struct mountinfo info;

	if (proc_read_mountinfo(dir, &info) < 0)
		return;
	read_root(dir, inside, &info, ret);
	read_cwd(dir, &info, ret);
	ret->proc_masked = masked(&info, &pseudo_proc, ret->proc_mask, sizeof(ret->proc_mask));
	ret->sys_masked = masked(&info, &pseudo_sys, ret->sys_mask, sizeof(ret->sys_mask));
	mountinfo_free(&info);
}
