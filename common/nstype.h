/*
 * The entries of /proc/PID/ns, one row each: the only list of namespace types.
 * Whatever shows, compares or scans namespaces walks it.
 */
#ifndef NSLAB_COMMON_NSTYPE_H
#define NSLAB_COMMON_NSTYPE_H

#include <stdbool.h>

/* The index of a row; the order is that of the names. */
enum nstype_id {
	NSTYPE_CGROUP,
	NSTYPE_IPC,
	NSTYPE_MNT,
	NSTYPE_NET,
	NSTYPE_PID,
	NSTYPE_PID_FOR_CHILDREN,
	NSTYPE_TIME,
	NSTYPE_TIME_FOR_CHILDREN,
	NSTYPE_USER,
	NSTYPE_UTS,
	NSTYPE_COUNT,
};

struct nstype {
	const char *name;    /* of the entry in /proc/PID/ns */
	const char *path;    /* "ns/NAME", relative to /proc/PID */
	int flag;	     /* CLONE_NEW* of the namespace it leads to */
	enum nstype_id kind; /* the type it leads to: pid for pid_for_children */
	bool for_children;   /* where children will be, not where the process is */
	bool nests;	     /* has a parent (NS_GET_PARENT): pid and user */
	const char *man;     /* the page to read */
	const char *meaning; /* what it isolates, in one line */
};

/** All rows, by enum nstype_id. */
extern const struct nstype nstypes[NSTYPE_COUNT];

/** The row of an entry's name, NULL for an unknown one. */
const struct nstype *nstype_by_name(const char *name);

/** The row that is not for_children of exactly one CLONE_NEW* flag, else NULL. */
const struct nstype *nstype_by_flag(int flag);

/** A row's index. */
static inline enum nstype_id nstype_index(const struct nstype *type)
{
	return (enum nstype_id)(type - nstypes);
}

#endif
