/*
 * Facts that only a process inside can tell: host names, IPC objects. A child of
 * the observer joins the namespace and asks the kernel; nothing of the program's
 * is run or believed. All are commands of the
 * observer (observe.c): words in, keys of the answer out.
 */
#ifndef NSLAB_CHECKS_OBSERVE_INSIDE_H
#define NSLAB_CHECKS_OBSERVE_INSIDE_H

#include "checks/lib/observe.h"

/**
 * What a child writes into a pipe until it closes it, appended. -ETIMEDOUT where that takes
 * longer, -EFBIG where it is more.
 */
int inside_take(int from, int timeout_ms, size_t max, struct strbuf *to);

/**
 * uts WHO: "hostname", "domainname" of its UTS namespace; no keys once it has ended. WHO may
 * be "middle": a process whose UTS namespace is neither outside's nor cmd's; no keys
 * where there is none.
 */
int inside_uts(struct session *session, char **words, struct strbuf *to, struct error *err);

/**
 * shm WHO: "segments", the System V segments of its IPC namespace, one a line:
 * KEY (hex) SIZE ATTACHED HASH (of all bytes) TEXT (its printable beginning, at most 32).
 */
int inside_shm(struct session *session, char **words, struct strbuf *to, struct error *err);

/** make_shm WHO KEY SIZE TEXT: make a segment there, mode 0666, that begins with TEXT. */
int inside_make_shm(struct session *session, char **words, struct strbuf *to, struct error *err);

/**
 * mqueue WHO: "queues", the message queues of its IPC namespace, sorted, one a line: NAME
 * MESSAGES; "dev", the device of the file system that shows them.
 */
int inside_mqueue(struct session *session, char **words, struct strbuf *to, struct error *err);

/** make_mqueue WHO NAME: make a queue there (NAME with its slash), without a message. */
int inside_make_mqueue(struct session *session, char **words, struct strbuf *to, struct error *err);

/** owner PATH: "uid", "gid" of a file of the sandbox, as outside sees them; "-": no such file. */
int inside_owner(struct session *session, char **words, struct strbuf *to, struct error *err);

#endif
