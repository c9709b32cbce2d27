/*
 * The part of a verdict that is a drawing: the network when the first fact failed.
 */
#include "lab/screen/verdict_pane.h"

#include "common/cleanup.h"
#include "lab/net/draw.h"

void verdict_network(const json_t *result, int cols, struct strbuf *to)
{
	const json_t *network = json_object_get(result, "network");
	const struct net_look look = {
		.width = cols > 0 ? (unsigned)cols : 0,
		.charset = surface_is_utf8() ? NET_UTF8 : NET_ASCII,
	};
	cleanup_free char *expected = json_dumps(json_object_get(network, "expected"), 0);
	cleanup_free char *observed = json_dumps(json_object_get(network, "observed"), 0);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (observed && net_draw_saved(&text, expected, observed, &look) == 0)
		strbuf_addf(to, "  the network when it failed,\n%s", text.s);
}
