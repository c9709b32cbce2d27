#define _GNU_SOURCE
#include "common/netmodel_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <stdlib.h>
#include <string.h>

int net_socket(int protocol, struct nl_sock **ret)
{
	struct nl_sock *sock = nl_socket_alloc();
	int r;

	if (!sock)
		return -ENOMEM;
	r = nl_connect(sock, protocol);
	if (r < 0) {
		nl_socket_free(sock);
		return r == -NLE_PROTO_MISMATCH ? -EPROTONOSUPPORT : -EIO;
	}
	nl_socket_disable_auto_ack(sock);
	*ret = sock;
	return 0;
}

/* libnl numbers errors its own way; only what is told apart here is turned back. */
static int as_errno(int error)
{
	switch (-error) {
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_OPNOTSUPP:
		return -EOPNOTSUPP;
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_NODEV:
		return -ENODEV;
	case NLE_DUMP_INTR:
		return -EINTR;
	default:
		return -EIO;
	}
}

static int ask(struct nl_sock *sock, int type, int flags, const void *header, size_t len,
	       net_callback *each, void *arg)
{
	int r;

	(void)nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, each, arg);
	r = nl_send_simple(sock, type, flags, (void *)(uintptr_t)header, len);
	if (r >= 0)
		r = nl_recvmsgs_default(sock);
	return r < 0 ? as_errno(r) : 0;
}

int net_dump(struct nl_sock *sock, int type, const void *header, size_t len, net_callback *each,
	     void *arg)
{
	return ask(sock, type, NLM_F_DUMP, header, len, each, arg);
}

struct net_link *net_link_by_index(const struct net_space *space, int index)
{
	for (size_t i = 0; i < space->n_links; i++)
		if (space->links[i].index == index)
			return &space->links[i];
	return NULL;
}

static char *name_of(const char *name)
{
	struct strbuf text = STRBUF_INIT;

	net_name_add(&text, name, strlen(name));
	return strbuf_steal(&text);
}

static char *mac_of(const struct nlattr *attr)
{
	struct strbuf text = STRBUF_INIT;
	const unsigned char *bytes = attr ? nla_data(attr) : NULL;
	int len = attr ? nla_len(attr) : 0;

	for (int i = 0; i < len && i < 32; i++)
		strbuf_addf(&text, "%s%02x", i ? ":" : "", bytes[i]);
	return strbuf_steal(&text);
}

/* ---- links ---- */

struct link_dump {
	struct net_reading *reading;
	size_t at;
	struct net_masters {
		int link, master;
	} * masters;
	size_t n_masters;
};

static char *kind_of(const struct ifinfomsg *info, struct nlattr *linkinfo)
{
	struct nlattr *inner[IFLA_INFO_MAX + 1];

	if (linkinfo && nla_parse_nested(inner, IFLA_INFO_MAX, linkinfo, NULL) == 0 &&
	    inner[IFLA_INFO_KIND])
		return name_of(nla_get_string(inner[IFLA_INFO_KIND]));
	return xstrdup(info->ifi_flags & IFF_LOOPBACK ? "loopback" : "device");
}

/* By the carrier: operstate follows it up to a second later (Linux net/core/link_watch.c). */
static enum net_state state_of(const struct ifinfomsg *info, struct nlattr *const *attr)
{
	if (!(info->ifi_flags & IFF_UP))
		return NET_DOWN;
	return attr[IFLA_CARRIER] && !nla_get_u8(attr[IFLA_CARRIER]) ? NET_NO_CARRIER : NET_UP;
}

static void count(struct net_link *link, const struct nlattr *attr)
{
	struct rtnl_link_stats64 stats = {0};
	size_t len = (size_t)nla_len(attr);

	/* Not aligned in the message, and longer on newer kernels. */
	memcpy(&stats, nla_data(attr), len < sizeof(stats) ? len : sizeof(stats));
	link->has_counters = true;
	link->counters = (struct net_counters){
		.rx_packets = stats.rx_packets,
		.tx_packets = stats.tx_packets,
		.rx_bytes = stats.rx_bytes,
		.tx_bytes = stats.tx_bytes,
		.rx_dropped = stats.rx_dropped,
		.tx_dropped = stats.tx_dropped,
	};
}

