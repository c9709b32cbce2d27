/*
 * Commands on the user's terminal inside a sandbox (lab run, lab shell): what
 * both do around sandbox_interact().
 */
#ifndef NSLAB_LAB_INSIDE_H
#define NSLAB_LAB_INSIDE_H

#include "common/sandbox.h"
#include "lab/lab.h"

#include <stdbool.h>
#include <stddef.h>

/* The small root file system at ROOTFS_INSIDE (common/rootfs.h). */
enum inside_rootfs {
	INSIDE_NO_ROOTFS,
	INSIDE_ROOTFS_OFFERED, /* where this machine has what it takes */
	INSIDE_ROOTFS_NEEDED,  /* else LAB_UNSUPPORTED */
};

struct inside {
	const char *what; /* in messages: "pid/clone", "the shell" */
	const char *const *argv;
	enum sandbox_start start;
	bool range;    /* as in struct sandbox_config */
	bool mirror;   /* a Debian mirror in it, where this machine has one (common/mirror.h) */
	bool internet; /* a simulated internet; else LAB_UNSUPPORTED (common/internet.h) */
	enum inside_rootfs rootfs;
	const struct sandbox_file *files;
	size_t n_files;
};

/**
 * Run it in a sandbox of its own, with / shared and limits for work by hand.
 * Returns the exit status: the command's, 128+N for signal N, LAB_UNSUPPORTED
 * where there is no sandbox, LAB_TIMEOUT and LAB_FAIL for limits, each with a
 * sentence on standard error.
 */
int inside_run(const struct lab *lab, const struct inside *inside);

#endif
