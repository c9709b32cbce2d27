/*
 * Wrong: a signal ends the program before it has undone anything.
 */
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

#define NEW    (NLM_F_CREATE | NLM_F_EXCL)
#define HANDLE "accept # handle " /* as libnftables prints a rule of ours */

static pid_t child;

/* A socket, and a file of /proc/sys/net, stay in the network they are of. */
static struct nl_sock *outside, *inside;
static struct nft_ctx *nft;	       /* outside's */
static int forward;		       /* outside's ip_forward, */
static char was;		       /* and what it said; 0: not touched */
static struct rtnl_link *pair;	       /* the cable, once it is made */
static const char *delete_table = "";  /* commands for nft, once they */
static char delete_rules[200];	       /* are needed */

/* SIGTERM and SIGINT are for CMD. If it ignores them, SIGKILL follows. */
static void stop(int sig)
{
	kill(child, sig == SIGALRM ? SIGKILL : sig);
	alarm(2);
}

/* Ours and nothing else: other programs have rules and links here, too. */
static void undo(void)
{
	nft_run_cmd_from_buffer(nft, delete_table);
	nft_run_cmd_from_buffer(nft, delete_rules);
	if (was) {
		if (pwrite(forward, &was, 1, 0) < 1)
			warn("ip_forward");
	}
	if (pair)
		rtnl_link_delete(outside, pair);
}

static void die(const char *what, const char *why)
{
	warnx("%s: %s", what, why);
	undo();
	exit(1);
}

/* libnl answers with a negative number, and has words for it. */
static void must(int result, const char *what)
{
	if (result < 0)
		die(what, nl_geterror(result));
}

/* Give a link its address, unless that is NULL, and set it up. */
static void set_up(struct nl_sock *netlink, const char *name, const char *text)
{
	struct rtnl_link *link, *change = rtnl_link_alloc();
	struct rtnl_addr *address = rtnl_addr_alloc();
	struct nl_addr *local;

	must(rtnl_link_get_kernel(netlink, 0, name, &link), name);
	if (text) {
		must(nl_addr_parse(text, AF_INET, &local), text);
		rtnl_addr_set_ifindex(address, rtnl_link_get_ifindex(link));
		rtnl_addr_set_local(address, local);
		must(rtnl_addr_add(netlink, address, 0), text);
	}
	rtnl_link_set_flags(change, IFF_UP);
	must(rtnl_link_change(netlink, link, change, 0), name);
}

/* net/veth: move into a new network namespace, with a cable to outside. */
static void move_inside(void)
{
	struct rtnl_link *veth = rtnl_link_veth_alloc();
	struct rtnl_link *peer = rtnl_link_veth_get_peer(veth);

	if (unshare(CLONE_NEWNET) < 0)
		die("unshare", strerror(errno));
	inside = nl_socket_alloc();
	must(nl_connect(inside, NETLINK_ROUTE), "netlink");
	rtnl_link_set_name(veth, "veth-host");
	rtnl_link_set_name(peer, "veth-blue");
	rtnl_link_set_ns_pid(peer, getpid());
	must(rtnl_link_add(outside, veth, NEW), "veth");
	pair = veth;
	set_up(outside, "veth-host", "10.0.0.1/24");
	set_up(inside, "veth-blue", "10.0.0.2/24");
	set_up(inside, "lo", NULL);
}

int main(int argc, char *argv[])
{
	char *ping[] = { "ping", "-c3", "198.51.100.1", NULL };
	char **cmd = argc > 1 ? argv + 1 : ping;
	sigset_t stops, before;
	int status;

	/* No signal ends us half-way: it waits until there is a CMD. */
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	sigprocmask(SIG_BLOCK, &stops, &before);

	nft = nft_ctx_new(NFT_CTX_DEFAULT);
	forward = open("/proc/sys/net/ipv4/ip_forward", O_RDWR | O_CLOEXEC);
	if (!nft || forward < 0)
		err(1, "nftables, ip_forward");
	outside = nl_socket_alloc();
	must(nl_connect(outside, NETLINK_ROUTE), "netlink");
	move_inside();

	/* Inside knows the way to 10.0.0.0/24 only. Outside knows the rest. */
	struct rtnl_route *route = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct nl_addr *everything, *gateway;

	must(nl_addr_parse("0.0.0.0/0", AF_INET, &everything), "address");
	must(nl_addr_parse("10.0.0.1", AF_INET, &gateway), "address");
	rtnl_route_set_dst(route, everything);
	rtnl_route_nh_set_gateway(hop, gateway);
	rtnl_route_add_nexthop(route, hop);
	must(rtnl_route_add(inside, route, NEW), "default route");

	/* A host takes what is for itself. A router passes the rest on. */
	if (pread(forward, &was, 1, 0) < 1 || pwrite(forward, "1", 1, 0) < 1)
		die("ip_forward", strerror(errno));

	/* The internet has no route to 10.0.0.2, but it has one to outside. */
	if (nft_run_cmd_from_buffer(nft,
			"create table ip lab-nat\n"
			"add chain ip lab-nat out {"
			" type nat hook postrouting priority srcnat; }\n"
			"add rule ip lab-nat out ip saddr 10.0.0.0/24"
			" oifname != veth-host masquerade"))
		die("nft", "no masquerading");
	delete_table = "delete table ip lab-nat";

	/*
	 * A firewall may drop what is forwarded. An accept in a table of ours
	 * would not overrule its chain, so the rules must be in there. It is
	 * no error if there is no such chain.
	 */
	nft_ctx_buffer_error(nft);
	nft_ctx_buffer_output(nft);
	nft_ctx_output_set_flags(nft, NFT_CTX_OUTPUT_ECHO |
				 NFT_CTX_OUTPUT_HANDLE);
	nft_run_cmd_from_buffer(nft,
		"insert rule ip filter FORWARD iifname veth-host accept\n"
		"insert rule ip filter FORWARD oifname veth-host accept");
	const char *at = nft_ctx_get_output_buffer(nft);

	while ((at = strstr(at, HANDLE))) {
		size_t used = strlen(delete_rules);

		at += strlen(HANDLE);
		snprintf(delete_rules + used, sizeof(delete_rules) - used,
			 "delete rule ip filter FORWARD handle %d\n", atoi(at));
	}

	child = fork();
	if (child < 0)
		die("fork", strerror(errno));
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		execvp(cmd[0], cmd);
		err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
	}
	(void)stop;
	sigprocmask(SIG_SETMASK, &before, NULL);
	waitpid(child, &status, 0);
	undo();
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
