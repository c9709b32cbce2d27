/* Wrong: the container knows its own network, and no way out of it. */
#define _GNU_SOURCE
#include <arpa/inet.h> /* inet_pton, htonl */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h> /* if_nametoindex, IFF_UP, IFNAMSIZ */
#include <netlink/route/addr.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <sched.h> /* unshare, setns, CLONE_NEWNET */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h> /* flock */
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_NAME "/run/netns"
#define BRIDGE	 "br0"
#define NEW	 (NLM_F_CREATE | NLM_F_EXCL)

/* A bridge of ours says so: this, and what the switch FILTER said before. */
#define MARK   "made by network, filter was "
#define FILTER "/proc/sys/net/bridge/bridge-nf-call-iptables"

struct address {
	uint32_t ip; /* in the order of this machine, to calculate with it */
	int prefix;  /* 0: there is no address */
};

/* The bits of an address that number the hosts of its network. */
#define HOSTS(at) (UINT32_MAX >> (at).prefix)

struct container {
	const char *name;
	struct address at;
};

static struct nl_sock *outside; /* speaks to the network we started in */
static int filter;		/* its FILTER; -1: it has none */
static const char *going;	/* the container that goes when we end */

/* libnl answers with a negative number, and has words for it. */
static void must(int result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s", what, nl_geterror(result));
}

static struct nl_sock *speak(void)
{
	struct nl_sock *sock = nl_socket_alloc();

	must(nl_connect(sock, NETLINK_ROUTE), "netlink");
	return sock;
}

static struct nl_addr *to_nl(struct address from)
{
	uint32_t ip = htonl(from.ip);
	struct nl_addr *addr = nl_addr_build(AF_INET, &ip, sizeof(ip));

	nl_addr_set_prefixlen(addr, from.prefix);
	return addr;
}

/* IP/PREFIX, which one host can have. Or the end. */
static struct address parse(const char *text)
{
	struct address at = {0, 0};
	char ip[INET_ADDRSTRLEN], rest;
	struct in_addr in;

	if (strspn(text, "0123456789./") != strlen(text) ||
	    sscanf(text, "%15[0-9.]/%2d%c", ip, &at.prefix, &rest) != 2 ||
	    inet_pton(AF_INET, ip, &in) != 1 || at.prefix < 1 || at.prefix > 30)
		errx(2, "\"%s\" is no IP/PREFIX, with 1 to 30", text);
	at.ip = ntohl(in.s_addr);
	if ((at.ip & HOSTS(at)) == 0 || (at.ip & HOSTS(at)) == HOSTS(at))
		errx(2, "%s is the network itself, or all of it", text);
	return at;
}

/* The address that a link has in the network that SOCK speaks to. */
static struct address address_of(struct nl_sock *sock, int index)
{
	struct address at = {0, 0};
	struct nl_cache *all;

	must(rtnl_addr_alloc_cache(sock, &all), "addresses");
	for (struct nl_object *each = nl_cache_get_first(all); each;
	     each = nl_cache_get_next(each)) {
		struct rtnl_addr *addr = (struct rtnl_addr *)each;
		uint32_t ip;

		if (rtnl_addr_get_ifindex(addr) != index ||
		    rtnl_addr_get_family(addr) != AF_INET)
			continue;
		memcpy(&ip, nl_addr_get_binary_addr(rtnl_addr_get_local(addr)),
		       sizeof(ip));
		at.ip = ntohl(ip);
		at.prefix = rtnl_addr_get_prefixlen(addr);
	}
	nl_cache_free(all);
	return at;
}

static struct rtnl_link *link_outside(const char *name)
{
	struct rtnl_link *link = NULL;

	return rtnl_link_get_kernel(outside, 0, name, &link) < 0 ? NULL : link;
}

/*
 * What the outer end of a container's cable is called. NAME may be too long
 * for a link, but the number of its namespace always fits, and is unique.
 */
