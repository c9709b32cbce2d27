/*
 * An OCI bundle for exercises and shells that have the small root file system: the
 * config.json beside it, for advanced/oci and for whoever wants to try crun or runc.
 */
#ifndef NSLAB_LAB_BUNDLE_H
#define NSLAB_LAB_BUNDLE_H

#include <sys/types.h>

/* Where lab run and lab shell have it. */
#define BUNDLE_CONFIG "/bundle/config.json"

/**
 * What `runc spec --rootless` writes for the user UID (and the group of that number), on
 * ROOTFS_INSIDE and without a terminal of its own, so that it runs on any kind of
 * standard input. Allocated.
 */
char *bundle_config(uid_t uid);

#endif
