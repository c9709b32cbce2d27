#include "common/rtnl.h"

#include "common/library.h"

/* The interface of libnl 3; the bare name is there where development files are. */
static const char *const files[] = {"libnl-route-3.so.200", "libnl-route-3.so", NULL};

#define ROW(name)                                          \
	{                                                  \
		offsetof(struct rtnl, name), "rtnl_" #name \
	}

static const struct library_function functions[] = {
	ROW(addr_add),
	ROW(addr_alloc),
	ROW(addr_put),
	ROW(addr_set_ifindex),
	ROW(addr_set_local),
	ROW(link_add),
	ROW(link_alloc),
	ROW(link_bridge_alloc),
	ROW(link_change),
	ROW(link_get_ifindex),
	ROW(link_get_kernel),
	ROW(link_get_operstate),
	ROW(link_inet6_set_addr_gen_mode),
	ROW(link_put),
	ROW(link_set_flags),
	ROW(link_set_name),
	ROW(link_set_ns_fd),
	ROW(link_veth_alloc),
	ROW(link_veth_get_peer),
	ROW(qdisc_add),
	ROW(qdisc_alloc),
	ROW(qdisc_put),
	ROW(qdisc_tbf_set_limit),
	ROW(qdisc_tbf_set_rate),
	ROW(tc_set_ifindex),
	ROW(tc_set_kind),
	ROW(tc_set_parent),
};

bool rtnl_load(struct rtnl *ret)
{
	return library_load(files, functions, sizeof(functions) / sizeof(*functions), ret);
}
