#define _GNU_SOURCE
#include "lab/net/draw_internal.h"

#include "lab/screen/letter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(struct words *words, char *text)
{
	words->list = xreallocarray(words->list, words->n + 1, sizeof(words->list[0]));
	words->list[words->n++] = text;
}

void words_free(struct words *words)
{
	for (size_t i = 0; i < words->n; i++)
		free(words->list[i]);
	free(words->list);
	*words = (struct words){NULL, 0};
}

/* ---- columns ---- */

unsigned net_columns(const char *text)
{
	size_t len = strlen(text);
	unsigned columns = 0;

	while (len) {
		uint32_t letter;
		size_t n = letter_decode(text, len, &letter);
		int width = n ? letter_width(letter) : 1;

		if (!n)
			n = len;
		columns += width < 0 ? 1 : (unsigned)width;
		text += n;
		len -= n;
	}
	return columns;
}

/* One character, as it is or as what stands for it. Returns its columns. */
static unsigned letter_text(uint32_t letter, enum net_charset charset, char buf[8])
{
	int width = letter_width(letter);
	size_t n;

	if (charset == NET_ASCII) {
		(void)snprintf(buf, 8, "%s", letter_ascii(letter));
		return (unsigned)strlen(buf);
	}
	if (width < 0) {
		letter = LETTER_MALFORMED;
		width = 1;
	}
	n = letter_encode(letter, buf);
	buf[n] = '\0';
	return (unsigned)width;
}

unsigned net_text_add(struct strbuf *to, const char *text, unsigned columns,
		      enum net_charset charset)
{
	const char *more = charset == NET_ASCII ? "~" : "…";
	size_t len = strlen(text);
	size_t fits = to->len; /* where it can be cut with room for the sign */
	unsigned used = 0, used_at_fits = 0;

	while (len) {
		char buf[8];
		uint32_t letter;
		size_t n = letter_decode(text, len, &letter);
		unsigned width;

		if (!n) {
			letter = LETTER_MALFORMED;
			n = len;
		}
		width = letter_text(letter, charset, buf);
		if (used + width > columns) {
			to->len = fits;
			strbuf_adds(to, more);
			return used_at_fits + 1;
		}
		strbuf_adds(to, buf);
		used += width;
		if (used < columns) {
			fits = to->len;
			used_at_fits = used;
		}
		text += n;
		len -= n;
	}
	return used;
}

/* ---- a link ---- */

void net_rate_add(struct strbuf *to, uint64_t bits)
{
	static const struct {
		uint64_t unit;
		const char *name;
	} units[] = {{1000000000, "gbit"}, {1000000, "mbit"}, {1000, "kbit"}, {1, "bit"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		/* 1.5gbit, but 1500001kbit is not a round number of anything. */
		if (bits >= units[i].unit && bits * 10 % units[i].unit == 0) {
			strbuf_addf(to, "%llu", (unsigned long long)(bits / units[i].unit));
			if (bits % units[i].unit)
				strbuf_addf(to, ".%llu",
					    (unsigned long long)(bits * 10 / units[i].unit % 10));
			strbuf_adds(to, units[i].name);
			return;
		}
	}
	strbuf_adds(to, "0bit");
}

static void add_qdisc(struct words *words, const struct net_qdisc *qdisc)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, qdisc->kind);
	if (qdisc->rate) {
		strbuf_addc(&text, ' ');
		net_rate_add(&text, qdisc->rate);
	}
	if (qdisc->delay_us >= 1000)
		strbuf_addf(&text, " delay %llums", (unsigned long long)qdisc->delay_us / 1000);
	else if (qdisc->delay_us)
		strbuf_addf(&text, " delay %lluus", (unsigned long long)qdisc->delay_us);
	add(words, strbuf_steal(&text));
}

/* Five columns: 99999, 123k, 12M. */
static void add_count(struct strbuf *to, uint64_t count)
{
	static const char units[] = "kMGTPE";
	char text[32];
	size_t unit = 0;

	if (count < 100000) {
		strbuf_addf(to, "%5llu", (unsigned long long)count);
		return;
	}
	for (count /= 1000; count >= 10000; count /= 1000)
		unit++;
	(void)snprintf(text, sizeof(text), "%llu%c", (unsigned long long)count, units[unit]);
	strbuf_addf(to, "%5s", text);
}

