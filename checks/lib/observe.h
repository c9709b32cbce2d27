/*
 * The observer: stands outside of a sandbox, starts a program in it, and reads
 * facts about its processes from the kernel. One per test, driven by load.bash
 * through lines on its standard input.
 *
 *	observe.c          the commands and what they answer
 *	observe_line.c     the lines they come in
 *	observe_session.c  the sandbox, the program, its output, the probes
 *	observe_wait.c     waiting for events, with output taken and limits kept
 *	observe_payload.c  what is handed in: the program, its files, the probe
 *	observe_needs.c    what the exercise needs of the machine; the Debian mirror
 *	observe_facts.c    what is read about one process
 *	observe_mounts.c   mount tables, paths, joining a mount namespace
 *	observe_links.c    the links of a network namespace
 *	observe_rootfs.c   the small root file system; what has changed in a directory
 *	observe_inside.c   what only a process inside can tell: host names, IPC objects
 *	observe_asked.c    what the kernel answers to the program: owners, parents, who shares what
 *	observe_views.c    paths of cgroups and clocks, as they look in a namespace
 *	observe_net*.c     networks: links, reachability, throughput, rules (observe_net.h)
 *	observe_held.c     what holds a namespace: processes, descriptors, mounts
 *	observe_trace.c    a program followed through its system calls
 *	observe_trace_calls.c  which of them are noted
 */
#ifndef NSLAB_CHECKS_OBSERVE_H
#define NSLAB_CHECKS_OBSERVE_H

#include "common/error.h"
#include "common/internet.h"
#include "common/mirror.h"
#include "common/mountinfo.h"
#include "common/rootfs.h"
#include "common/sandbox.h"
#include "common/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A process with a name in the check: outside, program, caller, cmd, cmd2 ... or a helper's. */
struct subject {
	char name[32];
	pid_t pid;  /* as the sandbox's init sees it */
	int dir;    /* its /proc directory: bound to this process for good */
	bool probe; /* found as a waiting probe; program or starter may name the same process */
};

#define SUBJECTS_MAX 64

/* The probe's file, and its copy in the small root file system. */
struct probe_file {
	dev_t dev;
	ino_t ino;
};

#define PROBE_FILES 2

struct session {
	struct sandbox *box;
	int lifeline; /* readable once lab is gone; -1: none */
	int inotify;  /* tells when the probe's file is opened */
	struct probe_file probes[PROBE_FILES];
	size_t n_probe_files;
	struct subject subjects[SUBJECTS_MAX];
	size_t n_subjects;
	unsigned n_probes; /* CMDs found so far */

	char *program; /* path inside */
	struct sandbox_process process;
	bool running, ended;
	int status;	     /* as of waitpid(2), once ended */
	int out, err, input; /* our ends; input: the terminal's master */
	bool terminal;
	struct strbuf text[2]; /* what the program printed */
	size_t shown;	       /* how much of the screen was matched already */
	char *mounts;	       /* outside's mount table before the program ran */
	char *rootfs;	       /* the small root file system's path, NULL: none */
	char *rootfs_id;       /* "dev:ino" of it */
	struct tree *rootfs_before;
	struct tree *noted;	   /* the directory that is being compared */
	struct mirror *mirror;	   /* NULL: none was asked for */
	struct internet *internet; /* NULL: the exercise needs none */
	struct net_note *network;  /* before the program ran; NULL: not noted */
	pid_t tracer;		   /* 0: none */
	int trace_log;
	struct strbuf trace; /* what it has noted so far */
	enum sandbox_outcome outcome;
};

/** A variable of the environment that is set and not empty, else the other text. */
const char *session_setting(const char *name, const char *otherwise);

#define PAYLOAD_MAX 128

/* The files of the payload directory, and the probe, as files to hand in. */
struct payload {
	struct sandbox_file files[PAYLOAD_MAX];
	char *paths[PAYLOAD_MAX];
	size_t n;
};

/** Open them all. *payload starts zeroed and is freed in any case. */
int payload_collect(struct payload *payload, struct error *err);
void payload_free(struct payload *payload);

/** Does the exercise's lesson say that it needs this ("subids", "mirror")? */
bool session_needs(const char *what);

/** Ids and limits as the exercise needs them. */
void session_prepare_needs(struct sandbox_config *config, struct sandbox_limits *limits);

/** Is what it needs there? Starts the simulated internet. -EOPNOTSUPP with the remedy. */
int session_meet_needs(struct session *session, struct error *err);

/** Start this machine's Debian mirror in the sandbox; closed: it has no file. */
int session_mirror(struct session *session, bool closed, struct strbuf *to, struct error *err);

/** Wait until the mirror has been asked for something; what that was. */
int session_asked(struct session *session, long long deadline, struct strbuf *to,
		  struct error *err);

