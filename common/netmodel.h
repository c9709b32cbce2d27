/*
 * A set of network namespaces as one picture: who is linked to whom, what is up,
 * which addresses, routes, translation and shaping there are, how much has passed.
 *
 *	netmodel_find()  which namespaces   (of a sandbox)        netmodel_find.c
 *	netmodel_read()  what is in them    (rtnetlink, nf_tables) netmodel_read.c
 *	netmodel_json()  "nslab/net/v1"     there and back         netmodel_json.c
 *
 * A network namespace lives as long as a socket in it, so nothing is kept open
 * between two looks: what a program ends has ended. Reading is done by a child that
 * joins one namespace after the other; the caller stays where it is.
 *
 * All texts are harmless for a terminal and for JSON: bytes of a name that are not are
 * written "\xNN".
 *
 * Sources: rtnetlink(7), netlink(7), network_namespaces(7), veth(4),
 * linux/if_link.h, linux/netfilter/nf_tables.h.
 */
#ifndef NSLAB_COMMON_NETMODEL_H
#define NSLAB_COMMON_NETMODEL_H

#include "common/error.h"
#include "common/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NETMODEL_SCHEMA "nslab/net/v1"

/* More than these are counted, not kept. */
#define NETMODEL_SPACES_MAX 128
#define NETMODEL_LINKS_MAX  256 /* of one namespace; so for each list below */

/* ---- the picture ---- */

enum net_state {
	NET_DOWN,	/* nobody has set it up */
	NET_NO_CARRIER, /* set up, but nothing is at the other end, or that is down */
	NET_UP,
};

/** "down", "no-carrier", "up". */
const char *net_state_name(enum net_state state);

/* Where the other end of a veth (or the lower link of a macvlan ...) is. */
enum net_peer {
	NET_PEER_NONE,
	NET_PEER_KNOWN,	  /* space and link name it */
	NET_PEER_UNKNOWN, /* in a namespace that was not read */
};

struct net_counters {
	uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes, rx_dropped, tx_dropped;
};

/* A queueing discipline that somebody made; those that every link begins with are left out. */
struct net_qdisc {
	char *kind;	/* "tbf" */
	char *handle;	/* "1:" */
	char *parent;	/* "root", or "1:1" */
	uint64_t rate;	/* bit/s, 0: none; of htb the highest of its classes */
	uint64_t burst; /* bytes of a tbf's bucket, 0: none */
	uint64_t delay_us;
};

/* An address that a bridge has learned. */
struct net_fdb {
	char *mac;
	char *port;
};

struct net_link {
	int index; /* 0: not told (a saved model) */
	char *name;
	char *kind;   /* "loopback", "veth", "bridge", "dummy" ...; "device": real hardware */
	char *mac;    /* "" : none */
	char *master; /* the bridge it is a port of, or NULL */
	bool admin_up;
	enum net_state state;
	unsigned mtu;
	enum net_peer peer;
	char *peer_space; /* name of a namespace, or NULL */
	char *peer_link;
	char **addresses; /* "10.0.0.1/24", sorted, IPv4 first; without link-local ones */
	size_t n_addresses;
	struct net_qdisc *qdiscs; /* root first */
	size_t n_qdiscs;
	struct net_fdb *fdb; /* of a bridge */
	size_t n_fdb;
	bool has_counters;
	struct net_counters counters;
};

struct net_route {
	char *to;  /* "default", "10.0.0.0/24" */
	char *via; /* or NULL */
	char *dev; /* or NULL */
};

struct net_space {
	char *name;
	ino_t inode;		/* 0: not told */
	char *trouble;		/* why nothing could be read, or NULL */
	int forwarding;		/* ip_forward: 0 or 1, -1 not told */
	struct net_link *links; /* loopback first, then as they were made */
	size_t n_links;
	struct net_route *routes; /* main tables, unicast; default ones first */
	size_t n_routes;
	char **nat; /* "masquerade from 10.0.0.0/24 out uplink", in the rules' order */
	size_t n_nat;
	bool forward_drop;   /* some chain for forwarded packets drops what no rule accepts */
	size_t hidden_links; /* beyond NETMODEL_LINKS_MAX */
};

