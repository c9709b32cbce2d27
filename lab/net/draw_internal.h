/*
 * A drawing on its way, for lab/net/draw*.c:
 *
 *	draw_choose.c  what is drawn, in which order; which wire runs in which lane
 *	draw_words.c   the words about a link and a namespace
 *	draw.c         boxes and wires become lines
 */
#ifndef NSLAB_LAB_NET_DRAW_INTERNAL_H
#define NSLAB_LAB_NET_DRAW_INTERNAL_H

#include "lab/net/draw.h"

#define NO_WIRE SIZE_MAX

/* A link that is drawn; they are numbered from the top down. */
struct drawn_link {
	const struct net_space *space;
	const struct net_link *link;
	unsigned depth; /* 1: a port of the bridge above */
	bool last;	/* the last port */
	size_t wire;	/* or NO_WIRE */
	size_t row;	/* where it was drawn */
};

struct drawn_space {
	const struct net_space *space;
	size_t first, n; /* its links */
	size_t hidden;	 /* links that are only counted */
};

struct wire {
	size_t a, b; /* links, a above b */
	int lane;    /* 0 is nearest to the boxes; -1: there is no room */
	bool carries;
};

struct drawing {
	const struct netmodel *model;
	const struct net_look *look;
	struct drawn_space *spaces;
	size_t n_spaces;
	struct drawn_link *links;
	size_t n_links;
	struct wire *wires;
	size_t n_wires;
	int lanes;
};

/** Choose what is drawn; free with drawing_free(). */
void drawing_choose(struct drawing *drawing, const struct netmodel *model,
		    const struct net_look *look);
void drawing_free(struct drawing *drawing);

/* A short text that stays in one piece. */
struct words {
	char **list;
	size_t n;
};

void words_free(struct words *words);

/** What is said of a link behind its name and state. */
void words_of_link(const struct drawing *drawing, const struct drawn_link *link, struct words *to);

/** The lines below a namespace's links. */
void words_of_space(const struct drawing *drawing, const struct drawn_space *space,
		    struct words *to);

/** A name as the character set allows, cut to that many columns; appended. Returns its columns. */
unsigned net_text_add(struct strbuf *to, const char *text, unsigned columns,
		      enum net_charset charset);

#endif
