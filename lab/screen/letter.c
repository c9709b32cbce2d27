#define _GNU_SOURCE
#include "lab/screen/letter.h"

#include "lab/screen/surface.h"

#include <stdbool.h>

/* What stands for a character in ASCII; ranges first and last included. */
static const struct {
	uint32_t first, last;
	const char *ascii;
} letters_ascii[] = {
	{0x00a0, 0x00a0, " "},	 {0x00a9, 0x00a9, "(c)"}, {0x00ab, 0x00ab, "<<"},
	{0x00ad, 0x00ad, "-"},	 {0x00b0, 0x00b0, "o"},	  {0x00b1, 0x00b1, "+-"},
	{0x00b5, 0x00b5, "u"},	 {0x00b7, 0x00b7, "*"},	  {0x00bb, 0x00bb, ">>"},
	{0x0300, 0x036f, ""},	 {0x2010, 0x2013, "-"},	  {0x2014, 0x2015, "--"},
	{0x2018, 0x201b, "'"},	 {0x201c, 0x201f, "\""},  {0x2020, 0x2023, "*"},
	{0x2026, 0x2026, "..."}, {0x2039, 0x2039, "<"},	  {0x203a, 0x203a, ">"},
	{0x20d0, 0x20ff, ""},	 {0x2190, 0x2190, "<-"},  {0x2191, 0x2191, "^"},
	{0x2192, 0x2192, "->"},	 {0x2193, 0x2193, "v"},	  {0x2194, 0x2194, "<->"},
	{0x21d0, 0x21d0, "<="},	 {0x21d2, 0x21d2, "=>"},  {0x2208, 0x2208, "in"},
	{0x2212, 0x2212, "-"},	 {0x2248, 0x2248, "~"},	  {0x2260, 0x2260, "!="},
	{0x2264, 0x2264, "<="},	 {0x2265, 0x2265, ">="},  {0x23ce, 0x23ce, "^J"},
	{0x2500, 0x2500, "-"},	 {0x2501, 0x2501, "="},	  {0x2502, 0x2503, "|"},
	{0x2504, 0x2504, "-"},	 {0x2505, 0x2505, "="},	  {0x2506, 0x2507, "|"},
	{0x2508, 0x2508, "-"},	 {0x2509, 0x2509, "="},	  {0x250a, 0x250b, "|"},
	{0x250c, 0x254b, "+"},	 {0x254c, 0x254c, "-"},	  {0x254d, 0x254d, "="},
	{0x254e, 0x254f, "|"},	 {0x2550, 0x2550, "="},	  {0x2551, 0x2551, "|"},
	{0x2552, 0x2570, "+"},	 {0x2571, 0x2571, "/"},	  {0x2572, 0x2572, "\\"},
	{0x2573, 0x2573, "x"},	 {0x2574, 0x2574, "-"},	  {0x2575, 0x2575, "|"},
	{0x2576, 0x2576, "-"},	 {0x2577, 0x2577, "|"},	  {0x2578, 0x257f, "="},
	{0x2580, 0x2590, "#"},	 {0x2591, 0x2593, ":"},	  {0x2594, 0x259f, "#"},
	{0x25a0, 0x25a3, "#"},	 {0x25b2, 0x25b5, "^"},	  {0x25b6, 0x25bb, ">"},
	{0x25bc, 0x25bf, "v"},	 {0x25c0, 0x25c5, "<"},	  {0x25c6, 0x25c8, "*"},
	{0x25cb, 0x25cb, "o"},	 {0x25cf, 0x25cf, "*"},	  {0x25d0, 0x25d7, "o"},
	{0x2605, 0x2606, "*"},	 {0x2713, 0x2714, "v"},	  {0x2717, 0x2718, "x"},
	{0x276f, 0x276f, ">"},	 {0x27f6, 0x27f6, "->"},  {0xfe00, 0xfe0f, ""},
};

