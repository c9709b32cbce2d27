/*
 * A Debian mirror for a sandbox. The sandbox keeps its own network, in which
 * there is nothing but lo; a relay, a process of ours outside of it, listens in
 * there on 127.0.0.1 and fetches what is asked for from the mirror that this
 * machine's apt is configured with:
 *
 *	program -- GET /debian/pool/... --> relay -- cache
 *	(sandbox's network)                   └-- apt-helper --> the mirror
 *					  (the caller's network)
 *
 * So of the host's network a program reaches the files of one mirror, by GET,
 * and no socket, service or address. apt-helper(8) reads the machine's apt
 * configuration: proxies, certificates and credentials work as they do there.
 *
 * Files are kept in $XDG_CACHE_HOME/nslab/mirror (~/.cache without it); indices
 * are fetched again after a week, everything else never changes.
 */
#ifndef NSLAB_COMMON_MIRROR_H
#define NSLAB_COMMON_MIRROR_H

#include "common/sandbox.h"

/* Where programs find it. */
#define MIRROR_INSIDE "http://127.0.0.1:3142/debian"

struct mirror_source {
	char *url;   /* as apt has it, without a slash at the end */
	char *suite; /* code name: "bookworm" */
};

/**
 * The Debian mirror of this machine: NSLAB_MIRROR ("URL SUITE") where that is
 * set, else the first of apt's sources that has Debian's main component. It has
 * answered, or the cache has; -EOPNOTSUPP with the reason where there is none
 * or it can't be reached.
 */
int mirror_find(struct mirror_source *ret, struct error *err);
/** The same without asking it whether it is there: what this machine is configured with. */
int mirror_configured(struct mirror_source *ret, struct error *err);
void mirror_source_free(struct mirror_source *source);

struct mirror;

/**
 * Start the relay for a sandbox. *ret is ended with mirror_end(), before the
 * sandbox is. With source NULL it has no file: it answers 404 to all.
 */
int mirror_serve(struct sandbox *box, const struct mirror_source *source, struct mirror **ret,
		 struct error *err);
void mirror_end(struct mirror *mirror);

/**
 * Append what was asked for so far, one line each: "STATUS PATH", where STATUS is
 * 200, 400 (never asked upstream), 404, or 502 where the mirror failed.
 */
void mirror_log(const struct mirror *mirror, struct strbuf *to);

#endif
