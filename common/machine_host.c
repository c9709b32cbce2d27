#define _GNU_SOURCE
#include "common/machine_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/xattr.h>

/* What container engines leave behind; the last stands for $container (systemd's convention). */
static const char *const marks[] = {"/.dockerenv", "/run/.containerenv", "/run/systemd/container"};

static void read_marks(struct machine_host *ret)
{
	cleanup_strbuf struct strbuf version = STRBUF_INIT;
	const char *variable = getenv("container");

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks) && !ret->container_mark[0]; i++)
		if (access(marks[i], F_OK) == 0)
			(void)snprintf(ret->container_mark, sizeof(ret->container_mark), "%s",
				       marks[i]);
	if (!ret->container_mark[0] && variable && *variable)
		(void)snprintf(ret->container_mark, sizeof(ret->container_mark), "$container");
	if (io_read_proc(AT_FDCWD, "/proc/version", 4096, &version) == 0)
		ret->wsl = strcasestr(version.s, "microsoft") ? FACT_YES : FACT_NO;
}

static int read_switch(const char *path)
{
	long long value = machine_read_number(AT_FDCWD, path);

	return value < 0 ? -1 : (int)value;
}

/* The directory of a cgroup: a mount of its hierarchy and the path below its root. */
static char *cgroup_dir(const struct mountinfo *info, const char *controller, const char *path)
{
	for (size_t i = 0; i < info->n; i++) {
		const struct mount *mount = &info->mounts[i];
		const char *below = path;
		size_t len = strlen(mount->root);

		if (controller ? strcmp(mount->type, "cgroup") != 0 ||
					 !strstr(mount->super_options, controller)
			       : strcmp(mount->type, "cgroup2") != 0)
			continue;
		if (strcmp(mount->root, "/") != 0) {
			if (strncmp(path, mount->root, len) != 0 || (path[len] && path[len] != '/'))
				continue;
			below = path + len;
		}
		return xasprintf("%s%s", mount->point, strcmp(below, "/") == 0 ? "" : below);
	}
	return NULL;
}

/*
 * The path of a process in a hierarchy, from the text of its cgroup file:
 * "0::/a" for version 2 (controller NULL), "8:pids:/a" for version 1. Cuts the
 * text up, so that it is used once.
 */
static char *cgroup_path(char *text, const char *controller)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *names = strchr(line, ':');
		char *path = names ? strchr(names + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		if (controller ? strcmp(names + 1, controller) == 0 : !names[1])
			return path;
	}
	return NULL;
}

static char *find_cgroup(int dir, const struct mountinfo *info, const char *controller)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *path;

	if (io_read_proc(dir, "cgroup", 65536, &text) < 0)
		return NULL;
	path = cgroup_path(text.s, controller);
	return path ? cgroup_dir(info, controller, path) : NULL;
}

static int own_mounts(struct mountinfo *ret)
{
	cleanup_fd int procfd = -1;
	cleanup_fd int self = -1;

	if (proc_mount_open("/proc", &procfd) < 0 || proc_open(procfd, 0, &self) < 0)
		return -ENOENT;
	return proc_read_mountinfo(self, ret);
}

/* From the process's cgroup up to the mount: the first bound counts for it, too. */
static bool read_bound(char *cgroup, struct machine_process *ret)
{
	for (;;) {
		cleanup_free char *max = io_join(cgroup, "pids.max");
		cleanup_free char *now = io_join(cgroup, "pids.current");
		char *slash = strrchr(cgroup, '/');

		ret->pids_max = machine_read_number(AT_FDCWD, max);
		if (ret->pids_max >= 0) {
			ret->pids_now = machine_read_number(AT_FDCWD, now);
			return true;
		}
		if (!slash || slash == cgroup || !io_exists(now))
			return false;
		*slash = '\0';
	}
}

void machine_read_pids(int dir, struct machine_process *ret)
{
	struct mountinfo info;
	cleanup_free char *v2 = NULL;
	cleanup_free char *v1 = NULL;

	if (own_mounts(&info) < 0)
		return;
	v2 = find_cgroup(dir, &info, NULL);
	v1 = find_cgroup(dir, &info, "pids");
	mountinfo_free(&info);
	if (!v2 || !read_bound(v2, ret))
		(void)(v1 && read_bound(v1, ret));
}

