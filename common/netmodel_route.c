#define _GNU_SOURCE
#include "common/netmodel_internal.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One tick of the packet scheduler (Linux include/net/pkt_sched.h, PSCHED_SHIFT). */
#define TICK_NS 64u

void net_address_text(char *to, size_t size, int family, const void *address, int prefix)
{
	char text[INET6_ADDRSTRLEN] = "?";

	(void)inet_ntop(family, address, text, sizeof(text));
	if (prefix < 0)
		(void)snprintf(to, size, "%s", text);
	else
		(void)snprintf(to, size, "%s/%d", text, prefix);
}

static bool is_address(const struct nlattr *attr, int family)
{
	return attr && nla_len(attr) == (family == AF_INET6 ? 16 : 4);
}

/* ---- addresses ---- */

static bool is_link_local(int family, const unsigned char *address)
{
	if (family == AF_INET6)
		return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
	return address[0] == 169 && address[1] == 254;
}

static int take_address(struct nl_msg *msg, void *arg)
{
	const struct ifaddrmsg *info = nlmsg_data(nlmsg_hdr(msg));
	const struct nlattr *address;
	struct nlattr *attr[IFA_MAX + 1];
	struct net_space *space = arg;
	struct net_link *link;
	char text[64];

	if (info->ifa_family != AF_INET && info->ifa_family != AF_INET6)
		return NL_SKIP;
	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*info), attr, IFA_MAX, NULL) < 0)
		return NL_SKIP;
	address = attr[IFA_LOCAL] ? attr[IFA_LOCAL] : attr[IFA_ADDRESS];
	link = net_link_by_index(space, (int)info->ifa_index);
	if (!link || !is_address(address, info->ifa_family) ||
	    is_link_local(info->ifa_family, nla_data(address)) ||
	    link->n_addresses == NETMODEL_LINKS_MAX)
		return NL_SKIP;
	net_address_text(text, sizeof(text), info->ifa_family, nla_data(address),
			 info->ifa_prefixlen);
	link->addresses =
		xreallocarray(link->addresses, link->n_addresses + 1, sizeof(link->addresses[0]));
	link->addresses[link->n_addresses++] = xstrdup(text);
	return NL_OK;
}

/* IPv4 first, then as numbers. */
static int compare_addresses(const char *a, const char *b)
{
	bool six_a = strchr(a, ':'), six_b = strchr(b, ':');

	return six_a != six_b ? (int)six_a - (int)six_b : strverscmp(a, b);
}

static int by_address(const void *a, const void *b)
{
	return compare_addresses(*(char *const *)a, *(char *const *)b);
}

int net_read_addresses(struct net_space *space, struct nl_sock *sock)
{
	const struct ifaddrmsg header = {.ifa_family = AF_UNSPEC};
	int r = net_dump(sock, RTM_GETADDR, &header, sizeof(header), take_address, space);

	for (size_t i = 0; i < space->n_links; i++)
		if (space->links[i].n_addresses)
			qsort(space->links[i].addresses, space->links[i].n_addresses,
			      sizeof(char *), by_address);
	return r;
}

/* ---- routes ---- */

static const char *const route_types[] = {
	[RTN_UNICAST] = "",
	[RTN_BLACKHOLE] = "blackhole ",
	[RTN_UNREACHABLE] = "unreachable ",
	[RTN_PROHIBIT] = "prohibit ",
};

static const char *type_of(const struct rtmsg *info)
{
	return info->rtm_type < sizeof(route_types) / sizeof(route_types[0])
		       ? route_types[info->rtm_type]
		       : NULL;
}

/* Where a route leads first. */
struct hop {
	int dev;
	const struct nlattr *gateway;
};

/* The first of several ways stands for all. */
static struct hop first_hop(struct nlattr *const *attr)
{
	const struct rtnexthop *next = attr[RTA_MULTIPATH] ? nla_data(attr[RTA_MULTIPATH]) : NULL;
	struct nlattr *inner[RTA_MAX + 1];
	struct hop hop = {attr[RTA_OIF] ? (int)nla_get_u32(attr[RTA_OIF]) : 0, attr[RTA_GATEWAY]};

	if (!next || nla_len(attr[RTA_MULTIPATH]) < (int)sizeof(*next) ||
	    next->rtnh_len > nla_len(attr[RTA_MULTIPATH]))
		return hop;
	hop.dev = next->rtnh_ifindex;
	if (nla_parse(inner, RTA_MAX, (struct nlattr *)RTNH_DATA(next),
		      next->rtnh_len - (int)RTNH_LENGTH(0), NULL) == 0)
		hop.gateway = inner[RTA_GATEWAY];
	return hop;
}

