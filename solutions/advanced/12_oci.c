/*
 * An OCI runtime
 *
 * Goal:   Run the container that a bundle describes: what config.json says of
 *         namespaces, ids, root, mounts, host name and process, and no more.
 * Man:    clone(2) setns(2) user_namespaces(7) mount(2) pivot_root(2)
 * Run:    oci BUNDLE
 * Expect: "runc spec --rootless; oci ." runs what "runc run" would run.
 * Read:   docs/advanced/12_oci.md
 *
 *	config.json ── read and understood before anything is done
 *	  ├─ namespaces with a path   joined by the runtime, setns(2)
 *	  ├─ namespaces without       made with the child, clone3(2)
 *	  └─ all the rest             done by the child, which becomes it
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <linux/sched.h> /* struct clone_args, CLONE_NEW... */
#include <sched.h> /* setns */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h> /* calls that not every C library has */
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* What linux.namespaces may name. Joined in this order: user gives power. */
static const struct {
	const char *name;
	unsigned flag;
} types[] = {
	{ "user", CLONE_NEWUSER }, { "network", CLONE_NEWNET },
	{ "uts", CLONE_NEWUTS },   { "ipc", CLONE_NEWIPC },
	{ "pid", CLONE_NEWPID },   { "cgroup", CLONE_NEWCGROUP },
	{ "time", CLONE_NEWTIME }, { "mount", CLONE_NEWNS },
};

/* Options of a mount that are flags. Others are for the file system. */
static const struct {
	const char *name;
	unsigned long flags;
} options[] = {
	{ "ro", MS_RDONLY },	     { "rw", 0 },
	{ "nosuid", MS_NOSUID },     { "nodev", MS_NODEV },
	{ "noexec", MS_NOEXEC },     { "noatime", MS_NOATIME },
	{ "relatime", MS_RELATIME }, { "strictatime", MS_STRICTATIME },
	{ "bind", MS_BIND },	     { "rbind", MS_BIND | MS_REC },
	{ "private", 0 },	     { "rprivate", 0 }, /* all of it is */
};

/* What a runtime puts on a tmpfs at /dev without being asked. */
static const char *const devices[] = {
	"null", "zero", "full", "random", "urandom", "tty",
};

/* The file as far as it is used. What it points to is never freed. */
struct bundle {
	unsigned flags;		  /* namespaces to make */
	int joined[COUNT(types)]; /* descriptors of those to join, or -1 */
	char root[PATH_MAX];
	int readonly, no_new_privs, uid, gid;
	const char *hostname, *cwd;
	json_t *args, *env, *mounts, *uids, *gids;
};

static void read_namespaces(struct bundle *bundle, json_t *list)
{
	size_t i, at;
	json_t *entry;

	for (at = 0; at < COUNT(types); at++)
		bundle->joined[at] = -1;
	json_array_foreach(list, i, entry) {
		const char *type = "", *path = NULL;

		json_unpack(entry, "{s:s, s?s}", "type", &type, "path", &path);
		for (at = 0; at < COUNT(types); at++)
			if (strcmp(types[at].name, type) == 0)
				break;
		if (at == COUNT(types))
			errx(1, "unknown namespace type \"%s\"", type);
		/* TODO(2): to join: open(2) it. To make: remember its flag */
		if (!path)
			bundle->flags |= types[at].flag;
		else if ((bundle->joined[at] = open(path, O_CLOEXEC)) < 0)
			err(1, "%s namespace %s", type, path);
		/* END(2) */
	}
}