/* U+00C0 to U+00FF without their marks. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";

const char *letter_ascii(uint32_t letter)
{
	static char one[2];

	if (letter >= 0x20 && letter < 0x7f) {
		one[0] = (char)letter;
		return one;
	}
	if (letter >= 0xc0 && letter <= 0xff) {
		one[0] = latin[letter - 0xc0];
		return one;
	}
	for (size_t i = 0; i < sizeof(letters_ascii) / sizeof(letters_ascii[0]); i++)
		if (letter >= letters_ascii[i].first && letter <= letters_ascii[i].last)
			return letters_ascii[i].ascii;
	return "?";
}

/* How many bytes follow this first one; -1: it is none. */
static int followers(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xc2 && first < 0xe0)
		return 1;
	if (first >= 0xe0 && first < 0xf0)
		return 2;
	if (first >= 0xf0 && first < 0xf5)
		return 3;
	return -1;
}

size_t letter_decode(const char *text, size_t len, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	static const unsigned char bits[] = {0x7f, 0x1f, 0x0f, 0x07};
	const unsigned char *at = (const unsigned char *)text;
	int more = followers(at[0]);
	uint32_t letter;

	*ret = LETTER_MALFORMED;
	if (more < 0)
		return 1;
	letter = at[0] & bits[more];
	for (int i = 1; i <= more; i++) {
		if ((size_t)i >= len)
			return 0;
		if ((at[i] & 0xc0) != 0x80)
			return 1;
		letter = letter << 6 | (at[i] & 0x3f);
	}
	if (letter < least[more] || letter > 0x10ffff || (letter >= 0xd800 && letter < 0xe000))
		return 1;
	*ret = letter;
	return (size_t)more + 1;
}

size_t letter_encode(uint32_t letter, char buf[LETTER_BYTES])
{
	if (letter > 0x10ffff || (letter >= 0xd800 && letter < 0xe000))
		letter = LETTER_MALFORMED;
	if (letter < 0x80) {
		buf[0] = (char)letter;
		return 1;
	}
	if (letter < 0x800) {
		buf[0] = (char)(0xc0 | letter >> 6);
		buf[1] = (char)(0x80 | (letter & 0x3f));
		return 2;
	}
	if (letter < 0x10000) {
		buf[0] = (char)(0xe0 | letter >> 12);
		buf[1] = (char)(0x80 | (letter >> 6 & 0x3f));
		buf[2] = (char)(0x80 | (letter & 0x3f));
		return 3;
	}
	buf[0] = (char)(0xf0 | letter >> 18);
	buf[1] = (char)(0x80 | (letter >> 12 & 0x3f));
	buf[2] = (char)(0x80 | (letter >> 6 & 0x3f));
	buf[3] = (char)(0x80 | (letter & 0x3f));
	return 4;
}

/* Soft hyphens are visible in some terminals only; the others change what follows. */
static bool is_left_out(uint32_t letter)
{
	return letter == 0x00ad || letter == 0x061c || (letter >= 0x200b && letter <= 0x200f) ||
	       (letter >= 0x2028 && letter <= 0x202e) || (letter >= 0x2060 && letter <= 0x206f) ||
	       (letter >= 0xfe00 && letter <= 0xfe0f) || letter == 0xfeff ||
	       (letter >= 0xe0000 && letter <= 0xe0fff);
}

int letter_width(uint32_t letter)
{
	if (letter < 0x20 || (letter >= 0x7f && letter < 0xa0))
		return -1;
	if (letter < 0x7f)
		return 1;
	if (is_left_out(letter))
		return -2;
	return wcwidth((wchar_t)letter);
}

/* Where only ASCII can be shown, the locale knows no width; the replacement has one. */
static void make_ascii(uint32_t letter, struct letter *ret)
{
	const char *ascii = is_left_out(letter) ? "" : letter_ascii(letter);

	ret->width = 1;
	for (ret->n = 0; ascii[ret->n] && ret->n < LETTER_CELLS; ret->n++)
		ret->chars[ret->n] = (wchar_t)ascii[ret->n];
	ret->chars[ret->n] = 0;
}

size_t letter_next(const char *text, size_t len, struct letter *ret)
{
	uint32_t letter;
	size_t used = letter_decode(text, len, &letter);

	if (!used)
		used = 1; /* the text ends inside a character */
	if (!surface_is_utf8()) {
		make_ascii(letter, ret);
		return used;
	}
	ret->n = 1;
	ret->width = letter_width(letter);
	if (ret->width == -2) {
		ret->n = 0;
	} else if (ret->width < 0) {
		letter = LETTER_MALFORMED;
		ret->width = 1;
	}
	ret->chars[0] = ret->n ? (wchar_t)letter : 0;
	ret->chars[1] = 0;
	return used;
}
