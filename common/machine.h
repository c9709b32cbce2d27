/*
 * What this machine lets a process do with namespaces, and why not.
 *
 *	readings	what files of /proc and a few ioctls say, about a process
 *			and about the machine around it; nothing is tried
 *	probes		what happens when a throw-away child really tries it
 *	reason		the first failure of the probes explained by the readings
 *
 * Probes decide, readings explain: no verdict rests on a distribution's name, a
 * version number or a sysctl alone. Nothing here changes the host or leaves
 * anything behind. machine_reason() and machine_fact_name() are pure.
 *
 * Sources: user_namespaces(7) (chroot, unmapped ids, limits), namespaces(7)
 * (/proc/sys/user), proc(5), seccomp(2), kernel fs/namespace.c
 * (mount_too_revealing), apparmor(7).
 */
#ifndef NSLAB_COMMON_MACHINE_H
#define NSLAB_COMMON_MACHINE_H

#include "common/error.h"
#include "common/ns.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A statement about the machine. The order is the order of certainty. */
enum fact {
	FACT_UNKNOWN, /* could not be read */
	FACT_NO,
	FACT_MAYBE, /* what was read fits, but does not prove it */
	FACT_YES,
};

/* "unknown", "no", "maybe", "yes" */
const char *machine_fact_name(enum fact fact);

/* What became of the PID or time namespace that the process's children will get. */
enum machine_pending {
	MACHINE_PENDING_UNKNOWN,
	MACHINE_PENDING_NONE,  /* the process's own */
	MACHINE_PENDING_EMPTY, /* another one that has no process yet */
	MACHINE_PENDING_LIVE,  /* another one, its init runs */
	MACHINE_PENDING_DEAD,  /* another one, its init is gone */
};

/*
 * One process. Zero-initialised it says "unknown" about every fact. Numbers are
 * valid where the fact or the comment beside them says so.
 */
struct machine_process {
	pid_t pid;
	bool here; /* the caller: children, threads and descriptors are its own, not a program's */
	enum fact status; /* its status file could be read: */
	uid_t uid, euid;  /* as the reader's user namespace sees them */
	gid_t egid;
	uint64_t cap_eff, cap_bnd;
	uint64_t sig_ignored; /* bit N-1: signal N */
	unsigned threads;
	int seccomp;	    /* 0 none, 1 strict, 2 filter, -1 unknown */
	int no_new_privs;   /* 0 or 1, -1 unknown */
	enum fact children; /* YES, NO, or UNKNOWN: could not be listed */
	unsigned n_children;
	unsigned n_mute; /* of these: end without sending SIGCHLD */
	char lsm[128];	 /* its security label, "" none or unknown */

	struct ns_snapshot ns;
	enum fact owned[NSTYPE_COUNT];	/* its user namespace owns that namespace */
	enum fact initial_user;		/* its user namespace is the machine's first */
	unsigned depth_user, depth_pid; /* levels above its own that the reader may see */
	enum machine_pending pid_for_children;
	enum machine_pending time_for_children; /* NONE or EMPTY (another one) */

	enum fact uid_mapped, gid_mapped; /* its effective ids are in the map */
	enum fact uid_map_written, gid_map_written;
	unsigned long long uids, gids; /* how many ids are mapped */
	enum fact setgroups_denied;

	enum fact chrooted;	/* its root is not its mount namespace's root */
	enum fact root_shared;	/* the mount at its / is in a peer group */
	enum fact root_initial; /* / is the kernel's first file system (rootfs) */
	enum fact cwd_mount;	/* its working directory is where something is mounted, and not / */
	enum fact cwd_shared;	/* that mount's parent is in a peer group */
	enum fact proc_masked;	/* its /proc is partly covered, read-only or missing */
	char proc_mask[256];	/* by what: "/proc/acpi (tmpfs)" */
	enum fact sys_masked;
	char sys_mask[256];

	long long nproc_limit; /* RLIMIT_NPROC and _NOFILE, -1: none or unknown */
	long long nofile_limit;
	long long nproc, nofile;      /* what is in use now, -1 unknown */
	long long pids_max, pids_now; /* of the nearest bounded cgroup, -1: none found */
};

