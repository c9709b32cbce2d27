/*
 * A user namespace's uid_map or gid_map, parsed. Pure.
 */
#ifndef NSLAB_COMMON_IDMAP_H
#define NSLAB_COMMON_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel takes at most 340 lines (user_namespaces(7)). */
#define IDMAP_MAX 340

struct idmap_range {
	uint32_t inside; /* first id in the namespace of the process read */
	uint32_t
		outside; /* first id in the reader's user namespace (in the parent, if both are the same) */
	uint32_t count;
};

struct idmap {
	struct idmap_range range[IDMAP_MAX];
	size_t n; /* 0: nothing is mapped yet */
};

/** Parse the text of a map file (NUL-terminated). Returns 0 or -EBADMSG (*ret untouched). */
int idmap_parse(const char *text, struct idmap *ret);

/** Translate; false where the id is not mapped (it shows as the overflow id, 65534). */
bool idmap_to_outside(const struct idmap *map, uint32_t inside, uint32_t *ret);
bool idmap_to_inside(const struct idmap *map, uint32_t outside, uint32_t *ret);

#endif
