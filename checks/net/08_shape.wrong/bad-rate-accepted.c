/* Wrong: atoi makes 0 of what it can't read, and nobody asks. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <net/if.h> /* IFF_UP */
#include <netlink/route/addr.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/tbf.h>
#include <sched.h> /* unshare, CLONE_NEWNET */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEW	 (NLM_F_CREATE | NLM_F_EXCL)
#define KBIT_MAX 10000000 /* 10 Gbit/s */
#define PACKET	 5000	  /* more than any has, in bytes */

static pid_t child;
static struct nl_sock *outside; /* speaks to the network we started in */

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

/* One end of a veth pair takes the other with it. */
static void undo(void)
{
	struct rtnl_link *cable = rtnl_link_alloc();

	rtnl_link_set_name(cable, "veth-host");
	rtnl_link_delete(outside, cable);
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

/* What leaves by the link NAME is limited: a bucket that fills with tokens. */
static void limit(struct nl_sock *where, const char *name, long kbit)
{
	struct rtnl_qdisc *qdisc = rtnl_qdisc_alloc();
	struct rtnl_link *link;
	int rate, bucket;

	must(rtnl_link_get_kernel(where, 0, name, &link), name);
	rtnl_tc_set_link(TC_CAST(qdisc), link);
	rtnl_tc_set_parent(TC_CAST(qdisc), TC_H_ROOT);
	must(rtnl_tc_set_kind(TC_CAST(qdisc), "tbf"), "tbf");

	/* It counts bytes. A bucket holds 10 ms, and a packet at least. */
	rate = kbit * 1000 / 8;
	bucket = rate / 100 > PACKET ? rate / 100 : PACKET;
	rtnl_qdisc_tbf_set_rate(qdisc, rate, bucket, 0);
	must(rtnl_qdisc_tbf_set_limit_by_latency(qdisc, 50000), "50 ms");
	must(rtnl_qdisc_add(where, qdisc, NEW), "tbf");
	fprintf(stderr, "shape: %s sends %ld kbit/s at most\n", name, kbit);
}

int main(int argc, char *argv[])
{
	struct rtnl_link *cable = rtnl_link_veth_alloc();
	struct rtnl_link *peer = rtnl_link_veth_get_peer(cable);
	struct nl_sock *here = nl_socket_alloc();
	char *forever[] = { "sleep", "infinity", NULL };
	char **cmd = argc > 2 ? argv + 2 : forever;
	sigset_t stops, before;
	const char *name;
	struct nl_sock *sender;
	long kbit = 0;
	int status;

	if (argc > 1) {
		kbit = atoi(argv[1]);
	}
	if (argc < 2) {
		fprintf(stderr, "usage: shape KBIT [CMD [ARG...]]\n");
		return 2;
	}
	/* No signal ends us half-way: it waits until there is a CMD. */
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	sigprocmask(SIG_BLOCK, &stops, &before);

	outside = nl_socket_alloc();
	must(nl_connect(outside, NETLINK_ROUTE), "netlink");
	if (unshare(CLONE_NEWNET) < 0)
		err(1, "unshare");
	must(nl_connect(here, NETLINK_ROUTE), "netlink");

	rtnl_link_set_name(cable, "veth-host");
	rtnl_link_set_name(peer, "veth-blue");
	rtnl_link_set_ns_pid(peer, getpid());
	must(rtnl_link_add(outside, cable, NEW), "veth-host");
	atexit(undo);
	set_up(outside, "veth-host", "10.0.0.1/24");
	set_up(here, "veth-blue", "10.0.0.2/24");
	set_up(here, "lo", NULL);
	/* A qdisc holds up what leaves by its link, never what arrives. */
	sender = here;
	name = "veth-blue";
	limit(sender, name, kbit);

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
