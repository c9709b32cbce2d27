#define _GNU_SOURCE
#include "common/proc_stat.h"

#include "common/numeral.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Longer than any line the kernel writes: 52 fields of at most 20 digits, and the name. */
#define LINE_MAX_BYTES 1536

/* The fields from state (3) on that are kept, by their number in proc(5). */
enum {
	FIELD_PPID = 4,
	FIELD_PGRP = 5,
	FIELD_SESSION = 6,
	FIELD_TTY = 7,
	FIELD_TPGID = 8,
	FIELD_THREADS = 20,
	FIELD_STARTTIME = 22,
	FIELD_LAST = FIELD_STARTTIME,
};

/* Fields are signed or unsigned; both fit the bits. */
static bool take_field(const char **at, int64_t *ret)
{
	const char *c = *at;
	bool negative;
	uint64_t value;

	if (*c++ != ' ')
		return false;
	negative = *c == '-';
	c += negative;
	if (!numeral_take(&c, 10, UINT64_MAX, &value))
		return false;
	*at = c;
	*ret = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

static bool parse_fields(const char *at, struct proc_stat *stat)
{
	int64_t field[FIELD_LAST + 1];

	for (size_t i = FIELD_PPID; i <= FIELD_LAST; i++)
		if (!take_field(&at, &field[i]))
			return false;
	/* A number cut short is no number: something must follow it. */
	if (*at != ' ' && *at != '\n')
		return false;
	stat->ppid = (pid_t)field[FIELD_PPID];
	stat->pgrp = (pid_t)field[FIELD_PGRP];
	stat->session = (pid_t)field[FIELD_SESSION];
	stat->tty = (int)field[FIELD_TTY];
	stat->tpgid = (pid_t)field[FIELD_TPGID];
	stat->threads = (unsigned)field[FIELD_THREADS];
	stat->starttime = (unsigned long long)field[FIELD_STARTTIME];
	return true;
}

int proc_stat_parse(const char *text, size_t len, struct proc_stat *ret)
{
	struct proc_stat stat = {0};
	char line[LINE_MAX_BYTES];
	const char *at = line;
	const char *open, *close;
	size_t comm_len;
	uint64_t pid;

	if (len >= sizeof(line))
		return -EBADMSG;
	memcpy(line, text, len);
	line[len] = '\0';

	if (!numeral_take(&at, 10, INT_MAX, &pid) || strncmp(at, " (", 2) != 0)
		return -EBADMSG;
	open = at + 2;
	close = memrchr(line, ')', len);
	if (!close || close < open)
		return -EBADMSG;
	comm_len = (size_t)(close - open);
	if (comm_len >= sizeof(stat.comm) || close[1] != ' ' || close[2] == '\0')
		return -EBADMSG;
	stat.pid = (pid_t)pid;
	memcpy(stat.comm, open, comm_len);
	stat.state = close[2];
	if (!parse_fields(close + 3, &stat))
		return -EBADMSG;
	*ret = stat;
	return 0;
}
