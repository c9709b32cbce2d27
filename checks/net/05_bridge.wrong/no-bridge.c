/* Wrong: one cable, from ns1 to ns2. They talk, and outside has no part in it. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netlink/route/addr.h>
#include <netlink/route/link/veth.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct nl_sock *enter(const char *file)
{
	struct nl_sock *sock = nl_socket_alloc();

	if (mknod(file, S_IFREG | 0444, 0) < 0 || unshare(CLONE_NEWNET) < 0)
		err(1, "%s", file);
	if (mount("/proc/self/ns/net", file, NULL, MS_BIND, NULL) < 0)
		err(1, "bind %s", file);
	nl_connect(sock, NETLINK_ROUTE);
	return sock;
}

static void set_up(struct nl_sock *sock, const char *address)
{
	struct rtnl_link *link, *up = rtnl_link_alloc();
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct nl_addr *local;

	if (rtnl_link_get_kernel(sock, 0, "eth0", &link) < 0)
		errx(1, "no eth0");
	rtnl_link_set_flags(up, IFF_UP);
	rtnl_link_change(sock, link, up, 0);
	nl_addr_parse(address, AF_INET, &local);
	rtnl_addr_set_local(addr, local);
	rtnl_addr_set_link(addr, link);
	if (rtnl_addr_add(sock, addr, 0) < 0)
		errx(1, "%s", address);
}

int main(int argc, char *argv[])
{
	struct rtnl_link *cable = rtnl_link_veth_alloc();
	struct rtnl_link *peer = rtnl_link_veth_get_peer(cable);
	struct nl_sock *ns1, *ns2;
	int status;
	pid_t child;

	mkdir("/run/netns", 0755);
	ns2 = enter("/run/netns/ns2");
	ns1 = enter("/run/netns/ns1");
	rtnl_link_set_name(cable, "eth0");
	rtnl_link_set_name(peer, "eth0");
	rtnl_link_set_ns_pid(peer, getpid());
	if (rtnl_link_add(ns2, cable, NLM_F_CREATE | NLM_F_EXCL) < 0)
		errx(1, "no cable");
	set_up(ns2, "10.0.0.3/24");
	set_up(ns1, "10.0.0.2/24");

	child = fork();
	if (child == 0) {
		if (argc > 1)
			execvp(argv[1], argv + 1);
		else
			execlp("ping", "ping", "-c", "3", "10.0.0.3", NULL);
		err(errno == ENOENT ? 127 : 126, "exec");
	}
	waitpid(child, &status, 0);
	umount2("/run/netns/ns1", MNT_DETACH);
	umount2("/run/netns/ns2", MNT_DETACH);
	unlink("/run/netns/ns1");
	unlink("/run/netns/ns2");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}
