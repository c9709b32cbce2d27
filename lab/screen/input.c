/*
 * From what a person did to an action: the prompt first, then a question that waits for
 * its answer, then the program that is typed to, then the key table.
 */
#define _GNU_SOURCE
#include "lab/screen/screen_internal.h"

#include "lab/screen/display.h"
#include "lab/screen/prompt.h"

#include <string.h>

static bool is_key(const struct key *key, const struct key *other)
{
	return key->code == other->code && key->mods == other->mods;
}

static void answer(struct screen *screen, const struct key *key)
{
	struct question question = screen->question;

	screen->question = (struct question){0};
	message_clear(screen);
	if (key->code == 'y' || key->code == 'Y')
		question.yes(screen);
	else
		screen_say(screen, ROLE_TEXT, "nothing was done");
	if (question.error[0])
		screen_say(screen, ROLE_BAD, "%s", question.error);
}

/* While a search is on, n and N go through what it finds. */
static bool searched(struct screen *screen, const struct key *key)
{
	if (!screen->search || key->mods || (key->code != 'n' && key->code != 'N'))
		return false;
	action_do(screen, key->code == 'n' ? ACTION_SEARCH_NEXT : ACTION_SEARCH_PREVIOUS, 0);
	return true;
}

static void interrupt(struct screen *screen)
{
	if (screen->overlay_on || screen->search || terminal_pane_copying(screen->terminal))
		action_do(screen, ACTION_BACK, 0);
	else
		screen_say(screen, ROLE_TEXT, "q leaves lab; x stops what runs");
}

static void take_key(struct screen *screen, const struct key *key)
{
	const struct key_binding *binding;

	screen->dirty = true;
	if (screen->question.yes) {
		answer(screen, key);
		return;
	}
	message_seen(screen);
	if (screen->layout.too_small) {
		if (key->code == 'q' || key->code == KEY_CTRL('z'))
			action_do(screen, key->code == 'q' ? ACTION_QUIT : ACTION_SUSPEND, 0);
		return;
	}
	if (screen->typing) {
		if (is_key(key, &keys_leave_terminal))
			screen->typing = false;
		else
			terminal_pane_key(screen->terminal, key);
		return;
	}
	if (searched(screen, key))
		return;
	if (key->code == KEY_CTRL('c')) {
		interrupt(screen);
		return;
	}
	binding = keys_find(key, screen->overlay_on ? PANE_LESSON : screen->focus);
	/* On top of the panes q closes what lies there. */
	if (binding && binding->action == ACTION_QUIT && screen->overlay_on && key->code == 'q')
		action_do(screen, ACTION_BACK, 0);
	else if (binding)
		action_do(screen, binding->action, key->code - '0');
	else
		screen_say(screen, ROLE_WARN, "this key does nothing here; ? lists the keys");
}

static void take_paste(struct screen *screen, const struct input *input)
{
	screen->dirty = true;
	if (screen->typing)
		terminal_pane_paste(screen->terminal, input->paste, input->paste_len);
	else
		screen_say(screen, ROLE_WARN,
			   "pasted text goes only into the program's terminal "
			   "and behind : and /");
}

static bool inside(const struct rect *rect, int row, int col)
{
	return row >= rect->row && row < rect->row + rect->rows && col >= rect->col &&
	       col < rect->col + rect->cols;
}

static void take_wheel(struct screen *screen, struct pane *pane, enum mouse_act act)
{
	for (int i = 0; i < 3; i++)
		(void)pane->ops->move(pane, act == MOUSE_WHEEL_UP ? MOVE_UP : MOVE_DOWN);
	if (pane == screen->panes[PANE_LIST])
		action_moved_in_list(screen);
}

static void take_mouse(struct screen *screen, const struct input *input)
{
	screen->dirty = true;
	if (screen->overlay_on) {
		if (input->act != MOUSE_PRESS && input->act != MOUSE_RELEASE)
			take_wheel(screen, pager_pane(screen->overlay), input->act);
		return;
	}
	for (int i = 0; i < PANE_COUNT; i++) {
		const struct rect *rect = &screen->layout.panes[i];
		struct pane *pane = screen->panes[i];

		if (!rect->rows || !inside(rect, input->row, input->col))
			continue;
		if (input->act == MOUSE_WHEEL_UP || input->act == MOUSE_WHEEL_DOWN) {
			take_wheel(screen, pane, input->act);
		} else if (input->act == MOUSE_PRESS) {
			const struct exercise *was = list_pane_selected(screen->list);
			bool again = screen->focus == (enum pane_id)i;

			screen_focus(screen, (enum pane_id)i);
			if (pane->ops->click)
				pane->ops->click(pane, input->row - rect->row - 1,
						 input->col - rect->col - 1);
			if (i == PANE_LIST && list_pane_selected(screen->list) != was)
				action_moved_in_list(screen);
			else if (again)
				action_do(screen, ACTION_OPEN, 0);
		}
		return;
	}
}

/* Byte by byte: what follows the end of the line is for the panes again. */
static void feed_prompt(struct screen *screen)
{
	char byte;
	ssize_t n;

	screen->dirty = true;
	while (prompt_active()) {
		n = display_read_bytes(&byte, 1);
		if (n < 0)
			screen_leave(screen, LAB_INTERRUPTED);
		if (n <= 0)
			return;
		prompt_feed(byte);
	}
}

void input_ready(void *data, uint32_t events)
{
	struct screen *screen = data;

	(void)events;
	for (;;) {
		struct input input;

		/* A key may have opened the prompt; what follows is the prompt's. */
		if (prompt_active())
			feed_prompt(screen);
		if (prompt_active())
			return;
		if (screen->leaving)
			return;
		display_read(&input);
		switch (input.kind) {
		case INPUT_KEY:
			take_key(screen, &input.key);
			break;
		case INPUT_PASTE:
			take_paste(screen, &input);
			break;
		case INPUT_MOUSE:
			take_mouse(screen, &input);
			break;
		case INPUT_END:
			screen_leave(screen, LAB_INTERRUPTED);
			return;
		default:
			return;
		}
	}
}
