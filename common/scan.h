/*
 * Every process of the machine and every namespace it can be seen to hold, fast.
 *
 * Ten links per process are the cost, so they are read as text (readlinkat is half
 * the price of a stat, which makes an nsfs inode), in two threads where there
 * is enough to do, and a process is given up after the first link that
 * may not be read. What a namespace's file alone can tell (parent, owner) is
 * asked once per namespace. A process that vanishes meanwhile is no error.
 *
 * Namespaces without a process are found by a thread that left its process,
 * by a pending pid_for_children or time_for_children, by nsfs mounts in every
 * mount namespace seen, as an ancestor or owner of another, and on request by open descriptors.
 */
#ifndef NSLAB_COMMON_SCAN_H
#define NSLAB_COMMON_SCAN_H

#include "common/error.h"
#include "common/ns.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How a namespace is held: bits, any number of them. */
enum scan_hold {
	SCAN_HELD_PROCESS = 1 << 0,
	SCAN_HELD_THREAD = 1 << 1,  /* a thread that is not where its process is */
	SCAN_HELD_PENDING = 1 << 2, /* somebody's *_for_children, and not that one's own */
	SCAN_HELD_MOUNT = 1 << 3,   /* a bind mount of its file */
	SCAN_HELD_FD = 1 << 4,	    /* an open descriptor of its file */
	SCAN_HELD_CHILD = 1 << 5,   /* a namespace below it, or one it owns */
};

#define SCAN_HOLDS 6

/** "process", "thread", "pending", "mount", "descriptor", "child" by bit number. */
extern const char *const scan_hold_names[SCAN_HOLDS];

#define SCAN_NONE UINT32_MAX /* no index */

struct scan_process {
	pid_t pid;
	pid_t ppid;
	uint32_t threads;
	char state;		      /* as in stat: 'Z' has ended, its parent has not waited */
	bool unreadable;	      /* its namespaces may not be read: all ns are SCAN_NONE */
	char comm[16];		      /* as in stat, cut to 15 bytes */
	unsigned long long starttime; /* with pid its identity */
	uint32_t ns[NSTYPE_COUNT];    /* index in namespaces, or SCAN_NONE */
};

struct scan_ns {
	ino_t ino;
	enum nstype_id type; /* never a for_children entry */
	unsigned holds;	     /* enum scan_hold bits */
	uint32_t nprocs;     /* processes in it */
	pid_t pid;	     /* lowest PID of those, else of who holds it otherwise; 0: none */
	pid_t tid;	     /* the thread, for one that only a thread is in, else 0 */
	uint32_t parent;     /* index, or SCAN_NONE: initial, invisible, or the type has none */
	uint32_t owner;	     /* index of the owning user namespace, or SCAN_NONE */
	uint32_t mount;	     /* index in mounts of a bind mount, or SCAN_NONE */
	uid_t owner_uid;     /* of a user namespace, where has_owner_uid */
	bool has_owner_uid;
};

/* Where a namespace's file is bound. */
struct scan_mount {
	uint32_t ns;	/* index of the namespace that is bound */
	uint32_t mntns; /* index of the mount namespace it was seen in */
	char *point;
};

struct scan {
	dev_t dev;			/* nsfs: the device of every id */
	struct scan_process *processes; /* by PID */
	size_t n_processes;
	struct scan_ns *namespaces; /* by type, then inode */
	size_t n_namespaces;
	struct scan_mount *mounts;
	size_t n_mounts;
	unsigned unreadable; /* processes whose namespaces may not be read */
};

/* What to look for beyond the processes themselves; bits. */
enum scan_depth {
	SCAN_THREADS = 1 << 0,
	SCAN_MOUNTS = 1 << 1,
	SCAN_RELATIONS = 1 << 2, /* parents and owners */
	SCAN_FDS = 1 << 3,
};

#define SCAN_ALL (SCAN_THREADS | SCAN_MOUNTS | SCAN_RELATIONS)

/** Scan a procfs. *ret is freed with scan_free(). Fails only where the procfs itself can't be read. */
int scan_take(int procfd, unsigned depth, struct scan *ret, struct error *err);

void scan_free(struct scan *scan);

/**
 * Read one process alone: ret->ns holds inodes, 0 for none. Returns 0 or -ESRCH (it
 * has gone, *ret undefined). What may not be read is ret->unreadable.
 */
int scan_read_process(int procfd, pid_t pid, struct scan_process *ret);

/** The index of a namespace, or SCAN_NONE. */
uint32_t scan_find_ns(const struct scan *scan, enum nstype_id type, ino_t ino);

/** A process by PID, or NULL. */
const struct scan_process *scan_find_process(const struct scan *scan, pid_t pid);

#endif
