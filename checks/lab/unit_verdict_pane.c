/*
 * lab/screen/verdict_pane.h: what is drawn of a result that has a network.
 */
#include "checks/lab/unit.h"
#include "lab/screen/verdict_pane.h"

#include <locale.h>

#define SAVED(state)                                                                                   \
	"{\"schema\":\"nslab/net/v1\",\"namespaces\":[{\"name\":\"blue\",\"links\":[{\"name\":\"lo\"," \
	"\"kind\":\"loopback\",\"state\":\"" state "\"}]}]}"

static const char failed[] =
	"{\"exercise\":\"net/new\",\"verdict\":\"fail\",\"checks\":[{\"name\":\"one\",\"status\":\"pass\"},"
	"{\"name\":\"two\",\"status\":\"fail\",\"cause\":\"lo-down\"},{\"name\":\"three\",\"status\":"
	"\"fail\",\"cause\":\"other\"}],\"network\":{\"expected\":" SAVED(
		"up") ",\"observed\":" SAVED("down") "}}";

struct stage {
	struct verdict_pane *verdict;
	struct surface surface;
	struct strbuf text;
};

/* Draw, and what is there then. */
static const char *shown(struct stage *stage, int cols)
{
	struct pane *pane = verdict_pane_pane(stage->verdict);
	struct area area;
	int row, col;

	surface_size(&stage->surface, 30, cols);
	area = surface_area(&stage->surface);
	area_clear(&area);
	pane->ops->draw(pane, &area, false, &row, &col);
	strbuf_reset(&stage->text);
	for (int i = 0; i < 30; i++) {
		surface_row_text(&stage->surface, i, &stage->text);
		strbuf_addc(&stage->text, '\n');
	}
	return stage->text.s;
}

int main(void)
{
	struct stage stage = {.verdict = verdict_pane_new(), .text = STRBUF_INIT};
	const char *text;

	(void)setlocale(LC_CTYPE, "C");
	ok(verdict_pane_result(stage.verdict, failed, strlen(failed), ""), "a result");
	text = shown(&stage, 60);
	ok(strstr(text, "- FAIL two\n  cause    lo-down\n  the network when it failed,\n"
			"expected:\n+- blue "),
	   "below the first failure");
	ok(strstr(text, "| lo  up                   |\n"), "as it should be");
	ok(strstr(text, "observed:\n+- blue "), "above the other");
	ok(strstr(text, "| lo  down                 |\n"), "as it was");
	ok(strstr(text, "+ FAIL three\n"), "the next one is closed");
	text = shown(&stage, 160);
	ok(strstr(text, "| lo  up                   |    | lo  down                 |\n"),
	   "beside one another where there is room");
	ok(verdict_pane_toggle(stage.verdict), "closed");
	text = shown(&stage, 60);
	ok(!strstr(text, "the network") && strstr(text, "+ FAIL two\n"),
	   "it is gone with the fact");
	verdict_pane_free(stage.verdict);
	surface_free(&stage.surface);
	strbuf_free(&stage.text);
	return unit_done();
}
