#include "lab/screen/keys.h"

#include <stdio.h>
#include <string.h>

#define F(n)                           \
	{                              \
		KEY_CODE_F1 + (n)-1, 0 \
	}
#define C(letter)                   \
	{                           \
		KEY_CTRL(letter), 0 \
	}
#define K(code)           \
	{                 \
		(code), 0 \
	}

#define MOVING	 "Moving"
#define EXERCISE "The exercise"
#define RUNNING	 "What runs"
#define LOOKING	 "Finding"
#define SCREEN	 "The screen"

const struct key keys_leave_terminal = {KEY_CTRL(']'), 0};

/* clang-format off */
const struct key_binding key_bindings[] = {
	{ACTION_UP, MOVING, "up", "up", IN_ALL, {K(KEY_CODE_UP), K('k')}, NULL},
	{ACTION_DOWN, MOVING, "down", "down", IN_ALL, {K(KEY_CODE_DOWN), K('j')}, NULL},
	{ACTION_LEFT, MOVING, "left", "left; in the list back to the phase", IN_ALL, {K(KEY_CODE_LEFT)}, NULL},
	{ACTION_RIGHT, MOVING, "right", "right; in the list to the lesson", IN_ALL, {K(KEY_CODE_RIGHT), K('l')}, NULL},
	{ACTION_LEFT, MOVING, NULL, "left, over the columns", IN(PANE_SPACES), {K('h')}, NULL},
	{ACTION_PAGE_UP, MOVING, "page-up", "a page up", IN_ALL, {K(KEY_CODE_PAGE_UP), C('b')}, NULL},
	{ACTION_PAGE_DOWN, MOVING, "page-down", "a page down", IN_ALL, {K(KEY_CODE_PAGE_DOWN), C('f')}, NULL},
	{ACTION_HALF_UP, MOVING, "half-up", "half a page up", IN_ALL, {C('u')}, NULL},
	{ACTION_HALF_DOWN, MOVING, "half-down", "half a page down", IN_ALL, {C('d')}, NULL},
	{ACTION_TOP, MOVING, "top", "to the top", IN_ALL, {K('g'), K(KEY_CODE_HOME)}, NULL},
	{ACTION_BOTTOM, MOVING, "bottom", "to the bottom", IN_ALL, {K('G'), K(KEY_CODE_END)}, NULL},
	{ACTION_FOCUS_NEXT, MOVING, "focus-next", "to the next pane", IN_ALL, {K(KEY_CODE_TAB)}, "Pane"},
	{ACTION_FOCUS_PREVIOUS, MOVING, "focus-previous", "to the pane before", IN_ALL, {K(KEY_CODE_BACK_TAB)}, NULL},
	{ACTION_PHASE, MOVING, NULL, "to phase 1 to 7", IN_ALL, {K('1')}, NULL},
	{ACTION_OPEN, MOVING, "open", "open: the lesson, the facts of a check, the program's terminal", IN_ALL, {K(KEY_CODE_ENTER)}, NULL},
	{ACTION_BACK, MOVING, "back", "back: ends a search, a filter, what lies on top", IN_ALL, {K(KEY_CODE_ESC)}, NULL},
	{ACTION_ZOOM, MOVING, "zoom", "this pane alone, and back", IN_ALL, {K('z')}, NULL},

	{ACTION_PREDICT, EXERCISE, "answer", "say first what the kernel will do", IN_ALL, {K('a')}, NULL},
	{ACTION_RUN, EXERCISE, "run", "compile and run it in the sandbox", IN_ALL, {K('r'), F(2)}, "Run"},
	{ACTION_CHECK, EXERCISE, "check", "check it now (saving the file does, too)", IN_ALL, {K('c'), F(3)}, "Check"},
	{ACTION_EDIT, EXERCISE, "edit", "edit the file in $VISUAL or $EDITOR", IN_ALL, {K('e'), F(4)}, "Edit"},
	{ACTION_HINT, EXERCISE, "hint", "a hint, each time a clearer one", IN_ALL, {K('h'), K('H'), F(5)}, "Hint"},
	{ACTION_WHY, EXERCISE, "why", "why it works, with this run's own numbers", IN_ALL, {K('w')}, "Why"},
	{ACTION_SOLUTION, EXERCISE, "solution", "the workbook's solution", IN_ALL, {K('s')}, "Solution"},
	{ACTION_DIFF, EXERCISE, "diff", "what you changed in the starter", IN_ALL, {K('d')}, NULL},
	{ACTION_NEXT, EXERCISE, "next", "the next exercise", IN_ALL, {K('n')}, "Next"},
	{ACTION_PREVIOUS, EXERCISE, "previous", "the exercise before", IN_ALL, {K('p')}, NULL},
	{ACTION_NEXT_UNSOLVED, EXERCISE, "next-unsolved", "the next one that is not solved", IN_ALL, {K('N')}, NULL},
	{ACTION_RESET, EXERCISE, "reset", "put the starter back (asks first)", IN_ALL, {K('R')}, NULL},
	{ACTION_UNDO, EXERCISE, "undo", "take the last reset back", IN_ALL, {K('u')}, NULL},

	{ACTION_SHELL, RUNNING, "shell", "a shell in the sandbox", IN_ALL, {K('!'), F(6)}, "Shell"},
	{ACTION_STOP, RUNNING, "stop", "stop what runs", IN_ALL, {K('x'), F(9)}, "Stop"},
	{ACTION_SPACES, RUNNING, "namespaces", "to the namespaces, and back", IN_ALL, {K('v'), F(7)}, "Namespaces"},
	{ACTION_TREE, RUNNING, "tree", "namespaces as a table or as a tree", IN_ALL, {K('t')}, NULL},
	{ACTION_NETWORK, RUNNING, "network", "the network drawn: who is linked to whom, with its packets", IN_ALL, {K('m')}, NULL},
	{ACTION_PAUSE, RUNNING, "pause", "hold the picture of the namespaces", IN_ALL, {K(' '), K('Z')}, NULL},
	{ACTION_PIN, RUNNING, "pin", "compare the namespaces with how they are now", IN_ALL, {K('P')}, NULL},
	{ACTION_COPY, RUNNING, "copy", "copy from the terminal: Space marks, y takes, Esc leaves", IN_ALL, {K('y')}, NULL},

	{ACTION_SEARCH, LOOKING, "search", "search in this pane", IN_ALL, {K('/')}, NULL},
	{ACTION_SEARCH_NEXT, LOOKING, NULL, "while a search is on: the next place", IN_ALL, {K(0)}, NULL},
	{ACTION_SEARCH_PREVIOUS, LOOKING, NULL, "while a search is on: the place before", IN_ALL, {K(0)}, NULL},
	{ACTION_FILTER, LOOKING, "filter", "only the exercises that match", IN_ALL, {K('\\'), F(8)}, NULL},

	{ACTION_HELP, SCREEN, "keys", "this help", IN_ALL, {K('?'), F(1)}, "Help"},
	{ACTION_LOG, SCREEN, "log", "the commands behind what you did", IN_ALL, {K('@')}, NULL},
	{ACTION_PROMPT, SCREEN, NULL, "type a command of lab's, or a word of this help", IN_ALL, {K(':')}, NULL},
	{ACTION_THEME, SCREEN, "theme", "other colours: default, mono, contrast", IN_ALL, {K('T')}, NULL},
	{ACTION_REDRAW, SCREEN, "redraw", "draw everything anew", IN_ALL, {C('l')}, NULL},
	{ACTION_SUSPEND, SCREEN, "suspend", "back to your shell; fg returns", IN_ALL, {C('z')}, NULL},
	{ACTION_QUIT, SCREEN, "quit", "leave lab", IN_ALL, {K('q'), K('Q'), F(10)}, "Quit"},
	{ACTION_NONE, NULL, NULL, NULL, 0, {{0, 0}}, NULL},
};
/* clang-format on */

