/*
 * A network as a drawing in text: each namespace is a box, each pair of linked
 * interfaces a wire beside the boxes.
 *
 *	┌─ sandbox ──────────────────────┐
 *	│ lo         up                  │
 *	│ veth-blue  up  10.0.0.1/24     ├─┐
 *	└────────────────────────────────┘ │
 *	┌─ blue ─────────────────────────┐ │
 *	│ lo         down                │ │
 *	│ eth0       up  10.0.0.2/24     ├─┘
 *	│ default via 10.0.0.1 dev eth0  │
 *	└────────────────────────────────┘
 *
 * It never is wider than asked for. Where there is no room for a wire the link names its other end
 * instead ("-> blue eth0"); a wire that carries nothing, as one end is down, is dashed.
 * Of many namespaces or links the first are drawn and the others counted. Pure.
 */
#ifndef NSLAB_LAB_NET_DRAW_H
#define NSLAB_LAB_NET_DRAW_H

#include "common/netmodel.h"
#include "common/strbuf.h"

#include <stdbool.h>

#define NET_DRAW_MIN	40 /* narrower than this nothing can be drawn; it is drawn so wide then */
#define NET_DRAW_SPACES 20
#define NET_DRAW_LINKS	16 /* of one namespace */

enum net_charset { NET_UTF8, NET_ASCII };

struct net_look {
	unsigned width; /* columns, at most */
	enum net_charset charset;
	bool counters; /* packets received and sent, where they are known */
};

/** As the locale allows (nl_langinfo(3)). */
enum net_charset net_charset_here(void);

/** Append the drawing: lines, each with a newline. */
void net_draw(struct strbuf *to, const struct netmodel *model, const struct net_look *look);

/**
 * Append two drawings with a title each, beside one another where look->width has room for both,
 * else one above the other.
 */
void net_draw_pair(struct strbuf *to, const struct netmodel *expected,
		   const struct netmodel *observed, const struct net_look *look);

/**
 * The same of two saved networks (nslab/net/v1). EXPECTED may be NULL, or what can't be read: then
 * OBSERVED stands alone. Returns 0, or -EBADMSG where that can't be read.
 */
int net_draw_saved(struct strbuf *to, const char *expected, const char *observed,
		   const struct net_look *look);

/** Columns of a text (wcwidth(3)). */
unsigned net_columns(const char *text);

/** "10mbit" as tc(8) writes rates; appended. */
void net_rate_add(struct strbuf *to, uint64_t bits);

#endif
