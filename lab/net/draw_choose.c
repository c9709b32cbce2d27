#define _GNU_SOURCE
#include "lab/net/draw_internal.h"

#include <stdlib.h>
#include <string.h>

/* Lanes take two columns each; beside more of them nothing could be read any more. */
#define LANES_MAX 12
#define BOX_MIN	  44

/* ---- links, ports below their bridge ---- */

static bool is_port_of(const struct net_link *link, const struct net_link *bridge)
{
	return link != bridge && link->master && !strcmp(link->master, bridge->name);
}

static void add_link(struct drawing *drawing, struct drawn_space *space,
		     const struct net_link *link, unsigned depth)
{
	if (space->n == NET_DRAW_LINKS) {
		space->hidden++;
		return;
	}
	drawing->links =
		xreallocarray(drawing->links, drawing->n_links + 1, sizeof(drawing->links[0]));
	drawing->links[drawing->n_links++] = (struct drawn_link){
		.space = space->space, .link = link, .depth = depth, .wire = NO_WIRE};
	space->n++;
}

/* What is read of a saved model may be a ring of masters: nothing is added twice. */
static void add_ports(struct drawing *drawing, struct drawn_space *space,
		      const struct net_link *bridge, bool *added)
{
	const struct net_space *from = space->space;
	size_t last = drawing->n_links;

	for (size_t i = 0; i < from->n_links; i++) {
		if (added[i] || !is_port_of(&from->links[i], bridge))
			continue;
		added[i] = true;
		last = drawing->n_links;
		add_link(drawing, space, &from->links[i], 1);
	}
	if (last < drawing->n_links)
		drawing->links[last].last = true;
}

static bool has_master(const struct net_space *space, const struct net_link *link)
{
	const struct net_link *master = link->master ? net_space_link(space, link->master) : NULL;

	return master && master != link;
}

static void add_space(struct drawing *drawing, const struct net_space *from)
{
	struct drawn_space *space = &drawing->spaces[drawing->n_spaces++];
	bool *added = xcalloc(from->n_links ? from->n_links : 1, sizeof(added[0]));

	*space = (struct drawn_space){
		.space = from, .first = drawing->n_links, .hidden = from->hidden_links};
	for (size_t i = 0; i < from->n_links; i++) {
		if (added[i] || has_master(from, &from->links[i]))
			continue;
		added[i] = true;
		add_link(drawing, space, &from->links[i], 0);
		add_ports(drawing, space, &from->links[i], added);
	}
	for (size_t i = 0; i < from->n_links; i++)
		if (!added[i])
			add_link(drawing, space, &from->links[i], 0);
	free(added);
}

/* ---- wires ---- */

static size_t find_link(const struct drawing *drawing, const struct net_link *link)
{
	for (size_t i = 0; i < drawing->n_links; i++)
		if (drawing->links[i].link == link)
			return i;
	return SIZE_MAX;
}

static void add_wires(struct drawing *drawing)
{
	for (size_t i = 0; i < drawing->n_links; i++) {
		const struct net_link *link = drawing->links[i].link;
		const struct net_link *peer = netmodel_peer(drawing->model, link, NULL);
		size_t other = peer ? find_link(drawing, peer) : SIZE_MAX;

		/* The one above makes it; what hangs on another's wire already (a macvlan) has none. */
		if (other == SIZE_MAX || other == i || drawing->links[i].wire != NO_WIRE ||
		    drawing->links[other].wire != NO_WIRE)
			continue;
		drawing->wires = xreallocarray(drawing->wires, drawing->n_wires + 1,
					       sizeof(drawing->wires[0]));
		drawing->links[i].wire = drawing->links[other].wire = drawing->n_wires;
		drawing->wires[drawing->n_wires++] = (struct wire){
			.a = i < other ? i : other,
			.b = i < other ? other : i,
			.lane = -1,
			.carries = link->state == NET_UP && peer->state == NET_UP,
		};
	}
}

static bool lane_is_free(const struct drawing *drawing, const struct wire *wire, int lane)
{
	for (size_t i = 0; i < drawing->n_wires; i++) {
		const struct wire *other = &drawing->wires[i];

		if (other->lane == lane && other->a <= wire->b && wire->a <= other->b)
			return false;
	}
	return true;
}

/* The shortest ones nearest to the boxes, so that few wires cross. */
static void choose_lanes(struct drawing *drawing)
{
	int most = ((int)drawing->look->width - BOX_MIN) / 2;

	if (most > LANES_MAX)
		most = LANES_MAX;
	for (size_t length = 1; length < drawing->n_links; length++)
		for (size_t i = drawing->n_wires; i > 0; i--) {
			struct wire *wire = &drawing->wires[i - 1];
			int lane = 0;

			if (wire->b - wire->a != length)
				continue;
			while (lane < most && !lane_is_free(drawing, wire, lane))
				lane++;
			if (lane >= most)
				continue;
			wire->lane = lane;
			if (lane >= drawing->lanes)
				drawing->lanes = lane + 1;
		}
	for (size_t i = 0; i < drawing->n_links; i++)
		if (drawing->links[i].wire != NO_WIRE &&
		    drawing->wires[drawing->links[i].wire].lane < 0)
			drawing->links[i].wire = NO_WIRE;
}

void drawing_choose(struct drawing *drawing, const struct netmodel *model,
		    const struct net_look *look)
{
	size_t n = model->n_spaces < NET_DRAW_SPACES ? model->n_spaces : NET_DRAW_SPACES;

	*drawing = (struct drawing){.model = model, .look = look};
	drawing->spaces = xcalloc(n ? n : 1, sizeof(drawing->spaces[0]));
	for (size_t i = 0; i < n; i++)
		add_space(drawing, &model->spaces[i]);
	add_wires(drawing);
	choose_lanes(drawing);
}

void drawing_free(struct drawing *drawing)
{
	free(drawing->spaces);
	free(drawing->links);
	free(drawing->wires);
}
