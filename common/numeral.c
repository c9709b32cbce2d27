#define _GNU_SOURCE
#include "common/numeral.h"

#include <limits.h>

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return INT_MAX;
}

bool numeral_take(const char **at, unsigned base, uint64_t max, uint64_t *ret)
{
	const char *c = *at;
	uint64_t value = 0;

	for (; (unsigned)digit_of(*c) < base; c++) {
		unsigned digit = (unsigned)digit_of(*c);

		if (digit > max || value > (max - digit) / base)
			return false;
		value = value * base + digit;
	}
	if (c == *at)
		return false;
	*at = c;
	*ret = value;
	return true;
}

bool numeral_pid(const char *word, pid_t *ret)
{
	uint64_t value;

	if (!numeral_take(&word, 10, INT_MAX, &value) || *word || value == 0)
		return false;
	*ret = (pid_t)value;
	return true;
}
