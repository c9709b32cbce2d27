#define _GNU_SOURCE
#include "common/library.h"

#include <dlfcn.h>
#include <string.h>

bool library_load(const char *const *files, const struct library_function *functions, size_t n,
		  void *ret)
{
	void *handle = NULL;

	for (; *files && !handle; files++)
		handle = dlopen(*files, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return false;
	for (size_t i = 0; i < n; i++) {
		void *function = dlsym(handle, functions[i].symbol);

		if (!function)
			return false;
		/* ISO C has no cast from an object's pointer to a function's; POSIX says that this works. */
		memcpy((char *)ret + functions[i].offset, &function, sizeof(function));
	}
	return true;
}