static void add_counters(struct words *words, const struct net_counters *counters)
{
	uint64_t dropped = counters->rx_dropped + counters->tx_dropped;
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, "rx ");
	add_count(&text, counters->rx_packets);
	strbuf_adds(&text, " tx ");
	add_count(&text, counters->tx_packets);
	if (dropped) {
		strbuf_adds(&text, " dropped ");
		strbuf_addf(&text, "%llu", (unsigned long long)dropped);
	}
	add(words, strbuf_steal(&text));
}

static void add_peer(const struct drawing *drawing, const struct drawn_link *link,
		     struct words *words)
{
	const struct net_link *from = link->link;

	if (from->peer == NET_PEER_UNKNOWN)
		add(words, xstrdup("other end not in this picture"));
	else if (from->peer == NET_PEER_KNOWN && link->wire == NO_WIRE)
		add(words, xasprintf("%s %s %s", drawing->look->charset == NET_ASCII ? "->" : "→",
				     from->peer_space, from->peer_link));
}

static size_t learned(const struct drawn_link *link)
{
	const struct net_link *bridge =
		link->link->master ? net_space_link(link->space, link->link->master) : NULL;
	size_t n = 0;

	for (size_t i = 0; bridge && i < bridge->n_fdb; i++)
		n += !strcmp(bridge->fdb[i].port, link->link->name);
	return n;
}

/* Has nothing passed yet? */
static bool is_still(const struct net_counters *counters)
{
	return !counters->rx_packets && !counters->tx_packets;
}

void words_of_link(const struct drawing *drawing, const struct drawn_link *link, struct words *to)
{
	const struct net_link *from = link->link;
	bool is_lo = !strcmp(from->kind, "loopback");
	size_t n = learned(link);

	if (strcmp(from->kind, "veth") != 0 && !is_lo)
		add(to, xstrdup(from->kind));
	/* lo's are the same everywhere. */
	for (size_t i = 0; !is_lo && i < from->n_addresses; i++)
		add(to, xstrdup(from->addresses[i]));
	if (from->master && !link->depth)
		add(to, xasprintf("port of %s", from->master));
	add_peer(drawing, link, to);
	if (n)
		add(to, xasprintf("%zu MAC%s learned", n, n == 1 ? "" : "s"));
	for (size_t i = 0; i < from->n_qdiscs; i++)
		add_qdisc(to, &from->qdiscs[i]);
	if (drawing->look->counters && from->has_counters && !(is_lo && is_still(&from->counters)))
		add_counters(to, &from->counters);
}

/* ---- a namespace ---- */

static bool is_obvious(const struct net_route *route)
{
	/* What an address brings along. */
	return strcmp(route->to, "default") != 0 && !route->via && route->dev;
}

static size_t real_links(const struct net_space *space)
{
	size_t n = 0;

	for (size_t i = 0; i < space->n_links; i++)
		n += strcmp(space->links[i].kind, "loopback") != 0;
	return n;
}

void words_of_space(const struct drawing *drawing, const struct drawn_space *space,
		    struct words *to)
{
	const struct net_space *from = space->space;

	(void)drawing;
	if (from->trouble)
		add(to, xasprintf("it can't be looked into: %s", from->trouble));
	if (space->hidden)
		add(to,
		    xasprintf("and %zu more link%s", space->hidden, space->hidden == 1 ? "" : "s"));
	for (size_t i = 0; i < from->n_routes; i++) {
		struct strbuf text = STRBUF_INIT;

		if (is_obvious(&from->routes[i]))
			continue;
		net_route_add(&text, &from->routes[i]);
		add(to, strbuf_steal(&text));
	}
	/* One with a single link has nothing to forward. */
	if (from->forwarding >= 0 && real_links(from) > 1)
		add(to, xasprintf("ip_forward %d: %s", from->forwarding,
				  from->forwarding ? "forwards packets" : "forwards no packets"));
	if (from->forward_drop)
		add(to, xstrdup("FORWARD policy DROP"));
	for (size_t i = 0; i < from->n_nat; i++)
		add(to, xasprintf("NAT: %s", from->nat[i]));
}
