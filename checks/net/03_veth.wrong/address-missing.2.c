/*
 * Wrong: gives the end outside no address. Inside looks complete.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <net/if.h> /* IFF_UP */
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <sched.h> /* unshare, CLONE_NEWNET */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;

/* SIGTERM and SIGINT are for CMD. If it ignores them, SIGKILL follows. */
static void stop(int sig)
{
	kill(child, sig == SIGALRM ? SIGKILL : sig);
	alarm(2);
}

static void must(int result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s", what, nl_geterror(result));
}

/* Give a link its address, unless that is NULL, and set it up. */
static void set_up(struct nl_sock *netlink, const char *name, const char *text)
{
	struct rtnl_link *link, *change = rtnl_link_alloc();

	must(rtnl_link_get_kernel(netlink, 0, name, &link), name);
	if (text) {
		struct rtnl_addr *address = rtnl_addr_alloc();
		struct nl_addr *local;

		must(nl_addr_parse(text, AF_INET, &local), text);
		rtnl_addr_set_ifindex(address, rtnl_link_get_ifindex(link));
		rtnl_addr_set_local(address, local);
		must(rtnl_addr_add(netlink, address, 0), text);
	}
	rtnl_link_set_flags(change, IFF_UP);
	must(rtnl_link_change(netlink, link, change, 0), name);
}

int main(int argc, char *argv[])
{
	struct nl_sock *outside = nl_socket_alloc();
	struct nl_sock *inside = nl_socket_alloc();
	struct rtnl_link *veth = rtnl_link_veth_alloc();
	struct rtnl_link *peer = rtnl_link_veth_get_peer(veth);
	char *ping[] = { "ping", "-c3", "10.0.0.1", NULL };
	char **cmd = argc > 1 ? argv + 1 : ping;
	sigset_t stops, before;
	int status;

	/* No signal ends us half-way: it waits until there is a CMD. */
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	sigprocmask(SIG_BLOCK, &stops, &before);

	/* A socket stays in the namespace in which it was made. */
	must(nl_connect(outside, NETLINK_ROUTE), "netlink");
	if (unshare(CLONE_NEWNET) < 0)
		err(1, "unshare");
	must(nl_connect(inside, NETLINK_ROUTE), "netlink");

	/* Both ends in one message, and each is born where it belongs. */
	rtnl_link_set_name(veth, "veth-host");
	rtnl_link_set_name(peer, "veth-blue");
	rtnl_link_set_ns_pid(peer, getpid());
	must(rtnl_link_add(outside, veth, NLM_F_CREATE | NLM_F_EXCL), "veth");

	set_up(outside, "veth-host", NULL);
	set_up(inside, "veth-blue", "10.0.0.2/24");
	set_up(inside, "lo", NULL);

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		execvp(cmd[0], cmd);
		/* Still here: 127 says "not found", as a shell does. */
		err(errno == ENOENT ? 127 : 126, "exec %s", cmd[0]);
	}
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	signal(SIGALRM, stop);
	sigprocmask(SIG_SETMASK, &before, NULL);
	waitpid(child, &status, 0);

	/* With one end the other goes, wherever it is. */
	rtnl_link_delete(outside, veth);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