/* The machine. Switches are -1 where this kernel has none. */
struct machine_host {
	char release[65];
	long long max_ns[NSTYPE_COUNT]; /* user.max_*_namespaces of the process's user namespace */
	int unprivileged_userns_clone;	/* kernel.* (Debian) */
	int apparmor_restrict_userns;	/* kernel.apparmor_restrict_unprivileged_userns (Ubuntu) */
	int yama_ptrace_scope;
	char container_mark[64];   /* "/.dockerenv"; "" where no engine left a mark. A hint only */
	enum fact wsl;		   /* a hint only */
	bool cgroup_v1, cgroup_v2; /* hierarchies that are mounted */
	char cgroup_controllers[160]; /* that v2 offers there, "" none */
	char cgroup_path[256];	      /* the caller's own v2 directory, "" where it can't be seen */
	enum fact cgroup_delegated;   /* the caller may make cgroups there */
	unsigned long long subuids, subgids; /* subordinate ids of the caller */
	char newuidmap[128];		     /* where it is, "" nowhere */
	enum fact newuidmap_privileged;	     /* set-uid root or with file capabilities */
};

struct machine_readings {
	struct machine_process process;
	struct machine_host host;
};

/**
 * Read all about pid (0: the caller) and the machine. Whatever can't be read
 * stays unknown. Returns 0, -ESRCH where there is no such process, or -errno
 * where /proc itself is unusable; *ret is filled in any case. May fork a child
 * that looks from inside the process's namespaces.
 */
int machine_read(pid_t pid, struct machine_readings *ret);

/* What is tried, in order. All after PROBE_MAP happen in a user namespace that the probe made. */
enum machine_probe {
	PROBE_UNSHARE, /* unshare(0): always works where no filter is in the way */
	PROBE_USER,    /* unshare(CLONE_NEWUSER) */
	PROBE_MAP,     /* setgroups "deny", uid_map, gid_map with one id each */
	PROBE_CGROUP,  /* unshare() of each other type ... */
	PROBE_IPC,
	PROBE_MNT,
	PROBE_NET,
	PROBE_PID,
	PROBE_TIME,
	PROBE_UTS,
	PROBE_CLONE3,  /* all types (time where there is one) with one clone3(2) */
	PROBE_INIT,    /* the first process of the new PID namespace runs and is PID 1 */
	PROBE_PRIVATE, /* mount propagation can be changed */
	PROBE_TMPFS,   /* a mount of each file system ... */
	PROBE_PROC,
	PROBE_SYSFS,
	PROBE_MQUEUE,
	PROBE_DEVPTS,
	PROBE_CGROUP2,
	PROBE_OVERLAY,
	PROBE_BIND_RO, /* bind and remount read-only */
	PROBE_PIVOT,   /* pivot_root(2) */
	PROBE_HOSTNAME,
	PROBE_LOOPBACK,	   /* lo up */
	PROBE_TIME_OFFSET, /* write timens_offsets */
	PROBE_ROOT_CGROUP, /* unshare() of each type without a user namespace */
	PROBE_ROOT_IPC,
	PROBE_ROOT_MNT,
	PROBE_ROOT_NET,
	PROBE_ROOT_PID,
	PROBE_ROOT_TIME,
	PROBE_ROOT_UTS,
	PROBES,
};

struct machine_probes {
	int errnum[PROBES]; /* 0 works, a positive errno, -1 not tried (an earlier step failed) */
	char lsm[128];	    /* the security label inside the new user namespace, "" none */
};

/* What a probe tried, for a sentence: "mount proc in the new namespaces". */
const char *machine_probe_name(enum machine_probe probe);

/** Try everything, in children that are gone afterwards. Takes some ten milliseconds. */
void machine_probe(struct machine_probes *ret);

/* Why a sandbox can't be made here. */
struct machine_reason {
	const char *name; /* stable: "no-user-namespaces-left"; NULL: all works */
	enum machine_probe probe;
	int errnum;
	char what[320];	  /* one sentence without the full stop */
	char remedy[400]; /* what to do, without the full stop */
};

/**
 * The first of the probes that a sandbox can't do without and that failed,
 * explained. Pure.
 */
void machine_reason(const struct machine_readings *readings, const struct machine_probes *probes,
		    struct machine_reason *ret);

/**
 * For the failure path of whoever wanted namespaces: probes and reads, and where
 * a reason is found adds it to err->what (", because ...") and sets the remedy.
 * err->errnum stays. Returns 0 where a reason was found, -ENOENT where all probes
 * work and err is unchanged.
 */
int machine_explain_userns(struct error *err);

#endif
