/*
 * What the child that reads an archive writes into its pipe: a head, the path, the text.
 */
#ifndef NSLAB_LAB_GRADE_UNPACK_INTERNAL_H
#define NSLAB_LAB_GRADE_UNPACK_INTERNAL_H

#include "lab/grade/unpack.h"

#include <stdint.h>

enum unpack_kind {
	UNPACK_FILE = 0x66696c65, /* a file and its text */
	UNPACK_OTHER,		  /* something else; the text says what */
	UNPACK_DONE,		  /* there is no more */
	UNPACK_REFUSED,		  /* the archive is not used; the text says why */
};

struct unpack_head {
	uint32_t kind;
	uint32_t path_len;
	uint32_t text_len;
};

/** The child: never returns. */
_Noreturn void unpack_child(int fd, int out, enum handed_kind kind, const struct unpack_wish *wish);

/** Give up everything that reading and writing does not need. What the kernel refuses is left out. */
void unpack_confine(void);

#endif
