/* A library is loaded whole or not at all. */
#include "checks/lab/unit.h"

#include "common/library.h"

#include <string.h>

struct functions {
	size_t (*length)(const char *);
	int (*compare)(const char *, const char *);
};

static const char *const files[] = {"libno-such-library.so.1", "libc.so.6", NULL};

int main(void)
{
	static const struct library_function functions[] = {
		{offsetof(struct functions, length), "strlen"},
		{offsetof(struct functions, compare), "strcmp"},
		{offsetof(struct functions, compare), "no_such_function"},
	};
	static struct functions loaded;

	ok(library_load(files, functions, 2, &loaded), "the first file that is here is loaded");
	is_int((long long)loaded.length("four"), 4, "... and each function is in its place");
	ok(loaded.compare("a", "b") < 0, "... the second one too");
	ok(!library_load(files, functions, 3, &loaded), "a function that is missing is told");
	ok(!library_load((const char *const[]){files[0], NULL}, functions, 1, &loaded),
	   "a library that is missing too");
	return unit_done();
}
