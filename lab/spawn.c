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
static int start(const char *const *argv, const posix_spawn_file_actions_t *actions, pid_t *ret_pid)
{
	union {
		const char *const *in;
		char *const *out;
	} cast = {.in = argv};

	(void)fflush(stdout);
	return -posix_spawnp(ret_pid, argv[0], actions, NULL, cast.out, environ);
}

/* What a program finds that is started at a terminal, whatever its parent does meanwhile. */
struct keys {
	struct sigaction interrupt, quit;
};

__attribute__((noreturn)) static void become(const char *const *argv, const struct keys *keys,
					     int report)
{
	union {
		const char *const *in;
		char *const *out;
	} cast = {.in = argv};
	int failed;

	(void)sigaction(SIGINT, &keys->interrupt, NULL);
	(void)sigaction(SIGQUIT, &keys->quit, NULL);
	(void)execvp(argv[0], cast.out);
	failed = errno;
	(void)!write(report, &failed, sizeof(failed));
	_exit(127);
}

/*
 * By fork(2): where ^Z stops a child of posix_spawn(3) before it is the program, its
 * parent neither goes on nor stops, so that nobody is told. Here both stop.
 */
static int start_at_terminal(const char *const *argv, const struct keys *keys, pid_t *ret_pid)
{
	int ends[2], failed;
	ssize_t n;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	(void)fflush(stdout);
	pid = fork();
	failed = errno;
	if (pid == 0)
		become(argv, keys, ends[1]);
	(void)close(ends[1]);
	do
		n = pid < 0 ? 0 : read(ends[0], &failed, sizeof(failed));
	while (n < 0 && errno == EINTR);
	(void)close(ends[0]);
	if (pid < 0)
		return -failed;
	*ret_pid = pid;
	if (n != (ssize_t)sizeof(failed))
		return 0;
	(void)waitpid(pid, NULL, 0);
	return -failed;
}

int spawn_wait(const char *const *argv, int *ret_status)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct keys keys;
	pid_t pid = -1;
	int r;

	(void)sigaction(SIGINT, &ignore, &keys.interrupt);
	(void)sigaction(SIGQUIT, &ignore, &keys.quit);
	r = start_at_terminal(argv, &keys, &pid);
	if (r == 0)
		r = wait_for(pid, ret_status);
	(void)sigaction(SIGINT, &keys.interrupt, NULL);
	(void)sigaction(SIGQUIT, &keys.quit, NULL);
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
	r = start(argv, &actions, &pid);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (r < 0)
		return r;
	(void)close(steal_fd(&writer));
	(void)io_read_fd(reader, OUTPUT_MAX, out);
	/* A program with more to say gets SIGPIPE, not a wait for ever. */
	(void)close(steal_fd(&reader));
	return wait_for(pid, ret_status);
}
