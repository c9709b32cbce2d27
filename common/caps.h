/*
 * Capability sets as text. The names are libcap's.
 */
#ifndef NSLAB_COMMON_CAPS_H
#define NSLAB_COMMON_CAPS_H

#include "common/strbuf.h"

#include <stdint.h>

/** "CAP_SYS_ADMIN"; "CAP_63" for a number without a name. Appended. */
void caps_add_name(struct strbuf *to, int cap);

/** The number of "CAP_SYS_ADMIN" or "sys_admin" in any case, or -EINVAL. */
int caps_from_name(const char *name);

/** All capabilities this kernel knows, as bits (from /proc/sys/kernel/cap_last_cap). */
uint64_t caps_all(void);

/**
 * A set in words: "none", "all 41", "all but CAP_SYS_BOOT", or the names
 * with spaces between. Appended.
 */
void caps_add_set(struct strbuf *to, uint64_t set, uint64_t all);

#endif