/** Describe the small root file system where the exercise needs one; *ret stays empty else. */
int session_describe_rootfs(struct session *session, const struct payload *payload,
			    struct rootfs *ret, struct error *err);

/** Remember what it holds, before anything runs. */
int session_note_rootfs(struct session *session, struct error *err);

/** Start the sandbox the environment describes (docs/design.md). */
int session_open(struct session *session, struct error *err);
void session_close(struct session *session);

enum session_way {
	SESSION_PIPES,
	SESSION_TERMINAL, /* as a terminal's caller's child */
	SESSION_TRACED,	  /* on pipes, held before its exec until PROBE_RELEASE comes */
};

/** Start the program with these arguments. */
int session_launch(struct session *session, char **args, enum session_way way, struct error *err);

/** Another process beside the program; waits until it has executed what it was asked to. */
int session_helper(struct session *session, const char *name, char **argv, long long deadline,
		   struct error *err);

/*
 * What a wait is for: returns true once it has come. Called after every event
 * and at least every few milliseconds.
 */
typedef bool session_condition(struct session *session, void *data);

/**
 * The time (CLOCK_MONOTONIC, ms) at which a wait of MS milliseconds is over. Waits are meant
 * for a machine that has time for the program. Where many wait for a processor, or in the
 * kernel, a program that only waits for its turn gets up to five times as much, so that a
 * verdict does not depend on who else is there.
 */
long long session_deadline(const char *ms);

/**
 * Wait for a condition, taking output and keeping the sandbox's limits. Returns
 * whether the condition came true before the deadline (CLOCK_MONOTONIC, ms);
 * false too when a limit was hit (session->outcome) or lab has gone.
 */
bool session_wait(struct session *session, session_condition *condition, void *data,
		  long long deadline);

/** Kill the sandbox if it has outgrown a limit; false then, and session->outcome says which. */
bool session_keep_limits(struct session *session);

/** Find probes that wait now and have no name yet; returns how many CMDs there are. */
unsigned session_find_probes(struct session *session);

struct subject *session_subject(struct session *session, const char *name);

/** The next line of standard input, the caller's; NULL at its end, or once lab has gone. */
char *line_next(struct session *session, struct strbuf *pending);

/** Cut a line into its words, at most max; returns how many. */
size_t line_split(char *line, char **words, size_t max);

/** Has the program (or, on a terminal, the caller's program) ended? Fills status. */
bool session_has_ended(struct session *session, void *unused);

/** Wait until every process of the sandbox sleeps, at several looks; false at the deadline. */
bool session_quiet(struct session *session, long long deadline);

/** PIDs in the sandbox other than init and those named as helpers or caller; appended with spaces. */
void session_leftover(struct session *session, struct strbuf *to);

/** Append [KEY]='VALUE', quoted for the shell. Control characters other than newline and tab are gone. */
void answer_add(struct strbuf *to, const char *key, const char *value);

/** answer_add() everything the kernel says about a subject; keys are NAME.KEY. */
void facts_read(struct session *session, const char *name, const struct subject *subject,
		struct strbuf *to);

/** answer_add() which mount points of outside's table came or went since the program started. */
void facts_mounts(struct session *session, struct strbuf *to);

/** The mount table of a subject as it sees it: POINT.KEY, and "points". */
int session_mounts(struct session *session, const char *name, struct strbuf *to, struct error *err);

/**
 * What PATH is to a subject, or would be with the directory BELOW (NULL: none) as its
 * root: type ("-": nothing, "dangling": it breaks off at a link), id, size, mode, fs, used, text.
 */
int session_look(struct session *session, const char *name, const char *path, const char *below,
		 struct strbuf *to, struct error *err);

/**
 * Join a subject's mount namespace: "root", "parent" (of the root), each path
 * ("dev:ino" or "-"), "entries" of the root, and the whole table as in session_mounts().
 */
int session_join(struct session *session, const char *name, char **paths, struct strbuf *to,
		 struct error *err);

/** The links of a subject's network namespace: "links", and each NAME: "up ADDRESS ...". */
int session_links(struct session *session, const char *name, struct strbuf *to, struct error *err);

/** Run a command in the sandbox, beside the program, to its end: "status", "out", "err", "text" (both). */
int session_do(struct session *session, char **argv, struct strbuf *to, struct error *err);

/** The entries of a directory of the sandbox; *ret is freed with tree_free(). */
struct tree;
int tree_read(struct session *session, const char *path, struct tree **ret, struct error *err);
void tree_free(struct tree *tree);

struct tree_changes {
	struct strbuf added, removed, changed; /* paths, a space between them */
};

void tree_compare(const struct tree *before, const struct tree *after, struct tree_changes *ret);
void tree_changes_free(struct tree_changes *changes);

/** answer_add() what has changed in the small root file system. */
void facts_rootfs(struct session *session, struct strbuf *to);

#endif
