/*
 * The namespaces of a running program, followed live: lab itself, the sandbox
 * (its first process), and each process in it. A step compares with /proc; it costs
 * nothing where nobody ran. What was seen stays after the run ("before" and "after").
 * Knows no terminal.
 */
#ifndef NSLAB_LAB_SCREEN_SPACES_H
#define NSLAB_LAB_SCREEN_SPACES_H

#include "common/error.h"
#include "common/nstype.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SPACES_STEP_MS	  40 /* how often spaces_step() is to be called while something runs */
#define SPACES_COLUMNS	  64 /* processes shown at most; more are counted */
#define SPACES_MARK_STEPS 50 /* a change counts as "just now" for so many steps: 2 s */
#define SPACES_KEEP_STEPS 75 /* a process that has ended stays in the picture so long: 3 s */

struct spaces_cell {
	uint32_t ino;	/* 0: unknown */
	uint32_t first; /* as it was when the process was first seen, 0: unknown */
	bool same;	/* as the sandbox's own (the reference); of the sandbox: as lab's */
	bool pending; /* for pid and time: new children will be elsewhere (*_for_children differs) */
	unsigned changed; /* number of the step that changed it last, 0: never */
};

struct spaces_column {
	pid_t pid;    /* outside */
	pid_t inside; /* in its own PID namespace, 0: unknown */
	unsigned
		levels; /* PID namespaces from the sandbox's down: 1 is its own, 0: unknown, or lab */
	pid_t ppid;
	char comm[16];
	unsigned long long starttime;
	bool ended;	     /* kept for some seconds so that it can be seen */
	bool zombie;	     /* ... and its parent has not waited for it */
	unsigned born, died; /* step numbers, 0: at the start / still there */
	struct spaces_cell cells[NSTYPE_COUNT];
};

struct spaces;

struct spaces *spaces_new(void);
void spaces_free(struct spaces *spaces);

/** The picture as it is now, which stays as it is; for spaces_free(). It is never stepped. */
struct spaces *spaces_copy(const struct spaces *spaces);

/**
 * Follow what runs below a process of lab's (the pid of `lab run`): from now on a new
 * run. A sandbox that only compiles is passed over. 0: nothing runs any more; what was
 * seen stays.
 */
void spaces_follow(struct spaces *spaces, pid_t pid);

/**
 * Milliseconds until the next step is due: less while a sandbox is about to come, as many a
 * program is over before SPACES_STEP_MS. -1: nothing runs.
 */
int spaces_pace(const struct spaces *spaces);

/** Look once. Returns whether something is different, a mark of a change that is over included. */
bool spaces_step(struct spaces *spaces);

/** Columns: 0 lab, 1 the sandbox (once there), then its processes by start. */
size_t spaces_columns(const struct spaces *spaces);
const struct spaces_column *spaces_column(const struct spaces *spaces, size_t i);
unsigned spaces_hidden(const struct spaces *spaces); /* processes beyond SPACES_COLUMNS */
unsigned spaces_steps(const struct spaces *spaces);  /* the current step number */

/** Counts up whenever somebody in the sandbox has run. */
unsigned spaces_activity(const struct spaces *spaces);

/** Does what is followed still run (be it that its sandbox is not there yet)? */
bool spaces_running(const struct spaces *spaces);

/** Has it changed less than SPACES_MARK_STEPS ago? Never after a run. */
bool spaces_just_changed(const struct spaces *spaces, const struct spaces_cell *cell);

/*
 * The namespaces seen in this run, their owners and ancestors included, by type and
 * inode. An inode of 0 is a parent or owner that lab may not see, or that there is none.
 */
struct spaces_ns {
	enum nstype_id type; /* never a for_children entry */
	uint32_t ino;
	uint32_t parent; /* of pid and user */
	uint32_t owner;	 /* the user namespace that owns it; of a user namespace its parent */
};

size_t spaces_namespaces(const struct spaces *spaces);
const struct spaces_ns *spaces_namespace(const struct spaces *spaces, size_t i);

/** Remember how it is now; a cell that differs from its pinned one is told (spaces_pinned_ino). */
void spaces_pin(struct spaces *spaces);
void spaces_unpin(struct spaces *spaces);
bool spaces_is_pinned(const struct spaces *spaces);
uint32_t spaces_pinned_ino(const struct spaces *spaces, pid_t pid,
			   enum nstype_id type); /* 0: none, the process was not there */

#endif
