#define _GNU_SOURCE
#include "common/caps.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/numeral.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/capability.h>

void caps_add_name(struct strbuf *to, int cap)
{
	char *name = cap_to_name((cap_value_t)cap);

	if (!name || !isalpha((unsigned char)name[0])) {
		strbuf_addf(to, "CAP_%d", cap);
	} else {
		for (const char *c = name; *c; c++)
			strbuf_addc(to, (char)toupper((unsigned char)*c));
	}
	(void)cap_free(name);
}

int caps_from_name(const char *name)
{
	cleanup_free char *full = NULL;
	cap_value_t cap;

	if (strncasecmp(name, "cap_", 4) == 0)
		name += 4;
	/* libcap takes bare numbers too; a name is not one. */
	if (!isalpha((unsigned char)name[0]))
		return -EINVAL;
	full = xasprintf("cap_%s", name);
	for (char *c = full; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return cap_from_name(full, &cap) < 0 ? -EINVAL : (int)cap;
}

uint64_t caps_all(void)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *at;
	uint64_t last = CAP_LAST_CAP;

	if (io_read_proc(AT_FDCWD, "/proc/sys/kernel/cap_last_cap", 64, &text) == 0) {
		at = text.s;
		(void)numeral_take(&at, 10, 63, &last);
	}
	return UINT64_MAX >> (63 - last);
}

static void add_names(struct strbuf *to, uint64_t set)
{
	bool first = true;

	for (int cap = 0; cap < 64; cap++) {
		if (!(set >> cap & 1))
			continue;
		if (!first)
			strbuf_addc(to, ' ');
		caps_add_name(to, cap);
		first = false;
	}
}

void caps_add_set(struct strbuf *to, uint64_t set, uint64_t all)
{
	uint64_t missing = all & ~set;

	if (set == 0) {
		strbuf_adds(to, "none");
	} else if (set == all) {
		strbuf_addf(to, "all %d", __builtin_popcountll(all));
	} else if (!(set & ~all) && __builtin_popcountll(missing) <= 3) {
		strbuf_adds(to, "all but ");
		add_names(to, missing);
	} else {
		add_names(to, set);
	}
}