static const char *port_name(const char *name)
{
	static char port[IFNAMSIZ];
	struct stat st = {0};

	stat(name, &st);
	snprintf(port, sizeof(port), "port-%u", (unsigned int)st.st_ino);
	return port;
}

/*
 * All that have a name here and a cable to the bridge, sorted by name. What
 * their address is their own network knows, so we go there and ask.
 */
static int find_all(struct container **ret)
{
	struct dirent **entries;
	int n = scandir(".", &entries, NULL, alphasort), found = 0;
	struct container *all = calloc(n < 1 ? 1 : n, sizeof(*all));

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		struct nl_sock *there;

		if (entries[i]->d_type == DT_DIR ||
		    !link_outside(port_name(name)))
			continue;
		int fd = open(name, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
			err(1, "%s", name);
		close(fd);
		there = speak();
		all[found].at = address_of(there, if_nametoindex("eth0"));
		all[found++].name = name;
		nl_socket_free(there);
	}
	*ret = all;
	return found;
}

/*
 * At the end of the program: the cable, the name, and a bridge of ours if that
 * was the last. After a failure of add there may be less than that.
 */
static void take_away(void)
{
	struct container *all;
	struct rtnl_link *bridge;
	const char *mark;

	if (!going)
		return;
	struct rtnl_link *port = link_outside(port_name(going));

	/* Not left to the namespace's end: a process may keep it alive. */
	if (port)
		rtnl_link_delete(outside, port);
	umount2(going, MNT_DETACH);
	unlink(going);

	bridge = link_outside(BRIDGE);
	mark = bridge ? rtnl_link_get_ifalias(bridge) : NULL;
	if (!mark || strncmp(mark, MARK, strlen(MARK)) || find_all(&all))
		return;
	rtnl_link_delete(outside, bridge);
	if (filter >= 0 && pwrite(filter, mark + strlen(MARK), 1, 0) < 0)
		warn(FILTER);
}

/* The bridge, with an address, and with a note of what was before it. */
static void make_bridge(struct address at)
{
	struct rtnl_link *bridge = rtnl_link_alloc();
	struct rtnl_link *change = rtnl_link_alloc();
	struct rtnl_addr *addr = rtnl_addr_alloc();
	char mark[] = MARK "0";

	rtnl_link_set_type(bridge, "bridge");
	rtnl_link_set_name(bridge, BRIDGE);
	rtnl_link_set_flags(bridge, IFF_UP);
	must(rtnl_link_add(outside, bridge, NEW), BRIDGE);
	bridge = link_outside(BRIDGE);

	/* With a MAC that was set it does not take over that of some port. */
	if (filter >= 0 && pread(filter, mark + strlen(MARK), 1, 0) < 0)
		err(1, FILTER);
	rtnl_link_set_ifalias(change, mark);
	rtnl_link_set_addr(change, rtnl_link_get_addr(bridge));
	must(rtnl_link_change(outside, bridge, change, 0), BRIDGE);

	/* A firewall outside may be asked about what the bridge passes on. */
	if (filter >= 0 && pwrite(filter, "0", 1, 0) < 0)
		err(1, FILTER);
	rtnl_addr_set_local(addr, to_nl(at));
	rtnl_addr_set_ifindex(addr, rtnl_link_get_ifindex(bridge));
	must(rtnl_addr_add(outside, addr, 0), BRIDGE);
}

