#define _GNU_SOURCE
#include "lab/spawn.h"

#include "common/cleanup.h"
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX (64 << 10)

static int wait_for(pid_t pid, int *ret_status)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 0;
}

/* posix_spawn wants what execvp wants: an array it promises not to change. */
static int start(const char *const *argv, const posix_spawn_file_actions_t *actions,
		 const posix_spawnattr_t *attr, pid_t *ret_pid)
{
	union {
		const char *const *in;
		char *const *out;
	} cast = {.in = argv};

	(void)fflush(stdout);
	return -posix_spawnp(ret_pid, argv[0], actions, attr, cast.out, environ);
}

int spawn_wait(const char *const *argv, int *ret_status)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old_int, old_quit;
	posix_spawnattr_t attr;
	sigset_t defaults;
	pid_t pid;
	int r;

	(void)sigaction(SIGINT, &ignore, &old_int);
	(void)sigaction(SIGQUIT, &ignore, &old_quit);
	(void)sigemptyset(&defaults);
	if (old_int.sa_handler != SIG_IGN)
		(void)sigaddset(&defaults, SIGINT);
	if (old_quit.sa_handler != SIG_IGN)
		(void)sigaddset(&defaults, SIGQUIT);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setsigdefault(&attr, &defaults);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	r = start(argv, NULL, &attr, &pid);
	(void)posix_spawnattr_destroy(&attr);
	if (r == 0)
		r = wait_for(pid, ret_status);
	(void)sigaction(SIGINT, &old_int, NULL);
	(void)sigaction(SIGQUIT, &old_quit, NULL);
	return r;
}

int spawn_capture(const char *const *argv, struct strbuf *out, int *ret_status)
{
	posix_spawn_file_actions_t actions;
	cleanup_fd int reader = -1;
	cleanup_fd int writer = -1;
	int ends[2];
	pid_t pid;
	int r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	reader = ends[0];
	writer = ends[1];
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, writer, 1);
	(void)posix_spawn_file_actions_adddup2(&actions, writer, 2);
	r = start(argv, &actions, NULL, &pid);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (r < 0)
		return r;
	(void)close(steal_fd(&writer));
	(void)io_read_fd(reader, OUTPUT_MAX, out);
	/* A program with more to say gets SIGPIPE, not a wait for ever. */
	(void)close(steal_fd(&reader));
	return wait_for(pid, ret_status);
}
