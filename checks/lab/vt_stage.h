/*
 * A terminal and a surface for it, for the tests of lab/screen/vt.h.
 */
#ifndef NSLAB_CHECKS_LAB_VT_STAGE_H
#define NSLAB_CHECKS_LAB_VT_STAGE_H

#include "common/strbuf.h"
#include "lab/screen/vt.h"

#include <stdlib.h>
#include <string.h>

struct stage {
	struct vt *vt;
	struct surface surface;
	struct strbuf text;
	int cursor_row, cursor_col;
};

static inline struct stage *begin(int rows, int cols)
{
	static struct stage stage;

	stage = (struct stage){.text = STRBUF_INIT};
	stage.vt = vt_new(rows, cols);
	surface_size(&stage.surface, rows, cols);
	return &stage;
}

static inline void end(struct stage *stage)
{
	vt_free(stage->vt);
	surface_free(&stage->surface);
	strbuf_free(&stage->text);
}

static inline void feed(struct stage *stage, const char *text)
{
	vt_feed(stage->vt, text, strlen(text));
}

static inline void draw(struct stage *stage)
{
	struct area area = surface_area(&stage->surface);

	vt_draw(stage->vt, &area, &stage->cursor_row, &stage->cursor_col);
}

static inline void resize(struct stage *stage, int rows, int cols)
{
	vt_resize(stage->vt, rows, cols);
	surface_size(&stage->surface, rows, cols);
}

/* A row of the picture as text. */
static inline const char *row(struct stage *stage, int number)
{
	strbuf_reset(&stage->text);
	draw(stage);
	surface_row_text(&stage->surface, number, &stage->text);
	return stage->text.s;
}

static inline const struct cell *cell(struct stage *stage, int at_row, int at_col)
{
	draw(stage);
	return &stage->surface.cells[at_row * stage->surface.cols + at_col];
}

/* All that there is, lines divided by "|", without blank ones at the end. */
static inline const char *everything(struct stage *stage)
{
	int lines = vt_lines(stage->vt);
	struct vt_place from = {0, 0}, to = {lines - 1, 999};

	strbuf_reset(&stage->text);
	vt_select(stage->vt, &from, &to);
	vt_selected(stage->vt, &stage->text);
	vt_select(stage->vt, NULL, NULL);
	while (stage->text.len && stage->text.s[stage->text.len - 1] == '\n')
		stage->text.s[--stage->text.len] = '\0';
	for (char *at = stage->text.s; (at = strchr(at, '\n'));)
		*at = '|';
	return stage->text.s;
}

#endif
