/*
 * What a check changes in a network, before the program runs or while it does; and which
 * sockets listen there.
 */
#define _GNU_SOURCE
#include "checks/lib/observe_net.h"

#include "common/cleanup.h"
#include "common/internet.h"
#include "common/io.h"
#include "common/nftchain.h"
#include "common/sandbox_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <string.h>

/* Open WHO's network, do the job there. -EOPNOTSUPP and others come back as they are. */
static int do_inside(struct session *session, const char *who, net_job *job, void *data,
		     struct strbuf *to, struct error *err)
{
	cleanup_fd int netns = -1;
	int r = net_open(session, who, &netns, err);

	return r < 0 ? r : net_inside(session, netns, job, data, to);
}

static struct nl_sock *open_netlink(int protocol)
{
	struct nl_sock *sock = nl_socket_alloc();

	if (sock && nl_connect(sock, protocol) == 0)
		return sock;
	nl_socket_free(sock);
	return NULL;
}

/* ---- routes and addresses ---- */

static int add_route(void *data, struct strbuf *to)
{
	char **words = data;
	struct nl_sock *sock = open_netlink(NETLINK_ROUTE);
	struct rtnl_route *route = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct nl_addr *prefix = NULL, *gateway = NULL;
	struct rtnl_link *link = NULL;

	(void)to;
	if (!sock || !route || !hop || nl_addr_parse(words[0], AF_INET, &prefix) < 0)
		return -EINVAL;
	/* The name of a link: whoever is behind it is asked for directly. */
	if (rtnl_link_get_kernel(sock, 0, words[1], &link) == 0) {
		rtnl_route_nh_set_ifindex(hop, rtnl_link_get_ifindex(link));
		rtnl_route_set_scope(route, RT_SCOPE_LINK);
	} else if (nl_addr_parse(words[1], AF_INET, &gateway) == 0) {
		rtnl_route_nh_set_gateway(hop, gateway);
	} else {
		return -EINVAL;
	}
	(void)rtnl_route_set_dst(route, prefix);
	rtnl_route_add_nexthop(route, hop);
	return rtnl_route_add(sock, route, NLM_F_CREATE | NLM_F_REPLACE) < 0 ? -ENETUNREACH : 0;
}

int net_do_add_route(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct error none = {0};
	int r = do_inside(session, words[0], add_route, words + 1, to, &none);

	(void)err;
	answer_add(to, "done", r == 0 ? "1" : "0");
	return 0;
}

static int add_address(void *data, struct strbuf *to)
{
	char **words = data;
	struct nl_sock *sock = open_netlink(NETLINK_ROUTE);
	struct rtnl_addr *entry = rtnl_addr_alloc();
	struct rtnl_link *link = NULL;
	struct nl_addr *local = NULL;

	(void)to;
	if (!sock || !entry || nl_addr_parse(words[1], AF_INET, &local) < 0)
		return -EINVAL;
	if (rtnl_link_get_kernel(sock, 0, words[0], &link) < 0)
		return -ENODEV;
	rtnl_addr_set_ifindex(entry, rtnl_link_get_ifindex(link));
	(void)rtnl_addr_set_local(entry, local);
	return rtnl_addr_add(sock, entry, 0) < 0 ? -EEXIST : 0;
}

int net_do_add_address(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct error none = {0};
	int r = do_inside(session, words[0], add_address, words + 1, to, &none);

	(void)err;
	answer_add(to, "done", r == 0 ? "1" : "0");
	return 0;
}

/* ---- the host's firewall ---- */

/* What iptables-nft -P FORWARD DROP makes. */
static int drop_forwarded(void *data, struct strbuf *to)
{
	const struct nftchain chain = {.table = "filter",
				       .name = "FORWARD",
				       .type = "filter",
				       .hook = NF_INET_FORWARD,
				       .policy = NF_DROP};

	(void)data;
	(void)to;
	return nftchain_add(&chain);
}

