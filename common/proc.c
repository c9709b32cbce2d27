#define _GNU_SOURCE
#include "common/proc.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/numeral.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/* Larger than any file of /proc/PID on a machine in use; a bound, not a guess at sizes. */
#define PROC_FILE_MAX (64u << 20)

int proc_mount_open(const char *path, int *ret_procfd)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_SUPER_MAGIC)
		return -ENOTSUP;
	*ret_procfd = steal_fd(&fd);
	return 0;
}

static int open_dir(int at, const char *name, int *ret_dir)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	*ret_dir = fd;
	return 0;
}

int proc_open(int procfd, pid_t pid, int *ret_dir)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "%d", (int)pid);
	return open_dir(procfd, pid ? name : "self", ret_dir);
}

int proc_open_thread(int dir, pid_t tid, int *ret_dir)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "task/%d", (int)tid);
	return open_dir(dir, name, ret_dir);
}

int proc_read_status(int dir, struct proc_status *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = io_read_proc(dir, "status", PROC_FILE_MAX, &text);

	return r < 0 ? r : proc_status_parse(text.s, ret);
}

int proc_read_stat(int dir, struct proc_stat *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = io_read_proc(dir, "stat", PROC_FILE_MAX, &text);

	return r < 0 ? r : proc_stat_parse(text.s, text.len, ret);
}

int proc_read_idmap(int dir, const char *name, struct idmap *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = io_read_proc(dir, name, PROC_FILE_MAX, &text);

	return r < 0 ? r : idmap_parse(text.s, ret);
}

int proc_read_setgroups(int dir, char **ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = io_read_proc(dir, "setgroups", PROC_FILE_MAX, &text);

	if (r < 0)
		return r;
	*ret = xstrndup(text.s, strcspn(text.s, "\n"));
	return 0;
}

int proc_read_mountinfo(int dir, struct mountinfo *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = io_read_proc(dir, "mountinfo", PROC_FILE_MAX, &text);

	return r < 0 ? r : mountinfo_parse(text.s, ret);
}

int proc_read_cmdline(int dir, struct strbuf *to)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = io_read_proc(dir, "cmdline", PROC_FILE_MAX, &text);
	struct proc_stat stat;

	if (r < 0)
		return r;
	while (text.len && text.s[text.len - 1] == '\0')
		text.len--;
	if (text.len) {
		for (size_t i = 0; i < text.len; i++)
			strbuf_addc(to, text.s[i] ? text.s[i] : ' ');
		return 0;
	}
	r = proc_read_stat(dir, &stat);
	if (r < 0)
		return r;
	strbuf_addf(to, "[%s]", stat.comm);
	return 0;
}

int proc_read_link(int dir, const char *name, char **ret)
{
	char target[PATH_MAX + 32]; /* the kernel gives a page at most, and " (deleted)" */
	ssize_t len = readlinkat(dir, name, target, sizeof(target));

	if (len < 0)
		return -errno;
	*ret = xstrndup(target, (size_t)len);
	return 0;
}

int proc_identify(int dir, const char *name, struct proc_file *ret)
{
	struct stat st;

	if (fstatat(dir, name, &st, 0) < 0)
		return -errno;
	ret->dev = st.st_dev;
	ret->ino = st.st_ino;
	return 0;
}

void pid_list_free(struct pid_list *list)
{
	free(list->pids);
	list->pids = NULL;
	list->n = 0;
}

static void add_pid(struct pid_list *list, pid_t pid)
{
	/* Grow at every power of two. */
	if ((list->n & (list->n - 1)) == 0)
		list->pids = xreallocarray(list->pids, list->n ? list->n * 2 : 1, sizeof(pid_t));
	list->pids[list->n++] = pid;
}

static int compare_pids(const void *a, const void *b)
{
	pid_t left = *(const pid_t *)a, right = *(const pid_t *)b;

	return (left > right) - (left < right);
}

static void sort_pids(struct pid_list *list)
{
	if (list->n)
		qsort(list->pids, list->n, sizeof(pid_t), compare_pids);
}

static bool take_name(const char *name, pid_t *ret)
{
	uint64_t value;

	if (!numeral_take(&name, 10, INT_MAX, &value) || *name)
		return false;
	*ret = (pid_t)value;
	return true;
}

/* The numbers among the names of a directory below dir. */
static int list_numbers(int dir, const char *name, struct pid_list *ret)
{
	struct pid_list list = {NULL, 0};
	cleanup_dir DIR *stream = NULL;
	cleanup_fd int fd = -1;
	struct dirent *entry;
	pid_t pid;
	int r = open_dir(dir, name, &fd);

	if (r < 0)
		return r;
	stream = fdopendir(fd);
	if (!stream)
		return -errno;
	(void)steal_fd(&fd);
	errno = 0;
	while ((entry = readdir(stream)))
		if (take_name(entry->d_name, &pid))
			add_pid(&list, pid);
	if (errno) {
		r = -errno;
		pid_list_free(&list);
		return r;
	}
	sort_pids(&list);
	*ret = list;
	return 0;
}

int proc_list(int procfd, struct pid_list *ret)
{
	return list_numbers(procfd, ".", ret);
}

int proc_list_threads(int dir, struct pid_list *ret)
{
	return list_numbers(dir, "task", ret);
}

int proc_list_fds(int dir, struct pid_list *ret)
{
	return list_numbers(dir, "fd", ret);
}

static int add_children(int dir, pid_t tid, struct pid_list *list)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	char name[48];
	const char *at;
	uint64_t pid;
	int r;

	(void)snprintf(name, sizeof(name), "task/%d/children", (int)tid);
	r = io_read_proc(dir, name, PROC_FILE_MAX, &text);
	if (r < 0)
		return r;
	at = text.s;
	while (numeral_take(&at, 10, INT_MAX, &pid)) {
		add_pid(list, (pid_t)pid);
		while (*at == ' ')
			at++;
	}
	return 0;
}

int proc_list_children(int dir, struct pid_list *ret)
{
	struct pid_list threads = {NULL, 0};
	struct pid_list list = {NULL, 0};
	size_t read = 0;
	int last = -ESRCH;
	int r = proc_list_threads(dir, &threads);

	if (r < 0)
		return r;
	/* A thread may end meanwhile; its children have moved to another one. */
	for (size_t i = 0; i < threads.n; i++) {
		r = add_children(dir, threads.pids[i], &list);
		if (r < 0)
			last = r;
		else
			read++;
	}
	pid_list_free(&threads);
	if (!read) {
		pid_list_free(&list);
		return last;
	}
	sort_pids(&list);
	*ret = list;
	return 0;
}