static void read_config(struct bundle *bundle, const char *directory)
{
	json_t *config = NULL, *namespaces = NULL;
	const char *root = "";
	json_error_t error;

	if (chdir(directory) < 0)
		err(1, "bundle %s", directory);

	/* TODO(1): parse config.json; json_load_file(), in Jansson's manual */
	config = json_load_file("config.json", 0, &error);
	if (!config)
		errx(1, "config.json:%d: %s", error.line, error.text);
	/* END(1) */
	if (json_unpack_ex(config, &error, 0,
			   "{s:{s:s, s?b}, s?s, s?o,"
			   " s:{s:o, s:s, s?o, s?b, s?{s?i, s?i}},"
			   " s?{s?o, s?o, s?o}}",
			   "root", "path", &root, "readonly", &bundle->readonly,
			   "hostname", &bundle->hostname, "mounts",
			   &bundle->mounts, "process", "args", &bundle->args,
			   "cwd", &bundle->cwd, "env", &bundle->env,
			   "noNewPrivileges", &bundle->no_new_privs, "user",
			   "uid", &bundle->uid, "gid", &bundle->gid, "linux",
			   "namespaces", &namespaces, "uidMappings",
			   &bundle->uids, "gidMappings", &bundle->gids) < 0)
		errx(1, "config.json: %s", error.text);
	if (json_array_size(bundle->args) == 0)
		errx(1, "config.json: process.args is empty");
	if (!realpath(root, bundle->root))
		err(1, "root %s", root);
	read_namespaces(bundle, namespaces);
}

/* The kernel takes a map whole, in one write, or not at all. */
static void write_map(const char *path, json_t *mappings)
{
	char text[4096] = "";
	size_t i, len = 0;
	json_t *entry;
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	json_array_foreach(mappings, i, entry) {
		json_int_t inside = 0, outside = 0, size = 0;

		json_unpack(entry, "{s:I, s:I, s:I}", "containerID", &inside,
			    "hostID", &outside, "size", &size);
		/* TODO(5): add a line to text; its form: user_namespaces(7) */
		len += snprintf(text + len, sizeof(text) - len,
				"%lld %lld %lld\n", (long long)inside,
				(long long)outside, (long long)size);
		/* END(5) */
	}
	if (fd < 0 || write(fd, text, len) < 0)
		err(1, "\"%.*s\" to %s", (int)strcspn(text, "\n"), text, path);
	close(fd);
}

/* Something to mount on: a directory, or for a file an empty file. */
static void make_place(char *path, int is_file)
{
	for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	if (is_file)
		mknod(path, S_IFREG | 0644, 0);
	else
		mkdir(path, 0755);
}

/* The kernel takes other flags only for a mount that is there already. */
static void remount(const char *path, unsigned long flags)
{
	struct statvfs now;

	/* In a user namespace none that a mount came with may be lost. */
	if (statvfs(path, &now) < 0 ||
	    mount(NULL, path, NULL,
		  MS_REMOUNT | MS_BIND | flags |
			  (now.f_flag & (ST_RDONLY | ST_NOSUID | ST_NODEV |
					 ST_NOEXEC)),
		  NULL) < 0)
		err(1, "remount %s", path);
}

static void mount_one(const char *root, json_t *entry)
{
	const char *target = "", *type = "", *source = "none";
	char path[PATH_MAX + 256], data[256] = "";
	unsigned long flags = 0;
	struct stat st = { .st_mode = S_IFDIR };
	json_t *list = NULL, *option;
	size_t i, at;

	json_unpack(entry, "{s:s, s?s, s?s, s?o}", "destination", &target,
		    "type", &type, "source", &source, "options", &list);
	json_array_foreach(list, i, option) {
		const char *word = json_string_value(option);

		for (at = 0; at < COUNT(options); at++)
			if (strcmp(options[at].name, word) == 0)
				break;
		/* TODO(6): a flag, or a piece of data; see mount(2) */
		if (at < COUNT(options))
			flags |= options[at].flags;
		else
			snprintf(data + strlen(data),
				 sizeof(data) - strlen(data), "%s%s",
				 *data ? "," : "", word);
		/* END(6) */
	}
	if (strcmp(type, "bind") == 0)
		flags |= MS_BIND;
	if (strcmp(type, "cgroup") == 0)
		type = "cgroup2"; /* busy: it came with a bind of /sys */
	if (flags & MS_BIND && stat(source, &st) < 0)
		err(1, "bind %s", source);
	snprintf(path, sizeof(path), "%s%s", root, target);
	make_place(path, !S_ISDIR(st.st_mode));
	if (flags & MS_BIND) {
		if (mount(source, path, NULL, flags & (MS_BIND | MS_REC),
			  NULL) < 0)
			err(1, "bind %s on %s", source, target);
		if (flags & ~(MS_BIND | MS_REC))
			remount(path, flags & ~MS_REC);
	} else {
		if (mount(source, path, type, flags, data) < 0 &&
		    (strcmp(type, "cgroup2") != 0 || errno != EBUSY))
			err(1, "mount %s on %s", type, target);
	}
	if (strcmp(type, "tmpfs") == 0 && strcmp(target, "/dev") == 0)
		for (i = 0; i < COUNT(devices); i++) {
			snprintf(data, sizeof(data), "/dev/%s", devices[i]);
			snprintf(path, sizeof(path), "%s%s", root, data);
			make_place(path, 1);
			if (mount(data, path, NULL, MS_BIND, NULL) < 0)
				err(1, "bind %s", data);
		}
}

