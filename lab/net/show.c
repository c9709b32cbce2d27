#define _GNU_SOURCE
#include "lab/net/view.h"

#include "lab/net/draw.h"
#include "lab/output.h"

#include <errno.h>
#include <stdio.h>

int net_print(const struct lab *lab, const struct netmodel *model, enum net_format format)
{
	const struct net_look look = {
		.width = output_width(), .charset = net_charset_here(), .counters = true};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = {0};

	(void)lab;
	switch (format) {
	case NET_TEXT:
		net_draw(&text, model, &look);
		break;
	case NET_JSON:
		netmodel_json_add(&text, model, NETMODEL_COUNTERS | NETMODEL_IDS | NETMODEL_INDENT);
		strbuf_addc(&text, '\n');
		break;
	case NET_DOT:
		net_dot_add(&text, model);
		break;
	case NET_SVG:
		if (net_svg_add(&text, model, &err) < 0)
			return output_error(&err,
					    err.errnum == ENOENT ? LAB_UNSUPPORTED : LAB_ERROR);
		break;
	}
	(void)fwrite(text.s, 1, text.len, stdout);
	return LAB_PASS;
}

/* The exit status that says what a failure is about. */
static int status_of(int r)
{
	return r == -ESRCH ? LAB_FAIL : r == -EPERM || r == -EACCES ? LAB_UNSUPPORTED : LAB_ERROR;
}

int net_show(const struct net_request *request)
{
	struct netmodel model cleanup_netmodel = {.spaces = NULL};
	struct error err = {0};
	int r = net_targets_read(request, &model, &err);

	if (r < 0)
		return output_error(&err, status_of(r));
	return net_print(request->lab, &model, request->format);
}
