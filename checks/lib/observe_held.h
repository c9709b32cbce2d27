/*
 * What holds a namespace: the processes in it, open descriptors, mounts of its file. For
 * exercises about what keeps one alive. All are commands of the observer (observe.c): words
 * in, keys of the answer out.
 */
#ifndef NSLAB_CHECKS_OBSERVE_HELD_H
#define NSLAB_CHECKS_OBSERVE_HELD_H

#include "checks/lib/observe.h"

/**
 * keep NAME TYPE WHO: remember WHO's namespace of this type as NAME. The observer holds it
 * open to the end, so that no other one gets its inode. "inode" of it.
 */
int held_keep(struct session *session, char **words, struct strbuf *to, struct error *err);

/**
 * pins NAME: what in the sandbox refers to the namespace now: "members", PIDs with a space
 * between them; "descriptors", "PID:FD" likewise; "mounts", the mount points of all mount
 * namespaces that have a process.
 */
int held_pins(struct session *session, char **words, struct strbuf *to, struct error *err);

/** processes: "processes", lines "PID PPID SOCKETS" (how many descriptors of sockets it holds). */
int held_processes(struct session *session, char **words, struct strbuf *to, struct error *err);

#endif
