/*
 * What the kernel answers to the program: asked by a child of the observer that has joined
 * the sandbox's user and PID namespaces and has become whom programs are started as, without
 * any capability that those lack. What is above these namespaces, and what a program may not
 * look at, is refused to it as to them. For exercises whose job is to print. All are
 * commands of the observer (observe.c): words in, keys of the answer out.
 */
#ifndef NSLAB_CHECKS_OBSERVE_ASKED_H
#define NSLAB_CHECKS_OBSERVE_ASKED_H

#include "checks/lib/observe.h"

/** launched: "pid" of the program, also after its end. */
int asked_launched(struct session *session, char **words, struct strbuf *to, struct error *err);

/**
 * relations WHO|PID: for each entry of its ns directory TYPE: "INODE OWNER UID PARENT", "-"
 * where there is none or the kernel refuses; PARENT only for what nests. No keys where the
 * process may not be looked at.
 */
int asked_relations(struct session *session, char **words, struct strbuf *to, struct error *err);

/**
 * groups TYPE: "groups", lines "INODE PID PID..." by inode and PID, of all processes in the
 * sandbox; "refused", the PIDs of those that may not be read.
 */
int asked_groups(struct session *session, char **words, struct strbuf *to, struct error *err);

#endif
