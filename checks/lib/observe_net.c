#define _GNU_SOURCE
#include "checks/lib/observe_net.h"

#include "checks/lib/observe_inside.h"
#include "common/cleanup.h"
#include "common/internet.h"
#include "common/io.h"
#include "common/netmodel.h"
#include "common/ns.h"
#include "common/sandbox_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#define JOB_MS	  15000
#define JOB_BYTES (1 << 20)
#define READ_MS	  10000

/* ---- which namespace ---- */

/* What the program has put at /run/netns/NAME is opened only once it is known to be a namespace. */
static int open_named(const struct session *session, const char *name, int *ret_fd)
{
	cleanup_free char *path = xasprintf("run/netns/%s", name);
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	cleanup_fd int at =
		(int)syscall(SYS_openat2, sandbox_root_fd(session->box), path, &how, sizeof(how));
	cleanup_free char *reopen = xasprintf("/proc/self/fd/%d", at);
	cleanup_fd int fd = -1;
	struct statfs fs;

	if (at < 0)
		return -errno;
	if (strchr(name, '/') || fstatfs(at, &fs) < 0 || fs.f_type != NSFS_MAGIC)
		return -EINVAL;
	fd = open(reopen, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (ns_flag(fd) != CLONE_NEWNET)
		return -EINVAL;
	*ret_fd = steal_fd(&fd);
	return 0;
}

int net_open(struct session *session, const char *who, int *ret_fd, struct error *err)
{
	const struct subject *subject = session_subject(session, who);
	int r = -ESRCH;

	if (strcmp(who, "internet") == 0 && session->internet) {
		*ret_fd = fcntl(internet_netns(session->internet), F_DUPFD_CLOEXEC, 3);
		return 0;
	}
	if (strncmp(who, "netns:", 6) == 0)
		r = open_named(session, who + 6, ret_fd);
	else if (subject)
		r = ns_open(subject->dir, NSTYPE_NET, ret_fd);
	return r < 0 ? error_say(err, ESRCH, "there is no network of %s", who) : 0;
}

/* ---- in it ---- */

/* In a child: root of the sandbox, which has every right in what belongs to it. */
static void join(const struct session *session, int netns)
{
	if (setns(session->box->pidfd, CLONE_NEWUSER) < 0 || setns(netns, CLONE_NEWNET) < 0)
		_exit(1);
}

int net_inside(struct session *session, int netns, net_job *job, void *data, struct strbuf *to)
{
	cleanup_fd int from = -1, into = -1;
	int pair[2], status = 0;
	pid_t child;
	int r;

	if (pipe2(pair, O_CLOEXEC) < 0)
		return -errno;
	from = pair[0];
	into = pair[1];
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0) {
		struct strbuf text = STRBUF_INIT;

		join(session, netns);
		r = job(data, &text);
		if (io_write_all(into, text.s, text.len) < 0)
			r = -EIO;
		_exit(r < 0 ? (-r < 255 ? -r : EIO) : 0);
	}
	(void)close(steal_fd(&into));
	r = inside_take(from, JOB_MS, JOB_BYTES, to);
	if (r < 0)
		(void)kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (r < 0)
		return r;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

static int open_socket(enum net_socket kind)
{
	static const struct {
		int domain, type, protocol;
	} kinds[] = {
		[NET_TCP] = {AF_INET, SOCK_STREAM, 0},
		[NET_TCP_LISTENING] = {AF_INET, SOCK_STREAM, 0},
		[NET_UDP] = {AF_INET, SOCK_DGRAM, 0},
		[NET_UDP_SERVER] = {AF_INET, SOCK_DGRAM, 0},
		[NET_ICMP] = {AF_INET, SOCK_RAW, IPPROTO_ICMP},
		[NET_ROUTE] = {AF_NETLINK, SOCK_RAW, NETLINK_ROUTE},
	};
	const struct sockaddr_in any = {.sin_family = AF_INET};
	int fd = socket(kinds[kind].domain, kinds[kind].type | SOCK_NONBLOCK | SOCK_CLOEXEC,
			kinds[kind].protocol);
	int yes = 1;

	if (fd < 0)
		return -errno;
	if (kind == NET_TCP_LISTENING || kind == NET_UDP_SERVER)
		if (bind(fd, (const struct sockaddr *)&any, sizeof(any)) < 0)
			return -errno;
	if (kind == NET_TCP_LISTENING && listen(fd, 64) < 0)
		return -errno;
	if (kind == NET_UDP_SERVER)
		(void)setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof(yes));
	return fd;
}

