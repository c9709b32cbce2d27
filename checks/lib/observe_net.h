/*
 * Networks: what is in a network namespace, who reaches whom, how much passes.
 * Probes are our own sockets, made in the namespaces by children that join them and
 * used from out here; nothing of the program's is run or believed.
 *
 *	observe_net.c         which namespace WHO means; what is in it; sockets and jobs there
 *	observe_net_reach.c   probes: ICMP, TCP and UDP, many at the same time
 *	observe_net_rows.c    which probes, and what they said
 *	observe_net_flow.c    throughput; HTTP
 *	observe_net_rules.c   what filters and translates, whoever made it
 *	observe_net_change.c  what a check changes: routes, addresses, firewalls
 *	observe_net_note.c    what the network was before the program, and is now
 *
 * WHO is a subject, "netns:NAME" (what /run/netns/NAME of outside pins) or "internet".
 * All net_do_*() are commands of the observer: words in, keys of the answer out.
 */
#ifndef NSLAB_CHECKS_OBSERVE_NET_H
#define NSLAB_CHECKS_OBSERVE_NET_H

#include "checks/lib/observe.h"

/** WHO's network namespace, the caller's. -ESRCH where there is none (any more). */
int net_open(struct session *session, const char *who, int *ret_fd, struct error *err);

/* What a child does in a network namespace: 0, or -errno. It only appends to `to`. */
typedef int net_job(void *data, struct strbuf *to);

/**
 * Have a child of ours join a network namespace, as root of the sandbox, and do a job
 * there; what it appends is appended to `to`. Returns what the job did, or -EIO.
 */
int net_inside(struct session *session, int netns, net_job *job, void *data, struct strbuf *to);

enum net_socket {
	NET_TCP,	   /* not connected */
	NET_TCP_LISTENING, /* on a port of the kernel's choice, every address */
	NET_UDP,
	NET_UDP_SERVER, /* the same, with IP_PKTINFO */
	NET_ICMP,	/* raw: sees what is delivered there */
	NET_ROUTE,	/* rtnetlink */
};

#define NET_SOCKETS_MAX 200

/** Sockets of a network namespace, non-blocking, the caller's. All or none. */
int net_sockets(struct session *session, int netns, const enum net_socket *kinds, size_t n,
		int *ret_fds, struct error *err);

/** read_net WHO...: into the array net. */
int net_do_read(struct session *session, char **words, struct strbuf *to, struct error *err);

/** reach FROM TO ADDRESS PROTO: "reached" (0, 1), "source", "why". */
int net_do_reach(struct session *session, char **words, struct strbuf *to, struct error *err);

/** matrix "FROM TO ADDRESS yes|no"...: "row" (the first that is not so; empty: none), "proto", "source", "why". */
int net_do_matrix(struct session *session, char **words, struct strbuf *to, struct error *err);

/** throughput FROM TO ADDRESS: "kbit". */
int net_do_throughput(struct session *session, char **words, struct strbuf *to, struct error *err);

/** fetch FROM URL: "http" (status, "-"), "body". */
int net_do_fetch(struct session *session, char **words, struct strbuf *to, struct error *err);

/** listening WHO: "listening", lines "tcp 0.0.0.0:8000". */
int net_do_listening(struct session *session, char **words, struct strbuf *to, struct error *err);

/** seen_by_internet: "seen", lines "icmp 198.51.100.2 3", the latest first. */
int net_do_seen(struct session *session, char **words, struct strbuf *to, struct error *err);

/** rules WHO: "rules", lines "TABLE CHAIN RULE". */
int net_do_rules(struct session *session, char **words, struct strbuf *to, struct error *err);

/** Append WHO's rules as lines, each with a newline; nothing where there are none. */
int net_rules(struct session *session, int netns, struct strbuf *to);

/** add_route WHO PREFIX GATEWAY; add_address WHO LINK ADDRESS/PREFIX: "done" (0, 1). */
int net_do_add_route(struct session *session, char **words, struct strbuf *to, struct error *err);
int net_do_add_address(struct session *session, char **words, struct strbuf *to, struct error *err);

/** forward_drop; bridge_filtered: "filtered" (0: this kernel has no such switch, 1). */
int net_do_forward_drop(struct session *session, char **words, struct strbuf *to,
			struct error *err);
int net_do_bridge_filtered(struct session *session, char **words, struct strbuf *to,
			   struct error *err);

/** Remember what the network is, before the program runs. */
void net_note(struct session *session);
void net_note_free(struct session *session);

/** network_changes MS: wait until nothing has changed; "added", "removed": what still has. */
int net_do_changes(struct session *session, char **words, struct strbuf *to, struct error *err);

/** draw: "drawing", the network as it is in one line of JSON; empty while no program is up. */
int net_do_draw(struct session *session, char **words, struct strbuf *to, struct error *err);

#endif
