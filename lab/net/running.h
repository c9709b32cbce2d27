/*
 * Which sandboxes run now that this user may look into, and what their network is. A
 * sandbox is told by its first process, PID 1 of a PID namespace below lab's own that executes init.
 */
#ifndef NSLAB_LAB_NET_RUNNING_H
#define NSLAB_LAB_NET_RUNNING_H

#include "common/error.h"
#include "common/netmodel.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct running_sandbox {
	pid_t init;
	pid_t supervisor; /* lab run, lab shell, or what looks at a check */
	uid_t uid;	  /* the supervisor's */
	unsigned long long starttime;
};

struct running {
	struct running_sandbox *list; /* in the order they were started */
	size_t n;
};

#define RUNNING_INIT                 \
	{                            \
		.list = NULL, .n = 0 \
	}

int running_find(int procfd, struct running *ret, struct error *err);
void running_free(struct running *running);

#define cleanup_running __attribute__((cleanup(running_free)))

/**
 * The sandbox that a process is in, or the newest one below a process of lab (lab run's, lab
 * check's); NULL: there is none.
 */
const struct running_sandbox *running_of(const struct running *running, int procfd, pid_t pid);

/** Is it a process of this lab? */
bool running_is_lab(int procfd, pid_t pid);

/**
 * The words that lab was given for a sandbox, as of the nearest process of lab above it: "run\0net/veth\0\0";
 * allocated. NULL: it is another's.
 */
char *running_words(const struct running_sandbox *sandbox, int procfd);

#endif
