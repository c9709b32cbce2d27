#define _GNU_SOURCE
#include "lab/net/running.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"
#include "common/proc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CMDLINE_MAX 65536
#define ANCESTORS   64

/* As the sandbox's init is executed (common/sandbox.c): from a copy in memory. */
#define INIT_EXE "/memfd:init (deleted)"

void running_free(struct running *running)
{
	free(running->list);
	*running = (struct running)RUNNING_INIT;
}

static bool is_first(int dir)
{
	struct proc_status status;
	bool first;

	if (proc_read_status(dir, &status) < 0)
		return false;
	first = status.n_nspid > 1 && status.nspid[status.n_nspid - 1] == 1;
	proc_status_free(&status);
	return first;
}

static uid_t owner_of(int procfd, pid_t pid)
{
	cleanup_fd int dir = -1;
	struct proc_status status;
	uid_t uid = (uid_t)-1;

	if (proc_open(procfd, pid, &dir) == 0 && proc_read_status(dir, &status) == 0) {
		uid = status.uid[PROC_ID_EFFECTIVE];
		proc_status_free(&status);
	}
	return uid;
}

static void consider(struct running *running, int procfd, pid_t pid)
{
	cleanup_free char *exe = NULL;
	cleanup_fd int dir = -1;
	struct proc_stat stat;

	/* Cheapest first: nearly all processes are something else. */
	if (proc_open(procfd, pid, &dir) < 0 || proc_read_link(dir, "exe", &exe) < 0 ||
	    strcmp(exe, INIT_EXE) != 0 || !is_first(dir) || proc_read_stat(dir, &stat) < 0)
		return;
	running->list = xreallocarray(running->list, running->n + 1, sizeof(running->list[0]));
	running->list[running->n++] = (struct running_sandbox){
		.init = pid,
		.supervisor = stat.ppid,
		.uid = owner_of(procfd, stat.ppid),
		.starttime = stat.starttime,
	};
}

static int by_start(const void *a, const void *b)
{
	const struct running_sandbox *left = a, *right = b;

	if (left->starttime != right->starttime)
		return left->starttime < right->starttime ? -1 : 1;
	return (int)left->init - (int)right->init;
}

int running_find(int procfd, struct running *ret, struct error *err)
{
	struct running running = RUNNING_INIT;
	struct pid_list list = {NULL, 0};
	int r = proc_list(procfd, &list);

	if (r < 0)
		return error_set(err, -r, "cannot list processes");
	for (size_t i = 0; i < list.n; i++)
		consider(&running, procfd, list.pids[i]);
	pid_list_free(&list);
	if (running.n)
		qsort(running.list, running.n, sizeof(running.list[0]), by_start);
	*ret = running;
	return 0;
}

static pid_t parent_of(int procfd, pid_t pid)
{
	cleanup_fd int dir = -1;
	struct proc_stat stat;

	return proc_open(procfd, pid, &dir) == 0 && proc_read_stat(dir, &stat) == 0 ? stat.ppid : 0;
}

/* Is a process this one or below it? */
static bool descends(int procfd, pid_t pid, pid_t from)
{
	for (int i = 0; i < ANCESTORS && pid > 0; i++, pid = parent_of(procfd, pid))
		if (pid == from)
			return true;
	return false;
}

/* Two processes in the same PID namespace. */
static bool same_pid_namespace(int procfd, pid_t a, pid_t b)
{
	cleanup_fd int left = -1, right = -1;
	struct ns_snapshot one, other;

	return proc_open(procfd, a, &left) == 0 && proc_open(procfd, b, &right) == 0 &&
	       ns_snapshot_take(left, &one) == 0 && ns_snapshot_take(right, &other) == 0 &&
	       ns_compare(&one, &other, NSTYPE_PID) == NS_SAME;
}

bool running_is_lab(int procfd, pid_t pid)
{
	cleanup_fd int dir = -1, own = -1;
	struct proc_file exe, lab;

	return proc_open(procfd, pid, &dir) == 0 && proc_open(procfd, 0, &own) == 0 &&
	       proc_identify(dir, "exe", &exe) == 0 && proc_identify(own, "exe", &lab) == 0 &&
	       exe.dev == lab.dev && exe.ino == lab.ino;
}

const struct running_sandbox *running_of(const struct running *running, int procfd, pid_t pid)
{
	bool lab = running_is_lab(procfd, pid);

	/* The newest first: `lab run` has one to compile in before. */
	for (size_t i = running->n; i > 0; i--) {
		const struct running_sandbox *sandbox = &running->list[i - 1];

		if (descends(procfd, pid, sandbox->init) ||
		    (lab && descends(procfd, sandbox->init, pid)) ||
		    same_pid_namespace(procfd, pid, sandbox->init))
			return sandbox;
	}
	return NULL;
}

char *running_words(const struct running_sandbox *sandbox, int procfd)
{
	pid_t pid = sandbox->supervisor;

	for (int i = 0; i < ANCESTORS && pid > 1; i++, pid = parent_of(procfd, pid)) {
		struct strbuf words cleanup_strbuf = STRBUF_INIT;
		char path[64];
		size_t name;

		if (!running_is_lab(procfd, pid))
			continue;
		(void)snprintf(path, sizeof(path), "%d/cmdline", (int)pid);
		if (io_read_proc(procfd, path, CMDLINE_MAX, &words) < 0)
			return NULL;
		strbuf_add(&words, "\0", 2);
		name = strlen(words.s) + 1;
		/* Without any word it is the screen, which has started another one. */
		return memcpy(xmalloc(words.len - name), words.s + name, words.len - name);
	}
	return NULL;
}
