/*
 * /proc/PID/stat, parsed. Pure. The second field is any text in parentheses,
 * parentheses, spaces and newlines included: it ends at the last ')'.
 */
#ifndef NSLAB_COMMON_PROC_STAT_H
#define NSLAB_COMMON_PROC_STAT_H

#include <stddef.h>
#include <sys/types.h>

struct proc_stat {
	pid_t pid;
	char comm[64];
	char state;
	pid_t ppid, pgrp, session;
	int tty;     /* device number of the controlling terminal, 0: none */
	pid_t tpgid; /* its foreground process group, -1: none */
	unsigned threads;
	unsigned long long
		starttime; /* clock ticks since boot: with the PID the process's identity */
};

/** Parse len bytes; no NUL is needed. Returns 0 or -EBADMSG (*ret untouched). */
int proc_stat_parse(const char *text, size_t len, struct proc_stat *ret);

#endif
