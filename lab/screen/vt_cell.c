#include "lab/screen/vt_internal.h"

#include <stdlib.h>

/* The six steps of the colour cube of xterm-256color. */
static const int cube[] = {0, 95, 135, 175, 215, 255};

#define CUBE_FIRST 16
#define GREY_FIRST 232
#define GREYS	   24

static int nearest_step(int value)
{
	int best = 0;

	for (int i = 1; i < 6; i++)
		if (abs(cube[i] - value) < abs(cube[best] - value))
			best = i;
	return best;
}

static int distance(int r, int g, int b, int r2, int g2, int b2)
{
	return (r - r2) * (r - r2) + (g - g2) * (g - g2) + (b - b2) * (b - b2);
}

/* The nearest of the cube and the greys: the first 16 look different everywhere. */
static int16_t nearest(int r, int g, int b)
{
	int nr = nearest_step(r), ng = nearest_step(g), nb = nearest_step(b);
	int grey = ((r + g + b) / 3 - 8 + 5) / 10;
	int level;

	grey = grey < 0 ? 0 : grey >= GREYS ? GREYS - 1 : grey;
	level = 8 + 10 * grey;
	if (distance(r, g, b, level, level, level) <
	    distance(r, g, b, cube[nr], cube[ng], cube[nb]))
		return (int16_t)(GREY_FIRST + grey);
	return (int16_t)(CUBE_FIRST + 36 * nr + 6 * ng + nb);
}

static int16_t color_from(const VTermColor *color)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(color) || VTERM_COLOR_IS_DEFAULT_BG(color))
		return COLOR_DEFAULT;
	if (VTERM_COLOR_IS_INDEXED(color))
		return color->indexed.idx;
	return nearest(color->rgb.red, color->rgb.green, color->rgb.blue);
}

void vt_cell_from(const VTermScreenCell *from, struct cell *ret)
{
	*ret = (struct cell){.width = (uint8_t)(from->width == 2 ? 2 : 1),
			     .role = ROLE_OWN,
			     .fg = color_from(&from->fg),
			     .bg = color_from(&from->bg)};
	/* The right half of a wide character has 0xffffffff; here it has lost its left one. */
	for (int i = 0; i < SURFACE_CHARS && i < VTERM_MAX_CHARS_PER_CELL && from->chars[i]; i++) {
		uint32_t letter = from->chars[i];

		if (letter > 0x10ffff)
			break;
		if (letter < 0x20 || (letter >= 0x7f && letter < 0xa0))
			letter = LETTER_MALFORMED;
		ret->text[i] = (wchar_t)letter;
	}
	if (from->attrs.bold)
		ret->attrs |= ATTR_BOLD;
	if (from->attrs.underline)
		ret->attrs |= ATTR_UNDERLINE;
	if (from->attrs.italic)
		ret->attrs |= ATTR_ITALIC;
	if (from->attrs.blink)
		ret->attrs |= ATTR_BLINK;
	if (from->attrs.reverse)
		ret->attrs |= ATTR_REVERSE;
	if (from->attrs.strike)
		ret->attrs |= ATTR_STRIKE;
}

void vt_cell_to(const VTermState *state, const struct cell *from, VTermScreenCell *ret)
{
	*ret = (VTermScreenCell){.width = (char)(from->width == 2 ? 2 : 1)};
	for (int i = 0; i < SURFACE_CHARS && from->text[i]; i++)
		ret->chars[i] = (uint32_t)from->text[i];
	vterm_state_get_default_colors(state, &ret->fg, &ret->bg);
	if (from->fg != COLOR_DEFAULT)
		vterm_color_indexed(&ret->fg, (uint8_t)from->fg);
	if (from->bg != COLOR_DEFAULT)
		vterm_color_indexed(&ret->bg, (uint8_t)from->bg);
	ret->attrs.bold = (from->attrs & ATTR_BOLD) != 0;
	ret->attrs.underline = (from->attrs & ATTR_UNDERLINE) != 0;
	ret->attrs.italic = (from->attrs & ATTR_ITALIC) != 0;
	ret->attrs.blink = (from->attrs & ATTR_BLINK) != 0;
	ret->attrs.reverse = (from->attrs & ATTR_REVERSE) != 0;
	ret->attrs.strike = (from->attrs & ATTR_STRIKE) != 0;
}

bool vt_cell_is_blank(const struct cell *cell)
{
	return cell->width == 1 && (!cell->text[0] || cell->text[0] == L' ') && !cell->text[1] &&
	       cell->bg == COLOR_DEFAULT &&
	       !(cell->attrs & (ATTR_REVERSE | ATTR_UNDERLINE | ATTR_STRIKE));
}
