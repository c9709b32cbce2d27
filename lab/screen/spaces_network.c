/*
 * The network drawn in the namespace pane: what `lab net --watch --json` has told last.
 */
#define _GNU_SOURCE
#include "lab/screen/spaces_view.h"

#include "lab/net/draw.h"

#include <string.h>

static void add(struct spaces_pane *pane, enum role role, const char *text, size_t len)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_add(&line, text, len);
	spaces_lines_add(&pane->lines, role, &line);
}

static void say(struct spaces_pane *pane, const char *text)
{
	add(pane, ROLE_DIM, text, strlen(text));
}

/* A line with a state that lets nothing through stands out; its words say so in any case. */
static enum role role_of(const char *line, size_t len)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_add(&text, line, len);
	return strstr(text.s, "  no carrier") || strstr(text.s, "  down") ? ROLE_WARN : ROLE_TEXT;
}

static void draw(struct spaces_pane *pane, const char *json, int cols)
{
	const struct net_look look = {
		.width = cols > 0 ? (unsigned)cols : 0,
		.charset = surface_is_utf8() ? NET_UTF8 : NET_ASCII,
		.counters = true,
	};
	struct netmodel model cleanup_netmodel = {.spaces = NULL};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = {0};

	if (netmodel_json_parse(json, strlen(json), &model, &err) < 0) {
		say(pane, err.what);
		return;
	}
	net_draw(&text, &model, &look);
	for (const char *at = text.s; *at;) {
		size_t len = strcspn(at, "\n");

		add(pane, role_of(at, len), at, len);
		at += len + (at[len] == '\n');
	}
}

void spaces_network_lines(struct spaces_pane *pane, int cols)
{
	const char *json = pane->frozen ? pane->network_frozen : pane->network;

	if (pane->network_cols == cols)
		return;
	pane->network_cols = cols;
	spaces_lines_free(&pane->lines);
	if (json)
		draw(pane, json, cols);
	else if (spaces_running(spaces_pane_picture(pane)))
		say(pane, "looking at the network of what runs ...");
	else
		say(pane, "the network of what runs is drawn here: r runs the program, ! a shell");
}
