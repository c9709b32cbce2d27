/*
 * Probes under way. Every namespace that takes part is a place with a listener for each
 * protocol; every row is tried by all protocols asked for, all at the same time, in one
 * loop. What tells probes apart is a number nobody else can know, in each packet.
 */
#ifndef NSLAB_CHECKS_OBSERVE_NET_REACH_H
#define NSLAB_CHECKS_OBSERVE_NET_REACH_H

#include "checks/lib/observe_net.h"

#include <netinet/in.h>

#define REACH_ROWS_MAX	 50
#define REACH_PLACES_MAX 16
#define REACH_ACCEPTED	 64
#define REACH_NUMBER	 16 /* bytes of the number in a probe */

enum reach_proto {
	REACH_ICMP,
	REACH_TCP,
	REACH_UDP,
	REACH_PROTOS,
};

extern const char *const reach_protos[REACH_PROTOS];

struct reach_place {
	const char *who;
	int netns;
	int icmp, tcp, udp; /* raw; listening; server */
	in_port_t tcp_port, udp_port;
	int accepted[REACH_ACCEPTED];
	size_t n_accepted;
};

enum reach_state {
	REACH_IDLE,	  /* to be tried (again) at `next` */
	REACH_CONNECTING, /* TCP */
	REACH_WAITING,	  /* for an answer */
	REACH_DONE,	  /* the answer has come, or never will */
};

/* One row by one protocol. */
struct reach_attempt {
	size_t row;
	enum reach_proto proto;
	struct reach_place *from, *to; /* NULL: gone */
	struct in_addr address;
	int fd; /* of from; -1 for ICMP, which has one for all */
	enum reach_state state;
	long long next;			    /* ms */
	unsigned char number[REACH_NUMBER]; /* in the question ... */
	unsigned char answer[REACH_NUMBER]; /* ... and in what `to` answers */
	uint16_t sent;
	bool seen;		 /* by `to` */
	bool answered;		 /* by anybody */
	struct in_addr source;	 /* where `to` saw it come from */
	const char *why;	 /* while it is not so */
	long long trouble_since; /* when an error first came, 0: none */
};

struct reach {
	struct reach_place places[REACH_PLACES_MAX];
	size_t n_places;
	struct reach_attempt attempts[REACH_ROWS_MAX * REACH_PROTOS];
	size_t n_attempts;
};

/**
 * Add one attempt (words: FROM TO ADDRESS); only once all are added may they be opened. Where
 * one of the networks is gone it is an attempt that reaches nobody.
 */
int reach_add(struct reach *reach, struct session *session, size_t row, const char *const words[3],
	      enum reach_proto proto, struct error *err);

/** Make every socket. */
int reach_open(struct reach *reach, struct session *session, struct error *err);

/** One turn; never blocks. */
void reach_step(struct reach *reach);

/** Has `to` got it, and `from` the answer? */
static inline bool reach_is_there(const struct reach_attempt *attempt)
{
	return attempt->answered && attempt->seen;
}

/** Why it is not there: "no answer", "unreachable", "refused", "answered by another". */
const char *reach_why(const struct reach_attempt *attempt);

void reach_close(struct reach *reach);

#endif
