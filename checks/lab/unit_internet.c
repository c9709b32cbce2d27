/*
 * The simulated internet: what it answers, what it notes, that it bears whatever it is
 * sent, and that it is gone with who started it.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"

#include "common/cleanup.h"
#include "common/internet_internal.h"
#include "common/io.h"
#include "common/sandbox_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 20000

/* ---- notes ---- */

static void test_log(void)
{
	static struct internet_log log;
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	size_t lines = 0;

	internet_log_write(&log, &text);
	is_str(text.s, "", "nothing came, nothing is noted");
	internet_log_add(&log, IPPROTO_ICMP, inet_addr("10.0.0.2"));
	internet_log_add(&log, IPPROTO_TCP, inet_addr("10.0.0.2"));
	internet_log_add(&log, IPPROTO_ICMP, inet_addr("10.0.0.2"));
	internet_log_add(&log, 47, inet_addr("192.0.2.1"));
	internet_log_write(&log, &text);
	is_str(text.s, "47 192.0.2.1 1\nicmp 10.0.0.2 2\ntcp 10.0.0.2 1\n",
	       "by protocol and source, the latest first");
	for (uint32_t i = 0; i < 1000; i++)
		internet_log_add(&log, IPPROTO_UDP, htonl(0x0a000000 + i));
	strbuf_reset(&text);
	internet_log_write(&log, &text);
	for (const char *at = text.s; (at = strchr(at, '\n')); at++)
		lines++;
	is_int(lines, INTERNET_SEEN_MAX, "a thousand sources are noted as so many");
	ok(strncmp(text.s, "udp 10.0.3.231 1\n", 17) == 0, "... and the last of them is there");
	ok(text.len < 3500, "... in less than one answer holds");
}

/* ---- a connection ---- */

struct talk {
	const char *what;
	const char *request;
	const char *begins; /* the answer; "": none, the connection stays open */
	const char *holds;
};

static const struct talk talks[] = {
	{"GET / tells where one comes from", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ",
	 "\r\n\r\nThis is internet.test. You come from 192.0.2.7.\n"},
	{"GET /seen tells who was seen", "GET /seen HTTP/1.0\r\n\r\n", "HTTP/1.1 200 ",
	 "\r\n\r\nicmp 192.0.2.9 1\n"},
	{"with a query too", "GET /seen?x=y HTTP/1.0\r\n\r\n", "HTTP/1.1 200 ", "icmp 192.0.2.9 1"},
	{"HEAD has no body", "HEAD / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 ", "close\r\n\r\n"},
	{"bare newlines do", "GET / HTTP/1.0\n\n", "HTTP/1.1 200 ", "192.0.2.7"},
	{"another path", "GET /../etc/passwd HTTP/1.0\r\n\r\n", "HTTP/1.1 404 ", "/seen"},
	{"another method", "POST / HTTP/1.0\r\n\r\n", "HTTP/1.1 405 ", "GET"},
	{"no request at all", "\r\n\r\n", "HTTP/1.1 405 ", ""},
	{"half a request", "GET / HTTP/1.1\r\nHost:", "", ""},
};

/* One call of internet_serve() for each byte, then as often as it takes to answer. */
static void test_talk(const struct talk *talk, const struct internet_log *log)
{
	struct internet_connection connection = {.service = INTERNET_HTTP,
						 .peer.s_addr = inet_addr("192.0.2.7")};
	char answer[5000] = "";
	size_t got = 0;
	bool open = true;
	int pair[2];
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0)
		abort();
	connection.fd = pair[0];
	for (const char *at = talk->request; *at && open; at++) {
		if (write(pair[1], at, 1) == 1)
			open = internet_serve(&connection, log);
	}
	for (int i = 0; i < 10 && open && connection.answering; i++)
		open = internet_serve(&connection, log);
	while ((n = read(pair[1], answer + got, sizeof(answer) - 1 - got)) > 0)
		got += (size_t)n;
	answer[got] = '\0';
	ok(strncmp(answer, talk->begins, strlen(talk->begins)) == 0 &&
		   strstr(answer, talk->holds) && (*talk->begins ? !open : open && !*answer),
	   "%s: \"%.60s\"", talk->what, answer);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void test_rude_talk(const struct internet_log *log)
{
	static char noise[65536];
	struct internet_connection connection = {.service = INTERNET_HTTP};
	bool open = true;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0)
		abort();
	memset(noise, 'x', sizeof(noise));
	(void)!write(pair[1], noise, sizeof(noise));
	connection.fd = pair[0];
	for (int i = 0; i < 100 && open; i++)
		open = internet_serve(&connection, log);
	(void)!read(pair[1], noise, sizeof(noise));
	ok(!open && strncmp(noise, "HTTP/1.1 431 ", 13) == 0,
	   "a request without an end is cut off");
	(void)close(pair[0]);
	(void)close(pair[1]);
}

