/*
 * Reading /proc/PID. A process directory is opened once, and everything is
 * read below it: it stays bound to one process, and gives ESRCH when that has
 * gone, however PIDs are reused. A directory /proc/PID/task/TID does as well.
 * Parsing is apart, pure, in proc_status.h, proc_stat.h, idmap.h, mountinfo.h.
 *
 * Sources: proc(5), Linux fs/proc.
 */
#ifndef NSLAB_COMMON_PROC_H
#define NSLAB_COMMON_PROC_H

#include "common/idmap.h"
#include "common/mountinfo.h"
#include "common/proc_stat.h"
#include "common/proc_status.h"
#include "common/strbuf.h"

#include <stddef.h>
#include <sys/types.h>

/** Open a procfs ("/proc", or one below a sandbox's root). Returns 0 or -errno, -ENOTSUP: no procfs. */
int proc_mount_open(const char *path, int *ret_procfd);

/** Open PID's directory in a procfs (PID 0: "self"); *ret_dir is the caller's. -ESRCH: no such process. */
int proc_open(int procfd, pid_t pid, int *ret_dir);

/** Open the directory of one thread of a process; *ret_dir is the caller's. */
int proc_open_thread(int dir, pid_t tid, int *ret_dir);

int proc_read_status(int dir, struct proc_status *ret); /* proc_status_free() it */
int proc_read_stat(int dir, struct proc_stat *ret);

/** name: "uid_map" or "gid_map". */
int proc_read_idmap(int dir, const char *name, struct idmap *ret);

/** "allow" or "deny"; *ret is the caller's. */
int proc_read_setgroups(int dir, char **ret);

int proc_read_mountinfo(int dir, struct mountinfo *ret); /* mountinfo_free() it */

/** The command line with its NULs turned into spaces, else "[NAME]"; appended. */
int proc_read_cmdline(int dir, struct strbuf *to);

/** The text of a link ("exe", "cwd", "root", "fd/3"); *ret is the caller's. */
int proc_read_link(int dir, const char *name, char **ret);

/* What a link like "exe" or "root" leads to. */
struct proc_file {
	dev_t dev;
	ino_t ino;
};

/** Identity of what "exe", "cwd" or "root" leads to. Kernel threads have no exe: -ENOENT. */
int proc_identify(int dir, const char *name, struct proc_file *ret);

struct pid_list {
	pid_t *pids;
	size_t n;
};

void pid_list_free(struct pid_list *list);

/** All processes of a procfs, ascending. */
int proc_list(int procfd, struct pid_list *ret);

/** All threads of a process, ascending. */
int proc_list_threads(int dir, struct pid_list *ret);

/** The children of all threads of a process, ascending (kernels without CONFIG_PROC_CHILDREN: -ENOENT). */
int proc_list_children(int dir, struct pid_list *ret);

/** The descriptors a process has open, ascending. */
int proc_list_fds(int dir, struct pid_list *ret);

#endif
