/*
 * What `lab ns --watch` remembers: the processes it watches with their
 * namespaces, and the namespaces with how many of those hold them. Each step
 * compares with /proc and reports what is different.
 *
 * A process that has not run since can't have moved, nor started a child: the
 * kernel's count of its time slices (/proc/PID/schedstat) is read through an open
 * descriptor, so that a step in which nothing happened costs one read per
 * process. Processes with several threads are read each time, as that count is
 * their first thread's.
 */
#ifndef NSLAB_LAB_NS_TRACK_H
#define NSLAB_LAB_NS_TRACK_H

#include "common/scan.h"
#include "lab/ns/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tracked {
	struct scan_process now; /* ns[] holds inodes, 0 for none */
	int pidfd;    /* readable once it has ended; -1: the limit on descriptors is reached */
	int ranfd;    /* its schedstat; -1: none, read it each time */
	uint64_t ran; /* a digest of that */
	bool named;   /* given by the user: its end is worth a line */
	bool told;    /* so it is where a line told of it */
	bool ended;   /* kept until its parent has waited, so that it is not taken for new */
};

struct tracked_ns {
	uint32_t ino;
	enum nstype_id type;
	uint32_t refs; /* entries of tracked processes that lead to it */
	bool emptied;  /* nobody tracked is in it: look for it again when something happens */
	bool found;    /* ... and it was still there, held by something else */
	bool told;     /* a line said so */
};

struct track {
	const struct ns_request *request;
	struct scan_process self;   /* lab's own: one of each type there is */
	int epoll;		    /* pidfds are added to it, by PID; not the track's */
	struct tracked **processes; /* by PID */
	size_t n_processes;
	struct tracked_ns *namespaces; /* by inode and type */
	size_t n_namespaces;
	bool no_children;    /* this kernel has no /proc/PID/task/TID/children */
	bool looking;	     /* the first look: nothing is new */
	unsigned idle_steps; /* since the emptied ones were last looked for */
	bool changed;	     /* something happened since the emptied ones were last looked for */
};

/** Begin with the processes asked for. Returns LAB_PASS, or another status after saying why. */
int track_start(struct track *track, const struct ns_request *request, int epoll);
void track_free(struct track *track);

/** One step: report all that differs from the last one. */
void track_step(struct track *track);

/** A pidfd told of this process's end. */
void track_ended(struct track *track, pid_t pid);

/** Mounts have changed: what no process is in may have gone. */
void track_mounts_changed(struct track *track);

/** Processes watched that have not ended. */
size_t track_living(const struct track *track);

/*
 * The table of namespaces (ns_known.c).
 */

/** The row of what an entry leads to, or NULL. */
struct tracked_ns *track_find_ns(const struct track *track, enum nstype_id entry, uint32_t ino);

/** All entries of a process hold what they lead to, or no longer do. */
void track_hold(struct track *track, const struct scan_process *process);
void track_drop(struct track *track, const struct scan_process *process);

/*
 * The lines (ns_event.c). Each prints one, or one JSON object, and does not
 * flush. Nothing is printed where no type asked for is concerned; they return whether
 * something was.
 */

/** Entry by entry the inode before and after; only those that differ are named. */
struct ns_move {
	const uint32_t *from;
	const uint32_t *to;
	const bool *is_new; /* was not known before */
};

void ns_event_watching(const struct ns_request *request, size_t processes, size_t namespaces);
bool ns_event_appeared(const struct ns_request *request, const struct scan_process *process,
		       const struct scan_process *parent, const struct ns_move *move);
bool ns_event_moved(const struct ns_request *request, const struct scan_process *process,
		    const struct ns_move *move);
void ns_event_ended(const struct ns_request *request, const struct scan_process *process);
/** ns is NULL where it has gone. */
bool ns_event_emptied(const struct ns_request *request, const struct tracked_ns *which,
		      const struct scan *scan, const struct scan_ns *ns);

#endif
