#define _GNU_SOURCE
#include "common/netprobe.h"

#include "common/cleanup.h"
#include "common/nftchain.h"
#include "common/rtnl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/pkt_sched.h>
#include <netlink/netlink.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define DEADLINE 10 /* seconds */

/* A row for each probe. */
static const struct {
	const char *name, *option;
} probes[NETPROBES] = {
	[NETPROBE_VETH] = {"veth links", "CONFIG_VETH"},
	[NETPROBE_BRIDGE] = {"bridges", "CONFIG_BRIDGE"},
	[NETPROBE_TBF] = {"the qdisc tbf", "CONFIG_NET_SCH_TBF"},
	[NETPROBE_HTB] = {"the qdisc htb", "CONFIG_NET_SCH_HTB"},
	[NETPROBE_NAT] = {"address translation by nf_tables", "CONFIG_NFT_NAT"},
};

const char *netprobe_name(enum netprobe probe)
{
	return probes[probe].name;
}

const char *netprobe_option(enum netprobe probe)
{
	return probes[probe].option;
}

/* ---- in the child ---- */

static struct rtnl rtnl;

/* libnl tells ENOENT, EOPNOTSUPP and others apart by words only; what matters is whether it works. */
static int result(int code)
{
	return code < 0 ? (code == -NLE_PERM ? EPERM : EOPNOTSUPP) : 0;
}

static int try_link(struct nl_sock *sock, struct rtnl_link *link, const char *name)
{
	int r;

	if (!link)
		return ENOMEM;
	rtnl.link_set_name(link, name);
	r = rtnl.link_add(sock, link, NLM_F_CREATE | NLM_F_EXCL);
	rtnl.link_put(link);
	return result(r);
}

static int try_qdisc(struct nl_sock *sock, const char *kind)
{
	struct rtnl_qdisc *qdisc = rtnl.qdisc_alloc();
	int r;

	if (!qdisc)
		return ENOMEM;
	/* lo is in every network, and always the first. */
	rtnl.tc_set_ifindex(TC_CAST(qdisc), 1);
	rtnl.tc_set_parent(TC_CAST(qdisc), TC_H_ROOT);
	r = rtnl.tc_set_kind(TC_CAST(qdisc), kind);
	if (r == 0 && strcmp(kind, "tbf") == 0) {
		rtnl.qdisc_tbf_set_rate(qdisc, 125000, 4096, 0);
		rtnl.qdisc_tbf_set_limit(qdisc, 16384);
	}
	if (r == 0)
		r = rtnl.qdisc_add(sock, qdisc, NLM_F_CREATE | NLM_F_REPLACE);
	rtnl.qdisc_put(qdisc);
	return result(r);
}

static bool is_on(const char *path)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	char value = '0';

	return fd >= 0 && read(fd, &value, 1) == 1 && value != '0';
}

static void try_all(struct netprobe_result *ret)
{
	const struct nftchain nat = {.table = "probe",
				     .name = "probe",
				     .type = "nat",
				     .hook = NF_INET_POST_ROUTING,
				     .priority = 100,
				     .policy = NF_ACCEPT};
	struct nl_sock *sock = nl_socket_alloc();

	if (!rtnl_load(&rtnl) || unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0 || !sock ||
	    nl_connect(sock, NETLINK_ROUTE) < 0)
		return;
	ret->tried = true;
	ret->bridges_filter = is_on("/proc/sys/net/bridge/bridge-nf-call-iptables");
	ret->forwards = is_on("/proc/sys/net/ipv4/ip_forward");
	ret->errnum[NETPROBE_VETH] = try_link(sock, rtnl.link_veth_alloc(), "probe");
	ret->errnum[NETPROBE_BRIDGE] = try_link(sock, rtnl.link_bridge_alloc(), "bridge");
	ret->errnum[NETPROBE_TBF] = try_qdisc(sock, "tbf");
	ret->errnum[NETPROBE_HTB] = try_qdisc(sock, "htb");
	ret->errnum[NETPROBE_NAT] = -nftchain_add(&nat);
}

/* ---- the caller's side ---- */

void netprobe(struct netprobe_result *ret)
{
	struct netprobe_result *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
					      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	memset(ret, 0, sizeof(*ret));
	if (shared == MAP_FAILED)
		return;
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)alarm(DEADLINE);
		try_all(shared);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	*ret = *shared;
	(void)munmap(shared, sizeof(*shared));
}
