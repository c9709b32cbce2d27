/*
 * The small root file system that exercises about roots work on: static busybox
 * with its commands in /bin, empty directories for mounts, three files in /etc.
 * It is described here and built by the sandbox, as files handed in: no network, no
 * root, nothing that stays.
 */
#ifndef NSLAB_COMMON_ROOTFS_H
#define NSLAB_COMMON_ROOTFS_H

#include "common/error.h"
#include "common/sandbox.h"

#include <stddef.h>

/* Where lab run and lab shell have it. Checks choose a path of their own. */
#define ROOTFS_INSIDE "/rootfs"

struct rootfs {
	struct sandbox_file *files; /* to be handed in, besides others */
	size_t n;
	int busybox; /* descriptor behind some of the files */
};

#define ROOTFS_INIT                                   \
	{                                             \
		.files = NULL, .n = 0, .busybox = -1, \
	}

/**
 * Describe the file system below AT, an absolute path inside. -EOPNOTSUPP with
 * the remedy where the machine has no static busybox (NSLAB_BUSYBOX names one,
 * else busybox.static and busybox are looked up on PATH and beside it).
 * *ret is freed with rootfs_free().
 */
int rootfs_describe(const char *at, struct rootfs *ret, struct error *err);

/** Add one more file. Its path is AT/PATH; fd stays the caller's. */
void rootfs_add(struct rootfs *rootfs, const char *at, const char *path, int fd, mode_t mode);

void rootfs_free(struct rootfs *rootfs);

#define cleanup_rootfs __attribute__((cleanup(rootfs_free)))

/** Does this open ELF program run without an interpreter and libraries? */
bool rootfs_is_static(int fd);

#endif
