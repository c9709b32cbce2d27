/*
 * Numbers in text, strictly: no leading blanks or signs, no overflow.
 */
#ifndef NSLAB_COMMON_NUMERAL_H
#define NSLAB_COMMON_NUMERAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * Take the digits at *at in the base (8, 10 or 16), at most max, and move *at
 * behind them. false where there is no digit or the number is larger; nothing is changed then.
 */
bool numeral_take(const char **at, unsigned base, uint64_t max, uint64_t *ret);

/** A whole word that is a process ID (1 to INT_MAX). */
bool numeral_pid(const char *word, pid_t *ret);

#endif
