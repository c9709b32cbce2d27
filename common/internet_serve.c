/*
 * A connection of the simulated internet's host. What comes in is read into a
 * bounded buffer; what goes out is never more than that buffer.
 */
#define _GNU_SOURCE
#include "common/internet_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void internet_log_add(struct internet_log *log, uint32_t proto, uint32_t address)
{
	struct internet_source *entry = &log->sources[0];

	for (size_t i = 0; i < INTERNET_SEEN_MAX; i++) {
		struct internet_source *at = &log->sources[i];

		if (at->packets && at->proto == proto && at->address == address) {
			entry = at;
			break;
		}
		if (at->last < entry->last)
			entry = at;
	}
	if (entry->proto != proto || entry->address != address)
		*entry = (struct internet_source){.proto = proto, .address = address};
	entry->packets++;
	entry->last = ++log->clock;
}

static void add_source(struct strbuf *to, const struct internet_source *source)
{
	char address[INET_ADDRSTRLEN];

	(void)inet_ntop(AF_INET, &source->address, address, sizeof(address));
	switch (source->proto) {
	case IPPROTO_ICMP:
		strbuf_adds(to, "icmp");
		break;
	case IPPROTO_TCP:
		strbuf_adds(to, "tcp");
		break;
	case IPPROTO_UDP:
		strbuf_adds(to, "udp");
		break;
	default:
		strbuf_addf(to, "%u", source->proto);
	}
	strbuf_addf(to, " %s %llu\n", address, (unsigned long long)source->packets);
}

void internet_log_write(const struct internet_log *log, struct strbuf *to)
{
	struct internet_source sources[INTERNET_SEEN_MAX];
	uint64_t before = UINT64_MAX;

	memcpy(sources, log->sources, sizeof(sources));
	for (size_t n = 0; n < INTERNET_SEEN_MAX; n++) {
		const struct internet_source *next = NULL;

		for (size_t i = 0; i < INTERNET_SEEN_MAX; i++)
			if (sources[i].packets && sources[i].last < before &&
			    (!next || sources[i].last > next->last))
				next = &sources[i];
		if (!next)
			return;
		add_source(to, next);
		before = next->last;
	}
}

/* ---- HTTP ---- */

static void answer(struct internet_connection *connection, int status, const char *reason,
		   const char *body, bool head_only)
{
	int n = snprintf(connection->text, sizeof(connection->text),
			 "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
			 "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
			 status, reason, strlen(body), head_only ? "" : body);

	connection->have =
		n < (int)sizeof(connection->text) ? (size_t)n : sizeof(connection->text) - 1;
	connection->written = 0;
	connection->answering = true;
}

/* The request's head is complete, and a string. */
static void answer_request(struct internet_connection *connection, const struct internet_log *log)
{
	bool head = strncmp(connection->text, "HEAD ", 5) == 0;
	const char *path = connection->text + (head ? 5 : 4);
	size_t len = strcspn(path, " ?\r\n");
	struct strbuf body cleanup_strbuf = STRBUF_INIT;
	char peer[INET_ADDRSTRLEN];

	if (!head && strncmp(connection->text, "GET ", 4) != 0) {
		answer(connection, 405, "Method Not Allowed", "Only GET and HEAD.\n", false);
		return;
	}
	if (len == 1 && path[0] == '/') {
		(void)inet_ntop(AF_INET, &connection->peer, peer, sizeof(peer));
		strbuf_addf(&body, "This is " INTERNET_NAME ". You come from %s.\n", peer);
		answer(connection, 200, "OK", body.s, head);
	} else if (len == 5 && strncmp(path, "/seen", 5) == 0) {
		internet_log_write(log, &body);
		answer(connection, 200, "OK", body.s, head);
	} else {
		answer(connection, 404, "Not Found", "There is / and /seen.\n", head);
	}
}

/* ---- both services ---- */

/* 1: something was read; 0: nothing for now; -1: the peer is at its end. */
static int take(struct internet_connection *connection)
{
	ssize_t n = read(connection->fd, connection->text + connection->have,
			 sizeof(connection->text) - 1 - connection->have);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (n == 0)
		return -1;
	connection->have += (size_t)n;
	connection->text[connection->have] = '\0';
	return 1;
}

static bool read_request(struct internet_connection *connection, const struct internet_log *log)
{
	int taken = take(connection);

	if (taken <= 0)
		return taken == 0;
	if (connection->service == INTERNET_ECHO) {
		connection->written = 0;
		connection->answering = true;
	} else if (memmem(connection->text, connection->have, "\r\n\r\n", 4) ||
		   memmem(connection->text, connection->have, "\n\n", 2)) {
		answer_request(connection, log);
	} else if (connection->have == sizeof(connection->text) - 1) {
		answer(connection, 431, "Request Header Fields Too Large", "Too long.\n", false);
	}
	return true;
}

static bool write_answer(struct internet_connection *connection)
{
	ssize_t n = send(connection->fd, connection->text + connection->written,
			 connection->have - connection->written, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	connection->written += (size_t)n;
	if (connection->written < connection->have)
		return true;
	connection->have = 0;
	connection->answering = false;
	return connection->service == INTERNET_ECHO;
}

bool internet_serve(struct internet_connection *connection, const struct internet_log *log)
{
	if (!connection->answering && !read_request(connection, log))
		return false;
	return !connection->answering || write_answer(connection);
}
