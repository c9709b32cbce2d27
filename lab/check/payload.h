/*
 * What is handed into the sandboxes of a check: a directory with the program
 * under test and, for --program, the regular files beside it.
 */
#ifndef NSLAB_LAB_CHECK_PAYLOAD_H
#define NSLAB_LAB_CHECK_PAYLOAD_H

#include "common/error.h"

#include <stddef.h>
#include <sys/types.h>

#define PAYLOAD_PROGRAM_MAX (64L * 1024 * 1024)
#define PAYLOAD_FOLDER_MAX  (8L * 1024 * 1024)
#define PAYLOAD_FILES_MAX   64

struct payload {
	char *name; /* of the program in the directory; allocated */
	char *note; /* a sentence about what was not taken as it is, or NULL; allocated */
};

#define PAYLOAD_INIT                       \
	{                                  \
		.name = NULL, .note = NULL \
	}

void payload_free(struct payload *payload);

#define cleanup_payload __attribute__((cleanup(payload_free)))

/**
 * Can PATH be executed as it is? Fails with one sentence where it is missing,
 * unreadable, no regular file, empty, not executable, too large, or neither an
 * ELF file nor text.
 */
int payload_probe(const char *path, struct error *err);

/**
 * Copy the program PATH and the regular files of its folder (no dot-files) into
 * DIR. A script without a #! line gets one for /bin/sh, as a shell would run it.
 * Fails as payload_probe(), or where DIR can't be written.
 */
int payload_copy(const char *path, const char *dir, struct payload *ret, struct error *err);

/** Write a program into DIR under NAME. */
int payload_put(const char *dir, const char *name, const void *data, size_t len, mode_t mode,
		struct error *err);

#endif
