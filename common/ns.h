/*
 * Namespaces as the kernel identifies them: by the device and inode of their
 * nsfs file. The readers take a process directory (proc_open() in proc.h),
 * which stays bound to one process, or thread, however PIDs are reused.
 *
 * Sources: namespaces(7), ioctl_ns(2).
 */
#ifndef NSLAB_COMMON_NS_H
#define NSLAB_COMMON_NS_H

#include "common/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ns_id {
	dev_t dev;
	ino_t ino;
};

static inline bool ns_id_equal(struct ns_id a, struct ns_id b)
{
	return a.dev == b.dev && a.ino == b.ino;
}

/*
 * One entry of a snapshot. errnum is 0 where id is known, else a positive
 * errno: ENOENT there is none (pid_for_children between unshare(2) and the first
 * fork, most entries of a zombie, a type this kernel lacks); EACCES or
 * EPERM it may not be read; ESRCH the process has gone.
 */
struct ns_entry {
	struct ns_id id;
	int errnum;
};

struct ns_snapshot {
	struct ns_entry entry[NSTYPE_COUNT]; /* by enum nstype_id */
};

enum ns_relation {
	NS_SAME,
	NS_DIFFERENT,
	NS_UNKNOWN, /* at least one side has no id */
};

/**
 * Read all entries of a process. Returns 0 if at least one could be read (look
 * at the entries' errnum), -ESRCH where the process has gone, else the error
 * they all share (-EACCES). *ret is filled in any case.
 */
int ns_snapshot_take(int dir, struct ns_snapshot *ret);

enum ns_relation ns_compare(const struct ns_snapshot *a, const struct ns_snapshot *b,
			    enum nstype_id type);

/** "same", "different" or "unknown". */
const char *ns_relation_word(enum ns_relation relation);

/** The longest text of ns_entry_text(), with its NUL. */
#define NS_ENTRY_TEXT 24

/** The inode, "-" where there is none (ENOENT), "?" where it can't be read. Returns buf. */
const char *ns_entry_text(const struct ns_entry *entry, char buf[static NS_ENTRY_TEXT]);

/** Open a process's namespace (O_CLOEXEC); *ret_fd is the caller's. */
int ns_open(int dir, enum nstype_id type, int *ret_fd);

/** The identity of an open namespace file. */
int ns_identify(int nsfd, struct ns_id *ret);

/** The CLONE_NEW* flag of an open namespace file, or -errno (-ENOTTY: no namespace file). */
int ns_flag(int nsfd);

/**
 * Open the parent of a user or PID namespace. -EINVAL: the type has no parents;
 * -EPERM: it is the initial one, or its parent is outside of the caller's own.
 */
int ns_open_parent(int nsfd, int *ret_fd);

/** Open the user namespace that owns a namespace (of a user namespace: its parent). -EPERM as above. */
int ns_open_owner(int nsfd, int *ret_fd);

/** The creator's uid of a user namespace, in the caller's own numbers. */
int ns_owner_uid(int user_nsfd, uid_t *ret);

/* The kernel nests user and PID namespaces at most 32 deep below the initial one. */
#define NS_DEPTH_MAX 33

/**
 * The namespace itself, its parent, and so on up to the last one the caller
 * may see. Returns how many (at least 1, at most NS_DEPTH_MAX), or -errno. For a caller in the
 * initial namespaces one less than that is its depth.
 */
int ns_ancestry(int nsfd, struct ns_id ret[static NS_DEPTH_MAX]);

#endif