/* ---- the host, in a sandbox ---- */

struct row {
	const char *fact;
	const char *script;
	const char *printed;
};

/* clang-format off */
static const struct row rows[] = {
	{"uplink is there, up, with its address", "ip -o -4 addr show uplink | grep -o 'inet [0-9./]*'; ip -o link show uplink | grep -o 'state [A-Z]*'",
	 "inet 198.51.100.2/24\nstate UP\n"},
	{"no default route, nothing forwarded", "ip route | cut -d' ' -f1; cat /proc/sys/net/ipv4/ip_forward", "198.51.100.0/24\n0\n"},
	{"no address that the kernel made up, nothing sent", "ip -6 addr show dev uplink; awk '/uplink/ { print $11 }' /proc/net/dev", "0\n"},
	{"it has a name", "getent ahostsv4 internet.test | head -n 1 | cut -d' ' -f1", "198.51.100.1\n"},
	{"it echoes TCP", "exec 3<>/dev/tcp/internet.test/7; echo hello >&3; head -n 1 <&3", "hello\n"},
	{"it echoes UDP", "exec 3<>/dev/udp/internet.test/7; echo hello >&3; head -n 1 <&3", "hello\n"},
	{"it answers HTTP", "exec 3<>/dev/tcp/internet.test/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; tail -n 1 <&3",
	 "This is internet.test. You come from 198.51.100.2.\n"},
	{"it tells whom it has seen", "exec 3<>/dev/tcp/internet.test/80; printf 'GET /seen HTTP/1.0\\r\\n\\r\\n' >&3; grep -c '^tcp 198.51.100.2 ' <&3", "1\n"},
	{"another port is closed", "(exec 3<>/dev/tcp/198.51.100.1/81) 2>/dev/null || echo closed", "closed\n"},
	{"no process of it can be seen", "ps -e -o comm= | grep -c internet", "0\n"},
	{"no name leads to its network", "ls /run/netns 2>/dev/null | wc -l", "0\n"},
};
/* clang-format on */

static void test_rows(struct sandbox *box)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *argv[] = {"bash", "-c", rows[i].script, NULL};
		struct sandbox_capture capture = {
			.outcome = SANDBOX_EXITED, .out = STRBUF_INIT, .err = STRBUF_INIT};
		struct error err = {0};

		(void)sandbox_capture(box, argv, &capture, &err);
		is_str(capture.out.s, rows[i].printed, "%s", rows[i].fact);
		sandbox_capture_free(&capture);
	}
}

/* In a child that joins the sandbox's network: do something; its exit status. */
static int in_network(const struct sandbox *box, int (*what)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)alarm(30);
		if (setns(box->pidfd, CLONE_NEWUSER | CLONE_NEWNET) < 0)
			_exit(99);
		_exit(what());
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static struct sockaddr_in service(in_port_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons(port),
				    .sin_addr = {.s_addr = inet_addr(INTERNET_ADDRESS)}};
}

