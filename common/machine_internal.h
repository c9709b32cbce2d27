/*
 * What the files of machine share.
 *
 *	machine.c         a process: status, ids, namespaces, children, limits
 *	machine_mounts.c  a process's view of the file system: chroot, propagation, masks
 *	machine_host.c    the machine: limits, switches, marks, cgroups, subordinate ids
 *	machine_probe.c   what happens when a child really tries
 *	machine_reason.c  the first failure explained (pure, but for its last function)
 */
#ifndef NSLAB_COMMON_MACHINE_INTERNAL_H
#define NSLAB_COMMON_MACHINE_INTERNAL_H

#include "common/machine.h"

/* What only a process inside can see; written by a child that joined. */
struct machine_inside {
	enum fact joined_mnt; /* root_* are those of the mount namespace's own root */
	uint64_t root_mount;  /* mount id, 0 where the kernel doesn't say */
	dev_t root_dev;
	ino_t root_ino;
	long long max_ns[NSTYPE_COUNT]; /* -1 unknown */
};

/** Look from inside the namespaces of the process whose directory is dir. */
void machine_look_inside(int dir, struct machine_inside *ret);

/** Fill everything from chrooted to sys_mask. */
void machine_read_mounts(int dir, const struct machine_inside *inside, struct machine_process *ret);

/** Fill pids_max and pids_now of the nearest bounded cgroup of a process. */
void machine_read_pids(int dir, struct machine_process *ret);

/** Fill all of ret but max_ns. */
void machine_read_host(struct machine_host *ret);

/** The number in a file of /proc or /sys, or -1 (missing, unreadable, "max"). */
long long machine_read_number(int dirfd, const char *path);

#endif
