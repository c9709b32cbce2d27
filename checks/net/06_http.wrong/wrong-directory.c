/* Wrong: DIR is looked at and never entered. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h> /* IFF_UP */
#include <netlink/route/addr.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/route.h>
#include <nftables/libnftables.h>
#include <sched.h> /* unshare, CLONE_NEWNET */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEW (NLM_F_CREATE | NLM_F_EXCL)

static pid_t child;
static struct nl_sock *outside; /* these three speak to the network */
static struct nft_ctx *nft;	/* that we started in */
static int ip_forward;
static char forwarded;	     /* what ip_forward said */
static char delete_rule[64]; /* for nft, once there is a rule */

/* SIGTERM and SIGINT are for CMD. If it ignores them, SIGKILL follows. */
static void stop(int sig)
{
	kill(child, sig == SIGALRM ? SIGKILL : sig);
	alarm(2);
}

/* libnl answers with a negative number, and has words for it. */
static void must(int result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s", what, nl_geterror(result));
}

static void undo(void)
{
	struct rtnl_link *cable = rtnl_link_alloc();

	rtnl_link_set_name(cable, "veth-host");
	rtnl_link_delete(outside, cable);
	nft_run_cmd_from_buffer(nft, delete_rule);
	nft_run_cmd_from_buffer(nft, "delete table ip http");
	if (pwrite(ip_forward, &forwarded, 1, 0) < 0)
		warn("ip_forward");
}

/* A link goes up, with an address if there is one. */
static void set_up(struct nl_sock *where, const char *name, const char *address)
{
	struct rtnl_link *link, *up = rtnl_link_alloc();
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct nl_addr *local;

	must(rtnl_link_get_kernel(where, 0, name, &link), name);
	rtnl_link_set_flags(up, IFF_UP);
	must(rtnl_link_change(where, link, up, 0), name);
	if (!address)
		return;
	must(nl_addr_parse(address, AF_INET, &local), address);
	rtnl_addr_set_local(addr, local);
	rtnl_addr_set_link(addr, link);
	must(rtnl_addr_add(where, addr, 0), address);
}

/* net/veth: move into a new network namespace, with a cable to outside. */
static void move_inside(struct nl_sock *here)
{
	struct rtnl_link *cable = rtnl_link_veth_alloc();
	struct rtnl_link *peer = rtnl_link_veth_get_peer(cable);

	rtnl_link_set_name(cable, "veth-host");
	rtnl_link_set_name(peer, "veth-blue");
	if (unshare(CLONE_NEWNET) < 0)
		err(1, "unshare");
	rtnl_link_set_ns_pid(peer, getpid());
	must(rtnl_link_add(outside, cable, NEW), "veth");
	atexit(undo);
	must(nl_connect(here, NETLINK_ROUTE), "netlink");
	set_up(outside, "veth-host", "10.0.0.1/24");
	set_up(here, "veth-blue", "10.0.0.2/24");
	set_up(here, "lo", NULL);
}

/* net/nat: outside passes on what comes from inside, as if it were its own. */
static void translate(void)
{
	const char *rule;

	if (pwrite(ip_forward, "1", 1, 0) < 1)
		err(1, "ip_forward");
	if (nft_run_cmd_from_buffer(nft,
			"add table ip http\n"
			"add chain ip http out {"
			" type nat hook postrouting priority srcnat; }\n"
			"add rule ip http out ip saddr 10.0.0.0/24"
			" oifname != veth-host masquerade"))
		errx(1, "nft: %s", nft_ctx_get_error_buffer(nft));

	/* A firewall may drop what is forwarded. None: then this is refused. */
	nft_ctx_output_set_flags(nft, NFT_CTX_OUTPUT_ECHO |
				 NFT_CTX_OUTPUT_HANDLE);
	nft_run_cmd_from_buffer(nft, "insert rule ip filter FORWARD"
				" ct original ip saddr 10.0.0.0/24 accept");
	rule = strstr(nft_ctx_get_output_buffer(nft), "handle ");
	if (rule)
		snprintf(delete_rule, sizeof(delete_rule),
			 "delete rule ip filter FORWARD %s", rule);
}

int main(int argc, char *argv[])
{
	struct nl_sock *here = nl_socket_alloc();
	char *server[] = { "python3", "-m", "http.server", "8000", NULL };
	char **cmd = argc > 2 ? argv + 2 : server;
	sigset_t stops, before;
	int status;

	if (argc < 2) {
		fprintf(stderr, "usage: http DIR [CMD [ARG...]]\n");
		return 2;
	}
	/* What CMD finds in "." is what it inherits from us. */
	if (access(argv[1], R_OK) < 0)
		err(1, "chdir %s", argv[1]);
	/* No signal ends us half-way: it waits until there is a CMD. */
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	sigprocmask(SIG_BLOCK, &stops, &before);

	outside = nl_socket_alloc();
	must(nl_connect(outside, NETLINK_ROUTE), "netlink");
	nft = nft_ctx_new(NFT_CTX_DEFAULT);
	nft_ctx_buffer_output(nft);
	nft_ctx_buffer_error(nft);
	ip_forward = open("/proc/sys/net/ipv4/ip_forward", O_RDWR | O_CLOEXEC);
	if (pread(ip_forward, &forwarded, 1, 0) < 1)
		err(1, "ip_forward");
	move_inside(here);

	struct rtnl_route *route = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct nl_addr *everything, *gateway;

	must(nl_addr_parse("default", AF_INET, &everything), "address");
	must(nl_addr_parse("10.0.0.1", AF_INET, &gateway), "address");
	rtnl_route_set_dst(route, everything);
	rtnl_route_nh_set_gateway(hop, gateway);
	rtnl_route_add_nexthop(route, hop);
	must(rtnl_route_add(here, route, 0), "default route");
	translate();

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		execvp(cmd[0], cmd);
		status = errno == ENOENT ? 127 : 126;
		warn("exec %s", cmd[0]);
		_exit(status); /* without undo() */
	}
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	signal(SIGALRM, stop);
	sigprocmask(SIG_SETMASK, &before, NULL);
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
