/*
 * What this kernel offers for networks of one's own, tried in a throw-away network
 * namespace: kinds of links, shaping, filtering. Like machine_probe() it changes nothing
 * and leaves nothing behind; a module that is needed may be loaded, as for whoever uses it.
 *
 * Sources: network_namespaces(7), veth(4), tc-tbf(8), tc-htb(8), nft(8).
 */
#ifndef NSLAB_COMMON_NETPROBE_H
#define NSLAB_COMMON_NETPROBE_H

#include <stdbool.h>

enum netprobe {
	NETPROBE_VETH,	 /* a pair of veth links */
	NETPROBE_BRIDGE, /* a bridge */
	NETPROBE_TBF,	 /* the qdisc tbf on a link */
	NETPROBE_HTB,
	NETPROBE_NAT, /* nf_tables, with a chain that translates addresses */
	NETPROBES,
};

struct netprobe_result {
	bool tried;	       /* a network namespace could be made */
	int errnum[NETPROBES]; /* 0 works, a positive errno */
	bool bridges_filter;   /* bridged packets pass iptables in new networks (br_netfilter) */
	bool forwards;	       /* new networks forward from the start, as this machine does */
};

/** "veth links", and the option of the kernel's configuration that it is: "CONFIG_VETH". */
const char *netprobe_name(enum netprobe probe);
const char *netprobe_option(enum netprobe probe);

/** Try all, in a child that is gone afterwards. */
void netprobe(struct netprobe_result *ret);

#endif
