/*
 * The host of the simulated internet. Everything that reaches it may be hostile:
 * each kind of work has a bound for one turn of the loop, so that none starves
 * the others, and no table grows.
 */
#define _GNU_SOURCE
#include "common/internet_internal.h"

#include "common/sandbox_internal.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

#define CONNECTIONS_MAX 64
#define CONNECTION_MS	10000
#define BURST		64 /* packets, datagrams or connections in one turn */
#define EVENTS		32

/* What an epoll event is about: one of these, or a connection from FIRST_CONNECTION on. */
enum event {
	EVENT_LIFELINE,
	EVENT_HTTP,
	EVENT_ECHO,
	EVENT_DATAGRAMS,
	EVENT_PACKETS,
	FIRST_CONNECTION,
};

struct host {
	int epoll;
	int fds[FIRST_CONNECTION];
	struct internet_log *log;
	struct internet_connection connections[CONNECTIONS_MAX];
};

static void watch(const struct host *host, int fd, uint32_t events, uint64_t what, int how)
{
	struct epoll_event event = {.events = events, .data.u64 = what};

	(void)epoll_ctl(host->epoll, how, fd, &event);
}

static int open_service(int type, uint16_t port)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = {.s_addr = htonl(INADDR_ANY)},
	};
	int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	    (type == SOCK_DGRAM || listen(fd, 128) == 0))
		return fd;
	_exit(1);
}

/* Every IP packet that arrives on any of the host's links. */
static int open_packets(void)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_IP));
	int yes = 1;

	/* Without the option, before Linux 4.20, own packets are told from others by their type. */
	if (fd >= 0)
		(void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes));
	return fd;
}

/* ---- what happens ---- */

static void hang_up(struct internet_connection *connection)
{
	(void)close(connection->fd);
	connection->fd = -1;
}

/* A free place, or that of who has been here for longest. */
static struct internet_connection *place(struct host *host)
{
	struct internet_connection *oldest = &host->connections[0];

	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct internet_connection *at = &host->connections[i];

		if (at->fd < 0)
			return at;
		if (at->deadline < oldest->deadline)
			oldest = at;
	}
	hang_up(oldest);
	return oldest;
}

static void take_connections(struct host *host, enum event from)
{
	for (int i = 0; i < BURST; i++) {
		struct sockaddr_in peer;
		socklen_t len = sizeof(peer);
		int fd = accept4(host->fds[from], (struct sockaddr *)&peer, &len,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct internet_connection *connection;

		if (fd < 0)
			return;
		connection = place(host);
		connection->fd = fd;
		connection->service = from == EVENT_HTTP ? INTERNET_HTTP : INTERNET_ECHO;
		connection->peer = peer.sin_addr;
		connection->deadline = sandbox_now_ms() + CONNECTION_MS;
		connection->have = connection->written = 0;
		connection->answering = false;
		watch(host, fd, EPOLLIN,
		      FIRST_CONNECTION + (uint64_t)(connection - host->connections), EPOLL_CTL_ADD);
	}
}

static void echo_datagrams(const struct host *host)
{
	static char text[2048];

	for (int i = 0; i < BURST; i++) {
		struct sockaddr_in peer;
		socklen_t len = sizeof(peer);
		ssize_t n = recvfrom(host->fds[EVENT_DATAGRAMS], text, sizeof(text), MSG_DONTWAIT,
				     (struct sockaddr *)&peer, &len);

		if (n < 0)
			return;
		/* To port 7 itself an answer would be answered for ever. */
		if (ntohs(peer.sin_port) != 7)
			(void)sendto(host->fds[EVENT_DATAGRAMS], text, (size_t)n,
				     MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&peer,
				     len);
	}
}

static void note_packets(const struct host *host)
{
	unsigned char head[20];

	for (int i = 0; i < BURST; i++) {
		struct sockaddr_ll from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(host->fds[EVENT_PACKETS], head, sizeof(head), MSG_DONTWAIT,
				     (struct sockaddr *)&from, &len);
		uint32_t address;

		if (n < 0)
			return;
		if (n < (ssize_t)sizeof(head) || head[0] >> 4 != 4 ||
		    from.sll_pkttype == PACKET_OUTGOING)
			continue;
		memcpy(&address, head + 12, sizeof(address));
		internet_log_add(host->log, head[9], address);
	}
}

static void go_on(struct host *host, size_t index)
{
	struct internet_connection *connection = &host->connections[index];
	bool answering = connection->answering;

	if (connection->fd < 0)
		return;
	if (!internet_serve(connection, host->log))
		hang_up(connection);
	else if (connection->answering != answering)
		watch(host, connection->fd, connection->answering ? EPOLLOUT : EPOLLIN,
		      FIRST_CONNECTION + index, EPOLL_CTL_MOD);
}

/* End who is here for too long; when to look again, in milliseconds, -1: never. */
static int sweep(struct host *host)
{
	long long now = sandbox_now_ms();
	long long next = -1;

	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct internet_connection *connection = &host->connections[i];

		if (connection->fd >= 0 && connection->deadline <= now)
			hang_up(connection);
		if (connection->fd >= 0 && (next < 0 || connection->deadline - now < next))
			next = connection->deadline - now;
	}
	return (int)next;
}

static void handle(struct host *host, uint64_t what)
{
	switch (what) {
	case EVENT_LIFELINE:
		_exit(0);
	case EVENT_HTTP:
	case EVENT_ECHO:
		take_connections(host, (enum event)what);
		return;
	case EVENT_DATAGRAMS:
		echo_datagrams(host);
		return;
	case EVENT_PACKETS:
		note_packets(host);
		return;
	default:
		go_on(host, what - FIRST_CONNECTION);
	}
}

static struct host host;

void internet_host_prepare(struct internet_log *log, int lifeline)
{
	host.log = log;
	host.epoll = epoll_create1(EPOLL_CLOEXEC);
	host.fds[EVENT_LIFELINE] = lifeline;
	host.fds[EVENT_HTTP] = open_service(SOCK_STREAM, 80);
	host.fds[EVENT_ECHO] = open_service(SOCK_STREAM, 7);
	host.fds[EVENT_DATAGRAMS] = open_service(SOCK_DGRAM, 7);
	host.fds[EVENT_PACKETS] = open_packets();
	for (uint64_t i = 0; i < FIRST_CONNECTION; i++)
		watch(&host, host.fds[i], EPOLLIN, i, EPOLL_CTL_ADD);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		host.connections[i].fd = -1;
}

void internet_host(void)
{
	struct epoll_event events[EVENTS];

	for (;;) {
		int n = epoll_wait(host.epoll, events, EVENTS, sweep(&host));

		for (int i = 0; i < n; i++)
			handle(&host, events[i].data.u64);
	}
}