static void send_sockets(int to, const enum net_socket *kinds, size_t n)
{
	static char room[CMSG_SPACE(NET_SOCKETS_MAX * sizeof(int))];
	char byte = 0;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = room,
			     .msg_controllen = CMSG_SPACE(n * sizeof(int))};
	struct cmsghdr *part = CMSG_FIRSTHDR(&msg);

	part->cmsg_level = SOL_SOCKET;
	part->cmsg_type = SCM_RIGHTS;
	part->cmsg_len = CMSG_LEN(n * sizeof(int));
	for (size_t i = 0; i < n; i++) {
		int fd = open_socket(kinds[i]);

		if (fd < 0)
			_exit(-fd);
		memcpy(CMSG_DATA(part) + i * sizeof(int), &fd, sizeof(fd));
	}
	_exit(sendmsg(to, &msg, MSG_NOSIGNAL) < 0);
}

/*
 * A socket belongs to the network it was made in, whoever holds it. So a child enters
 * the namespace, makes them, and their descriptors are taken out of it.
 */
int net_sockets(struct session *session, int netns, const enum net_socket *kinds, size_t n,
		int *ret_fds, struct error *err)
{
	static char room[CMSG_SPACE(NET_SOCKETS_MAX * sizeof(int))];
	char byte;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = room,
			     .msg_controllen = sizeof(room)};
	struct cmsghdr *part = NULL;
	int pair[2];
	pid_t child;

	if (n == 0 || n > NET_SOCKETS_MAX)
		return n ? error_say(err, E2BIG, "too many probes at the same time") : 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "cannot make a socket pair");
	child = fork();
	if (child == 0) {
		join(session, netns);
		send_sockets(pair[1], kinds, n);
	}
	(void)close(pair[1]);
	if (child > 0 && recvmsg(pair[0], &msg, MSG_CMSG_CLOEXEC) == 1)
		part = CMSG_FIRSTHDR(&msg);
	(void)close(pair[0]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	if (!part || part->cmsg_type != SCM_RIGHTS || part->cmsg_len != CMSG_LEN(n * sizeof(int)))
		return error_say(err, EIO, "cannot make probes in a network of the sandbox");
	memcpy(ret_fds, CMSG_DATA(part), n * sizeof(int));
	return 0;
}

/* ---- read_net ---- */

#define WHO_MAX 32

/* Who asked about which namespace: two names may mean the same one. */
struct asked {
	const char *who[WHO_MAX];
	ino_t inode[WHO_MAX];
	size_t n;
};

static const char *who_of(const struct asked *asked, ino_t inode)
{
	for (size_t i = 0; i < asked->n; i++)
		if (asked->inode[i] == inode)
			return asked->who[i];
	return "?";
}

static void add(struct strbuf *to, const char *who, const char *link, const char *key,
		const char *value)
{
	cleanup_free char *full =
		link ? xasprintf("%s.%s.%s", who, link, key) : xasprintf("%s.%s", who, key);

	answer_add(to, full, value);
}

/* A name that may be part of a key: it goes into a statement of the shell. */
static bool is_plain(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 ".-_:@")] == '\0';
}

static void join_words(struct strbuf *to, const char *separator, const char *word)
{
	strbuf_addf(to, "%s%s", to->len ? separator : "", word);
}

static void add_peer(const struct asked *asked, const struct netmodel *model, const char *who,
		     const struct net_link *link, struct strbuf *to)
{
	cleanup_free char *text = NULL;
	struct net_space *space = NULL;
	const struct net_link *peer = netmodel_peer(model, link, &space);

	if (link->peer == NET_PEER_KNOWN && peer && space)
		text = xasprintf("%s %s", who_of(asked, space->inode), peer->name);
	add(to, who, link->name, "peer", text ? text : link->peer == NET_PEER_NONE ? "-" : "?");
}

