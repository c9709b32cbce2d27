/*
 * The faces of `lab ns`: each takes the parsed request and returns an enum
 * lab_status. cmd_ns.c tells them apart; what they share about words is here.
 *
 *	ns_compare.c   processes side by side      lab ns [PID...]
 *	ns_list.c      every namespace, a row each lab ns --all
 *	ns_tree.c      nesting and ownership       lab ns --tree
 *	ns_watch.c     changes as they happen      lab ns --watch  (ns_track.h keeps the state)
 *	ns_inside.c    what is in them             lab ns PID --details  (details.h reads it)
 */
#ifndef NSLAB_LAB_NS_VIEW_H
#define NSLAB_LAB_NS_VIEW_H

#include "common/nstype.h"
#include "common/scan.h"
#include "common/strbuf.h"
#include "lab/lab.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define NS_SCHEMA	  "nslab/ns/v1"
#define NS_EVENT_SCHEMA	  "nslab/ns-event/v1"
#define NS_DETAILS_SCHEMA "nslab/ns-details/v1"

struct ns_request {
	int procfd;
	const struct nstype *type; /* only this type; NULL: all */
	const pid_t *pids;
	size_t n_pids;
	unsigned depth; /* of a scan: enum scan_depth bits */
	bool all;
	bool json;
};

int ns_compare_show(const struct lab *lab, const struct ns_request *request);
int ns_list_show(const struct lab *lab, const struct ns_request *request);
int ns_tree_show(const struct lab *lab, const struct ns_request *request);
int ns_watch_run(const struct lab *lab, const struct ns_request *request);
int ns_details_show(const struct lab *lab, const struct ns_request *request); /* 1 or 2 PIDs */

/** One sentence on a PID that gave -ERRNUM, with the remedy; returns LAB_FAIL. */
int ns_pid_error(pid_t pid, int errnum);

/** Is an entry of /proc/PID/ns among those asked for? */
bool ns_wanted(const struct ns_request *request, enum nstype_id entry);

/** The signs that need UTF-8, or what stands for them elsewhere. */
struct ns_signs {
	const char *different;
	const char *branch; /* of the tree: one more follows */
	const char *last;
	const char *trunk; /* beside the children of a branch */
};

const struct ns_signs *ns_signs(void);

/** Append text cut or padded with blanks to width columns (0: neither). */
void ns_add_padded(struct strbuf *to, const char *text, size_t width);

/** Append a process's name, made harmless for a terminal. */
void ns_add_comm(struct strbuf *to, const char *comm);

/** The first process of a namespace as "PID COMMAND", or the thread, mount ... that holds it. Appended. */
void ns_add_holder(struct strbuf *to, const struct scan *scan, const struct scan_ns *ns);

/** How a namespace is held: "process, bind mount". Appended. */
void ns_add_holds(struct strbuf *to, const struct scan_ns *ns);

/** Print those namespaces as a document of the schema whose element of shown[] is set. */
void ns_print_json(const struct scan *scan, const bool *shown);

/** Say on standard error how many processes could not be read, if any. */
void ns_note_unreadable(const struct scan *scan);

#endif
