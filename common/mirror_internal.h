/*
 * What the files of the mirror share.
 *
 *	mirror.c         which mirror, start and end of the relay
 *	mirror_cache.c   a file of the mirror, from the cache or fetched
 *	mirror_relay.c   the relay: as much of HTTP as package tools speak
 */
#ifndef NSLAB_COMMON_MIRROR_INTERNAL_H
#define NSLAB_COMMON_MIRROR_INTERNAL_H

#include "common/mirror.h"

#include <stdbool.h>

/**
 * Open a file of the mirror ("dists/..." or "pool/...", see mirror_is_path()).
 * Returns 200 with *ret_fd, the caller's; 404; or 502 with why in err.
 */
int mirror_open(const struct mirror_source *source, const char *path, int *ret_fd,
		struct error *err);

/**
 * Run a command of apt's to its end; appends what it prints, with or without its
 * error messages. Returns its exit status (128+N for a signal N), or -errno.
 */
int mirror_run(const char *const *argv, bool errors, struct strbuf *said);

/** Is this a path of an archive, and nothing that could lead out of the cache? */
bool mirror_is_path(const char *path);

/** Serve connections to a listening socket, for ever. log is a memfd. */
void mirror_relay(const struct mirror_source *source, int listening, int log)
	__attribute__((noreturn));

#endif
