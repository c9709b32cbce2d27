/*
 * A program followed through its system calls: for mistakes that end it before
 * its command runs, or that leave no trace in the kernel's state. Which calls are
 * noted stands in a table (observe_trace.c). Facts come first; this only says why.
 *
 * A process of the observer's traces the program and everything it starts, from
 * the program's exec on. A set-user-ID program of the sandbox keeps its privilege
 * under it, since the tracer has every right over the sandbox (ptrace(2)).
 */
#ifndef NSLAB_CHECKS_OBSERVE_TRACE_H
#define NSLAB_CHECKS_OBSERVE_TRACE_H

#include "checks/lib/observe.h"

/**
 * trace [ARG...]: as launch, and traced. Unsupported (EOPNOTSUPP) where this machine
 * forbids tracing.
 */
int trace_launch(struct session *session, char **words, struct strbuf *to, struct error *err);

/**
 * trace_beside NAME [ARG...]: as trace, beside a helper of that name whose child has children
 * that come and go (probe --busy). Whenever the program has read from a directory it is held
 * until the newest of them, which it may just have listed, has gone.
 */
int trace_beside(struct session *session, char **words, struct strbuf *to, struct error *err);

/**
 * traced: "trace", what was noted so far, in order, one a line of seven fields with "|"
 * between: WHAT FILE TEXT ERRNO (0: it worked) CAPS (the caller's effective set, hex) USER IPC
 * (inodes of its namespaces).
 *
 *	write  a write to FILE, uid_map, gid_map or setgroups, of TEXT (";" for a newline)
 *	open   FILE of these could not be opened for writing
 *	mount  a file system of type FILE on TEXT
 *	take   the descriptor or namespace of another process, by its path below /proc, TEXT, or
 *	       by pidfd_getfd(2)
 *	unshare, clone  (clone3 too) that ask for new namespaces of the types in TEXT ("user pid")
 *	exec   FILE: the name of the program, "cmd" for the probe
 */
int trace_read(struct session *session, char **words, struct strbuf *to, struct error *err);

/** End the tracer, if there is one. The sandbox must be gone by then. */
void trace_end(struct session *session);

#endif