const enum action keys_footer[] = {
	ACTION_HELP, ACTION_QUIT, ACTION_FOCUS_NEXT, ACTION_RUN,    ACTION_CHECK,
	ACTION_EDIT, ACTION_HINT, ACTION_SHELL,	     ACTION_SPACES, ACTION_STOP,
	ACTION_NEXT, ACTION_WHY,  ACTION_SOLUTION,   ACTION_NONE,
};

static bool has_key(const struct key_binding *binding, const struct key *key)
{
	if (binding->action == ACTION_PHASE)
		return key->mods == 0 && key->code >= '1' && key->code <= '7';
	for (int i = 0; i < KEYS_OF_BINDING && binding->keys[i].code; i++)
		if (binding->keys[i].code == key->code && binding->keys[i].mods == key->mods)
			return true;
	return false;
}

const struct key_binding *keys_find(const struct key *key, enum pane_id pane)
{
	const struct key_binding *found = NULL;

	for (const struct key_binding *at = key_bindings; at->action; at++)
		if ((at->panes & IN(pane)) && has_key(at, key) && (!found || at->panes != IN_ALL))
			found = at;
	return found;
}

const struct key_binding *keys_by_name(const char *name)
{
	for (const struct key_binding *at = key_bindings; at->action; at++)
		if (at->name && strcmp(at->name, name) == 0)
			return at;
	return NULL;
}

const struct key_binding *keys_by_action(enum action action)
{
	for (const struct key_binding *at = key_bindings; at->action; at++)
		if (at->action == action)
			return at;
	return NULL;
}

const char *keys_text(const struct key_binding *binding, char *buf, size_t size)
{
	char name[32];
	size_t len = 0;

	buf[0] = '\0';
	if (binding->action == ACTION_PHASE)
		return "1-7";
	if (binding->action == ACTION_SEARCH_NEXT)
		return "n";
	if (binding->action == ACTION_SEARCH_PREVIOUS)
		return "N";
	for (int i = 0; i < KEYS_OF_BINDING && binding->keys[i].code && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? " " : "",
					key_text(&binding->keys[i], name, sizeof(name)));
	return buf;
}
