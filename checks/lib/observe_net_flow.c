/*
 * How much passes, and what a server says.
 *
 * Throughput is what arrives on the link, by the kernel's own count, while a sender of
 * ours floods it with datagrams: no window, no retransmission and no receiver that is
 * late can falsify that, and the burst that a bucket lets through is over at once.
 */
#define _GNU_SOURCE
#include "checks/lib/observe_net.h"

#include "common/cleanup.h"
#include "common/internet.h"
#include "common/sandbox_internal.h"
#include "common/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define PAYLOAD_BYTES 1400
#define TICK_MS	      1
#define TICK_PACKETS  48 /* half a gigabit a second, more than any limit of an exercise */

#define ARRIVE_MS 2500 /* for the first datagram */
#define BURST_MS  400  /* after it, before anything is measured */
#define FAST_MS	  250  /* long enough where it is fast ... */
#define FAST_KBIT 150000
#define SLOW_MS	  2000 /* ... and where it is not */
#define DRAIN_MS  3000
#define LOOKS	  20

struct flow {
	int server; /* where datagrams arrive; nobody reads them */
	struct nl_sock *netlink;
	int link; /* that they arrive on, 0: none has */
	long long first_ms, begun_ms, last_ms;
	uint64_t first_bytes, begun_bytes, last_bytes;
};

/* In a child, until it is killed. */
static void flood(int fd, pid_t parent)
{
	static const char payload[PAYLOAD_BYTES];
	struct pollfd none = {.fd = -1};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent) {
		for (int i = 0; i < TICK_PACKETS; i++)
			if (send(fd, payload, sizeof(payload), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
				break;
		(void)poll(&none, 1, TICK_MS);
	}
	_exit(0);
}

/* The link that a datagram came in by, 0: there is none yet. */
static int arrived_by(int server)
{
	char byte, room[CMSG_SPACE(sizeof(struct in_pktinfo))];
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = room,
			     .msg_controllen = sizeof(room)};
	struct in_pktinfo info;
	struct cmsghdr *part;

	if (recvmsg(server, &msg, MSG_DONTWAIT) < 0)
		return 0;
	part = CMSG_FIRSTHDR(&msg);
	if (!part || part->cmsg_type != IP_PKTINFO)
		return 0;
	memcpy(&info, CMSG_DATA(part), sizeof(info));
	return info.ipi_ifindex;
}

/* The count and its moment: again where this process lost the processor between the two. */
static bool look(struct flow *flow)
{
	for (int try = 0; try < LOOKS; try++) {
		const long long before = sandbox_now_ms();
		struct rtnl_link *link = NULL;

		if (rtnl_link_get_kernel(flow->netlink, flow->link, NULL, &link) < 0)
			return false;
		flow->last_bytes = rtnl_link_get_stat(link, RTNL_LINK_RX_BYTES);
		flow->last_ms = sandbox_now_ms();
		rtnl_link_put(link);
		if (flow->last_ms - before <= TICK_MS)
			break;
	}
	return true;
}

static unsigned kbit(const struct flow *flow)
{
	long long ms = flow->last_ms - flow->begun_ms;

	return ms > 0 ? (unsigned)((flow->last_bytes - flow->begun_bytes) * 8 / (uint64_t)ms) : 0;
}

static bool is_measured(struct session *session, void *data)
{
	struct flow *flow = data;
	long long ms;

	(void)session;
	if (!flow->link) {
		flow->link = arrived_by(flow->server);
		if (!flow->link || !look(flow))
			return false;
		flow->first_ms = flow->last_ms;
	}
	if (!look(flow))
		return true;
	if (!flow->begun_ms && flow->last_ms - flow->first_ms >= BURST_MS) {
		flow->begun_ms = flow->last_ms;
		flow->begun_bytes = flow->last_bytes;
	}
	ms = flow->begun_ms ? flow->last_ms - flow->begun_ms : 0;
	return ms >= SLOW_MS || (ms >= FAST_MS && kbit(flow) > FAST_KBIT);
}

/* What a limit has held back is still under way: it would be in the way of the next probe. */
static bool is_drained(struct session *session, void *data)
{
	struct flow *flow = data;
	uint64_t before = flow->last_bytes;
	long long since = flow->last_ms;

	(void)session;
	if (sandbox_now_ms() - since < 60)
		return false;
	return !look(flow) || flow->last_bytes - before < PAYLOAD_BYTES;
}

static int start_flood(int fd, const char *address, in_port_t port, pid_t *ret, struct error *err)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = port};
	pid_t parent = getpid();

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return error_say(err, EINVAL, "%s is no IPv4 address", address);
	/* Unreachable is no error of ours: nothing will arrive. */
	(void)connect(fd, (const struct sockaddr *)&to, sizeof(to));
	*ret = fork();
	if (*ret < 0)
		return error_set(err, errno, "cannot fork");
	if (*ret == 0)
		flood(fd, parent);
	return 0;
}

static int measure(struct session *session, struct flow *flow, int client, const char *address,
		   struct error *err)
{
	struct sockaddr_in own = {0};
	socklen_t len = sizeof(own);
	pid_t sender = -1;
	int r;

