/*
 * /proc/PID/status, parsed. Pure: text in, numbers out.
 */
#ifndef NSLAB_COMMON_PROC_STATUS_H
#define NSLAB_COMMON_PROC_STATUS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* PID namespaces nest at most 32 deep below the initial one. */
#define PROC_LEVELS_MAX 33

enum proc_id { PROC_ID_REAL, PROC_ID_EFFECTIVE, PROC_ID_SAVED, PROC_ID_FS, PROC_ID_COUNT };

/* The capability sets, in the order of the file. */
enum proc_cap {
	PROC_CAP_INH,
	PROC_CAP_PRM,
	PROC_CAP_EFF,
	PROC_CAP_BND,
	PROC_CAP_AMB,
	PROC_CAP_COUNT
};

struct proc_status {
	char name
		[64]; /* Name, with the kernel's backslash escapes undone; kernel threads: up to 63 bytes */
	char state; /* 'R' 'S' 'D' 'T' 't' 'Z' 'X' 'I' */
	pid_t pid, tgid, ppid;
	uid_t uid[PROC_ID_COUNT];
	gid_t gid[PROC_ID_COUNT];
	gid_t *groups; /* owned; supplementary groups */
	size_t n_groups;
	pid_t nspid[PROC_LEVELS_MAX]; /* from the reader's PID namespace down */
	size_t n_nspid;
	unsigned threads;
	uint64_t cap[PROC_CAP_COUNT];	    /* by enum proc_cap */
	uint64_t sig_blk, sig_ign, sig_cgt; /* bit N-1: signal N */
	int no_new_privs;		    /* 0 or 1, -1: this kernel does not say */
	int seccomp;			    /* 0 none, 1 strict, 2 filter, -1: does not say */
};

/**
 * Parse the text of a status file (NUL-terminated). Unknown lines are skipped.
 * Returns 0, or -EBADMSG where Name, State, PPid, Uid or Gid is missing or a
 * field is malformed; *ret untouched then. *ret is freed with proc_status_free().
 */
int proc_status_parse(const char *text, struct proc_status *ret);

void proc_status_free(struct proc_status *status);

/** How the file names a capability set: "CapInh" ... */
const char *proc_cap_name(enum proc_cap set);

#endif
