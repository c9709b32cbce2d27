/*
 * How a namespace is read, for netmodel*.c alone. In the child that has joined it.
 */
#ifndef NSLAB_COMMON_NETMODEL_INTERNAL_H
#define NSLAB_COMMON_NETMODEL_INTERNAL_H

#include "common/netmodel.h"

#include <netlink/msg.h>
#include <netlink/netlink.h>

/* A link's other end as the kernel tells it, until all namespaces are read. */
struct net_end {
	size_t space;	   /* index in the model */
	int link;	   /* interface number in it */
	int nsid;	   /* how that namespace numbers the other end's; -1: the same */
	size_t peer_space; /* index in the model, or NET_NOWHERE */
	int peer;	   /* interface number there */
};

#define NET_NOWHERE SIZE_MAX

struct net_reading {
	struct netmodel *model;
	const struct net_sources *sources;
	struct net_end *ends;
	size_t n_ends;
};

typedef int net_callback(struct nl_msg *msg, void *arg);

/** A socket of that family in the namespace joined. Returns 0 or -errno. */
int net_socket(int protocol, struct nl_sock **ret);

/** Dump: each message goes to the callback. Returns 0 or -errno. */
int net_dump(struct nl_sock *sock, int type, const void *header, size_t len, net_callback *each,
	     void *arg);

/** Read what belongs to the namespace joined into spaces[at]. */
int net_read_links(struct net_reading *reading, size_t at, struct nl_sock *sock);
int net_read_addresses(struct net_space *space, struct nl_sock *sock);
int net_read_routes(struct net_space *space, struct nl_sock *sock);
int net_read_fdb(struct net_space *space, struct nl_sock *sock);
int net_read_qdiscs(struct net_space *space, struct nl_sock *sock);
void net_read_forwarding(struct net_space *space, struct nl_sock *sock);

/** Ask the namespace joined, spaces[at], which of the sources its links' other ends are in. */
void net_locate_ends(struct net_reading *reading, size_t at, struct nl_sock *sock);

/** All are read: turn ends into the names of peers. */
void net_resolve_ends(struct net_reading *reading);

/** Read what translates and what drops, nf_tables and the legacy tables. Missing support is none. */
void net_read_nat(struct net_space *space);
void net_read_legacy_nat(struct net_space *space);

/** A link by interface number, or NULL. */
struct net_link *net_link_by_index(const struct net_space *space, int index);

/* A rule that translates, in parts; 0, "" or NULL where a rule has none. */
struct net_translation {
	const char *verb;      /* "masquerade", "snat", "dnat", "redirect" */
	char from[80], to[80]; /* what it matches: "10.0.0.0/24", "! 10.0.0.0/24" */
	char in[32], out[32];
	char target[64];
};

/** Add its sentence to a namespace. */
void net_nat_add(struct net_space *space, const struct net_translation *translation);

/** Append "ADDRESS" or "ADDRESS/PREFIX" (prefix < 0: without) of an AF_INET or AF_INET6 address. */
void net_address_text(char *to, size_t size, int family, const void *address, int prefix);

#endif