/* 0: it answered a request within its deadline. */
static int ask(void)
{
	static const char request[] = "GET / HTTP/1.0\r\n\r\n";
	long long deadline = sandbox_now_ms() + PATIENCE_MS;

	/* A flood that has just ended may have left queues to be drained: try again. */
	while (sandbox_now_ms() < deadline) {
		struct sockaddr_in to = service(80);
		struct timeval patience = {.tv_sec = 2};
		cleanup_fd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		char answer[1024] = "";

		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 &&
		    send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) > 0 &&
		    recv(fd, answer, sizeof(answer) - 1, MSG_WAITALL) > 0 &&
		    strncmp(answer, "HTTP/1.1 200 ", 13) == 0)
			return 0;
	}
	return 1;
}

/* Connections that say nothing, many more than it keeps; then it must still answer. */
static int hold_connections(void)
{
	for (int i = 0; i < 400; i++) {
		struct sockaddr_in to = service(i % 2 ? 80 : 7);
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		(void)connect(fd, (const struct sockaddr *)&to, sizeof(to));
	}
	return ask();
}

/* Who asks and never reads, with as little room as the kernel allows. */
static int read_nothing(void)
{
	static char noise[1 << 16];

	for (int i = 0; i < 100; i++) {
		struct sockaddr_in to = service(7);
		struct timeval patience = {.tv_sec = 2};
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int small = 1;

		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
			for (int k = 0; k < 8; k++)
				(void)send(fd, noise, sizeof(noise), MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	return ask();
}

/* SYNs from everywhere, never answered: half-open connections. */
static int half_open(void)
{
	struct sockaddr_in to = service(80);
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	struct {
		struct iphdr ip;
		struct tcphdr tcp;
	} packet = {
		.ip = {.ihl = 5, .version = 4, .ttl = 64, .protocol = IPPROTO_TCP},
		.tcp = {.dest = htons(80), .doff = 5, .syn = 1, .window = htons(1000)},
	};

	if (fd < 0)
		return 2;
	packet.ip.daddr = to.sin_addr.s_addr;
	packet.ip.tot_len = htons(sizeof(packet));
	for (uint32_t i = 0; i < 20000; i++) {
		packet.ip.saddr = htonl(0xc6336403 + i % 250);
		packet.tcp.source = htons((uint16_t)(1024 + i));
		packet.tcp.seq = htonl(i);
		(void)sendto(fd, &packet, sizeof(packet), MSG_DONTWAIT,
			     (const struct sockaddr *)&to, sizeof(to));
	}
	return ask();
}

/* Datagrams, fragments and protocols that nobody asked for. */
static int flood(void)
{
	static const char noise[9000];
	struct sockaddr_in to = service(7);
	int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int gre = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 47);
	int icmp = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);

	for (size_t i = 0; i < 30000; i++) {
		(void)sendto(udp, noise, i % (sizeof(noise) / 4), MSG_DONTWAIT,
			     (const struct sockaddr *)&to, sizeof(to));
		if (i % 16)
			continue;
		(void)sendto(udp, noise, sizeof(noise), MSG_DONTWAIT, (const struct sockaddr *)&to,
			     sizeof(to));
		(void)sendto(gre, noise, i % 1400, MSG_DONTWAIT, (const struct sockaddr *)&to,
			     sizeof(to));
		(void)sendto(icmp, noise, i % 1400, MSG_DONTWAIT, (const struct sockaddr *)&to,
			     sizeof(to));
	}
	return ask();
}

static unsigned long resident_kib(pid_t pid)
{
	cleanup_free char *path = xasprintf("/proc/%d/status", (int)pid);
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	const char *line;

	if (io_read_proc(AT_FDCWD, path, 16384, &text) < 0)
		return 0;
	line = strstr(text.s, "VmRSS:");
	return line ? strtoul(line + 6, NULL, 10) : 0;
}

