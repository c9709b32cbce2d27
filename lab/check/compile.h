/*
 * From a C file to a program, inside a sandbox: a source is somebody else's
 * text, and a compiler reads, includes and links what it is told to.
 */
#ifndef NSLAB_LAB_CHECK_COMPILE_H
#define NSLAB_LAB_CHECK_COMPILE_H

#include "common/error.h"
#include "common/strbuf.h"

#include <stddef.h>

#define COMPILE_SOURCE_MAX (1024L * 1024)
#define COMPILE_BINARY_MAX (64UL * 1024 * 1024)

struct compile_request {
	const char *text; /* the source */
	size_t len;
	const char *source;	 /* its file name, as messages shall show it */
	const char *name;	 /* of the program to make */
	char *const *libs;	 /* pkg-config names, NULL-terminated */
	const char *const *hide; /* as for struct sandbox_config */
	size_t n_hide;
};

enum compile_end {
	COMPILE_OK,
	COMPILE_REFUSED,     /* the compiler says no: see messages */
	COMPILE_LIMIT,	     /* it exceeded a limit: see cause */
	COMPILE_NO_COMPILER, /* none on this machine: see the error */
	COMPILE_NO_LIBRARY,  /* pkg-config does not know one of libs: see the error */
	COMPILE_NO_SANDBOX,  /* see the error */
	COMPILE_BROKEN,	     /* our own failure: see the error */
};

struct compiled {
	enum compile_end end;
	const char *cause;	/* of COMPILE_LIMIT, "time-limit" */
	struct strbuf messages; /* of the compiler: plain text, bounded; warnings too */
	struct strbuf binary;	/* of COMPILE_OK */
	struct error error;
};

#define COMPILED_INIT                                                                 \
	{                                                                             \
		.end = COMPILE_BROKEN, .messages = STRBUF_INIT, .binary = STRBUF_INIT \
	}

void compiled_free(struct compiled *compiled);

#define cleanup_compiled __attribute__((cleanup(compiled_free)))

/** Compile. *ret starts as COMPILED_INIT and is freed with compiled_free(). */
void compile_source(const struct compile_request *request, struct compiled *ret);

#endif
