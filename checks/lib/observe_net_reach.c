#define _GNU_SOURCE
#include "checks/lib/observe_net_reach.h"

#include "common/cleanup.h"
#include "common/ns.h"
#include "common/sandbox_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#define AGAIN_MS 120 /* a probe that got no answer is sent again */

const char *const reach_protos[REACH_PROTOS] = {"icmp", "tcp", "udp"};

/* ---- which ---- */

static int find_place(struct reach *reach, struct session *session, const char *who,
		      struct reach_place **ret, struct error *err)
{
	struct reach_place *place = &reach->places[reach->n_places];
	struct error none = {0};

	for (size_t i = 0; i < reach->n_places; i++)
		if (strcmp(reach->places[i].who, who) == 0) {
			*ret = &reach->places[i];
			return 0;
		}
	if (reach->n_places == REACH_PLACES_MAX)
		return error_say(err, E2BIG, "too many networks at the same time");
	*place = (struct reach_place){.who = who, .netns = -1, .icmp = -1, .tcp = -1, .udp = -1};
	if (net_open(session, who, &place->netns, &none) == 0) {
		reach->n_places++;
		*ret = place;
	}
	return 0;
}

int reach_add(struct reach *reach, struct session *session, size_t row, const char *const words[3],
	      enum reach_proto proto, struct error *err)
{
	struct reach_attempt *attempt = &reach->attempts[reach->n_attempts];
	int r;

	if (row >= REACH_ROWS_MAX)
		return error_say(err, E2BIG, "too many probes at the same time");
	*attempt = (struct reach_attempt){
		.row = row, .proto = proto, .fd = -1, .why = "no answer", .state = REACH_IDLE};
	if (inet_pton(AF_INET, words[2], &attempt->address) != 1)
		return error_say(err, EINVAL, "%s is no IPv4 address", words[2]);
	r = find_place(reach, session, words[0], &attempt->from, err);
	if (r == 0)
		r = find_place(reach, session, words[1], &attempt->to, err);
	if (r < 0)
		return r;
	if (!attempt->from || !attempt->to) {
		attempt->why = "there is no such network";
		attempt->state = REACH_DONE;
	}
	if (getrandom(attempt->number, sizeof(attempt->number), 0) < 0 ||
	    getrandom(attempt->answer, sizeof(attempt->answer), 0) < 0)
		return error_set(err, errno, "cannot make a random number");
	reach->n_attempts++;
	return 0;
}

static in_port_t port_of(int fd)
{
	struct sockaddr_in address = {0};
	socklen_t len = sizeof(address);

	(void)getsockname(fd, (struct sockaddr *)&address, &len);
	return address.sin_port;
}

static int open_place(struct reach *reach, struct session *session, struct reach_place *place,
		      struct error *err)
{
	enum net_socket kinds[NET_SOCKETS_MAX] = {NET_ICMP, NET_TCP_LISTENING, NET_UDP_SERVER};
	int fds[NET_SOCKETS_MAX];
	size_t n = 3;
	int r;

	for (size_t i = 0; i < reach->n_attempts; i++)
		if (reach->attempts[i].from == place && reach->attempts[i].proto != REACH_ICMP)
			kinds[n++] = reach->attempts[i].proto == REACH_TCP ? NET_TCP : NET_UDP;
	r = net_sockets(session, place->netns, kinds, n, fds, err);
	if (r < 0)
		return r;
	place->icmp = fds[0];
	place->tcp = fds[1];
	place->udp = fds[2];
	place->tcp_port = port_of(place->tcp);
	place->udp_port = port_of(place->udp);
	n = 3;
	for (size_t i = 0; i < reach->n_attempts; i++)
		if (reach->attempts[i].from == place && reach->attempts[i].proto != REACH_ICMP)
			reach->attempts[i].fd = fds[n++];
	return 0;
}

int reach_open(struct reach *reach, struct session *session, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < reach->n_places && r == 0; i++)
		r = open_place(reach, session, &reach->places[i], err);
	return r;
}

