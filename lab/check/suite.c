#define _GNU_SOURCE
#include "lab/check/suite.h"

#include "common/cleanup.h"
#include "lab/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ERRORS_MAX 16384

/*
 * Not for bats: what would change how bash or bats behave. lab may itself be
 * run by a bats test, which exports a lot.
 */
static const char *const env_dropped[] = {
	"BATS_",   "BASH_FUNC_",  "BASH_ENV=",	      "BASHOPTS=", "SHELLOPTS=", "ENV=",
	"CDPATH=", "GLOBIGNORE=", "POSIXLY_CORRECT=", "TMPDIR=",   "PS4=",	 "IFS=",
	"TESTS_",  NULL,
};

struct environment {
	char **list;
	size_t n;
};

static void suite_env_free(struct environment *env)
{
	for (size_t i = 0; i < env->n; i++)
		free(env->list[i]);
	free(env->list);
}

static bool env_is_dropped(const char *entry)
{
	for (size_t i = 0; env_dropped[i]; i++)
		if (strncmp(entry, env_dropped[i], strlen(env_dropped[i])) == 0)
			return true;
	return false;
}

static void env_set(struct environment *env, const char *entry)
{
	size_t name = strcspn(entry, "=") + 1;

	for (size_t i = 0; i < env->n; i++) {
		if (strncmp(env->list[i], entry, name) != 0)
			continue;
		free(env->list[i]);
		env->list[i] = xstrdup(entry);
		return;
	}
	env->list = xreallocarray(env->list, env->n + 2, sizeof(*env->list));
	env->list[env->n++] = xstrdup(entry);
	env->list[env->n] = NULL;
}

static struct environment suite_env(const struct suite_request *request)
{
	struct environment env = {.list = NULL};
	cleanup_free char *tmpdir = xasprintf("TMPDIR=%s", request->tmpdir);
	cleanup_free char *lifeline = xasprintf("NSLAB_LIFELINE=%d", SUITE_LIFELINE);

	for (char **entry = environ; *entry; entry++)
		if (!env_is_dropped(*entry))
			env_set(&env, *entry);
	env_set(&env, tmpdir);
	env_set(&env, lifeline);
	for (size_t i = 0; request->env[i]; i++)
		env_set(&env, request->env[i]);
	return env;
}

void suite_run_free(struct suite_run *run)
{
	tap_free(&run->tap);
	strbuf_free(&run->errors);
}

/* A bats that runs puts the directory of its own parts in front of PATH; the "bats" there is none. */
static bool holds_parts_of_bats(const char *dir, size_t len)
{
	static const char tail[] = "/bats-core";

	return len >= sizeof(tail) - 1 &&
	       strncmp(dir + len - (sizeof(tail) - 1), tail, sizeof(tail) - 1) == 0;
}

int suite_find_bats(char **ret, struct error *err)
{
	const char *path = getenv("PATH");

	for (const char *at = path ? path : "/usr/local/bin:/usr/bin:/bin"; *at;) {
		size_t len = strcspn(at, ":");
		cleanup_free char *file = xasprintf("%.*s/bats", (int)len, at);
		struct stat st;

		if (len && !holds_parts_of_bats(at, len) && stat(file, &st) == 0 &&
		    S_ISREG(st.st_mode) && access(file, X_OK) == 0) {
			*ret = steal_ptr(file);
			return 0;
		}
		at += len + (at[len] == ':');
	}
	(void)error_say(err, ENOENT, "bats, which runs the checks, is not installed");
	error_remedy(err, "make deps installs it (Debian and Ubuntu: apt install bats)");
	return -ENOENT;
}

/* A running bats; descriptors are ours, non-blocking. */
struct bats {
	pid_t pid;
	int pidfd;
	int out;
	int errors;
	int lifeline; /* closed: the observers end their sandboxes */
};

static void bats_child(const struct suite_request *request, char *const env[], const int fds[3])
{
	const char *argv[] = {request->bats, "--tap", request->file, NULL};
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int high[3];

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	interrupt_child();
	/* Out of the way of 0 to 9 first: a descriptor may already have a number that is needed. */
	for (int i = 0; i < 3; i++)
		high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, SUITE_LIFELINE + 1);
	if (dup2(null, 0) < 0 || dup2(high[0], 1) < 0 || dup2(high[1], 2) < 0)
		_exit(127);
	/* bash keeps 0 to 9 for scripts: what lab's own caller left open must not reach bats. */
	(void)syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
	if (dup2(high[2], SUITE_LIFELINE) < 0)
		_exit(127);
	(void)execve(request->bats, (char *const *)(uintptr_t)argv, env);
	_exit(127);
}

/*
 * The kernel ends bats when lab is killed, not what bats has started: a process
 * in its group that ends the group when the lifeline is cut.
 */
