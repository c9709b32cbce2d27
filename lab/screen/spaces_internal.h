/*
 * What the parts of spaces share:
 *
 *	spaces.c	   the run: adopting a sandbox, a step, what is shown, pins
 *	spaces_process.c   one process: whether it ran, where it is
 *	spaces_find.c	   finding the sandbox, and the processes in it
 *	spaces_relate.c	   the namespaces: who owns them, what they are nested in
 *
 * Each process keeps two files of /proc open: its schedstat, which changes whenever it
 * has run, and the list of its children. Who has not run can't have moved.
 */
#ifndef NSLAB_LAB_SCREEN_SPACES_INTERNAL_H
#define NSLAB_LAB_SCREEN_SPACES_INTERNAL_H

#include "common/scan.h"
#include "lab/screen/spaces.h"

struct spaces_process {
	struct spaces_column column;
	uint32_t ns[NSTYPE_COUNT]; /* the last inodes that could be read */
	unsigned depth;		   /* of its PID namespace, as NSpid counts */
	unsigned threads;
	int ran_fd;   /* its schedstat; -1: none, read it each time; or it is gone for good */
	int kids_fd;  /* the children of its first thread; -1: open it each time */
	uint64_t ran; /* a digest of schedstat */
	bool left;    /* ended too long ago to be shown while something runs */
};

/* A sandbox that was found, and can't be told from a compiler's yet. */
struct spaces_candidate {
	pid_t pid;
	unsigned long long starttime;
	uint64_t since; /* monotonic ns */
	bool refused;	/* only compiles, or has been shown */
};

struct spaces_pin {
	pid_t pid;
	unsigned long long starttime;
	uint32_t ino[NSTYPE_COUNT];
};

struct spaces {
	int procfd; /* -1: there is none, or this is a copy */
	struct spaces_process lab;
	struct spaces_process **processes; /* the sandbox's init first, then by start */
	size_t n_processes;
	const struct spaces_column **shown;
	size_t n_shown;
	unsigned hidden;
	unsigned steps;
	unsigned activity;

	pid_t follow; /* 0: nothing */
	unsigned long long follow_start;
	uint64_t follow_since; /* monotonic ns */
	bool running;
	bool alive; /* the sandbox */
	struct spaces_candidate candidate;
	bool compiled;	      /* a compiler's sandbox was passed over in this run */
	uint64_t alive_since; /* monotonic ns */

	bool no_children;      /* this kernel does not list children: their parents are asked */
	struct spaces_family { /* ... all at once */
		pid_t pid, ppid;
	} * families;
	size_t n_families;
	uint64_t walk_after; /* monotonic ns: a walk that took long is not repeated at once */
	bool rests;	     /* ... true; a test has no time for that */
	bool walk_due;
	unsigned last_change; /* step */

	struct spaces_ns *namespaces;
	size_t n_namespaces;

	struct spaces_pin *pins;
	size_t n_pins;
	bool pinned;
};

enum spaces_look {
	SPACES_STILL, /* nothing is different */
	SPACES_CHANGED,
	SPACES_ENDED, /* now, and only told once */
};

/*
 * spaces_process.c
 */

/** Watch a process: a first reading. -ESRCH: it has gone. *ret ends with spaces_process_end(). */
int spaces_process_begin(const struct spaces *spaces, pid_t pid, struct spaces_process *ret);
void spaces_process_end(struct spaces_process *process);

/** Has it run since the last time, or can nobody tell? *ret_gone: there is no such process. */
bool spaces_process_ran(struct spaces_process *process, bool *ret_gone);

/** Read it again. */
enum spaces_look spaces_process_read(struct spaces *spaces, struct spaces_process *process);

/** It has ended; what was seen of it stays. */
void spaces_process_ended(const struct spaces *spaces, struct spaces_process *process);

/** PIDs of its children, by its threads; the list is the caller's (pid_list_free). */
struct pid_list;
int spaces_process_children(const struct spaces *spaces, const struct spaces_process *process,
			    struct pid_list *ret);

/*
 * spaces_find.c
 */

/** The newest sandbox below what is followed, ready to be shown; 0: none (yet). */
pid_t spaces_find_sandbox(struct spaces *spaces);

/** Look for processes that are not watched yet. Returns whether anything is different. */
bool spaces_find_processes(struct spaces *spaces);

/** This kernel lists no children: read who is whose, for what comes until the next call. */
void spaces_read_families(struct spaces *spaces);

struct spaces_process *spaces_find(const struct spaces *spaces, pid_t pid);

/** The monotonic clock. In spaces.c. */
uint64_t spaces_now_ns(void);

/** Watch one more; NULL: it has gone, or there is no room (*ret_full). In spaces.c. */
struct spaces_process *spaces_add(struct spaces *spaces, pid_t pid, bool *ret_full);

/*
 * spaces_relate.c
 */

/** Ask for the relations of the namespaces a process is in, but for those that before (or NULL) has. */
void spaces_relate(struct spaces *spaces, const struct spaces_process *process,
		   const uint32_t *before);

#endif
