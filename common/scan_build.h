/*
 * The stages of a scan, for scan.c alone:
 *
 *	scan_list_pids     getdents of /proc
 *	scan_read_all      links and stat of each process, in threads  -> raw processes, sightings
 *	scan_intern_*      inodes become rows of the namespace table   (scan_table.c)
 *	scan_find_mounts   bind mounts                                 (scan_extra.c)
 *	scan_find_fds      open descriptors
 *	scan_relate        parents and owners
 *
 * Until interned a process's ns[] holds inodes, 0 for none. (The kernel numbers
 * nsfs inodes with 32 bits, for all types together.)
 */
#ifndef NSLAB_COMMON_SCAN_BUILD_H
#define NSLAB_COMMON_SCAN_BUILD_H

#include "common/scan.h"

/* A namespace seen somewhere else than as a process's own. */
struct scan_sighting {
	uint32_t ino;
	enum nstype_id entry; /* the entry it was read from; its kind is the type */
	enum scan_hold how;
	pid_t pid;
	pid_t tid; /* 0: the process's first thread */
	int fd;	   /* SCAN_HELD_FD: the descriptor's number in that process */
};

struct scan_sightings {
	struct scan_sighting *list;
	size_t n;
};

void scan_sightings_add(struct scan_sightings *to, const struct scan_sighting *sighting);

struct scan_builder {
	int procfd;
	unsigned depth;
	struct scan *scan;	       /* namespaces grow; sorted at the end */
	struct scan_sighting *sources; /* by namespace: where its file can be opened */
	int *held;	 /* by namespace: its open file, where there is no other way, else -1 */
	size_t cap;	 /* allocated rows of these and of scan->namespaces */
	uint32_t *slots; /* hash of inode to row + 1 */
	size_t n_slots;	 /* a power of two */
};

/** All PIDs, ascending. Returns how many or -errno; *ret is the caller's. */
int scan_list_pids(int procfd, pid_t **ret);

/**
 * Read n processes into processes[]; the pid of those that have vanished becomes 0.
 * What threads hold beside their processes is added to found.
 */
void scan_read_all(int procfd, unsigned depth, const pid_t *pids, size_t n,
		   struct scan_process *processes, struct scan_sightings *found);

/** Parse the text of a namespace link, "net:[4026531833]": the inode, 0 for anything else. */
uint32_t scan_parse_link(const char *text, size_t len);

/** The row of an inode, made if it is new. */
uint32_t scan_intern(struct scan_builder *builder, enum nstype_id type, uint32_t ino);

/** Turn the inodes of all processes into rows; count and note who holds. */
void scan_intern_processes(struct scan_builder *builder);

/** Note a sighting; returns its row. */
uint32_t scan_note(struct scan_builder *builder, const struct scan_sighting *sighting);

/** Sort the namespaces, renumber every reference to them. */
void scan_sort(struct scan_builder *builder);

void scan_find_mounts(struct scan_builder *builder);
void scan_find_fds(struct scan_builder *builder);
void scan_relate(struct scan_builder *builder);

#endif