static void start_keeper(pid_t group, int lifeline)
{
	pid_t pid = fork();
	sigset_t all;
	char byte;

	if (pid > 0)
		(void)setpgid(pid, group);
	if (pid)
		return;
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	(void)setpgid(0, group);
	if (dup2(lifeline, 0) < 0)
		_exit(1);
	(void)syscall(SYS_close_range, 1U, ~0U, 0U);
	while (read(0, &byte, 1) < 0 && errno == EINTR)
		;
	/* Not where the group was gone before it could be joined. */
	if (getpgrp() == group)
		(void)kill(0, SIGKILL);
	_exit(0);
}

static int bats_start(const struct suite_request *request, struct bats *ret, struct error *err)
{
	struct environment env = suite_env(request);
	int fds[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
	int theirs[3];
	int r = 0;

	for (int i = 0; i < 3 && r == 0; i++)
		if (pipe2(fds[i], O_CLOEXEC) < 0)
			r = -errno;
	for (int i = 0; i < 3; i++)
		theirs[i] = i == 2 ? fds[i][0] : fds[i][1];
	ret->pid = r == 0 ? fork() : -1;
	if (ret->pid == 0)
		bats_child(request, env.list, theirs);
	if (r == 0 && ret->pid < 0)
		r = -errno;
	/* Here as well as in the child: whoever comes first, the group is there. */
	if (r == 0) {
		(void)setpgid(ret->pid, ret->pid);
		start_keeper(ret->pid, theirs[2]);
	}
	for (int i = 0; i < 3; i++)
		cleanup_fdp(&theirs[i]);
	suite_env_free(&env);
	ret->out = fds[0][0];
	ret->errors = fds[1][0];
	ret->lifeline = fds[2][1];
	if (r < 0)
		return error_set(err, -r, "cannot start %s", request->bats);
	(void)fcntl(ret->out, F_SETFL, O_NONBLOCK);
	(void)fcntl(ret->errors, F_SETFL, O_NONBLOCK);
	ret->pidfd = (int)syscall(SYS_pidfd_open, ret->pid, 0);
	return 0;
}

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Read what is there. Closes *fd and makes it -1 at the end of the stream. */
static void take(int *fd, struct suite_run *run, bool is_tap)
{
	char chunk[16384];
	ssize_t n;

	while (*fd >= 0) {
		n = read(*fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			(void)close(*fd);
			*fd = -1;
		} else if (is_tap) {
			tap_feed(&run->tap, chunk, (size_t)n);
		} else if (run->errors.len < ERRORS_MAX) {
			strbuf_add(&run->errors, chunk, (size_t)n);
		}
	}
}

/* Until bats has ended, time is up, or somebody interrupts. */
static void watch(struct bats *bats, unsigned limit_s, struct suite_run *run)
{
	long long deadline = now_ms() + limit_s * 1000LL;

	for (;;) {
		struct pollfd fds[] = {
			{.fd = bats->pidfd, .events = POLLIN},
			{.fd = interrupt_fd(), .events = POLLIN},
			{.fd = bats->out, .events = POLLIN},
			{.fd = bats->errors, .events = POLLIN},
		};
		long long left = deadline - now_ms();

		if (interrupt_signal()) {
			run->interrupted = true;
			return;
		}
		if (left <= 0) {
			run->timed_out = true;
			return;
		}
		if (poll(fds, 4, (int)left) < 0 && errno != EINTR)
			return;
		take(&bats->out, run, true);
		take(&bats->errors, run, false);
		if (fds[0].revents)
			return;
		/* Before Linux 5.3 there is no pidfd; then the end of the stream must do. */
		if (bats->pidfd < 0 && bats->out < 0)
			return;
	}
}

/* End all that is left of bats, collect its status, and what was still in the pipes. */
static void finish(struct bats *bats, struct suite_run *run)
{
	int status;
	pid_t pid;

	/* A bats that has ended is not reaped yet: its process group can't be anyone else's. */
	if (run->timed_out || run->interrupted)
		(void)kill(-bats->pid, SIGKILL);
	while (waitpid(bats->pid, &run->status, 0) < 0 && errno == EINTR)
		;
	(void)close(bats->lifeline);
	/* Helpers that outlived it have become our children (PR_SET_CHILD_SUBREAPER). */
	(void)kill(-bats->pid, SIGKILL);
	do {
		pid = waitpid(-bats->pid, &status, 0);
	} while (pid > 0 || (pid < 0 && errno == EINTR));
	take(&bats->out, run, true);
	take(&bats->errors, run, false);
	cleanup_fdp(&bats->out);
	cleanup_fdp(&bats->errors);
	cleanup_fdp(&bats->pidfd);
	tap_end(&run->tap);
}

int suite_run(const struct suite_request *request, struct suite_run *ret, struct error *err)
{
	struct bats bats = {.pid = -1, .pidfd = -1, .out = -1, .errors = -1, .lifeline = -1};
	int subreaper = 0;
	int r;

	(void)prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	r = bats_start(request, &bats, err);
	if (r == 0) {
		watch(&bats, request->limit_s, ret);
		finish(&bats, ret);
	}
	(void)prctl(PR_SET_CHILD_SUBREAPER, subreaper);
	return r;
}
