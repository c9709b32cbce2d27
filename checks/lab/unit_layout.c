/*
 * Where the panes are: nothing overlaps, nothing is outside, at every size. And the key
 * table: no key means two things in one pane, every action has a key.
 */
#include "checks/lab/unit.h"
#include "lab/screen/display.h"
#include "lab/screen/keys.h"
#include "lab/screen/layout.h"

#include <string.h>

static bool overlap(const struct rect *a, const struct rect *b)
{
	return a->row < b->row + b->rows && b->row < a->row + a->rows &&
	       a->col < b->col + b->cols && b->col < a->col + a->cols;
}

/* 0: all is well, else which rule is broken. */
static int broken_rule(const struct layout_wish *wish, const struct layout *layout)
{
	for (int i = 0; i < PANE_COUNT; i++) {
		const struct rect *rect = &layout->panes[i];

		if (!rect->rows)
			continue;
		if (rect->row < 0 || rect->col < 0 || rect->row + rect->rows > wish->rows - 2 ||
		    rect->col + rect->cols > wish->cols)
			return 1;
		/* A frame and something in it. */
		if (rect->rows < 4 || rect->cols < 20)
			return 2;
		for (int j = 0; j < i; j++)
			if (layout->panes[j].rows && overlap(rect, &layout->panes[j]))
				return 3;
	}
	return layout->panes[wish->focus].rows ? 0 : 4;
}

static void sizes(void)
{
	int broken = 0, small = 0;

	for (int rows = 1; rows <= 80; rows++) {
		for (int cols = 1; cols <= 260; cols++) {
			for (int focus = 0; focus < PANE_COUNT * 2; focus++) {
				struct layout_wish wish = {rows, cols,
							   (enum pane_id)(focus % PANE_COUNT),
							   focus >= PANE_COUNT};
				struct layout layout;

				layout_make(&wish, &layout);
				if (layout.too_small !=
				    (rows < DISPLAY_ROWS || cols < DISPLAY_COLS))
					small++;
				else if (!layout.too_small)
					broken += broken_rule(&wish, &layout) != 0;
			}
		}
	}
	is_int(small, 0, "too small is below 80x24");
	is_int(broken, 0,
	       "at every size panes are inside, apart, and the one with the focus is shown");
}

static int shown(int rows, int cols, enum pane_id focus)
{
	struct layout_wish wish = {rows, cols, focus, false};
	struct layout layout;
	int n = 0;

	layout_make(&wish, &layout);
	for (int i = 0; i < PANE_COUNT; i++)
		n += layout.panes[i].rows > 0;
	return n;
}

static void views(void)
{
	struct layout_wish wish = {24, 80, PANE_TERMINAL, false};
	struct layout layout;

	is_int(shown(24, 80, PANE_LIST), 3, "80x24: reading shows three panes");
	is_int(shown(24, 80, PANE_SPACES), 2, "80x24: running shows two");
	is_int(shown(40, 120, PANE_LIST), PANE_COUNT, "120x40 shows all");
	is_int(shown(60, 200, PANE_TERMINAL), PANE_COUNT, "200x60 shows all");
	layout_make(&wish, &layout);
	is_int(layout.panes[PANE_SPACES].rows, LAYOUT_SPACES_ROWS,
	       "80x24: the namespace pane has a row for each type");
	wish = (struct layout_wish){40, 120, PANE_TERMINAL, false};
	layout_make(&wish, &layout);
	ok(layout.panes[PANE_TERMINAL].cols >= 82, "120x40: the terminal has 80 columns");
}

static void keys(void)
{
	int twice = 0;
	bool bound[ACTION_COUNT] = {false};

	for (const struct key_binding *a = key_bindings; a->action; a++) {
		bound[a->action] = true;
		for (int i = 0; i < KEYS_OF_BINDING && a->keys[i].code; i++) {
			if (a->action == ACTION_PHASE)
				continue;
			for (int pane = 0; pane < PANE_COUNT; pane++) {
				const struct key_binding *found =
					keys_find(&a->keys[i], (enum pane_id)pane);

				/* Only a binding for fewer panes comes first. */
				if ((a->panes & IN(pane)) && found != a && found->panes == IN_ALL)
					twice++;
			}
		}
	}
	is_int(twice, 0, "no key means two things in one pane");
	for (int action = 1; action < ACTION_COUNT; action++)
		ok(bound[action], "action %d has a key", action);
	for (const struct key_binding *a = key_bindings; a->action; a++)
		if (a->name)
			ok(keys_by_name(a->name) == a, "the word %s is one binding's", a->name);
	is_int(keys_find(&(struct key){'5', 0}, PANE_LIST)->action, ACTION_PHASE,
	       "a digit is a phase");
	ok(!keys_find(&(struct key){'8', 0}, PANE_LIST), "there is no phase 8");
	is_int(keys_find(&(struct key){'h', 0}, PANE_LESSON)->action, ACTION_HINT, "h is a hint");
	is_int(keys_find(&(struct key){'h', 0}, PANE_SPACES)->action, ACTION_LEFT,
	       "... and left where columns are");
}

int main(void)
{
	sizes();
	views();
	keys();
	return unit_done();
}