static void close_one(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

void reach_close(struct reach *reach)
{
	for (size_t i = 0; i < reach->n_attempts; i++)
		close_one(reach->attempts[i].fd);
	for (size_t i = 0; i < reach->n_places; i++) {
		struct reach_place *place = &reach->places[i];

		for (size_t k = 0; k < place->n_accepted; k++)
			close_one(place->accepted[k]);
		close_one(place->icmp);
		close_one(place->tcp);
		close_one(place->udp);
		close_one(place->netns);
	}
}

/* ---- what came ---- */

/* The attempt whose question is in these bytes. */
static struct reach_attempt *find_question(struct reach *reach, enum reach_proto proto,
					   const void *bytes, size_t len)
{
	for (size_t i = 0; i < reach->n_attempts; i++)
		if (reach->attempts[i].proto == proto &&
		    memmem(bytes, len, reach->attempts[i].number, REACH_NUMBER))
			return &reach->attempts[i];
	return NULL;
}

static void note_seen(struct reach_attempt *attempt, struct in_addr source)
{
	attempt->seen = true;
	attempt->source = source;
}

static void note_trouble(struct reach_attempt *attempt, const char *why)
{
	attempt->why = why;
	if (!attempt->trouble_since)
		attempt->trouble_since = sandbox_now_ms();
}

static const char *why_of(int errnum)
{
	switch (errnum) {
	case ECONNREFUSED:
		return "refused";
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
		return "unreachable";
	case EACCES:
	case EPERM:
		return "forbidden";
	default:
		return "no answer";
	}
}

/* What a place's raw socket got: a question, an answer, or that it could not be delivered. */
static void take_icmp(struct reach *reach, struct reach_place *place)
{
	unsigned char packet[1024];
	ssize_t n;

	while ((n = recv(place->icmp, packet, sizeof(packet), MSG_DONTWAIT)) > 0) {
		size_t head = (size_t)(packet[0] & 15) * 4;
		struct reach_attempt *attempt;
		struct in_addr source;

		if ((size_t)n < head + 8)
			continue;
		attempt = find_question(reach, REACH_ICMP, packet, (size_t)n);
		memcpy(&source, packet + 12, sizeof(source));
		if (attempt && packet[head] == ICMP_ECHO && attempt->to == place)
			note_seen(attempt, source);
		else if (attempt && packet[head] == ICMP_ECHOREPLY && attempt->from == place)
			attempt->answered = true;
		else if (attempt && packet[head] == ICMP_DEST_UNREACH && attempt->from == place)
			note_trouble(attempt, "unreachable");
	}
}

/* A question by UDP; the answer leaves from the address that was asked. */
static void take_datagrams(struct reach *reach, struct reach_place *place)
{
	for (;;) {
		unsigned char bytes[REACH_NUMBER];
		char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
		struct sockaddr_in peer;
		struct iovec iov = {.iov_base = bytes, .iov_len = sizeof(bytes)};
		struct msghdr msg = {.msg_name = &peer,
				     .msg_namelen = sizeof(peer),
				     .msg_iov = &iov,
				     .msg_iovlen = 1,
				     .msg_control = room,
				     .msg_controllen = sizeof(room)};
		ssize_t n = recvmsg(place->udp, &msg, MSG_DONTWAIT);
		struct cmsghdr *part;
		struct in_pktinfo info;
		struct reach_attempt *attempt;

		if (n < 0)
			return;
		attempt = find_question(reach, REACH_UDP, bytes, (size_t)n);
		part = CMSG_FIRSTHDR(&msg);
		if (!attempt || attempt->to != place || !part || part->cmsg_type != IP_PKTINFO)
			continue;
		note_seen(attempt, peer.sin_addr);
		memcpy(&info, CMSG_DATA(part), sizeof(info));
		info.ipi_spec_dst = info.ipi_addr;
		info.ipi_ifindex = 0;
		memcpy(CMSG_DATA(part), &info, sizeof(info));
		msg.msg_controllen = CMSG_SPACE(sizeof(info));
		iov = (struct iovec){attempt->answer, sizeof(attempt->answer)};
		(void)sendmsg(place->udp, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	}
}

/* Questions by TCP: read and answered in one piece, as they were sent. */
static void take_connections(struct reach *reach, struct reach_place *place)
{
	while (place->n_accepted < REACH_ACCEPTED) {
		int fd = accept4(place->tcp, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			break;
		place->accepted[place->n_accepted++] = fd;
	}
	for (size_t i = 0; i < place->n_accepted; i++) {
		struct sockaddr_in peer = {0};
		socklen_t len = sizeof(peer);
		unsigned char bytes[REACH_NUMBER];
		struct reach_attempt *attempt;
		int fd = place->accepted[i];
		ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		attempt = n < 0 ? NULL : find_question(reach, REACH_TCP, bytes, (size_t)n);
		if (attempt && attempt->to == place) {
			(void)getpeername(fd, (struct sockaddr *)&peer, &len);
			note_seen(attempt, peer.sin_addr);
			(void)send(fd, attempt->answer, sizeof(attempt->answer),
				   MSG_DONTWAIT | MSG_NOSIGNAL);
		}
		(void)close(fd);
		place->accepted[i--] = place->accepted[--place->n_accepted];
	}
}

/* ---- what is sent ---- */

static void send_icmp(struct reach_attempt *attempt)
{
	const struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = attempt->address};
	unsigned char packet[8 + REACH_NUMBER] = {ICMP_ECHO};
	uint32_t sum = 0;

	memcpy(packet + 4, attempt->number, 2);
	memcpy(packet + 6, &attempt->sent, 2);
	memcpy(packet + 8, attempt->number, REACH_NUMBER);
	for (size_t i = 0; i < sizeof(packet); i += 2)
		sum += (uint32_t)packet[i] << 8 | packet[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	packet[2] = (unsigned char)(~sum >> 8);
	packet[3] = (unsigned char)~sum;
	if (sendto(attempt->from->icmp, packet, sizeof(packet), MSG_DONTWAIT | MSG_NOSIGNAL,
		   (const struct sockaddr *)&to, sizeof(to)) < 0)
		note_trouble(attempt, why_of(errno));
	attempt->sent++;
}

static int connect_to(const struct reach_attempt *attempt, in_port_t port)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr = attempt->address, .sin_port = port};

	return connect(attempt->fd, (const struct sockaddr *)&to, sizeof(to)) < 0 ? errno : 0;
}

static void send_datagram(struct reach_attempt *attempt)
{
	int errnum = attempt->sent ? 0 : connect_to(attempt, attempt->to->udp_port);

	if (!errnum &&
	    send(attempt->fd, attempt->number, REACH_NUMBER, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		errnum = errno;
	if (errnum)
		note_trouble(attempt, why_of(errnum));
	else
		attempt->sent++;
}

static void again(struct reach_attempt *attempt, int errnum)
{
	const struct sockaddr none = {.sa_family = AF_UNSPEC};

	note_trouble(attempt, why_of(errnum));
	(void)connect(attempt->fd, &none, sizeof(none));
	attempt->state = REACH_IDLE;
	attempt->next = sandbox_now_ms() + AGAIN_MS;
}

static void try_connecting(struct reach_attempt *attempt)
{
	int errnum = connect_to(attempt, attempt->to->tcp_port);

	if (errnum && errnum != EINPROGRESS && errnum != EALREADY)
		again(attempt, errnum);
	else
		attempt->state = REACH_CONNECTING;
}

static void go_on_connecting(struct reach_attempt *attempt)
{
	struct pollfd polled = {.fd = attempt->fd, .events = POLLOUT};
	int errnum = 0;
	socklen_t len = sizeof(errnum);

	if (poll(&polled, 1, 0) <= 0)
		return;
	(void)getsockopt(attempt->fd, SOL_SOCKET, SO_ERROR, &errnum, &len);
	if (!errnum &&
	    send(attempt->fd, attempt->number, REACH_NUMBER, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		errnum = errno;
	if (errnum)
		again(attempt, errnum);
	else
		attempt->state = REACH_WAITING;
}

/* What came back to a socket of the attempt's own. */
static void take_answer(struct reach_attempt *attempt)
{
	unsigned char bytes[REACH_NUMBER] = {0};
	ssize_t n = recv(attempt->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0 && attempt->proto == REACH_UDP) {
		note_trouble(attempt, why_of(errno));
		return;
	}
	attempt->answered = n == REACH_NUMBER;
	if (!attempt->answered || memcmp(bytes, attempt->answer, REACH_NUMBER) != 0) {
		/* Somebody took the connection, or answered, who can't know the answer. */
		attempt->seen = false;
		attempt->answered = true;
		note_trouble(attempt, "answered by another");
	}
	attempt->state = REACH_DONE;
}

static void go_on(struct reach_attempt *attempt)
{
	long long now = sandbox_now_ms();

	if (attempt->state == REACH_DONE || (attempt->proto == REACH_ICMP && attempt->answered))
		return;
	if (attempt->proto == REACH_TCP) {
		if (attempt->state == REACH_IDLE && now >= attempt->next)
			try_connecting(attempt);
		if (attempt->state == REACH_CONNECTING)
			go_on_connecting(attempt);
		if (attempt->state == REACH_WAITING)
			take_answer(attempt);
		return;
	}
	if (attempt->proto == REACH_UDP && attempt->sent)
		take_answer(attempt);
	if (attempt->state == REACH_DONE || now < attempt->next)
		return;
	if (attempt->proto == REACH_ICMP)
		send_icmp(attempt);
	else
		send_datagram(attempt);
	attempt->next = now + AGAIN_MS;
}

void reach_step(struct reach *reach)
{
	for (size_t i = 0; i < reach->n_attempts; i++)
		go_on(&reach->attempts[i]);
	for (size_t i = 0; i < reach->n_places; i++) {
		take_icmp(reach, &reach->places[i]);
		take_datagrams(reach, &reach->places[i]);
		take_connections(reach, &reach->places[i]);
	}
}

const char *reach_why(const struct reach_attempt *attempt)
{
	if (attempt->answered && !attempt->seen)
		return "answered by another";
	return attempt->why;
}
