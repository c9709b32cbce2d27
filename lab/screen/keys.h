/*
 * The key table: the one list of what a person can do on the screen. Dispatch,
 * the footer, the help, the words of the prompt that are no commands of lab's, and
 * the manual page are derived from it. What an action does is in actions.c.
 */
#ifndef NSLAB_LAB_SCREEN_KEYS_H
#define NSLAB_LAB_SCREEN_KEYS_H

#include "lab/screen/key.h"
#include "lab/screen/layout.h"

enum action {
	ACTION_NONE,
	/* Moving. */
	ACTION_UP,
	ACTION_DOWN,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_HALF_UP,
	ACTION_HALF_DOWN,
	ACTION_TOP,
	ACTION_BOTTOM,
	ACTION_FOCUS_NEXT,
	ACTION_FOCUS_PREVIOUS,
	ACTION_PHASE, /* 1 to 7, the number is the key's */
	ACTION_OPEN,
	ACTION_BACK,
	ACTION_ZOOM,
	/* The exercise. */
	ACTION_PREDICT,
	ACTION_RUN,
	ACTION_CHECK,
	ACTION_EDIT,
	ACTION_HINT,
	ACTION_WHY,
	ACTION_SOLUTION,
	ACTION_DIFF,
	ACTION_NEXT,
	ACTION_PREVIOUS,
	ACTION_NEXT_UNSOLVED,
	ACTION_RESET,
	ACTION_UNDO,
	/* What runs. */
	ACTION_SHELL,
	ACTION_STOP,
	ACTION_SPACES,
	ACTION_TREE,
	ACTION_NETWORK,
	ACTION_PAUSE,
	ACTION_PIN,
	ACTION_COPY,
	/* Looking. */
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_PREVIOUS,
	ACTION_FILTER,
	/* The screen. */
	ACTION_HELP,
	ACTION_LOG,
	ACTION_PROMPT,
	ACTION_THEME,
	ACTION_REDRAW,
	ACTION_SUSPEND,
	ACTION_QUIT,
	ACTION_COUNT,
};

/* In which panes a key is bound: bits by enum pane_id. */
#define IN_ALL		(~0U)
#define IN(pane)	(1U << (pane))
#define KEYS_OF_BINDING 4

struct key_binding {
	enum action action;
	const char *group;		  /* heading in the help */
	const char *name;		  /* word for the prompt, "next-unsolved" */
	const char *help;		  /* one line, without the full stop */
	unsigned panes;			  /* where it is bound */
	struct key keys[KEYS_OF_BINDING]; /* ends with code 0 */
	const char *label;		  /* in the footer, NULL: not there */
};

/** All bindings, ending with ACTION_NONE. */
extern const struct key_binding key_bindings[];

/** What the footer shows, the most important first, ending with ACTION_NONE: what does not fit is left out. */
extern const enum action keys_footer[];

/** The binding of a key in a pane, or NULL. A binding for fewer panes wins. */
const struct key_binding *keys_find(const struct key *key, enum pane_id pane);

/** The binding of an action's word, or NULL. */
const struct key_binding *keys_by_name(const char *name);
const struct key_binding *keys_by_action(enum action action);

/** Leaves the program's terminal, where every other key is the program's: ^] */
extern const struct key keys_leave_terminal;

/** All keys of a binding as "k Up ^P", in buf. */
const char *keys_text(const struct key_binding *binding, char *buf, size_t size);

#endif