/* What a route is for: "default", "10.0.0.0/24"; NULL: every IPv6 link has one of these. */
static char *destination(const struct rtmsg *info, struct nlattr *to)
{
	char text[64];

	if (!is_address(to, info->rtm_family))
		return xasprintf("%sdefault", type_of(info));
	if (info->rtm_family == AF_INET6 &&
	    (is_link_local(AF_INET6, nla_data(to)) || *(unsigned char *)nla_data(to) == 0xff))
		return NULL;
	net_address_text(text, sizeof(text), info->rtm_family, nla_data(to), info->rtm_dst_len);
	return xasprintf("%s%s", type_of(info), text);
}

static int take_route(struct nl_msg *msg, void *arg)
{
	const struct rtmsg *info = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attr[RTA_MAX + 1];
	struct net_space *space = arg;
	struct net_route route = {NULL, NULL, NULL};
	const struct net_link *dev;
	struct hop hop;
	char text[64];
	uint32_t table;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*info), attr, RTA_MAX, NULL) < 0 ||
	    (info->rtm_family != AF_INET && info->rtm_family != AF_INET6))
		return NL_SKIP;
	table = attr[RTA_TABLE] ? nla_get_u32(attr[RTA_TABLE]) : info->rtm_table;
	if (table != RT_TABLE_MAIN || !type_of(info) || info->rtm_flags & RTM_F_CLONED ||
	    space->n_routes == NETMODEL_LINKS_MAX)
		return NL_SKIP;
	route.to = destination(info, attr[RTA_DST]);
	if (!route.to)
		return NL_SKIP;
	hop = first_hop(attr);
	if (is_address(hop.gateway, info->rtm_family)) {
		net_address_text(text, sizeof(text), info->rtm_family, nla_data(hop.gateway), -1);
		route.via = xstrdup(text);
	}
	dev = net_link_by_index(space, hop.dev);
	if (dev)
		route.dev = xstrdup(dev->name);
	space->routes = xreallocarray(space->routes, space->n_routes + 1, sizeof(space->routes[0]));
	space->routes[space->n_routes++] = route;
	return NL_OK;
}

static int by_route(const void *a, const void *b)
{
	const struct net_route *left = a, *right = b;
	bool default_left = !strcmp(left->to, "default");
	bool default_right = !strcmp(right->to, "default");
	int order;

	if (default_left != default_right)
		return (int)default_right - (int)default_left;
	order = compare_addresses(left->to, right->to);
	return order ? order : strcmp(left->dev ? left->dev : "", right->dev ? right->dev : "");
}

int net_read_routes(struct net_space *space, struct nl_sock *sock)
{
	const struct rtmsg header = {.rtm_family = AF_UNSPEC};
	int r = net_dump(sock, RTM_GETROUTE, &header, sizeof(header), take_route, space);

	if (space->n_routes)
		qsort(space->routes, space->n_routes, sizeof(space->routes[0]), by_route);
	return r;
}

/* ---- queues ---- */

static char *handle_text(uint32_t handle)
{
	if (handle == TC_H_ROOT)
		return xstrdup("root");
	if (handle == TC_H_INGRESS)
		return xstrdup("ingress");
	if (TC_H_MIN(handle))
		return xasprintf("%x:%x", TC_H_MAJ(handle) >> 16, TC_H_MIN(handle));
	return xasprintf("%x:", TC_H_MAJ(handle) >> 16);
}

/* Bytes a second from a rate that has 32 bits, and another attribute where that is not enough. */
static uint64_t rate_of(uint32_t rate, const struct nlattr *rate64)
{
	return rate64 && nla_len(rate64) >= (int)sizeof(uint64_t) ? nla_get_u64(rate64) : rate;
}

static void read_tbf(struct net_qdisc *qdisc, struct nlattr *options)
{
	struct nlattr *attr[TCA_TBF_MAX + 1];
	struct tc_tbf_qopt params;
	uint64_t rate;

	if (nla_parse_nested(attr, TCA_TBF_MAX, options, NULL) < 0 || !attr[TCA_TBF_PARMS] ||
	    nla_len(attr[TCA_TBF_PARMS]) < (int)sizeof(params))
		return;
	memcpy(&params, nla_data(attr[TCA_TBF_PARMS]), sizeof(params));
	rate = rate_of(params.rate.rate, attr[TCA_TBF_RATE64]);
	qdisc->rate = rate * 8;
	/* Told as the time that sending it takes; half a byte makes up for what was cut. */
	qdisc->burst = (uint64_t)((double)rate * params.buffer * TICK_NS / 1e9 + 0.5);
}

