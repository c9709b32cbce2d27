/*
 * One process's side of the details: a list of names and values, made by one reader
 * for each type.
 */
#ifndef NSLAB_LAB_NS_DETAILS_INTERNAL_H
#define NSLAB_LAB_NS_DETAILS_INTERNAL_H

#include "common/nstype.h"
#include "common/strbuf.h"

#include <stddef.h>

struct ns_fact {
	char *name, *value;
};

struct ns_facts {
	struct ns_fact *list;
	size_t n;
};

/** Both are copied and made harmless for a terminal. A second one of a name gets a number. */
void ns_facts_add(struct ns_facts *facts, const char *name, const char *value);
void ns_facts_free(struct ns_facts *facts);

/** dir is /proc/PID. Returns 0 or -errno. */
typedef int ns_facts_reader(int dir, struct ns_facts *to);

extern ns_facts_reader *const ns_facts_readers[NSTYPE_COUNT]; /* NULL: for_children entries */

ns_facts_reader ns_facts_uts, ns_facts_ipc, ns_facts_net, ns_facts_cgroup;

#endif