/* The process of the host: our child with its name. */
static pid_t host_pid(void)
{
	cleanup_free char *path = xasprintf("/proc/self/task/%d/children", (int)getpid());
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	char *save = NULL;

	if (io_read_proc(AT_FDCWD, path, 4096, &text) < 0)
		return 0;
	for (char *word = strtok_r(text.s, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		cleanup_free char *comm = xasprintf("/proc/%s/comm", word);
		struct strbuf name cleanup_strbuf = STRBUF_INIT;

		if (io_read_proc(AT_FDCWD, comm, 64, &name) == 0 &&
		    strcmp(name.s, INTERNET_NAME "\n") == 0)
			return (pid_t)atoi(word);
	}
	return 0;
}

static void test_rude_traffic(const struct sandbox *box, const struct internet *internet)
{
	static const struct {
		const char *what;
		int (*run)(void);
	} attacks[] = {
		{"four hundred connections that say nothing", hold_connections},
		{"a hundred that never read", read_nothing},
		{"twenty thousand half-open ones", half_open},
		{"a flood of datagrams, fragments and other protocols", flood},
	};
	struct strbuf seen cleanup_strbuf = STRBUF_INIT;
	pid_t pid = host_pid();
	unsigned long before = resident_kib(pid);

	ok(pid > 0, "the host is a child of ours");
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
		is_int(in_network(box, attacks[i].run), 0, "it answers after %s", attacks[i].what);
	ok(resident_kib(pid) < before + 2048, "its memory has not grown: %lu KiB, then %lu", before,
	   resident_kib(pid));
	internet_seen(internet, &seen);
	ok(strstr(seen.s, "tcp 198.51.100.2 ") && strstr(seen.s, "47 198.51.100.2 "),
	   "what came is noted");
}

static void test_link_removed(struct sandbox *box)
{
	const char *argv[] = {"ip", "link", "delete", INTERNET_LINK, NULL};
	struct sandbox_capture capture = {
		.outcome = SANDBOX_EXITED, .out = STRBUF_INIT, .err = STRBUF_INIT};
	struct error err = {0};

	(void)sandbox_capture(box, argv, &capture, &err);
	is_int(capture.status, 0, "a program may remove the link");
	sandbox_capture_free(&capture);
	ok(host_pid() > 0, "... which the host survives");
}

static int start_both(struct sandbox **ret_box, struct internet **ret_internet)
{
	const struct sandbox_config config = {.start = SANDBOX_ROOT, .hosts = INTERNET_HOSTS};
	struct error err = {0};
	int r = sandbox_start(&config, ret_box, &err);

	if (r == 0)
		r = internet_start(*ret_box, ret_internet, &err);
	if (r < 0)
		(void)printf("# %s\n# %s\n", err.what, err.remedy);
	return r;
}

/* Who started it is killed: nothing of it stays. */
static void test_orphan(void)
{
	struct pollfd polled = {.fd = -1, .events = POLLIN};
	struct sandbox *box = NULL;
	struct internet *internet = NULL;
	pid_t starter, host = 0;
	int pair[2];

	if (pipe2(pair, O_CLOEXEC) < 0)
		abort();
	starter = fork();
	if (starter == 0) {
		host = start_both(&box, &internet) == 0 ? host_pid() : 0;
		(void)!write(pair[1], &host, sizeof(host));
		(void)pause();
	}
	(void)!read(pair[0], &host, sizeof(host));
	polled.fd = host > 0 ? (int)syscall(SYS_pidfd_open, host, 0) : -1;
	ok(polled.fd >= 0, "another process has started one");
	(void)kill(starter, SIGKILL);
	(void)waitpid(starter, NULL, 0);
	is_int(polled.fd < 0 ? -1 : poll(&polled, 1, PATIENCE_MS), 1, "it dies with that process");
	(void)close(pair[0]);
	(void)close(pair[1]);
	if (polled.fd >= 0)
		(void)close(polled.fd);
}

int main(void)
{
	static struct internet_log log;
	struct sandbox *box = NULL;
	struct internet *internet = NULL;

	test_log();
	internet_log_add(&log, IPPROTO_ICMP, inet_addr("192.0.2.9"));
	for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++)
		test_talk(&talks[i], &log);
	test_rude_talk(&log);
	if (start_both(&box, &internet) < 0) {
		ok(false, "a sandbox with an internet");
		return unit_done();
	}
	test_rows(box);
	test_rude_traffic(box, internet);
	test_link_removed(box);
	internet_end(internet);
	is_int(host_pid(), 0, "ended, it is gone");
	sandbox_end(box);
	test_orphan();
	return unit_done();
}
