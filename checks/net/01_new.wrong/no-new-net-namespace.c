/*
 * Wrong: makes no namespace. lo is up already, and everything looks fine.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <sched.h>
#include <unistd.h>

static void must(int result, const char *what)
{
	if (result < 0)
		errx(1, "%s: %s", what, nl_geterror(result));
}

static void run(char *argv[])
{
	if (argv[0])
		execvp(argv[0], argv);
	else
		execlp("ip", "ip", "addr", (char *)NULL);

	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "ip");
}

int main(int argc, char *argv[])
{
	struct nl_sock *netlink = nl_socket_alloc();
	struct rtnl_link *lo, *change = rtnl_link_alloc();

	must(nl_connect(netlink, NETLINK_ROUTE), "netlink");
	must(rtnl_link_get_kernel(netlink, 0, "lo", &lo), "lo");
	rtnl_link_set_flags(change, IFF_UP);
	must(rtnl_link_change(netlink, lo, change, 0), "lo up");
	nl_socket_free(netlink);
	run(argv + (argc > 0));
}
