/*
 * The relay. It trusts nothing that comes from the sandbox: a request is read
 * into a bounded buffer, its path is compared with what an archive has, and all
 * that can be had by it are files of the mirror.
 */
#define _GNU_SOURCE
#include "common/mirror_internal.h"

#include "common/cleanup.h"
#include "common/detach.h"
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define REQUEST_MAX	16384
#define CONNECTIONS_MAX 8
#define IDLE_MS		60000
#define BYTES_MAX	(1ULL << 30) /* a minimal system is a tenth of that */

struct relay {
	const struct mirror_source *source; /* NULL: no file */
	int log;
	unsigned long long *sent; /* counted by all connections together */
};

static void note(const struct relay *relay, int status, const char *path)
{
	cleanup_free char *line = xasprintf("%d %s\n", status, path);

	(void)io_write_all(relay->log, line, strlen(line));
}

/* The path below the archive that a request line asks for, or NULL; cuts the line up. */
static char *wanted_path(char *line)
{
	char *target, *end;

	if (strncmp(line, "GET ", 4) != 0)
		return NULL;
	target = line + 4;
	end = strchr(target, ' ');
	if (!end)
		return NULL;
	*end = '\0';
	/* A client that takes us for a proxy names the host as well. */
	if (strncmp(target, "http://", 7) == 0) {
		target = strchr(target + 7, '/');
		if (!target)
			return NULL;
	}
	if (strncmp(target, "/debian/", 8) != 0 || !mirror_is_path(target + 8))
		return NULL;
	return target + 8;
}

static bool send_head(int to, int status, off_t size)
{
	cleanup_free char *head = xasprintf("HTTP/1.1 %d %s\r\nContent-Length: %lld\r\n"
					    "Content-Type: application/octet-stream\r\n\r\n",
					    status,
					    status == 200   ? "OK"
					    : status == 404 ? "Not Found"
							    : "Bad Gateway",
					    (long long)size);

	return io_write_all(to, head, strlen(head)) == 0;
}

static bool send_file(const struct relay *relay, int to, int fd)
{
	struct stat st;
	off_t offset = 0;

	if (fstat(fd, &st) < 0 || !send_head(to, 200, st.st_size))
		return false;
	(void)__atomic_add_fetch(relay->sent, (unsigned long long)st.st_size, __ATOMIC_RELAXED);
	while (offset < st.st_size)
		if (sendfile(to, fd, &offset, 1 << 20) <= 0)
			return false;
	return true;
}

/* Answer one request; false where the connection is of no more use. */
static bool answer(const struct relay *relay, int to, char *line)
{
	char *path = wanted_path(line);
	cleanup_fd int fd = -1;
	struct error err = {0};
	int status = 404;

	if (!path) {
		note(relay, 400, "-");
		return send_head(to, 400, 0) && false;
	}
	if (relay->source && __atomic_load_n(relay->sent, __ATOMIC_RELAXED) < BYTES_MAX)
		status = mirror_open(relay->source, path, &fd, &err);
	note(relay, status, path);
	return status == 200 ? send_file(relay, to, fd) : send_head(to, status, 0);
}

/* Read until the empty line that ends a request's head; its length, or 0 at the end. */
static size_t read_head(int from, char *buffer, size_t *len)
{
	for (;;) {
		struct pollfd polled = {.fd = from, .events = POLLIN};
		char *end = memmem(buffer, *len, "\r\n\r\n", 4);
		ssize_t n;

		if (end)
			return (size_t)(end - buffer) + 4;
		if (*len == REQUEST_MAX || poll(&polled, 1, IDLE_MS) <= 0)
			return 0;
		n = read(from, buffer + *len, REQUEST_MAX - *len);
		if (n <= 0)
			return 0;
		*len += (size_t)n;
	}
}

/* One connection, in a process of its own; requests may come before the last is answered. */
static void serve(const struct relay *relay, int connection)
{
	static char buffer[REQUEST_MAX + 1];
	size_t len = 0, head;

	while ((head = read_head(connection, buffer, &len))) {
		char line[REQUEST_MAX + 1];
		size_t end = strcspn(buffer, "\r\n");

		memcpy(line, buffer, end);
		line[end] = '\0';
		len -= head;
		memmove(buffer, buffer + head, len);
		buffer[len] = '\0';
		if (!answer(relay, connection, line))
			return;
	}
}

void mirror_relay(const struct mirror_source *source, int listening, int log)
{
	struct relay relay = {.source = source};
	unsigned connections = 0;

	detach((int *[]){&listening, &log}, 2);
	relay.log = log;
	relay.sent = mmap(NULL, sizeof(*relay.sent), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (relay.sent == MAP_FAILED)
		_exit(1);
	for (;;) {
		cleanup_fd int connection = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
		pid_t pid;

		if (connection < 0 && errno != EINTR && errno != ECONNABORTED)
			_exit(1);
		while (connections &&
		       waitpid(-1, NULL, connections < CONNECTIONS_MAX ? WNOHANG : 0) > 0)
			connections--;
		if (connection < 0)
			continue;
		pid = fork();
		if (pid == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(&relay, connection);
			_exit(0);
		}
		connections += pid > 0;
	}
}
