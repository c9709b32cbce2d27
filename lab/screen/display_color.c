/*
 * Pairs of colours are numbered as they are needed: the table gives the number of a
 * pair that exists. Where the terminal has too few, the numbers are given anew with
 * the next picture, which is drawn whole.
 */
#define _GNU_SOURCE
#define NCURSES_NOMACROS
#include "lab/screen/display_internal.h"

#include <curses.h>
#include <string.h>

#define COLORS_KNOWN 257   /* 256 and the default */
#define PAIRS_MAX    30000 /* more than a picture has cells is no use */

static struct {
	bool colors, defaults;
	int limit; /* the first number that does not exist */
	int next;
	bool ran_out;
	uint16_t numbers[COLORS_KNOWN][COLORS_KNOWN]; /* 0: not yet */
} pairs;

static const struct {
	unsigned attr;
	attr_t curses;
} attributes[] = {
	{ATTR_BOLD, WA_BOLD},	  {ATTR_DIM, WA_DIM},	      {ATTR_UNDERLINE, WA_UNDERLINE},
	{ATTR_BLINK, WA_BLINK},	  {ATTR_REVERSE, WA_REVERSE},
#ifdef WA_ITALIC
	{ATTR_ITALIC, WA_ITALIC},
#endif
};

bool color_open(void)
{
	memset(&pairs, 0, sizeof(pairs));
	pairs.colors = has_colors() && start_color() != ERR && COLORS >= 8 && COLOR_PAIRS > 1;
	if (!pairs.colors)
		return false;
	pairs.defaults = use_default_colors() != ERR;
	pairs.limit = COLOR_PAIRS < PAIRS_MAX ? COLOR_PAIRS : PAIRS_MAX;
	pairs.next = 1;
	return true;
}

/* One of the cube of 216 or of the greys as one of the first eight. */
static int of_eight(int color)
{
	static const int levels[] = {0, 95, 135, 175, 215, 255};
	int red, green, blue, most;

	if (color < 16)
		return color % 8;
	if (color >= 232)
		return color < 244 ? 0 : 7;
	color -= 16;
	red = levels[color / 36];
	green = levels[color / 6 % 6];
	blue = levels[color % 6];
	most = red > green ? red : green;
	most = most > blue ? most : blue;
	if (most < 95)
		return 0;
	/* Red is 1, green 2, blue 4: what is at least two thirds of the strongest. */
	return (red * 3 >= most * 2) | (green * 3 >= most * 2) << 1 | (blue * 3 >= most * 2) << 2;
}

int color_near(int color, int colors)
{
	if (color < 0 || color >= 256)
		return COLOR_DEFAULT;
	if (colors >= 256 || (colors >= 16 && color < 16))
		return color;
	return of_eight(color);
}

static int pair_number(int fg, int bg)
{
	int number = pairs.numbers[fg + 1][bg + 1];

	if (number)
		return number;
	if (pairs.next >= pairs.limit) {
		pairs.ran_out = true;
		return 0;
	}
	if (init_extended_pair(pairs.next, fg, bg) == ERR)
		return 0;
	number = pairs.next++;
	pairs.numbers[fg + 1][bg + 1] = (uint16_t)number;
	return number;
}

void color_find(const struct look *look, uint32_t *ret_attrs, int *ret_pair)
{
	int fg, bg;
	attr_t attrs = 0;

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		if (look->attrs & attributes[i].attr)
			attrs |= attributes[i].curses;
	*ret_attrs = (uint32_t)attrs;
	*ret_pair = 0;
	if (!pairs.colors)
		return;
	fg = color_near(look->fg, COLORS);
	bg = color_near(look->bg, COLORS);
	/* With eight, bright ones are bold; the same on the same could not be read. */
	if (COLORS < 16 && look->fg >= 8 && look->fg < 16)
		*ret_attrs |= (uint32_t)WA_BOLD;
	if (fg == bg && look->fg != look->bg)
		fg = bg == 0 ? 7 : 0;
	if (!pairs.defaults) {
		fg = fg < 0 ? 7 : fg;
		bg = bg < 0 ? 0 : bg;
	}
	if (fg >= 0 || bg >= 0)
		*ret_pair = pair_number(fg, bg);
}

bool color_ran_out(void)
{
	if (!pairs.ran_out)
		return false;
	memset(pairs.numbers, 0, sizeof(pairs.numbers));
	pairs.next = 1;
	pairs.ran_out = false;
	return true;
}