static void add_lists(const char *who, const struct net_space *space, const struct net_link *link,
		      struct strbuf *to)
{
	struct strbuf addresses cleanup_strbuf = STRBUF_INIT, qdiscs cleanup_strbuf = STRBUF_INIT;
	struct strbuf ports cleanup_strbuf = STRBUF_INIT, fdb cleanup_strbuf = STRBUF_INIT;

	for (size_t i = 0; i < link->n_addresses; i++)
		join_words(&addresses, " ", link->addresses[i]);
	for (size_t i = 0; i < link->n_qdiscs; i++)
		join_words(&qdiscs, " ", link->qdiscs[i].kind);
	for (size_t i = 0; i < space->n_links; i++)
		if (space->links[i].master && strcmp(space->links[i].master, link->name) == 0)
			join_words(&ports, "\n", space->links[i].name);
	for (size_t i = 0; i < link->n_fdb; i++)
		strbuf_addf(&fdb, "%s%s %s", fdb.len ? "\n" : "", link->fdb[i].mac,
			    link->fdb[i].port);
	add(to, who, link->name, "addresses", addresses.s);
	add(to, who, link->name, "qdiscs", qdiscs.s);
	if (strcmp(link->kind, "bridge") == 0) {
		add(to, who, link->name, "ports", ports.s);
		add(to, who, link->name, "fdb", fdb.s);
	}
}

static void add_space(const struct asked *asked, const struct netmodel *model, const char *who,
		      const struct net_space *space, struct strbuf *to)
{
	struct strbuf names cleanup_strbuf = STRBUF_INIT, routes cleanup_strbuf = STRBUF_INIT;
	cleanup_free char *inode = xasprintf("%llu", (unsigned long long)space->inode);

	for (size_t i = 0; i < space->n_links; i++) {
		const struct net_link *link = &space->links[i];

		join_words(&names, "\n", link->name);
		if (!is_plain(link->name))
			continue;
		add(to, who, link->name, "kind", link->kind);
		add(to, who, link->name, "admin", link->admin_up ? "up" : "down");
		add(to, who, link->name, "state", net_state_name(link->state));
		add(to, who, link->name, "mac", link->mac);
		add(to, who, link->name, "master", link->master ? link->master : "-");
		add_peer(asked, model, who, link, to);
		add_lists(who, space, link, to);
	}
	for (size_t i = 0; i < space->n_routes; i++) {
		if (i)
			strbuf_addc(&routes, '\n');
		net_route_add(&routes, &space->routes[i]);
	}
	add(to, who, NULL, "links", names.s);
	add(to, who, NULL, "routes", routes.s);
	add(to, who, NULL, "forwarding", space->forwarding == 1 ? "1" : "0");
	add(to, who, NULL, "inode", inode);
}

int net_do_read(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct net_sources sources cleanup_net_sources = {.n = 0};
	struct netmodel model cleanup_netmodel = {.n_spaces = 0};
	struct asked asked = {.n = 0};
	struct error none = {0};
	int r;

	for (; *words && asked.n < WHO_MAX; words++) {
		struct ns_id id;
		int fd;

		/* Of a network that is gone, or never was, there are no keys. */
		if (net_open(session, *words, &fd, &none) < 0)
			continue;
		if (ns_identify(fd, &id) < 0) {
			(void)close(fd);
			continue;
		}
		asked.who[asked.n] = *words;
		asked.inode[asked.n++] = id.ino;
		(void)net_sources_add(&sources, *words, fd);
	}
	if (asked.n == 0)
		return 0;
	r = netmodel_read(&sources, READ_MS, &model, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < asked.n; i++) {
		const struct net_space *space = netmodel_space_by_inode(&model, asked.inode[i]);

		if (space)
			add_space(&asked, &model, asked.who[i], space, to);
	}
	return 0;
}
