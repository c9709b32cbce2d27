/* Wrong: bridge-nf-call-iptables stays 0. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h> /* if_nametoindex, IFF_UP */
#include <netlink/route/addr.h>
#include <netlink/route/link/veth.h>
#include <sched.h> /* unshare, CLONE_NEWNET */
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEW (NLM_F_CREATE | NLM_F_EXCL)

static pid_t child;
static struct nl_sock *outside; /* speaks to the network we started in */
static int bridge;		/* the index that br0 has there */
static int filter = -1;		/* bridge-nf-call-iptables there; before: */
static char filtered;
static const char *made[6]; /* links and files, for undo() */
static int n_made;

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
	for (int i = n_made - 1; i >= 0; i--) {
		struct rtnl_link *link = rtnl_link_alloc();

		if (made[i][0] == '/') {
			umount2(made[i], MNT_DETACH);
			unlink(made[i]);
		} else {
			rtnl_link_set_name(link, made[i]);
			rtnl_link_delete(outside, link);
		}
	}
}

/* A link of the network that we are in goes up; with ADDRESS unless NULL. */
static void set_up(const char *name, const char *address)
{
	struct nl_sock *here = nl_socket_alloc();
	struct rtnl_link *link = rtnl_link_alloc();
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct nl_addr *local;

	must(nl_connect(here, NETLINK_ROUTE), "netlink");
	rtnl_link_set_ifindex(link, if_nametoindex(name));
	rtnl_link_set_flags(link, IFF_UP);
	must(rtnl_link_change(here, link, link, 0), name);
	if (address) {
		must(nl_addr_parse(address, AF_INET, &local), address);
		rtnl_addr_set_local(addr, local);
		rtnl_addr_set_ifindex(addr, if_nametoindex(name));
		must(rtnl_addr_add(here, addr, 0), address);
	}
	nl_socket_free(here);
}

/*
 * Go on in a new namespace, bound to FILE, with a cable to a port of br0. The
 * socket `outside` stays in the network it was made in: one message through it
 * makes both ends of the cable, each where it belongs.
 */
static void plug(const char *file, const char *port, const char *end,
		 const char *address)
{
	struct rtnl_link *cable = rtnl_link_veth_alloc();
	struct rtnl_link *peer = rtnl_link_veth_get_peer(cable);

	if (mknod(file, S_IFREG | 0444, 0) < 0)
		err(1, "%s", file);
	made[n_made++] = file;
	if (unshare(CLONE_NEWNET) < 0)
		err(1, "unshare");
	if (mount("/proc/self/ns/net", file, NULL, MS_BIND, NULL) < 0)
		err(1, "bind %s", file);

	rtnl_link_set_name(cable, port);
	rtnl_link_set_name(peer, end);
	rtnl_link_set_flags(cable, IFF_UP);
	rtnl_link_set_master(cable, bridge);
	rtnl_link_set_ns_pid(peer, getpid());
	must(rtnl_link_add(outside, cable, NEW), port);
	made[n_made++] = port;
	set_up(end, address);
	set_up("lo", NULL);
}

int main(int argc, char *argv[])
{
	char *ping[] = { "ping", "-c", "3", "10.0.0.3", NULL };
	char **cmd = argc > 1 ? argv + 1 : ping;
	sigset_t stops, before;
	int status;

	/* No signal ends us half-way: it waits until there is a CMD. */
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	sigprocmask(SIG_BLOCK, &stops, &before);
	atexit(undo);

	outside = nl_socket_alloc();
	must(nl_connect(outside, NETLINK_ROUTE), "netlink");
	struct rtnl_link *link = rtnl_link_alloc();

	rtnl_link_set_type(link, "bridge");
	rtnl_link_set_name(link, "br0");
	must(rtnl_link_add(outside, link, NEW), "br0");
	made[n_made++] = "br0";
	set_up("br0", "10.0.0.1/24");
	bridge = if_nametoindex("br0");

	/* A firewall outside may be asked about what br0 passes on. */
	filter = open("/proc/sys/net/bridge/bridge-nf-call-iptables",
		      O_RDWR | O_CLOEXEC);
	if (filter >= 0) {
		if (pread(filter, &filtered, 1, 0) < 1 ||
		    pwrite(filter, "0", 1, 0) < 1)
			err(1, "bridge-nf-call-iptables");
	}
	mkdir("/run/netns", 0755);
	plug("/run/netns/ns2", "veth-ns2-br", "veth-ns2", "10.0.0.3/24");
	plug("/run/netns/ns1", "veth-ns1-br", "veth-ns1", "10.0.0.2/24");

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
