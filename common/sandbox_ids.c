#define _GNU_SOURCE
#include "common/sandbox_ids.h"

#include "common/cleanup.h"
#include "common/idmap.h"
#include "common/io.h"
#include "common/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct range {
	unsigned long first, count;
};

void sandbox_ids_prepare(void)
{
	if (geteuid() == 0)
		(void)setgroups(0, NULL);
}

/* The first subordinate range of the caller in /etc/subuid or /etc/subgid (subuid(5)). */
static bool subordinate(const char *file, struct range *ret)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct error ignored;
	const struct passwd *me = getpwuid(getuid());
	cleanup_free char *number = xasprintf("%lu", (unsigned long)getuid());
	char *save = NULL;

	if (io_read_file(AT_FDCWD, file, 1 << 20, &text, &ignored) < 0 || !text.len)
		return false;
	for (char *line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *first = strchr(line, ':');
		char *count = first ? strchr(first + 1, ':') : NULL;

		if (!count)
			continue;
		*first++ = '\0';
		*count++ = '\0';
		if (strcmp(line, number) != 0 && !(me && strcmp(line, me->pw_name) == 0))
			continue;
		ret->first = strtoul(first, NULL, 10);
		ret->count = strtoul(count, NULL, 10);
		if (ret->count > SANDBOX_RANGE)
			ret->count = SANDBOX_RANGE;
		return ret->first > 0 && ret->count > 1;
	}
	return false;
}

/* One of /proc/PID/{uid_map,gid_map,setgroups}, in a single write as the kernel wants it. */
static int write_map(pid_t pid, const char *name, const char *text, struct error *err)
{
	cleanup_free char *path = xasprintf("/proc/%d/%s", (int)pid, name);
	cleanup_fd int fd = open(path, O_WRONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : io_write_all(fd, text, strlen(text));

	if (r < 0)
		return error_set(err, -r, "cannot write the sandbox's %s", name);
	return 0;
}

/*
 * The lines of a map: the sandbox's own id, then the range. They are numbers, so
 * newuidmap(1) takes the same ones as its arguments.
 */
static char *map_lines(uid_t inside, unsigned long outside, const struct range *range)
{
	if (!range)
		return xasprintf("%u %lu 1\n", inside, outside);
	if (!inside)
		return xasprintf("0 %lu 1\n%u %lu %lu\n", outside, SANDBOX_RANGE_ROOT, range->first,
				 range->count);
	return xasprintf("%u %lu 1\n0 %lu 1\n%u %lu %lu\n", inside, outside, range->first,
			 SANDBOX_RANGE_USER, range->first + 1, range->count - 1);
}

/* Run newuidmap(1) or newgidmap(1): PID INSIDE OUTSIDE COUNT... */
static int run_helper(const char *helper, pid_t pid, uid_t inside, unsigned long outside,
		      const struct range *range)
{
	cleanup_free char *lines = map_lines(inside, outside, range);
	cleanup_free char *words = xasprintf("%d %s", (int)pid, lines);
	char *argv[12] = {(char *)helper};
	char *save = NULL;
	pid_t child;
	int status;
	size_t n = 1;

	for (char *word = strtok_r(words, " \n", &save); word && n < 11;
	     word = strtok_r(NULL, " \n", &save))
		argv[n++] = word;
	if (posix_spawnp(&child, helper, NULL, NULL, argv, environ) != 0)
		return -ENOENT;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status == 0 ? 0 : -EPERM;
}

static bool map_range(pid_t pid, uid_t inside, unsigned *ret_ids)
{
	struct range uids, gids;

	if (!subordinate("/etc/subuid", &uids) || !subordinate("/etc/subgid", &gids))
		return false;
	/* As many gids as uids: what is inside then knows one number. */
	if (uids.count > gids.count)
		uids.count = gids.count;
	gids.count = uids.count;
	/* The uid map last: with it written and the other refused there is no way back. */
	if (run_helper("newgidmap", pid, inside, getgid(), &gids) < 0 ||
	    run_helper("newuidmap", pid, inside, getuid(), &uids) < 0)
		return false;
	*ret_ids = 1 + (unsigned)uids.count;
	return true;
}

/*
 * Which of the caller's ids the sandbox runs as. Root of a container may not have
 * the high one; it takes its highest then. Where it has but one, that may be the
 * host's root in a user namespace of its own, which is what must not be.
 */
static bool choose_id(const char *map, unsigned own, unsigned *ret)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct idmap ids = {.n = 0};
	struct error ignored;
	uint32_t outside;

	*ret = own ? own : SANDBOX_HIGH_ID;
	if (own || io_read_file(AT_FDCWD, map, 1 << 20, &text, &ignored) < 0 ||
	    idmap_parse(text.s, &ids) < 0 || idmap_to_outside(&ids, SANDBOX_HIGH_ID, &outside))
		return true;
	*ret = 0;
	for (size_t i = 0; i < ids.n; i++) {
		uint32_t last = ids.range[i].inside + (ids.range[i].count - 1);

		if (last > *ret)
			*ret = last;
	}
	return *ret || (idmap_to_outside(&ids, 0, &outside) && outside);
}

int sandbox_ids_map(pid_t pid, uid_t inside, bool range, unsigned *ret_ids, struct error *err)
{
	bool root = geteuid() == 0;
	static const struct range high = {SANDBOX_HIGH_ID + 1, SANDBOX_RANGE};
	cleanup_free char *uids = NULL, *gids = NULL;
	unsigned uid, gid;
	int r;

	if (range && !root && map_range(pid, inside, ret_ids))
		return 0;
	if (!choose_id("/proc/self/uid_map", geteuid(), &uid) ||
	    !choose_id("/proc/self/gid_map", getegid(), &gid)) {
		error_say(
			err, EPERM,
			"root is the only id of this user namespace, and no sandbox runs as root");
		error_remedy(err, "run lab as an ordinary user, or map a second uid and gid first "
				  "(unshare --map-auto)");
		return -EPERM;
	}
	range = range && root && uid == SANDBOX_HIGH_ID && gid == SANDBOX_HIGH_ID;
	uids = map_lines(inside, uid, range ? &high : NULL);
	gids = map_lines(inside, gid, range ? &high : NULL);
	if (!range) {
		/* What an unprivileged caller must do; root does it too, to be the same. */
		r = write_map(pid, "setgroups", "deny", err);
		if (r < 0)
			return r;
	}
	r = write_map(pid, "uid_map", uids, err);
	if (r == 0)
		r = write_map(pid, "gid_map", gids, err);
	if (r == 0)
		*ret_ids = range ? 1 + SANDBOX_RANGE : 1;
	return r;
}

char *sandbox_helper_path(const char *name)
{
	static const char *const beside[] = {"", "../", "../libexec/nslab/"};
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (len < 0)
		return xstrdup(name);
	self[len] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		slash[1] = '\0';
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		char *path = xasprintf("%s%s%s", self, beside[i], name);

		if (access(path, R_OK) == 0)
			return path;
		free(path);
	}
	return xasprintf("%s%s", self, name);
}
