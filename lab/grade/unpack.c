/*
 * The caller's side: a child, its pipe, and a deadline. The child's is unpack_child.c.
 */
#define _GNU_SOURCE
#include "lab/grade/unpack.h"

#include "common/cleanup.h"
#include "common/text.h"
#include "lab/grade/unpack_internal.h"
#include "lab/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WALL_MS 30000

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Exactly len bytes before the deadline. */
static bool take_bytes(int fd, void *to, size_t len, long long deadline)
{
	char *at = to;

	while (len) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		long long left = deadline - now_ms();
		ssize_t n;

		if (left <= 0 || interrupt_signal() ||
		    (poll(&ready, 1, (int)left) < 0 && errno != EINTR))
			return false;
		if (!ready.revents)
			continue;
		n = read(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static bool is_sane(const struct unpack_head *head)
{
	return head->path_len < UNPACK_PATH_MAX && head->text_len <= UNPACK_FILE_MAX &&
	       (head->kind == UNPACK_FILE || head->kind == UNPACK_OTHER ||
		head->kind == UNPACK_DONE || head->kind == UNPACK_REFUSED);
}

/* Everything the child says. Returns whether it came to its end; *ret_why: what is wrong with the archive. */
static bool listen_to(int fd, const struct unpack_wish *wish, long long deadline, char **ret_why)
{
	cleanup_free char *path = xmalloc(UNPACK_PATH_MAX);
	cleanup_free char *text = xmalloc(UNPACK_FILE_MAX + 1);
	struct unpack_head head;

	while (take_bytes(fd, &head, sizeof(head), deadline)) {
		struct unpack_entry entry = {.path = path, .data = text};

		if (!is_sane(&head) || !take_bytes(fd, path, head.path_len, deadline) ||
		    !take_bytes(fd, text, head.text_len, deadline))
			return false;
		path[head.path_len] = '\0';
		text[head.text_len] = '\0';
		if (head.kind == UNPACK_DONE)
			return true;
		if (head.kind == UNPACK_REFUSED) {
			struct strbuf why = STRBUF_INIT;

			text_one_line(&why, text, head.text_len, 300);
			*ret_why = strbuf_steal(&why);
			return true;
		}
		if (strlen(path) != head.path_len)
			return false;
		entry.len = head.text_len;
		if (head.kind == UNPACK_OTHER)
			entry.trouble = text;
		wish->take(wish->data, &entry);
	}
	return false;
}

/* Why a child that did not come to its end has died. */
static char *obituary(int status, bool late)
{
	if (late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
		return xstrdup("the archive takes too long to read");
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		return xasprintf("reading the archive ended with signal %d", WTERMSIG(status));
	return xstrdup("the archive can't be read within the limits of memory and time");
}

static bool is_small(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size <= UNPACK_ARCHIVE_MAX;
}

char *unpack(int fd, enum handed_kind kind, const struct unpack_wish *wish)
{
	long long deadline = now_ms() + WALL_MS;
	char *why = NULL;
	int ends[2], status = 0;
	bool whole;
	pid_t pid;

	if (!is_small(fd))
		return xasprintf("the archive is larger than %ld MiB",
				 UNPACK_ARCHIVE_MAX / (1024 * 1024));
	if (pipe2(ends, O_CLOEXEC) < 0)
		return xasprintf("the archive can't be read: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		unpack_child(fd, ends[1], kind, wish);
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return xasprintf("the archive can't be read: %s", strerror(errno));
	}
	whole = listen_to(ends[0], wish, deadline, &why);
	(void)close(ends[0]);
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!whole)
		why = obituary(status, now_ms() >= deadline);
	return why;
}
