/* Wrong: b has no cable to br-bc. */
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

/* A veth pair: PORT is outside, on a bridge, END in a namespace. */
struct cable {
	const char *bridge, *port;
	const char *file; /* the namespace, a new one unless NULL */
	const char *end, *address;
};

static pid_t child;
static struct nl_sock *outside; /* speaks to the network we started in */
static int filter = -1;		/* bridge-nf-call-iptables there; before: */
static char filtered;
static const char *made[9]; /* links and files, for undo() */
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
	if (filter >= 0 && pwrite(filter, &filtered, 1, 0) < 0)
		warn("bridge-nf-call-iptables");
}

/* Go on in a new namespace, bound to FILE, that passes nothing on. */
static void enter(const char *file)
{
	int fd;

	if (mknod(file, S_IFREG | 0444, 0) < 0)
		err(1, "%s", file);
	made[n_made++] = file;
	if (unshare(CLONE_NEWNET) < 0)
		err(1, "unshare");
	if (mount("/proc/self/ns/net", file, NULL, MS_BIND, NULL) < 0)
		err(1, "bind %s", file);

	/* A new network begins with what the machine itself is set to. */
	fd = open("/proc/sys/net/ipv4/ip_forward", O_WRONLY | O_CLOEXEC);
	if (write(fd, "0", 1) < 0)
		err(1, "ip_forward");
	close(fd);
}

static void plug(const struct cable *cable)
{
	struct rtnl_link *link = rtnl_link_veth_alloc();
	struct rtnl_link *peer = rtnl_link_veth_get_peer(link);
	struct rtnl_link *up = rtnl_link_alloc(), *br;
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct nl_sock *here = nl_socket_alloc();
	struct nl_addr *local;

	must(rtnl_link_get_kernel(outside, 0, cable->bridge, &br), "bridge");
	rtnl_link_set_name(link, cable->port);
	rtnl_link_set_name(peer, cable->end);
	rtnl_link_set_flags(link, IFF_UP);
	rtnl_link_set_master(link, rtnl_link_get_ifindex(br));
	rtnl_link_set_ns_pid(peer, getpid());
	must(rtnl_link_add(outside, link, NEW), cable->port);
	made[n_made++] = cable->port;

	must(nl_connect(here, NETLINK_ROUTE), "netlink");
	rtnl_link_set_ifindex(up, if_nametoindex(cable->end));
	rtnl_link_set_flags(up, IFF_UP);
	must(rtnl_link_change(here, up, up, 0), cable->end);
	must(nl_addr_parse(cable->address, AF_INET, &local), cable->address);
	rtnl_addr_set_local(addr, local);
	rtnl_addr_set_ifindex(addr, if_nametoindex(cable->end));
	must(rtnl_addr_add(here, addr, 0), cable->address);
	nl_socket_free(here);
}

int main(int argc, char *argv[])
{
	static const char *const bridges[] = { "br-ab", "br-bc" };
	char *forever[] = { "sleep", "infinity", NULL };
	char **cmd = argc > 1 ? argv + 1 : forever;
	struct cable cables[4];
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
	for (int i = 0; i < 2; i++) {
		struct rtnl_link *bridge = rtnl_link_alloc();

		rtnl_link_set_name(bridge, bridges[i]);
		rtnl_link_set_type(bridge, "bridge");
		rtnl_link_set_flags(bridge, IFF_UP);
		must(rtnl_link_add(outside, bridge, NEW), bridges[i]);
		made[n_made++] = bridges[i];
	}

	/* A firewall outside may be asked about what the bridges pass on. */
	filter = open("/proc/sys/net/bridge/bridge-nf-call-iptables",
		      O_RDWR | O_CLOEXEC);
	if (filter >= 0 && (pread(filter, &filtered, 1, 0) < 1 ||
			    pwrite(filter, "0", 1, 0) < 1))
		err(1, "bridge-nf-call-iptables");

	cables[0] = (struct cable){ "br-ab", "ab-a", "/run/netns/a", "ab",
				    "10.1.0.2/24" };
	cables[1] = (struct cable){ "br-bc", "bc-c", "/run/netns/c", "bc",
				    "10.2.0.3/24" };
	cables[2] = (struct cable){ "br-ab", "ab-b", "/run/netns/b", "ab",
				    "10.1.0.3/24" };
	cables[3] = (struct cable){ "br-bc", "bc-b", NULL, "bc",
				    "10.2.0.2/24" };
	mkdir("/run/netns", 0755);
	for (int i = 0; i < 3; i++) {
		if (cables[i].file)
			enter(cables[i].file);
		plug(&cables[i]);
	}

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
