/*
 * The default theme keeps the terminal's own background, whatever it is: its colours
 * are of middle brightness and can be read on black and on white. With 8 colours the
 * nearest are used (lab/screen/display_color.c).
 */
#define _GNU_SOURCE
#include "lab/screen/theme.h"

#include <string.h>

#define NONE COLOR_DEFAULT, COLOR_DEFAULT

/* Of the 256, all about as far from black as from white. */
enum {
	BLACK = 0,
	WHITE = 15,
	GREEN = 28,
	BLUE = 31,
	TEAL = 30,
	PURPLE = 133,
	OCHRE = 136,
	RED = 160,
	YELLOW = 11,
	BRIGHT_GREEN = 10,
	BRIGHT_RED = 9,
	BRIGHT_CYAN = 14,
};

const struct theme themes[] = {
	{
		.name = "default",
		.color = true,
		.looks =
			{
				[ROLE_TEXT] = {NONE, 0},
				[ROLE_DIM] = {NONE, ATTR_DIM},
				[ROLE_BOLD] = {NONE, ATTR_BOLD},
				[ROLE_HEADING] = {BLUE, COLOR_DEFAULT, ATTR_BOLD},
				[ROLE_CODE] = {TEAL, COLOR_DEFAULT, 0},
				[ROLE_LINK] = {BLUE, COLOR_DEFAULT, ATTR_UNDERLINE},
				[ROLE_BORDER] = {NONE, ATTR_DIM},
				[ROLE_BORDER_FOCUS] = {BLUE, COLOR_DEFAULT, 0},
				[ROLE_TITLE] = {NONE, 0},
				[ROLE_TITLE_FOCUS] = {BLUE, COLOR_DEFAULT, ATTR_BOLD},
				[ROLE_SELECTED] = {NONE, ATTR_REVERSE},
				[ROLE_SELECTED_BLUR] = {NONE, ATTR_UNDERLINE},
				[ROLE_GOOD] = {GREEN, COLOR_DEFAULT, ATTR_BOLD},
				[ROLE_BAD] = {RED, COLOR_DEFAULT, ATTR_BOLD},
				[ROLE_WARN] = {OCHRE, COLOR_DEFAULT, 0},
				[ROLE_SAME] = {NONE, 0},
				[ROLE_DIFFERENT] = {PURPLE, COLOR_DEFAULT, ATTR_BOLD},
				[ROLE_CHANGED] = {PURPLE, COLOR_DEFAULT, ATTR_BOLD | ATTR_REVERSE},
				[ROLE_MATCH] = {BLACK, YELLOW, 0},
				[ROLE_KEY] = {NONE, ATTR_REVERSE},
				[ROLE_FOOTER] = {NONE, 0},
				[ROLE_MESSAGE] = {NONE, ATTR_BOLD},
			},
	},
	{
		.name = "contrast",
		.color = true,
		.looks =
			{
				[ROLE_TEXT] = {WHITE, BLACK, 0},
				[ROLE_DIM] = {WHITE, BLACK, 0},
				[ROLE_BOLD] = {WHITE, BLACK, ATTR_BOLD},
				[ROLE_HEADING] = {YELLOW, BLACK, ATTR_BOLD},
				[ROLE_CODE] = {BRIGHT_CYAN, BLACK, 0},
				[ROLE_LINK] = {BRIGHT_CYAN, BLACK, ATTR_UNDERLINE},
				[ROLE_BORDER] = {WHITE, BLACK, 0},
				[ROLE_BORDER_FOCUS] = {YELLOW, BLACK, ATTR_BOLD},
				[ROLE_TITLE] = {WHITE, BLACK, 0},
				[ROLE_TITLE_FOCUS] = {BLACK, YELLOW, ATTR_BOLD},
				[ROLE_SELECTED] = {BLACK, WHITE, ATTR_BOLD},
				[ROLE_SELECTED_BLUR] = {WHITE, BLACK, ATTR_BOLD | ATTR_UNDERLINE},
				[ROLE_GOOD] = {BRIGHT_GREEN, BLACK, ATTR_BOLD},
				[ROLE_BAD] = {BRIGHT_RED, BLACK, ATTR_BOLD},
				[ROLE_WARN] = {YELLOW, BLACK, ATTR_BOLD},
				[ROLE_SAME] = {WHITE, BLACK, 0},
				[ROLE_DIFFERENT] = {YELLOW, BLACK, ATTR_BOLD | ATTR_UNDERLINE},
				[ROLE_CHANGED] = {BLACK, BRIGHT_CYAN, ATTR_BOLD},
				[ROLE_MATCH] = {BLACK, YELLOW, ATTR_BOLD},
				[ROLE_KEY] = {BLACK, WHITE, ATTR_BOLD},
				[ROLE_FOOTER] = {WHITE, BLACK, 0},
				[ROLE_MESSAGE] = {WHITE, BLACK, ATTR_BOLD},
			},
	},
	{
		.name = "mono",
		.color = false,
		.looks =
			{
				[ROLE_TEXT] = {NONE, 0},
				[ROLE_DIM] = {NONE, ATTR_DIM},
				[ROLE_BOLD] = {NONE, ATTR_BOLD},
				[ROLE_HEADING] = {NONE, ATTR_BOLD},
				[ROLE_CODE] = {NONE, 0},
				[ROLE_LINK] = {NONE, ATTR_UNDERLINE},
				[ROLE_BORDER] = {NONE, 0},
				[ROLE_BORDER_FOCUS] = {NONE, ATTR_BOLD},
				[ROLE_TITLE] = {NONE, 0},
				[ROLE_TITLE_FOCUS] = {NONE, ATTR_BOLD},
				[ROLE_SELECTED] = {NONE, ATTR_REVERSE},
				[ROLE_SELECTED_BLUR] = {NONE, ATTR_UNDERLINE},
				[ROLE_GOOD] = {NONE, ATTR_BOLD},
				[ROLE_BAD] = {NONE, ATTR_BOLD},
				[ROLE_WARN] = {NONE, ATTR_BOLD},
				[ROLE_SAME] = {NONE, 0},
				[ROLE_DIFFERENT] = {NONE, ATTR_BOLD},
				[ROLE_CHANGED] = {NONE, ATTR_BOLD | ATTR_REVERSE},
				[ROLE_MATCH] = {NONE, ATTR_REVERSE | ATTR_UNDERLINE},
				[ROLE_KEY] = {NONE, ATTR_REVERSE},
				[ROLE_FOOTER] = {NONE, 0},
				[ROLE_MESSAGE] = {NONE, ATTR_BOLD},
			},
	},
	{.name = NULL},
};

const struct theme *theme_find(const char *name)
{
	for (const struct theme *theme = themes; theme->name; theme++)
		if (strcmp(theme->name, name) == 0)
			return theme;
	return NULL;
}