/* A cable from the bridge to the network that we are in, and what it needs. */
static void plug(const char *name, struct address at, struct address gateway)
{
	struct rtnl_link *cable = rtnl_link_veth_alloc();
	struct rtnl_link *end = rtnl_link_veth_get_peer(cable);
	struct rtnl_link *up = rtnl_link_alloc();
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct rtnl_route *route = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct nl_addr *via = to_nl(gateway), *everywhere;
	struct nl_sock *here = speak();

	rtnl_link_set_name(cable, port_name(name));
	rtnl_link_set_name(end, "eth0");
	rtnl_link_set_flags(cable, IFF_UP);
	rtnl_link_set_master(cable,
			     rtnl_link_get_ifindex(link_outside(BRIDGE)));
	rtnl_link_set_ns_pid(end, getpid());
	must(rtnl_link_add(outside, cable, NEW), port_name(name));

	rtnl_link_set_flags(up, IFF_UP);
	rtnl_link_set_ifindex(up, if_nametoindex("lo"));
	must(rtnl_link_change(here, up, up, 0), "lo");
	rtnl_link_set_ifindex(up, if_nametoindex("eth0"));
	must(rtnl_link_change(here, up, up, 0), "eth0");
	rtnl_addr_set_local(addr, to_nl(at));
	rtnl_addr_set_ifindex(addr, if_nametoindex("eth0"));
	must(rtnl_addr_add(here, addr, 0), "address");

	nl_addr_set_prefixlen(via, 32); /* a gateway is one host */
	must(nl_addr_parse("default", AF_INET, &everywhere), "default");
	rtnl_route_set_dst(route, everywhere);
	rtnl_route_nh_set_gateway(hop, via);
	rtnl_route_add_nexthop(route, hop);
}

/* First all that may be wrong is looked at. Only then something is changed. */
static void add(const char *name, struct address at)
{
	struct rtnl_link *bridge = link_outside(BRIDGE);
	struct address gateway = {(at.ip & ~HOSTS(at)) + 1, at.prefix};
	struct container *all;
	int n = find_all(&all);

	if (bridge)
		gateway = address_of(outside, rtnl_link_get_ifindex(bridge));
	if (gateway.prefix != at.prefix || (gateway.ip ^ at.ip) > HOSTS(at))
		errx(1, "%s: not in the network of " BRIDGE, name);
	for (int i = 0; i < n; i++)
		if (all[i].at.ip == at.ip)
			errx(1, "%s: %s has this address", name, all[i].name);
	if (gateway.ip == at.ip)
		errx(1, "%s: " BRIDGE " has this address", name);

	int fd = open(name, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

	if (fd < 0)
		err(1, "%s", name);
	close(fd);
	going = name;
	if (!bridge)
		make_bridge(gateway);
	if (unshare(CLONE_NEWNET) < 0 ||
	    mount("/proc/self/ns/net", name, NULL, MS_BIND, NULL) < 0)
		err(1, "namespace %s", name);
	plug(name, at, gateway);
	going = NULL; /* it is whole, and stays */
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *name = argc > 2 ? argv[2] : "x";
	struct address at = {0, 0};
	char ip[sizeof("255.255.255.255/32")];
	struct container *all;
	sigset_t stops;

	if (!(argc == 4 && strcmp(what, "add") == 0) &&
	    !(argc == 3 && strcmp(what, "del") == 0) &&
	    !(argc == 2 && strcmp(what, "list") == 0))
		errx(2, "usage: add NAME IP/PREFIX | del NAME | list");
	if (name[0] == '\0' || strchr(name, '/') || strlen(name) > 255 ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		errx(2, "\"%s\" is no name for a namespace", name);
	if (what[0] == 'a')
		at = parse(argv[3]);

	/* Nothing ends us half-way, and of two at a time one waits. */
	sigfillset(&stops);
	sigprocmask(SIG_BLOCK, &stops, NULL);
	mkdir(DIR_NAME, 0755);
	if (chdir(DIR_NAME) < 0 ||
	    flock(open(".", O_RDONLY | O_CLOEXEC), LOCK_EX) < 0)
		err(1, DIR_NAME);
	outside = speak();
	filter = open(FILTER, O_RDWR | O_CLOEXEC);
	atexit(take_away);

	if (what[0] == 'a')
		add(name, at);
	else if (what[0] == 'd' && !link_outside(port_name(name)))
		errx(1, "%s: no such container", name);
	else if (what[0] == 'd')
		going = name;
	else
		for (int i = 0, n = find_all(&all); i < n; i++)
			printf("%s %s\n", all[i].name,
			       nl_addr2str(to_nl(all[i].at), ip, sizeof(ip)));
	return 0;
}