static void enter_root(const struct bundle *bundle)
{
	json_t *entry;
	size_t i;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	if (mount(bundle->root, bundle->root, NULL, MS_BIND | MS_REC, NULL) < 0)
		err(1, "bind %s on itself", bundle->root);
	/* A later mount may lie on an earlier one, never the other way. */
	json_array_foreach(bundle->mounts, i, entry)
		mount_one(bundle->root, entry);

	/* TODO(7): go there, swap the roots, drop the old; pivot_root(2) */
	if (chdir(bundle->root) < 0)
		err(1, "chdir %s", bundle->root);
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		err(1, "pivot_root");
	if (umount2(".", MNT_DETACH) < 0)
		err(1, "umount the old root");
	/* END(7) */
	if (bundle->readonly)
		remount("/", MS_RDONLY);
}

/* The strings of an array, as exec wants them. */
static char **strings(json_t *array)
{
	char **list = calloc(json_array_size(array) + 1, sizeof(*list));
	json_t *entry;
	size_t i;

	if (!list)
		err(1, "calloc");
	json_array_foreach(array, i, entry)
		if (!(list[i] = (char *)json_string_value(entry)))
			errx(1, "config.json: a string is expected");
	return list;
}

/* The child, in all its namespaces: sets them up, becomes the process. */
static void run(const struct bundle *bundle)
{
	char **args = strings(bundle->args);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (bundle->flags & CLONE_NEWUSER) {
		int fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);

		if (fd < 0 || write(fd, "deny", 4) < 0)
			err(1, "deny setgroups");
		close(fd);
		write_map("/proc/self/uid_map", bundle->uids);
		write_map("/proc/self/gid_map", bundle->gids);
	}
	if (bundle->hostname &&
	    sethostname(bundle->hostname, strlen(bundle->hostname)) < 0)
		err(1, "hostname %s", bundle->hostname);
	enter_root(bundle);
	if (chdir(bundle->cwd) < 0)
		err(1, "cwd %s", bundle->cwd);
	if ((getgid() != (gid_t)bundle->gid && setgid(bundle->gid) < 0) ||
	    (getuid() != (uid_t)bundle->uid && setuid(bundle->uid) < 0))
		err(1, "user %d:%d", bundle->uid, bundle->gid);
	if (bundle->no_new_privs)
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_close_range, 3, ~0U, 0);

	/* TODO(8): args with env alone, found by env's PATH; environ(7) */
	environ = strings(bundle->env);
	execvp(args[0], args);
	/* END(8) */
	err(errno == ENOENT ? 127 : 126, "exec %s", args[0]);
}

int main(int argc, char *argv[])
{
	struct bundle bundle = { .cwd = "/" };
	pid_t child = -1;
	int status;

	if (argc != 2) {
		fprintf(stderr, "usage: oci BUNDLE\n");
		return 2;
	}
	read_config(&bundle, argv[1]);

	for (size_t i = 0; i < COUNT(types); i++) {
		if (bundle.joined[i] < 0)
			continue;
		/* TODO(3): join it with setns(2) */
		if (setns(bundle.joined[i], types[i].flag) < 0)
			err(1, "join the %s namespace", types[i].name);
		/* END(3) */
	}

	/* TODO(4): make the child in the new namespaces with clone3(2) */
	struct clone_args args = {
		.flags = bundle.flags,
		.exit_signal = SIGCHLD,
	};

	child = syscall(SYS_clone3, &args, sizeof(args));
	if (child < 0)
		err(1, "clone3");
	/* END(4) */
	if (child == 0)
		run(&bundle);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			err(1, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