	(void)getsockname(flow->server, (struct sockaddr *)&own, &len);
	r = start_flood(client, address, own.sin_port, &sender, err);
	if (r < 0)
		return r;
	(void)session_wait(session, is_measured, flow,
			   sandbox_now_ms() + ARRIVE_MS + BURST_MS + 2LL * SLOW_MS);
	(void)kill(sender, SIGKILL);
	while (waitpid(sender, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

int net_do_throughput(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	const enum net_socket far[] = {NET_UDP_SERVER, NET_ROUTE}, near[] = {NET_UDP};
	cleanup_fd int from = -1, there = -1, client = -1, server = -1;
	struct flow flow = {.netlink = nl_socket_alloc()};
	cleanup_free char *text = NULL;
	int fds[2];
	int r = net_open(session, words[0], &from, err);

	if (r == 0)
		r = net_open(session, words[1], &there, err);
	if (r == 0)
		r = net_sockets(session, from, near, 1, &client, err);
	if (r == 0)
		r = net_sockets(session, there, far, 2, fds, err);
	if (r == 0) {
		flow.server = server = fds[0];
		/* libnl waits for answers itself. */
		(void)nl_socket_set_fd(flow.netlink, NETLINK_ROUTE, fds[1]);
		(void)fcntl(fds[1], F_SETFL, 0);
		r = measure(session, &flow, client, words[2], err);
		text = xasprintf("%u", kbit(&flow));
		if (r == 0 && flow.begun_ms)
			(void)session_wait(session, is_drained, &flow, sandbox_now_ms() + DRAIN_MS);
	}
	nl_socket_free(flow.netlink);
	if (r == 0)
		answer_add(to, "kbit", text);
	return r;
}

/* ---- HTTP ---- */

#define FETCH_MS    4000
#define FETCH_BYTES 65536
#define BODY_BYTES  4096

struct fetch {
	int fd;
	struct sockaddr_in server;
	struct strbuf request, answer;
	size_t sent;
	enum { FETCH_CONNECT, FETCH_SEND, FETCH_RECEIVE, FETCH_OVER } state;
};

/* http://HOST[:PORT][/PATH], where HOST is an IPv4 address or the internet's name. */
static int parse_url(const char *url, struct fetch *ret, struct error *err)
{
	cleanup_free char *host = NULL;
	const char *rest = url;
	size_t len;

	ret->server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(80)};
	if (strncmp(url, "http://", 7) == 0)
		rest = url + 7;
	len = strcspn(rest, ":/");
	host = xstrndup(rest, len);
	rest += len;
	if (inet_pton(AF_INET, strcmp(host, INTERNET_NAME) == 0 ? INTERNET_ADDRESS : host,
		      &ret->server.sin_addr) != 1)
		return error_say(err, EINVAL, "%s is no host that a check can fetch from", host);
	if (*rest == ':') {
		ret->server.sin_port = htons((uint16_t)atoi(rest + 1));
		rest += strcspn(rest, "/");
	}
	strbuf_addf(&ret->request, "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n",
		    *rest ? rest : "/", host);
	return 0;
}

static void send_request(struct fetch *fetch)
{
	ssize_t n = send(fetch->fd, fetch->request.s + fetch->sent,
			 fetch->request.len - fetch->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR && errno != ENOTCONN)
		fetch->state = FETCH_OVER;
	if (n > 0)
		fetch->sent += (size_t)n;
	if (fetch->sent == fetch->request.len)
		fetch->state = FETCH_RECEIVE;
}

static void receive_answer(struct fetch *fetch)
{
	char chunk[4096];
	ssize_t n = recv(fetch->fd, chunk, sizeof(chunk), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		strbuf_add(&fetch->answer, chunk, (size_t)n);
	if (n <= 0 || fetch->answer.len > FETCH_BYTES)
		fetch->state = FETCH_OVER;
}

static bool is_fetched(struct session *session, void *data)
{
	struct fetch *fetch = data;
	struct pollfd polled = {.fd = fetch->fd, .events = POLLOUT};

	(void)session;
	if (fetch->state == FETCH_CONNECT) {
		if (connect(fetch->fd, (const struct sockaddr *)&fetch->server,
			    sizeof(fetch->server)) < 0 &&
		    errno != EINPROGRESS)
			fetch->state = FETCH_OVER;
		else
			fetch->state = FETCH_SEND;
	}
	if (fetch->state == FETCH_SEND && poll(&polled, 1, 0) > 0)
		send_request(fetch);
	if (fetch->state == FETCH_RECEIVE)
		receive_answer(fetch);
	return fetch->state == FETCH_OVER;
}

static void tell_answer(const struct fetch *fetch, struct strbuf *to)
{
	struct strbuf body cleanup_strbuf = STRBUF_INIT;
	const char *end = strstr(fetch->answer.s, "\r\n\r\n");
	char status[4] = "-";

	if (strncmp(fetch->answer.s, "HTTP/", 5) == 0 && fetch->answer.len > 12)
		(void)snprintf(status, sizeof(status), "%.3s", fetch->answer.s + 9);
	if (end)
		text_plain(&body, end + 4, fetch->answer.len - (size_t)(end + 4 - fetch->answer.s),
			   BODY_BYTES);
	answer_add(to, "http", status);
	answer_add(to, "body", body.s);
}

int net_do_fetch(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct fetch fetch = {.fd = -1, .request = STRBUF_INIT, .answer = STRBUF_INIT};
	const enum net_socket kind = NET_TCP;
	cleanup_fd int from = -1, fd = -1;
	int r = parse_url(words[1], &fetch, err);

	if (r == 0)
		r = net_open(session, words[0], &from, err);
	if (r == 0)
		r = net_sockets(session, from, &kind, 1, &fd, err);
	if (r == 0) {
		fetch.fd = fd;
		(void)session_wait(session, is_fetched, &fetch, sandbox_now_ms() + FETCH_MS);
		tell_answer(&fetch, to);
	}
	strbuf_free(&fetch.request);
	strbuf_free(&fetch.answer);
	return r;
}