static void read_cgroups(struct machine_host *ret)
{
	struct mountinfo info;
	cleanup_strbuf struct strbuf controllers = STRBUF_INIT;
	cleanup_free char *own = NULL;
	cleanup_free char *list = NULL;
	cleanup_free char *procs = NULL;
	cleanup_fd int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (self < 0 || own_mounts(&info) < 0)
		return;
	for (size_t i = 0; i < info.n; i++) {
		ret->cgroup_v1 |= strcmp(info.mounts[i].type, "cgroup") == 0;
		ret->cgroup_v2 |= strcmp(info.mounts[i].type, "cgroup2") == 0;
	}
	own = find_cgroup(self, &info, NULL);
	mountinfo_free(&info);
	if (!own)
		return;
	(void)snprintf(ret->cgroup_path, sizeof(ret->cgroup_path), "%s", own);
	list = io_join(own, "cgroup.controllers");
	procs = io_join(own, "cgroup.procs");
	if (io_read_proc(AT_FDCWD, list, 4096, &controllers) == 0)
		(void)snprintf(ret->cgroup_controllers, sizeof(ret->cgroup_controllers), "%.*s",
			       (int)strcspn(controllers.s, "\n"), controllers.s);
	/* Delegation is just that: the directory and its cgroup.procs can be written to. */
	ret->cgroup_delegated =
		access(own, W_OK) == 0 && access(procs, W_OK) == 0 ? FACT_YES : FACT_NO;
}

/* Lines NAME:START:COUNT or UID:START:COUNT (subuid(5)). */
static unsigned long long count_subids(const char *path, uid_t uid, const char *name)
{
	cleanup_file FILE *file = fopen(path, "re");
	cleanup_free char *line = NULL;
	unsigned long long total = 0;
	char number[16];
	size_t room = 0;

	(void)snprintf(number, sizeof(number), "%u", uid);
	while (file && getline(&line, &room, file) > 0) {
		char *start = strchr(line, ':');
		char *count = start ? strchr(start + 1, ':') : NULL;

		if (!count)
			continue;
		*start = '\0';
		if (strcmp(line, number) == 0 || (name && strcmp(line, name) == 0))
			total += strtoull(count + 1, NULL, 10);
	}
	return total;
}

static enum fact is_privileged(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return FACT_UNKNOWN;
	return (st.st_mode & S_ISUID && st.st_uid == 0) ||
			       getxattr(path, "security.capability", NULL, 0) > 0
		       ? FACT_YES
		       : FACT_NO;
}

static void read_newuidmap(struct machine_host *ret)
{
	const char *path = getenv("PATH");
	cleanup_free char *copy = xstrdup(path ? path : "/usr/bin:/bin");
	char *save = NULL;

	for (char *dir = strtok_r(copy, ":", &save); dir; dir = strtok_r(NULL, ":", &save)) {
		cleanup_free char *file = io_join(dir, "newuidmap");

		if (access(file, X_OK) < 0)
			continue;
		(void)snprintf(ret->newuidmap, sizeof(ret->newuidmap), "%s", file);
		ret->newuidmap_privileged = is_privileged(file);
		return;
	}
}

static void read_subids(struct machine_host *ret)
{
	const struct passwd *user = getpwuid(geteuid());
	const char *name = user ? user->pw_name : NULL;

	ret->subuids = count_subids("/etc/subuid", geteuid(), name);
	ret->subgids = count_subids("/etc/subgid", geteuid(), name);
}

void machine_read_host(struct machine_host *ret)
{
	struct utsname name;

	if (uname(&name) == 0)
		(void)snprintf(ret->release, sizeof(ret->release), "%s", name.release);
	ret->unprivileged_userns_clone = read_switch("/proc/sys/kernel/unprivileged_userns_clone");
	ret->apparmor_restrict_userns =
		read_switch("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
	ret->yama_ptrace_scope = read_switch("/proc/sys/kernel/yama/ptrace_scope");
	read_marks(ret);
	read_cgroups(ret);
	read_subids(ret);
	read_newuidmap(ret);
}
