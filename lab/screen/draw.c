/*
 * One picture: the panes where the layout puts them, or what lies on top of them, and
 * the two rows below.
 */
#define _GNU_SOURCE
#include "lab/screen/screen_internal.h"

#include "common/cleanup.h"
#include "lab/screen/display.h"
#include "lab/screen/prompt.h"

#include <string.h>

#define FRAME_MS   16 /* pictures come no closer together than that */
#define OFFER_ROWS 8

static void draw_pane(struct screen *screen, struct pane *pane, const struct rect *rect, bool focus,
		      int *cursor_row, int *cursor_col)
{
	struct area whole = surface_area(&screen->surface);
	struct area area = area_part(&whole, rect);
	cleanup_strbuf struct strbuf title = STRBUF_INIT;
	struct area inside = area_part(&area, &(struct rect){1, 1, rect->rows - 2, rect->cols - 2});
	int row = -1, col = 0;
	int top = 0, seen = 0, total = 0;

	/* The title tells of what was drawn: which columns, how far. */
	pane->ops->draw(pane, &inside, focus, &row, &col);
	pane->ops->title(pane, &title);
	(void)area_frame(&area, title.s, focus);
	if (pane->ops->extent) {
		pane->ops->extent(pane, &top, &seen, &total);
		if (total > seen)
			area_scroll_mark(&area, top, seen, total);
	}
	if (focus && row >= 0) {
		*cursor_row = inside.rect.row + row;
		*cursor_col = inside.rect.col + col;
	}
}

static void draw_footer(struct screen *screen)
{
	struct area whole = surface_area(&screen->surface);
	struct area area = area_part(&whole, &screen->layout.footer);
	char keys[64];
	char leave[16];
	int col = 0;

	if (screen->typing) {
		(void)area_printf(&area, 0, 0, ROLE_FOOTER,
				  "%s leaves the terminal; every other key is the program's",
				  key_text(&keys_leave_terminal, leave, sizeof(leave)));
		return;
	}
	for (const enum action *action = keys_footer; *action; action++) {
		const struct key_binding *at = keys_by_action(*action);

		(void)keys_text(at, keys, sizeof(keys));
		keys[strcspn(keys, " ")] = '\0';
		if (col + (int)strlen(keys) + (int)strlen(at->label) + 1 > area.rect.cols)
			break;
		col = area_put(&area, 0, col, ROLE_KEY, keys);
		col = area_printf(&area, 0, col,
				  action_refusal(screen, at->action) ? ROLE_DIM : ROLE_FOOTER,
				  " %s", at->label);
		col += 2;
	}
}

static void draw_message_row(struct screen *screen, int *cursor_row, int *cursor_col)
{
	struct area whole = surface_area(&screen->surface);
	struct area area = area_part(&whole, &screen->layout.message);

	if (prompt_active()) {
		prompt_draw(&area, cursor_col);
		*cursor_row = screen->layout.message.row;
	} else {
		message_draw(screen, &whole);
	}
}

/* What completion offers, above the prompt. */
static void draw_offers(struct screen *screen)
{
	const char *offers = prompt_active() ? prompt_offers() : NULL;
	struct area whole = surface_area(&screen->surface);
	struct rect rect = {.cols = screen->surface.cols};
	struct area area;
	int row = 0, col = 0;

	if (!offers)
		return;
	rect.rows =
		screen->layout.message.row < OFFER_ROWS ? screen->layout.message.row : OFFER_ROWS;
	rect.row = screen->layout.message.row - rect.rows;
	area = area_part(&whole, &rect);
	area_clear(&area);
	while (*offers && row < rect.rows) {
		size_t len = strcspn(offers, "\n");

		if (col && col + text_columns(offers, len) > rect.cols) {
			col = 0;
			row++;
			continue;
		}
		col = area_put_cut(&area, row, col, rect.cols - col, ROLE_TEXT, offers, len);
		col = (col / 20 + 1) * 20;
		offers += len + (offers[len] == '\n');
	}
}

static void draw_too_small(struct screen *screen)
{
	struct area whole = surface_area(&screen->surface);

	(void)area_printf(&whole, 0, 0, ROLE_BOLD, "lab needs %dx%d; this window has %dx%d",
			  DISPLAY_COLS, DISPLAY_ROWS, screen->surface.cols, screen->surface.rows);
	(void)area_put_cut(&whole, 1, 0, screen->surface.cols, screen->message.role,
			   screen->message.text, strlen(screen->message.text));
}

static void draw_now(struct screen *screen)
{
	struct layout_wish wish = {.focus = screen->focus, .zoom = screen->zoom};
	struct rect all;
	int row = -1, col = 0;

	display_size(&wish.rows, &wish.cols);
	layout_make(&wish, &screen->layout);
	surface_size(&screen->surface, wish.rows, wish.cols);
	if (screen->layout.too_small) {
		draw_too_small(screen);
		display_draw(&screen->surface, -1, 0);
		return;
	}
	all = (struct rect){.rows = wish.rows - 2, .cols = wish.cols};
	if (screen->overlay_on)
		draw_pane(screen, pager_pane(screen->overlay), &all, true, &row, &col);
	for (int i = 0; i < PANE_COUNT && !screen->overlay_on; i++)
		if (screen->layout.panes[i].rows)
			draw_pane(screen, screen->panes[i], &screen->layout.panes[i],
				  screen->focus == (enum pane_id)i, &row, &col);
	/* The cursor of a program is shown only while one types to it. */
	if (screen->focus == PANE_TERMINAL && !screen->typing &&
	    !terminal_pane_copying(screen->terminal))
		row = -1;
	draw_message_row(screen, &row, &col);
	draw_footer(screen);
	draw_offers(screen);
	display_draw(&screen->surface, row, col);
}

void screen_draw(struct screen *screen)
{
	draw_now(screen);
	screen->drawn_ms = loop_now_ms();
	screen->dirty = false;
}

static void frame_due(void *data)
{
	(void)data; /* dirty is still set: the picture is drawn before the next wait */
}

void screen_before_wait(void *data)
{
	struct screen *screen = data;
	long long since = loop_now_ms() - screen->drawn_ms;

	if (!screen->dirty)
		return;
	if (since < FRAME_MS)
		loop_timer(screen->loop, (int)(FRAME_MS - since), frame_due, screen);
	else
		screen_draw(screen);
}
