#define _GNU_SOURCE
#include "common/ns.h"

#include "common/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

static void read_entry(int dir, const struct nstype *type, struct ns_entry *entry)
{
	struct stat st;

	if (fstatat(dir, type->path, &st, 0) < 0) {
		entry->errnum = errno;
		return;
	}
	entry->id.dev = st.st_dev;
	entry->id.ino = st.st_ino;
}

int ns_snapshot_take(int dir, struct ns_snapshot *ret)
{
	int refused = 0;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		read_entry(dir, &nstypes[i], &ret->entry[i]);
		if (ret->entry[i].errnum == 0)
			refused = -1;
		else if (ret->entry[i].errnum != ENOENT && refused >= 0)
			refused = ret->entry[i].errnum;
	}
	if (refused < 0)
		return 0;
	/* The links of a process that has just gone say EACCES or ENOENT too. */
	if (faccessat(dir, "stat", F_OK, 0) < 0 || refused == 0)
		return -ESRCH;
	return -refused;
}

enum ns_relation ns_compare(const struct ns_snapshot *a, const struct ns_snapshot *b,
			    enum nstype_id type)
{
	const struct ns_entry *left = &a->entry[type];
	const struct ns_entry *right = &b->entry[type];

	if (left->errnum || right->errnum)
		return NS_UNKNOWN;
	return ns_id_equal(left->id, right->id) ? NS_SAME : NS_DIFFERENT;
}

const char *ns_relation_word(enum ns_relation relation)
{
	static const char *const words[] = {
		[NS_SAME] = "same",
		[NS_DIFFERENT] = "different",
		[NS_UNKNOWN] = "unknown",
	};

	return words[relation];
}

const char *ns_entry_text(const struct ns_entry *entry, char buf[static NS_ENTRY_TEXT])
{
	if (entry->errnum == 0)
		(void)snprintf(buf, NS_ENTRY_TEXT, "%llu", (unsigned long long)entry->id.ino);
	else
		(void)snprintf(buf, NS_ENTRY_TEXT, "%s", entry->errnum == ENOENT ? "-" : "?");
	return buf;
}

int ns_open(int dir, enum nstype_id type, int *ret_fd)
{
	int fd = openat(dir, nstypes[type].path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int ns_identify(int nsfd, struct ns_id *ret)
{
	struct stat st;

	if (fstat(nsfd, &st) < 0)
		return -errno;
	ret->dev = st.st_dev;
	ret->ino = st.st_ino;
	return 0;
}

int ns_flag(int nsfd)
{
	int flag = ioctl(nsfd, NS_GET_NSTYPE);

	return flag < 0 ? -errno : flag;
}

/* Both calls answer with a descriptor, which the kernel makes close-on-exec. */
static int ask_fd(int nsfd, unsigned long question, int *ret_fd)
{
	int fd = ioctl(nsfd, question);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int ns_open_parent(int nsfd, int *ret_fd)
{
	return ask_fd(nsfd, NS_GET_PARENT, ret_fd);
}

int ns_open_owner(int nsfd, int *ret_fd)
{
	return ask_fd(nsfd, NS_GET_USERNS, ret_fd);
}

int ns_owner_uid(int user_nsfd, uid_t *ret)
{
	uid_t uid;

	if (ioctl(user_nsfd, NS_GET_OWNER_UID, &uid) < 0)
		return -errno;
	*ret = uid;
	return 0;
}

int ns_ancestry(int nsfd, struct ns_id ret[static NS_DEPTH_MAX])
{
	struct ns_id ids[NS_DEPTH_MAX];
	cleanup_fd int at = fcntl(nsfd, F_DUPFD_CLOEXEC, 0);
	int n = 0;

	if (at < 0)
		return -errno;
	while (n < NS_DEPTH_MAX) {
		int up = -1;
		int r = ns_identify(at, &ids[n]);

		if (r < 0)
			return r;
		n++;
		r = ns_open_parent(at, &up);
		if (r == -EPERM || (r == -EINVAL && n == 1))
			break;
		if (r < 0)
			return r;
		(void)close(at);
		at = up;
	}
	memcpy(ret, ids, (size_t)n * sizeof(ids[0]));
	return n;
}
