/*
 * A disposable machine made of the namespaces the course teaches. Everything a
 * learner or a submission wrote runs in one, the compiler included.
 *
 *	supervisor (lab, observe)          the host's namespaces, the caller's uid
 *	  └─ init, PID 1 of the sandbox    new user mount pid net ipc uts cgroup time
 *	       ├─ program
 *	       └─ ...                      all gone when init is gone
 *
 * Invariants:
 *   - one clone3(2) makes all namespaces; init dies with its supervisor, and
 *     everything inside dies with init;
 *   - host uid 0 is never mapped: where the caller is root, the sandbox runs as
 *     another of its ids (which: sandbox_ids.h), so that what a program can do is
 *     the same for both; where root has no other, there is no sandbox;
 *   - the file system is a tmpfs with the host's system directories below it,
 *     each under an overlay that vanishes (read-only binds where the kernel
 *     refuses overlays); homes, /tmp, /run, /var, the course are not there;
 *   - init keeps no memory, environment or descriptor of the supervisor: it is
 *     a small program of its own (sandbox_init.c), executed before anything of
 *     the learner's runs;
 *   - nothing init says is believed beyond a program's exit status, which the
 *     program chooses anyway.
 *
 * Sources: clone(2), user_namespaces(7), pid_namespaces(7), pivot_root(2).
 */
#ifndef NSLAB_COMMON_SANDBOX_H
#define NSLAB_COMMON_SANDBOX_H

#include "common/error.h"
#include "common/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How programs are started inside. */
enum sandbox_start {
	SANDBOX_ROOT, /* uid 0 of the sandbox, every capability there */
	SANDBOX_USER, /* an ordinary uid, no capability at all */
};

/* Propagation of the sandbox's / (mount_namespaces(7)). */
enum sandbox_propagation {
	SANDBOX_SHARED,	 /* as on machines with systemd */
	SANDBOX_PRIVATE, /* as the kernel boots */
};

/*
 * One file handed in: its bytes are copied, nothing of the host stays reachable.
 * A symbolic link where link is set, else a file of that text, else a copy of what fd
 * has, and a directory where fd is -1.
 */
struct sandbox_file {
	const char *path; /* absolute path inside; parents are made */
	int fd;		  /* read from offset 0; stays the caller's */
	mode_t mode;
	const char *link;
	const char *text;
};

/* 0 means: no limit of that kind. */
struct sandbox_limits {
	unsigned wall_ms;	      /* from start to the end of the sandbox */
	unsigned processes;	      /* processes and threads together */
	unsigned files;		      /* open descriptors per process */
	unsigned long long memory;    /* bytes, the whole sandbox, tmpfs and memfd included */
	unsigned long long file_size; /* bytes per file */
	unsigned long long disk;      /* bytes per writable mount */
	unsigned long long output;    /* bytes of captured output, each stream */
};

/** Limits for checks and for compiling; for a shell wall_ms and output are 0. */
extern const struct sandbox_limits sandbox_limits_default;
extern const struct sandbox_limits sandbox_limits_shell;

struct sandbox_config {
	enum sandbox_start start;
	enum sandbox_propagation propagation;
	uid_t uid;	      /* uid = gid inside for SANDBOX_USER */
	bool cgroup;	      /* bound it by a cgroup where the caller may; costs some ms */
	bool range;	      /* map the subordinate range too, where there is one: setgroups(2)
			       * stays allowed then, and programs inside have subordinate ids */
	const char *hostname; /* NULL: "sandbox" */
	const char *hosts;    /* a line more for /etc/hosts, with its newline; NULL: none */
	const struct sandbox_limits *limits; /* NULL: sandbox_limits_default */
	const struct sandbox_file *files;
	size_t n_files;
	const char *const *hide; /* host directories covered where they would show */
	size_t n_hide;
};

/* Which parts the kernel granted and which fall-backs are in place. */
struct sandbox_features {
	bool time_ns;	 /* a time namespace of its own */
	bool fresh_proc; /* else: outside's /proc, bound read-only */
	bool fresh_sys;	 /* else: no /sys */
	bool cgroupfs;	 /* a cgroup2 file system at /sys/fs/cgroup */
	bool mqueue;
	bool devpts;
	unsigned overlays; /* system directories under an overlay ... */
	unsigned binds;	   /* ... and bound read-only */
	bool cgroup;	   /* bounded by a cgroup of its own */
	unsigned ids;	   /* ids mapped */
	unsigned subids;   /* of these in /etc/subuid and /etc/subgid, for newuidmap(1) */
};