static void note_end(struct link_dump *dump, int link, struct nlattr *const *attr)
{
	struct net_reading *reading = dump->reading;
	int peer = attr[IFLA_LINK] ? (int)nla_get_u32(attr[IFLA_LINK]) : 0;

	if (peer <= 0)
		return;
	reading->ends = xreallocarray(reading->ends, reading->n_ends + 1, sizeof(reading->ends[0]));
	reading->ends[reading->n_ends++] = (struct net_end){
		.space = dump->at,
		.link = link,
		.nsid = attr[IFLA_LINK_NETNSID] ? nla_get_s32(attr[IFLA_LINK_NETNSID]) : -1,
		.peer_space = attr[IFLA_LINK_NETNSID] ? NET_NOWHERE : dump->at,
		.peer = peer,
	};
}

static int take_link(struct nl_msg *msg, void *arg)
{
	struct link_dump *dump = arg;
	struct net_space *space = &dump->reading->model->spaces[dump->at];
	const struct ifinfomsg *info = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attr[IFLA_MAX + 1];
	struct net_link *link;

	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(nlmsg_hdr(msg), sizeof(*info), attr, IFLA_MAX, NULL) < 0 ||
	    !attr[IFLA_IFNAME])
		return NL_SKIP;
	if (space->n_links == NETMODEL_LINKS_MAX) {
		space->hidden_links++;
		return NL_OK;
	}
	space->links = xreallocarray(space->links, space->n_links + 1, sizeof(space->links[0]));
	link = &space->links[space->n_links++];
	*link = (struct net_link){
		.index = info->ifi_index,
		.name = name_of(nla_get_string(attr[IFLA_IFNAME])),
		.kind = kind_of(info, attr[IFLA_LINKINFO]),
		.mac = mac_of(info->ifi_flags & IFF_LOOPBACK ? NULL : attr[IFLA_ADDRESS]),
		.admin_up = info->ifi_flags & IFF_UP,
		.state = state_of(info, attr),
		.mtu = attr[IFLA_MTU] ? nla_get_u32(attr[IFLA_MTU]) : 0,
	};
	if (attr[IFLA_STATS64])
		count(link, attr[IFLA_STATS64]);
	note_end(dump, link->index, attr);
	if (attr[IFLA_MASTER]) {
		dump->masters =
			xreallocarray(dump->masters, dump->n_masters + 1, sizeof(dump->masters[0]));
		dump->masters[dump->n_masters++] =
			(struct net_masters){link->index, (int)nla_get_u32(attr[IFLA_MASTER])};
	}
	return NL_OK;
}

static int by_index(const void *a, const void *b)
{
	const struct net_link *left = a, *right = b;
	int left_lo = strcmp(left->kind, "loopback") != 0;
	int right_lo = strcmp(right->kind, "loopback") != 0;

	return left_lo != right_lo ? left_lo - right_lo : left->index - right->index;
}

static void name_masters(const struct link_dump *dump)
{
	struct net_space *space = &dump->reading->model->spaces[dump->at];

	for (size_t i = 0; i < dump->n_masters; i++) {
		struct net_link *link = net_link_by_index(space, dump->masters[i].link);
		const struct net_link *master = net_link_by_index(space, dump->masters[i].master);

		if (link && master)
			link->master = xstrdup(master->name);
	}
}

int net_read_links(struct net_reading *reading, size_t at, struct nl_sock *sock)
{
	struct link_dump dump = {.reading = reading, .at = at};
	const struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
	struct net_space *space = &reading->model->spaces[at];
	int r = net_dump(sock, RTM_GETLINK, &info, sizeof(info), take_link, &dump);

	if (space->n_links)
		qsort(space->links, space->n_links, sizeof(space->links[0]), by_index);
	name_masters(&dump);
	free(dump.masters);
	return r;
}

/* ---- the other end ---- */

static int take_nsid(struct nl_msg *msg, void *arg)
{
	struct nlattr *attr[NETNSA_MAX + 1];
	int *nsid = arg;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(struct rtgenmsg), attr, NETNSA_MAX, NULL) == 0 &&
	    attr[NETNSA_NSID])
		*nsid = nla_get_s32(attr[NETNSA_NSID]);
	return NL_OK;
}

/* How the namespace joined numbers another; -1: not at all. */
static int nsid_of(struct nl_sock *sock, int fd)
{
	struct {
		struct rtgenmsg header;
		char padding[NLMSG_ALIGN(sizeof(struct rtgenmsg)) - sizeof(struct rtgenmsg)];
		struct nlattr attr;
		uint32_t fd;
	} request = {
		.header = {.rtgen_family = AF_UNSPEC},
		.attr = {.nla_len = NLA_HDRLEN + sizeof(uint32_t), .nla_type = NETNSA_FD},
		.fd = (uint32_t)fd,
	};
	int nsid = -1;

	return ask(sock, RTM_GETNSID, 0, &request, sizeof(request), take_nsid, &nsid) < 0 ? -1
											  : nsid;
}

