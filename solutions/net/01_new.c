/*
 * A network of its own
 *
 * Goal:   Run CMD in a new network namespace whose only link, lo, is up.
 * Man:    unshare(2) network_namespaces(7) netlink(7) rtnetlink(7)
 * Run:    new [CMD [ARG...]]
 * Expect: "new" prints one link, lo, UP, with the address 127.0.0.1/8.
 * Read:   docs/net/01_new.md
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <net/if.h> /* IFF_UP */
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <sched.h> /* unshare, CLONE_NEWNET */
#include <unistd.h>

/* libnl answers 0 or a negative number of its own, not errno's. */
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

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s", argv[0] ? argv[0] : "ip");
}

int main(int argc, char *argv[])
{
	struct nl_sock *netlink = nl_socket_alloc();
	struct rtnl_link *lo = NULL, *change = rtnl_link_alloc();

	if (!netlink || !change)
		errx(1, "out of memory");

	/* The kernel makes it with one link, lo, and leaves that down. */
	/* TODO(1): move into a new network namespace with unshare(2) */
	if (unshare(CLONE_NEWNET) < 0)
		err(1, "unshare");
	/* END(1) */

	/*
	 * Links are read and changed by messages on a netlink socket. Such a
	 * socket belongs for good to the namespace in which it was made.
	 */
	/* TODO(2): connect it to NETLINK_ROUTE; see nl_connect in libnl */
	must(nl_connect(netlink, NETLINK_ROUTE), "netlink");
	/* END(2) */

	/* With the first IFF_UP lo also gets its address, 127.0.0.1/8. */
	/* TODO(3): rtnl_link_get_kernel, rtnl_link_set_flags; see libnl */
	must(rtnl_link_get_kernel(netlink, 0, "lo", &lo), "lo");
	rtnl_link_set_flags(change, IFF_UP);
	/* END(3) */
	must(rtnl_link_change(netlink, lo, change, 0), "lo up");

	rtnl_link_put(lo);
	rtnl_link_put(change);
	nl_socket_free(netlink);
	run(argv + (argc > 0));
}
