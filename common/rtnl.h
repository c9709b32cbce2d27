/*
 * What is used of libnl-route-3, loaded where links are made. See common/library.h; to list
 * what is there takes libnl-3 alone (common/netmodel.h).
 */
#ifndef NSLAB_COMMON_RTNL_H
#define NSLAB_COMMON_RTNL_H

#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/tbf.h>
#include <netlink/route/tc.h>
#include <stdbool.h>

/* rtnl_NAME() as the library documents it. */
struct rtnl {
	__typeof__(rtnl_addr_add) *addr_add;
	__typeof__(rtnl_addr_alloc) *addr_alloc;
	__typeof__(rtnl_addr_put) *addr_put;
	__typeof__(rtnl_addr_set_ifindex) *addr_set_ifindex;
	__typeof__(rtnl_addr_set_local) *addr_set_local;
	__typeof__(rtnl_link_add) *link_add;
	__typeof__(rtnl_link_alloc) *link_alloc;
	__typeof__(rtnl_link_bridge_alloc) *link_bridge_alloc;
	__typeof__(rtnl_link_change) *link_change;
	__typeof__(rtnl_link_get_ifindex) *link_get_ifindex;
	__typeof__(rtnl_link_get_kernel) *link_get_kernel;
	__typeof__(rtnl_link_get_operstate) *link_get_operstate;
	__typeof__(rtnl_link_inet6_set_addr_gen_mode) *link_inet6_set_addr_gen_mode;
	__typeof__(rtnl_link_put) *link_put;
	__typeof__(rtnl_link_set_flags) *link_set_flags;
	__typeof__(rtnl_link_set_name) *link_set_name;
	__typeof__(rtnl_link_set_ns_fd) *link_set_ns_fd;
	__typeof__(rtnl_link_veth_alloc) *link_veth_alloc;
	__typeof__(rtnl_link_veth_get_peer) *link_veth_get_peer;
	__typeof__(rtnl_qdisc_add) *qdisc_add;
	__typeof__(rtnl_qdisc_alloc) *qdisc_alloc;
	__typeof__(rtnl_qdisc_put) *qdisc_put;
	__typeof__(rtnl_qdisc_tbf_set_limit) *qdisc_tbf_set_limit;
	__typeof__(rtnl_qdisc_tbf_set_rate) *qdisc_tbf_set_rate;
	__typeof__(rtnl_tc_set_ifindex) *tc_set_ifindex;
	__typeof__(rtnl_tc_set_kind) *tc_set_kind;
	__typeof__(rtnl_tc_set_parent) *tc_set_parent;
};

/** Load it; it stays loaded. False where it, or a function of it, is not here. */
bool rtnl_load(struct rtnl *ret);

#endif