struct netmodel {
	struct net_space *spaces;
	size_t n_spaces;
	size_t hidden_spaces; /* beyond NETMODEL_SPACES_MAX */
};

void netmodel_free(struct netmodel *model);

#define cleanup_netmodel __attribute__((cleanup(netmodel_free)))

/** A namespace by name or inode; NULL: none. */
struct net_space *netmodel_space(const struct netmodel *model, const char *name);
struct net_space *netmodel_space_by_inode(const struct netmodel *model, ino_t inode);

/** A link of a namespace by name; NULL: none. */
struct net_link *net_space_link(const struct net_space *space, const char *name);

/** A link's other end, where it is known and in the model; *ret_space may be NULL. */
struct net_link *netmodel_peer(const struct netmodel *model, const struct net_link *link,
			       struct net_space **ret_space);

/**
 * Move the namespaces of another model here. Where suffix is not NULL it is added to their names, so that
 * they are not those of others.
 */
void netmodel_take(struct netmodel *model, struct netmodel *other, const char *suffix);

/** "default via 10.0.0.1 dev eth0"; appended. */
void net_route_add(struct strbuf *to, const struct net_route *route);

/** Append a kernel's name as text: what is not harmless becomes \xNN. At most NET_NAME_MAX bytes. */
#define NET_NAME_MAX 128
void net_name_add(struct strbuf *to, const char *name, size_t len);

/* ---- reading ---- */

/* A namespace to read, and what to call it. */
struct net_source {
	char *name; /* made unique and harmless by netmodel_read() */
	int fd;	    /* an nsfs file */
	ino_t inode;
};

struct net_sources {
	struct net_source *list;
	size_t n;
	size_t hidden; /* that were added beyond NETMODEL_SPACES_MAX; some may be the same */
};

void net_sources_free(struct net_sources *sources);

#define cleanup_net_sources __attribute__((cleanup(net_sources_free)))

/**
 * Add a namespace under a name (copied) unless its inode is there, or there are too many. Takes fd
 * over. Returns whether it was added.
 */
bool net_sources_add(struct net_sources *sources, const char *name, int fd);

/**
 * Read namespaces, those that own others' first. They may belong to the caller's user namespace
 * or to one below it that the caller may join, and to what is below that: one sandbox. Order
 * and names are the sources'. What one namespace refuses is its `trouble`; fails only where
 * nothing can be read at all. Takes at most timeout_ms. Nothing stays open.
 */
int netmodel_read(const struct net_sources *sources, int timeout_ms, struct netmodel *ret,
		  struct error *err);

/**
 * The network namespaces of a sandbox, by its init: "sandbox" first, then "internet" (owned by the
 * sandbox's user namespace and held by a process outside of its PID namespace), those bound below
 * /run/netns of any mount namespace in it by their name, and those that only processes or other
 * mounts hold, named "COMMAND PID" (as the sandbox's init sees it) or by the mount's path.
 * procfd: a procfs that shows init.
 */
int netmodel_find(int procfd, pid_t init, struct net_sources *ret, struct error *err);

/* ---- nslab/net/v1 ---- */

/* What is written; bits. */
enum netmodel_parts {
	NETMODEL_COUNTERS = 1 << 0,
	NETMODEL_IDS = 1 << 1,	  /* inodes, interface numbers, MACs: what is different each time */
	NETMODEL_INDENT = 1 << 2, /* for people; else one line */
};

/** Append as JSON. */
void netmodel_json_add(struct strbuf *to, const struct netmodel *model, unsigned parts);

/**
 * Parse. Members that are missing are "not told"; unknown ones are passed over. Names in it are
 * made harmless. On failure err says where the text is wrong.
 */
int netmodel_json_parse(const char *text, size_t len, struct netmodel *ret, struct error *err);

#endif