int net_do_forward_drop(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	int r = do_inside(session, "outside", drop_forwarded, NULL, to, err);

	(void)words;
	if (r == -EOPNOTSUPP || r == -EPERM) {
		error_say(err, EOPNOTSUPP, "this machine has no nf_tables to filter packets with");
		error_remedy(err, "load the module nf_tables, or build the kernel with "
				  "CONFIG_NF_TABLES_IPV4");
		return -EOPNOTSUPP;
	}
	return r < 0 ? error_set(err, -r, "cannot make outside's FORWARD policy DROP") : 0;
}

/* The value of a switch of the network that this child has joined: '0', '1', or '-'. */
static char switch_value(int proc, const char *path)
{
	cleanup_fd int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	char value = '-';

	return fd >= 0 && read(fd, &value, 1) == 1 ? value : '-';
}

static int filter_bridges(void *data, struct strbuf *to)
{
	static const char path[] = "sys/net/bridge/bridge-nf-call-iptables";
	int proc = *(int *)data;
	cleanup_fd int fd = openat(proc, path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)!write(fd, "1", 1);
	answer_add(to, "filtered", switch_value(proc, path) == '1' ? "1" : "0");
	return 0;
}

int net_do_bridge_filtered(struct session *session, char **words, struct strbuf *to,
			   struct error *err)
{
	int proc = sandbox_proc_fd(session->box);
	int r = do_inside(session, "outside", filter_bridges, &proc, to, err);

	(void)words;
	return r < 0 ? error_set(err, -r, "cannot make outside's bridges filter") : 0;
}

/* ---- who listens ---- */

/* One table of /proc/net: sockets in this state, whatever their peer. */
static void add_listening(struct strbuf *to, const char *name, const char *path, unsigned state)
{
	struct strbuf table cleanup_strbuf = STRBUF_INIT;
	char *save = NULL;

	if (io_read_proc(AT_FDCWD, path, 1 << 20, &table) < 0)
		return;
	for (char *line = strtok_r(table.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		unsigned word[4] = {0}, port, is;
		char text[INET6_ADDRSTRLEN], digits[33];
		int n = 0;

		if (sscanf(line, " %*u: %32[0-9A-F]:%x %*[0-9A-F]:%*x %x", digits, &port, &is) !=
			    3 ||
		    is != state)
			continue;
		for (; n < 4 && digits[n * 8]; n++)
			(void)sscanf(digits + n * 8, "%8x", &word[n]);
		(void)inet_ntop(n == 4 ? AF_INET6 : AF_INET, word, text, sizeof(text));
		strbuf_addf(to, n == 4 ? "%s%s [%s]:%u" : "%s%s %s:%u", to->len ? "\n" : "", name,
			    text, port);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of a text in order: the kernel's is that of its hash table. */
static void sort_lines(struct strbuf *text)
{
	char *lines[256] = {NULL};
	cleanup_free char *copy = xstrdup(text->s);
	char *save = NULL;
	size_t n = 0;

	for (char *line = strtok_r(copy, "\n", &save); line && n < 256;
	     line = strtok_r(NULL, "\n", &save))
		lines[n++] = line;
	qsort(lines, n, sizeof(lines[0]), by_text);
	strbuf_reset(text);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(text, "%s%s", i ? "\n" : "", lines[i]);
}

static int tell_listening(void *data, struct strbuf *to)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;

	(void)data;
	add_listening(&text, "tcp", "/proc/self/net/tcp", 10);
	add_listening(&text, "tcp", "/proc/self/net/tcp6", 10);
	add_listening(&text, "udp", "/proc/self/net/udp", 7);
	add_listening(&text, "udp", "/proc/self/net/udp6", 7);
	sort_lines(&text);
	answer_add(to, "listening", text.s);
	return 0;
}

int net_do_listening(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	int r = do_inside(session, words[0], tell_listening, NULL, to, err);

	return r < 0 ? error_set(err, -r, "cannot tell who listens in the network of %s", words[0])
		     : 0;
}

int net_do_seen(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;

	(void)words;
	if (!session->internet)
		return error_say(err, ENOENT, "there is no internet");
	internet_seen(session->internet, &text);
	if (text.len && text.s[text.len - 1] == '\n')
		text.s[--text.len] = '\0';
	answer_add(to, "seen", text.s);
	return 0;
}
