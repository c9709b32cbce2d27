/*
 * What the files of the sandbox share: the object, the words init and its
 * supervisor exchange, and the steps of the set-up.
 *
 *	sandbox.c         start and end: clone3, maps, hand-over to init
 *	sandbox_ids.c     which host ids it has
 *	sandbox_talk.c    the conversation with init: spawn, wait, terminal
 *	sandbox_root.c    the file system, built by the child before init runs
 *	sandbox_etc.c     accounts and hosts in /etc, likewise
 *	sandbox_subids.c  subordinate ids for programs inside, likewise
 *	sandbox_run.c     run a command to its end, or on the caller's terminal
 *	sandbox_watch.c   limits that only a watchdog can keep
 *	sandbox_cgroup.c  exact limits, where the caller may have a cgroup
 *	sandbox_init.c    PID 1, a program of its own
 */
#ifndef NSLAB_COMMON_SANDBOX_INTERNAL_H
#define NSLAB_COMMON_SANDBOX_INTERNAL_H

#include "common/sandbox.h"

#include <stdint.h>

/* The control socket's descriptor in init, a SOCK_SEQPACKET pair. */
#define SANDBOX_CONTROL 3

enum wire_kind {
	/* from the set-up child, before init runs */
	WIRE_FAILED = 1, /* struct wire_failed */
	WIRE_READY,	 /* struct wire_ready */
	/* to init */
	WIRE_SPAWN,    /* struct wire_spawn, three descriptors */
	WIRE_TERMINAL, /* kind only */
	/* from init */
	WIRE_UP,      /* struct wire_reply: it executes its program, and listens */
	WIRE_SPAWNED, /* struct wire_reply, a pidfd */
	WIRE_EXITED,  /* struct wire_reply */
	WIRE_PTY,     /* struct wire_reply, master and slave */
	WIRE_REFUSED, /* struct wire_reply with the errno in status */
};

struct wire_failed {
	uint32_t kind;
	int32_t errnum;
	char step[200]; /* "mounting proc on /proc" */
};

struct wire_ready {
	uint32_t kind;
	struct sandbox_features features;
};

#define WIRE_SPAWN_MAX 65536

struct wire_spawn {
	uint32_t kind;
	uint32_t terminal;
	uint32_t argc;
	uint32_t envc;
	char text[]; /* cwd, arguments, environment: NUL-terminated strings */
};

struct wire_reply {
	uint32_t kind;
	int32_t pid; /* in the sandbox */
	int32_t status;
};

/* Exit statuses that arrived before anyone asked. */
struct sandbox_exit {
	pid_t inside;
	int status;
};

struct sandbox {
	pid_t pid;
	int pidfd;
	int control;
	int root; /* "/" of the sandbox, opened before any program ran */
	int proc; /* its procfs, likewise */
	uid_t uid;
	enum sandbox_start start;
	struct sandbox_limits limits;
	struct sandbox_features features;
	long long started_ms;
	long long watched_ms;
	struct sandbox_exit *exits;
	size_t n_exits;
	char *cgroup[2]; /* directories of its own, NULL: none */
};

/* What the set-up child needs to know; it allocates nothing. */
struct sandbox_setup {
	const struct sandbox_config *config;
	const struct sandbox_limits *limits;
	uid_t uid;    /* inside */
	unsigned ids; /* mapped; told by the supervisor */
	int control;
	int init; /* the init program */
};

/** Build the root file system and enter it. On failure fill failed->step and return -errno. */
int sandbox_root_enter(const struct sandbox_setup *setup, struct sandbox_features *features,
		       struct wire_failed *failed);

/**
 * Below the new root, before it is entered: a new file at PATH, which is relative. Where its
 * directory is an overlay the file replaces the host's; where it is a read-only bind, because
 * the host has mounts in there, it stands in .layers, beside it, until sandbox_file_in_place()
 * mounts it. Not one that was deleted: the kernel would let nobody mount anything on that.
 * Returns the descriptor, or -1.
 */
int sandbox_file_new(const char *path, bool *ret_beside);
bool sandbox_file_in_place(const char *path, bool beside);

/** Below the new root, before it is entered: the sandbox's own user and hosts by name. */
void sandbox_etc_install(const struct sandbox_setup *setup);

/** Write a number in decimal at a place, as stpcpy(3) does a text; neither stdio nor allocation. */
char *sandbox_put_number(char *at, unsigned long long n);

/** Below the new root, before it is entered: subordinate ids for the sandbox's own user. */
void sandbox_subids_install(const struct sandbox_setup *setup, struct sandbox_features *features);

/** CLOCK_MONOTONIC in milliseconds. */
long long sandbox_now_ms(void);

/**
 * Has the sandbox outgrown a limit that no rlimit keeps (time, memory with
 * tmpfs and memfd, processes)? SANDBOX_EXITED means no. Cheap enough to be
 * called at every turn of a loop: it looks at most every 50 ms.
 */
enum sandbox_outcome sandbox_watch(struct sandbox *box);

/** Take what init has sent without waiting; 0, or -ECHILD once init is gone. */
int sandbox_receive(struct sandbox *box);

/** Bound the sandbox by cgroups of its own where the caller may make them. */
void sandbox_cgroup_join(struct sandbox *box);
void sandbox_cgroup_leave(struct sandbox *box);

/** Memory and process events counted by the sandbox's cgroups: was one refused? */
enum sandbox_outcome sandbox_cgroup_outcome(const struct sandbox *box);

#endif
