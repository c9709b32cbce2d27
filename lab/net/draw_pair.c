#define _GNU_SOURCE
#include "lab/net/draw_internal.h"

#include <stdlib.h>
#include <string.h>

#define BETWEEN	   4  /* columns */
#define PAIR_WIDTH 72 /* of one of two drawings, at least */

static const char *const titles[] = {"expected", "observed"};

/* Take one line off a text: its length; *at is moved behind it. */
static size_t take_line(const char **at)
{
	size_t len = strcspn(*at, "\n");

	*at += len + ((*at)[len] == '\n');
	return len;
}

static unsigned widest(const char *text)
{
	unsigned most = 0;

	while (*text) {
		const char *line = text;
		char *copy = xstrndup(line, take_line(&text));
		unsigned columns = net_columns(copy);

		most = columns > most ? columns : most;
		free(copy);
	}
	return most;
}

static void beside(struct strbuf *to, const char *left, const char *right)
{
	unsigned column = widest(left) + BETWEEN;

	while (*left || *right) {
		const char *line = left;
		char *copy = xstrndup(line, take_line(&left));
		const char *other = right;
		size_t len = take_line(&right);

		strbuf_adds(to, copy);
		for (unsigned i = net_columns(copy); len && i < column; i++)
			strbuf_addc(to, ' ');
		strbuf_add(to, other, len);
		strbuf_addc(to, '\n');
		free(copy);
	}
}

void net_draw_pair(struct strbuf *to, const struct netmodel *expected,
		   const struct netmodel *observed, const struct net_look *look)
{
	bool fits = look->width >= 2 * PAIR_WIDTH + BETWEEN;
	struct net_look each = *look;
	struct strbuf text[2] = {STRBUF_INIT, STRBUF_INIT};

	if (fits)
		each.width = (look->width - BETWEEN) / 2;
	for (size_t i = 0; i < 2; i++) {
		strbuf_addf(&text[i], "%s:\n", titles[i]);
		net_draw(&text[i], i ? observed : expected, &each);
	}
	if (fits) {
		beside(to, text[0].s, text[1].s);
	} else {
		strbuf_adds(to, text[0].s);
		strbuf_adds(to, text[1].s);
	}
	strbuf_free(&text[0]);
	strbuf_free(&text[1]);
}

int net_draw_saved(struct strbuf *to, const char *expected, const char *observed,
		   const struct net_look *look)
{
	struct netmodel right cleanup_netmodel = {.spaces = NULL};
	struct netmodel seen cleanup_netmodel = {.spaces = NULL};
	struct error err = {0};
	int r = netmodel_json_parse(observed, strlen(observed), &seen, &err);

	if (r < 0)
		return r;
	if (expected && netmodel_json_parse(expected, strlen(expected), &right, &err) == 0) {
		net_draw_pair(to, &right, &seen, look);
	} else {
		strbuf_addf(to, "%s:\n", titles[1]);
		net_draw(to, &seen, look);
	}
	return 0;
}