struct sandbox;

/**
 * Make a sandbox and wait until it is ready. *ret is ended with sandbox_end().
 * Fails with what the kernel refused and the remedy for this machine; nothing
 * is left then.
 */
int sandbox_start(const struct sandbox_config *config, struct sandbox **ret, struct error *err);

/** Kill everything inside, wait until it is gone, free. Accepts NULL. */
void sandbox_end(struct sandbox *box);

/** init's PID as the caller sees it. */
pid_t sandbox_pid(const struct sandbox *box);

/** The whole sandbox's root directory, to be used with the *at() calls; stays the sandbox's. */
int sandbox_root_fd(const struct sandbox *box);

/**
 * The sandbox's own procfs, opened before any program ran: whatever is mounted
 * over /proc later, this one shows the sandbox's PIDs. Stays the sandbox's.
 */
int sandbox_proc_fd(const struct sandbox *box);

const struct sandbox_features *sandbox_features(const struct sandbox *box);

/* A command to start inside. */
struct sandbox_command {
	const char *const *argv; /* argv[0] is looked up on PATH inside */
	const char *cwd;	 /* NULL: /work */
	const char *const *env;	 /* added to the rebuilt environment; NULL: none */
	int stdio[3];		 /* descriptors for 0 1 2, all three given; stay the caller's */
	bool terminal;		 /* session of its own with stdio[0], a pty of
				  * sandbox_open_terminal(), as controlling terminal */
};

struct sandbox_process {
	pid_t pid;    /* as the caller sees it, 0 where it has ended already */
	pid_t inside; /* as the sandbox's init sees it */
	int pidfd;    /* the caller's; becomes readable when the process ends */
};

/** Start a command. Failure to execute it shows as exit status 127 or 126. */
int sandbox_spawn(struct sandbox *box, const struct sandbox_command *command,
		  struct sandbox_process *ret, struct error *err);

/**
 * Wait for a process of sandbox_spawn() at most timeout_ms (-1: for ever).
 * *ret_status is as of waitpid(2). Returns 0, -ETIMEDOUT, or -ECHILD where init
 * has gone (killed, or out of memory) and nobody knows.
 */
int sandbox_wait(struct sandbox *box, const struct sandbox_process *process, int timeout_ms,
		 int *ret_status);

/** A new pty of the sandbox's own devpts; *ret_master and *ret_slave are the caller's. */
int sandbox_open_terminal(struct sandbox *box, int *ret_master, int *ret_slave, struct error *err);

/* What ended a captured run. */
enum sandbox_outcome {
	SANDBOX_EXITED, /* status is valid */
	SANDBOX_TIME_LIMIT,
	SANDBOX_MEMORY_LIMIT,
	SANDBOX_PROCESS_LIMIT,
	SANDBOX_OUTPUT_LIMIT,
	SANDBOX_LOST, /* init died under it */
};

struct sandbox_capture {
	enum sandbox_outcome outcome;
	int status;	   /* as of waitpid(2) */
	struct strbuf out; /* standard output, as the program wrote it */
	struct strbuf err; /* standard error */
	unsigned duration_ms;
};

/** Run a command to its end with standard input empty, both outputs caught, all limits kept. */
int sandbox_capture(struct sandbox *box, const char *const *argv, struct sandbox_capture *ret,
		    struct error *err);
void sandbox_capture_free(struct sandbox_capture *capture);

/** The stable name of an outcome's cause ("time-limit"), NULL for SANDBOX_EXITED. */
const char *sandbox_outcome_cause(enum sandbox_outcome outcome);

/**
 * Copy a regular file out of the sandbox, at most max bytes, following no link.
 * Appends to buf.
 */
int sandbox_read_file(struct sandbox *box, const char *path, size_t max, struct strbuf *buf,
		      struct error *err);

/**
 * Give a command the caller's terminal: relays between the terminal on
 * descriptors 0 and 1 and a pty of the sandbox until the command ends (window
 * size, job control and signals included), then restores the terminal's modes.
 * Without a terminal the streams are relayed through pipes, a single one where
 * the caller's output and errors go to one place. Output passes text_filter (see
 * common/text.h). *ret_outcome and *ret_status as in struct sandbox_capture.
 */
int sandbox_interact(struct sandbox *box, const struct sandbox_command *command,
		     enum sandbox_outcome *ret_outcome, int *ret_status, struct error *err);

#endif