static void read_netem(struct net_qdisc *qdisc, struct nlattr *options)
{
	const int fixed = (int)NLA_ALIGN(sizeof(struct tc_netem_qopt));
	struct nlattr *attr[TCA_NETEM_MAX + 1];
	struct tc_netem_rate rate;

	if (nla_len(options) < fixed ||
	    nla_parse(attr, TCA_NETEM_MAX, (struct nlattr *)((char *)nla_data(options) + fixed),
		      nla_len(options) - fixed, NULL) < 0)
		return;
	if (attr[TCA_NETEM_LATENCY64])
		qdisc->delay_us = nla_get_u64(attr[TCA_NETEM_LATENCY64]) / 1000;
	if (attr[TCA_NETEM_RATE] && nla_len(attr[TCA_NETEM_RATE]) >= (int)sizeof(rate)) {
		memcpy(&rate, nla_data(attr[TCA_NETEM_RATE]), sizeof(rate));
		qdisc->rate = rate_of(rate.rate, attr[TCA_NETEM_RATE64]) * 8;
	}
}

static int take_qdisc(struct nl_msg *msg, void *arg)
{
	const struct tcmsg *info = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attr[TCA_MAX + 1];
	struct net_space *space = arg;
	struct net_qdisc *qdisc;
	struct net_link *link;
	struct strbuf kind = STRBUF_INIT;

	link = net_link_by_index(space, info->tcm_ifindex);
	/* The ones that every link begins with have no handle. */
	if (!link || !info->tcm_handle || link->n_qdiscs == NETMODEL_LINKS_MAX ||
	    nlmsg_parse(nlmsg_hdr(msg), sizeof(*info), attr, TCA_MAX, NULL) < 0 || !attr[TCA_KIND])
		return NL_SKIP;
	link->qdiscs = xreallocarray(link->qdiscs, link->n_qdiscs + 1, sizeof(link->qdiscs[0]));
	qdisc = &link->qdiscs[link->n_qdiscs++];
	net_name_add(&kind, nla_get_string(attr[TCA_KIND]), strlen(nla_get_string(attr[TCA_KIND])));
	*qdisc = (struct net_qdisc){
		.kind = strbuf_steal(&kind),
		.handle = handle_text(info->tcm_handle),
		.parent = handle_text(info->tcm_parent),
	};
	if (attr[TCA_OPTIONS] && !strcmp(qdisc->kind, "tbf"))
		read_tbf(qdisc, attr[TCA_OPTIONS]);
	else if (attr[TCA_OPTIONS] && !strcmp(qdisc->kind, "netem"))
		read_netem(qdisc, attr[TCA_OPTIONS]);
	return NL_OK;
}

static int take_class(struct nl_msg *msg, void *arg)
{
	struct nlattr *attr[TCA_MAX + 1], *inner[TCA_HTB_MAX + 1];
	struct net_qdisc *qdisc = arg;
	struct tc_htb_opt params;
	uint64_t rate;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(struct tcmsg), attr, TCA_MAX, NULL) < 0 ||
	    !attr[TCA_OPTIONS] ||
	    nla_parse_nested(inner, TCA_HTB_MAX, attr[TCA_OPTIONS], NULL) < 0 ||
	    !inner[TCA_HTB_PARMS] || nla_len(inner[TCA_HTB_PARMS]) < (int)sizeof(params))
		return NL_SKIP;
	memcpy(&params, nla_data(inner[TCA_HTB_PARMS]), sizeof(params));
	rate = rate_of(params.rate.rate, inner[TCA_HTB_RATE64]) * 8;
	if (rate > qdisc->rate)
		qdisc->rate = rate;
	return NL_OK;
}

static bool is_root(const struct net_qdisc *qdisc)
{
	return !strcmp(qdisc->parent, "root");
}

static int by_depth(const void *a, const void *b)
{
	const struct net_qdisc *left = a, *right = b;

	if (is_root(left) != is_root(right))
		return is_root(left) ? -1 : 1;
	return strverscmp(left->parent, right->parent);
}

int net_read_qdiscs(struct net_space *space, struct nl_sock *sock)
{
	struct tcmsg header = {.tcm_family = AF_UNSPEC};
	int r = net_dump(sock, RTM_GETQDISC, &header, sizeof(header), take_qdisc, space);

	for (size_t i = 0; r == 0 && i < space->n_links; i++) {
		struct net_link *link = &space->links[i];

		if (link->n_qdiscs)
			qsort(link->qdiscs, link->n_qdiscs, sizeof(link->qdiscs[0]), by_depth);
		header.tcm_ifindex = link->index;
		for (size_t k = 0; k < link->n_qdiscs; k++)
			if (!strcmp(link->qdiscs[k].kind, "htb"))
				(void)net_dump(sock, RTM_GETTCLASS, &header, sizeof(header),
					       take_class, &link->qdiscs[k]);
	}
	return r;
}