void net_locate_ends(struct net_reading *reading, size_t at, struct nl_sock *sock)
{
	size_t missing = 0;

	for (size_t i = 0; i < reading->n_ends; i++)
		missing += reading->ends[i].space == at && reading->ends[i].nsid >= 0;
	for (size_t s = 0; missing && s < reading->sources->n; s++) {
		int nsid = nsid_of(sock, reading->sources->list[s].fd);

		for (size_t i = 0; nsid >= 0 && i < reading->n_ends; i++) {
			struct net_end *end = &reading->ends[i];

			if (end->space == at && end->nsid == nsid &&
			    end->peer_space == NET_NOWHERE) {
				end->peer_space = s;
				missing--;
			}
		}
	}
}

void net_resolve_ends(struct net_reading *reading)
{
	struct netmodel *model = reading->model;

	for (size_t i = 0; i < reading->n_ends; i++) {
		const struct net_end *end = &reading->ends[i];
		const struct net_space *there =
			end->peer_space < model->n_spaces ? &model->spaces[end->peer_space] : NULL;
		struct net_link *link = net_link_by_index(&model->spaces[end->space], end->link);
		const struct net_link *peer = there ? net_link_by_index(there, end->peer) : NULL;

		if (!link)
			continue;
		link->peer = peer ? NET_PEER_KNOWN : NET_PEER_UNKNOWN;
		if (peer) {
			link->peer_space = xstrdup(there->name);
			link->peer_link = xstrdup(peer->name);
		}
	}
}

/* ---- what a bridge has learned ---- */

static int take_fdb(struct nl_msg *msg, void *arg)
{
	const struct ndmsg *entry = nlmsg_data(nlmsg_hdr(msg));
	struct net_space *space = arg;
	struct nlattr *attr[NDA_MAX + 1];
	struct net_link *bridge;
	const struct net_link *port;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*entry), attr, NDA_MAX, NULL) < 0 ||
	    entry->ndm_state & (NUD_PERMANENT | NUD_NOARP) || entry->ndm_flags & NTF_SELF ||
	    !attr[NDA_LLADDR] || !attr[NDA_MASTER])
		return NL_SKIP;
	bridge = net_link_by_index(space, (int)nla_get_u32(attr[NDA_MASTER]));
	port = net_link_by_index(space, entry->ndm_ifindex);
	if (!bridge || !port || bridge->n_fdb == NETMODEL_LINKS_MAX)
		return NL_SKIP;
	bridge->fdb = xreallocarray(bridge->fdb, bridge->n_fdb + 1, sizeof(bridge->fdb[0]));
	bridge->fdb[bridge->n_fdb++] =
		(struct net_fdb){.mac = mac_of(attr[NDA_LLADDR]), .port = xstrdup(port->name)};
	return NL_OK;
}

int net_read_fdb(struct net_space *space, struct nl_sock *sock)
{
	const struct ndmsg header = {.ndm_family = AF_BRIDGE};

	for (size_t i = 0; i < space->n_links; i++)
		if (!strcmp(space->links[i].kind, "bridge"))
			return net_dump(sock, RTM_GETNEIGH, &header, sizeof(header), take_fdb,
					space);
	return 0;
}

/* ---- ip_forward ---- */

static int take_netconf(struct nl_msg *msg, void *arg)
{
	struct nlattr *attr[NETCONFA_MAX + 1];
	struct net_space *space = arg;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(struct netconfmsg), attr, NETCONFA_MAX, NULL) == 0 &&
	    attr[NETCONFA_FORWARDING])
		space->forwarding = nla_get_s32(attr[NETCONFA_FORWARDING]) != 0;
	return NL_OK;
}

/* The switch "all", which is the same as ip_forward (Linux net/ipv4/devinet.c). */
void net_read_forwarding(struct net_space *space, struct nl_sock *sock)
{
	struct {
		struct netconfmsg header;
		char padding[NLMSG_ALIGN(sizeof(struct netconfmsg)) - sizeof(struct netconfmsg)];
		struct nlattr attr;
		int32_t index;
	} request = {
		.header = {.ncm_family = AF_INET},
		.attr = {.nla_len = NLA_HDRLEN + sizeof(int32_t), .nla_type = NETCONFA_IFINDEX},
		.index = NETCONFA_IFINDEX_ALL,
	};

	(void)ask(sock, RTM_GETNETCONF, 0, &request, sizeof(request), take_netconf, space);
}
