/*
 * Libraries that few commands need, loaded by the process that needs them. Linked into lab
 * each would cost every command its time to start and its memory.
 */
#ifndef NSLAB_COMMON_LIBRARY_H
#define NSLAB_COMMON_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* A pointer to a function in some struct, and the symbol that it is to point to. */
struct library_function {
	size_t offset;
	const char *symbol;
};

/**
 * Load the first of the files, names as dlopen(3) takes them up to a NULL, and fill the n
 * pointers to functions in the struct at ret. It stays loaded. False where it, or a function
 * of it, is not here; *ret is then not to be used.
 */
bool library_load(const char *const *files, const struct library_function *functions, size_t n,
		  void *ret);

#endif
