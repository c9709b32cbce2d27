/*
 * Cells and areas, characters and their widths, names of keys, themes; without a terminal.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/strbuf.h"
#include "lab/screen/display_internal.h"
#include "lab/screen/key.h"
#include "lab/screen/letter.h"
#include "lab/screen/surface.h"
#include "lab/screen/theme.h"

#include <locale.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct surface surface;
static char row_buf[1024];

static const char *row(int at)
{
	struct strbuf text = STRBUF_INIT;

	surface_row_text(&surface, at, &text);
	(void)snprintf(row_buf, sizeof(row_buf), "%s", text.s);
	strbuf_free(&text);
	return row_buf;
}

static struct area fresh(int rows, int cols)
{
	surface_size(&surface, rows, cols);
	return surface_area(&surface);
}

static const struct cell *cell(int at_row, int col)
{
	return &surface.cells[at_row * surface.cols + col];
}

static void test_put(void)
{
	struct area area = fresh(3, 10);

	is_str(row(0), "", "a new surface is empty");
	is_int(cell(0, 0)->role, ROLE_TEXT, "its cells are text");
	is_int(cell(2, 9)->width, 1, "one column each");
	is_int(area_put(&area, 0, 2, ROLE_BAD, "abc"), 5, "the column behind");
	is_str(row(0), "  abc", "text at its place");
	is_int(cell(0, 2)->role, ROLE_BAD, "has its role");
	is_int(area_put(&area, 1, 7, ROLE_TEXT, "abcdef"), 10, "cut at the edge");
	is_str(row(1), "       abc", "and not wrapped");
	(void)area_put(&area, 0, -2, ROLE_TEXT, "xyz");
	is_str(row(0), "z abc", "what begins left of the area is cut there");
	(void)area_put(&area, 3, 0, ROLE_TEXT, "below");
	(void)area_put(&area, -1, 0, ROLE_TEXT, "above");
	(void)area_put(&area, 0, 10, ROLE_TEXT, "beside");
	is_str(row(0), "z abc", "outside nothing happens");
	is_int(area_printf(&area, 2, 0, ROLE_TEXT, "%d of %s", 3, "4"), 6, "printf");
	is_str(row(2), "3 of 4", "formatted");
	area_role(&area, 2, 4, 99, ROLE_MATCH);
	is_int(cell(2, 5)->role, ROLE_MATCH, "another role");
	is_int(cell(2, 3)->role, ROLE_TEXT, "for a part only");
	is_str(row(2), "3 of 4", "and the text stays");
	is_str(row(99), "", "no such row");
	surface_size(&surface, 1, 4);
	is_str(row(0), "", "another size is empty again");
	surface_size(&surface, 0, 0);
	area = surface_area(&surface);
	is_int(area_put(&area, 0, 0, ROLE_TEXT, "x"), 0, "a surface without cells");
}

static void test_part(void)
{
	struct area area = fresh(4, 8), part, empty;

	part = area_part(&area, &(struct rect){1, 2, 2, 3});
	(void)area_put(&part, 0, 0, ROLE_TEXT, "abcdef");
	(void)area_put(&part, 2, 0, ROLE_TEXT, "xxx");
	is_str(row(1), "  abc", "a part cuts at its own edge");
	is_str(row(3), "", "below as well");
	part = area_part(&part, &(struct rect){-1, -1, 9, 9});
	is_int(part.rect.row * 1000 + part.rect.col * 100 + part.rect.rows * 10 + part.rect.cols,
	       1223, "a part of a part is cut to it");
	empty = area_part(&area, &(struct rect){9, 9, 2, 2});
	is_int(empty.rect.rows + empty.rect.cols, 0, "a part outside is empty");
	empty = area_part(&area, &(struct rect){0, 0, -3, 4});
	is_int(empty.rect.rows, 0, "less than nothing, too");
	area_clear(&part);
	is_str(row(1), "", "cleared");
}

static void test_wide(void)
{
	struct area area = fresh(1, 6);
	struct cell own = {.text = L"中", .width = 2, .role = ROLE_OWN, .fg = 1, .bg = 2};

	is_int(area_put(&area, 0, 0, ROLE_TEXT, "中文"), 4, "two columns each");
	is_int(cell(0, 0)->width, 2, "the left half");
	is_int(cell(0, 1)->width, 0, "the right half");
	is_str(row(0), "中文", "once in the text");
	(void)area_put(&area, 0, 1, ROLE_TEXT, "x");
	is_str(row(0), " x文", "writing over the right half leaves a space");
	(void)area_put(&area, 0, 2, ROLE_TEXT, "y");
	is_str(row(0), " xy", "and over the left half");
	is_int(cell(0, 3)->width, 1, "no half stays");
	(void)area_put(&area, 0, 0, ROLE_TEXT, "中文");
	(void)area_put(&area, 0, 1, ROLE_TEXT, "国");
	is_str(row(0), " 国", "a wide one over two halves");
	is_int(area_put(&area, 0, 5, ROLE_GOOD, "中"), 6, "at the edge there is no room");
	is_int(cell(0, 5)->width, 1, "for half a character");
	is_int(cell(0, 5)->role, ROLE_GOOD, "the space has the role");
	area = fresh(1, 4);
	area_cell(&area, 0, 1, &own);
	is_str(row(0), " 中", "one cell with what is right of it");
	is_int(cell(0, 2)->fg, 1, "that has the same colours");
	own.width = 0;
	area_cell(&area, 0, 0, &own);
	is_str(row(0), " 中", "a right half alone is nothing");
}

static void test_combining(void)
{
	struct area area = fresh(1, 4);

	is_int(area_put(&area, 0, 0, ROLE_TEXT, "e\u0301x"), 2, "a mark takes no column");
	is_str(row(0), "e\u0301x", "and stays with its letter");
	is_int(cell(0, 0)->text[1], 0x301, "in the same cell");
	area = fresh(1, 4);
	(void)area_put(&area, 0, 0, ROLE_TEXT, "abce\u0301f");
	is_str(row(0), "abce\u0301", "in the last column, too");
	area = fresh(1, 4);
	(void)area_put(&area, 0, 0, ROLE_TEXT, "中\u0301");
	is_str(row(0), "中\u0301", "on a wide one");
	area = fresh(1, 4);
	(void)area_put(&area, 0, 0, ROLE_TEXT, "a\u0301\u0302\u0303\u0304\u0305\u0306b");
	is_str(row(0), "a\u0301\u0302\u0303\u0304b", "at most as many as a cell holds");
	area = fresh(1, 4);
	is_int(area_put(&area, 0, 0, ROLE_TEXT, "\u0301a"), 1, "a mark without a letter");
	is_str(row(0), "a", "is dropped");
	is_int(area_put(&area, 0, 0, ROLE_TEXT, "a\u202eb\u200dc\ufe0f"), 3, "marks of direction");
	is_str(row(0), "abc", "are left out");
}

static void test_hostile(void)
{
	struct area area = fresh(1, 40);

	(void)area_put(&area, 0, 0, ROLE_TEXT, "a\033[2Jb\n\t\r\x7f");
	is_str(row(0), "a\ufffd[2Jb\ufffd\ufffd\ufffd\ufffd", "controls are shown");
	area = fresh(1, 40);
	(void)area_put(&area, 0, 0, ROLE_TEXT, "a\xff\xc3(\xe2\x82");
	is_str(row(0), "a\ufffd\ufffd(\ufffd\ufffd", "malformed bytes one by one");
	area = fresh(1, 40);
	(void)area_put(&area, 0, 0, ROLE_TEXT, "\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xc2\x9b");
	is_str(row(0), "\ufffd\ufffd|\ufffd\ufffd\ufffd|\ufffd\ufffd\ufffd\ufffd|\ufffd",
	       "overlong forms, surrogates, what is too big, and C1");
}

static void test_cut(void)
{
	struct area area = fresh(1, 10);

	is_int(area_put_cut(&area, 0, 0, 5, ROLE_TEXT, "abcde", 5), 5, "what fits");
	is_str(row(0), "abcde", "is whole");
	is_int(area_put_cut(&area, 0, 0, 5, ROLE_TEXT, "abcdef", 6), 5, "what does not");
	is_str(row(0), "abcd…", "ends with a mark");
	area = fresh(1, 10);
	(void)area_put_cut(&area, 0, 0, 4, ROLE_TEXT, "ab中文", 8);
	is_str(row(0), "ab …", "never in a character");
	area = fresh(1, 10);
	(void)area_put_cut(&area, 0, 0, 9, ROLE_TEXT, "abcdef", 3);
	is_str(row(0), "abc", "of a longer text");
	(void)area_put_cut(&area, 0, 7, 9, ROLE_TEXT, "12345", 5);
	is_str(row(0), "abc    12…", "the edge of the area counts as well");
	is_int(area_put_cut(&area, 0, 2, 0, ROLE_TEXT, "abc", 3), 2, "no column, nothing");
	is_str(row(0), "abc    12…", "and it is unchanged");
	area = fresh(1, 10);
	is_int(area_put_path(&area, 0, 0, 10, ROLE_TEXT, "/home/me/a"), 10, "a path that fits");
	is_str(row(0), "/home/me/a", "is whole");
	is_int(area_put_path(&area, 0, 0, 10, ROLE_TEXT, "/home/you/work/a.c"), 10,
	       "one that does not");
	is_str(row(0), "…/work/a.c", "ends as it does");
	area = fresh(1, 10);
	(void)area_put_path(&area, 0, 4, 9, ROLE_TEXT, "/中文/a.c");
	is_str(row(0), "    …/a.c", "never in a character");
	is_int(text_columns("a中e\u0301\n", 8), 5, "columns");
	is_int(text_columns("abcdef", 2), 2, "of a part");
}

static void test_frame(void)
{
	struct area area = fresh(4, 14), inside;

	inside = area_frame(&area, "list", false);
	is_str(row(0), "┌─ list ─────┐", "the title is on the frame");
	is_str(row(1), "│            │", "sides");
	is_str(row(3), "└────────────┘", "bottom");
	is_int(inside.rect.rows * 100 + inside.rect.cols, 212, "what is inside");
	(void)area_frame(&area, "list", true);
	is_str(row(0), "┏━ list ━━━━━┓", "with the focus other lines");
	is_int(cell(0, 3)->role, ROLE_TITLE_FOCUS, "and another role");
	(void)area_frame(&area, "a very long title", false);
	is_str(row(0), "┌─ a very … ─┐", "a long title is cut");
	area = fresh(1, 1);
	inside = area_frame(&area, "x", false);
	is_int(inside.rect.rows + inside.rect.cols, 0, "a frame without room");
	area = fresh(0, 0);
	(void)area_frame(&area, "x", true);
	ok(true, "or without a cell");
}

/* The rows of the mark, as bits. */
static int mark_at(int rows, int top, int seen, int total)
{
	struct area area = fresh(rows, 5);
	int bits = 0;

	(void)area_frame(&area, "", false);
	area_scroll_mark(&area, top, seen, total);
	for (int i = 0; i < rows; i++)
		if (cell(i, 4)->text[0] == L'█')
			bits |= 1 << i;
	return bits;
}

static void test_scroll(void)
{
	is_int(mark_at(6, 0, 4, 8), 1 << 1 | 1 << 2, "the first half");
	is_int(mark_at(6, 4, 4, 8), 1 << 3 | 1 << 4, "the second");
	is_int(mark_at(6, 0, 4, 4), 0, "nothing to scroll, no mark");
	is_int(mark_at(6, 1, 4, 1000), 1 << 2, "not at the top when something is above");
	is_int(mark_at(6, 996, 4, 1000), 1 << 4, "at the bottom at the end");
	is_int(mark_at(6, 5000, 4, 1000), 1 << 4, "and beyond");
	is_int(mark_at(2, 0, 1, 10), 0, "no room");
}

/* What ASCII makes of it, in a process that has another locale. */
static void test_ascii(void)
{
	char got[512] = "";
	int ends[2], status = 0;
	ssize_t n;

	if (pipe(ends) < 0)
		exit(4);
	if (fork() == 0) {
		struct area area = fresh(3, 30);
		struct strbuf out = STRBUF_INIT;

		(void)setlocale(LC_ALL, "C");
		(void)area_frame(&area, "é→中", true);
		(void)area_put(&area, 1, 1, ROLE_TEXT, "a…b ≠ ✓ │ e\u0301 ñ \u202e\033");
		(void)area_put_cut(&area, 1, 24, 4, ROLE_TEXT, "→→→", 9);
		for (int i = 0; i < 3; i++) {
			surface_row_text(&surface, i, &out);
			strbuf_addc(&out, '\n');
		}
		strbuf_addf(&out, "%d %d", surface_is_utf8(), text_columns("…→中", 9));
		n = write(ends[1], out.s, out.len);
		strbuf_free(&out);
		surface_free(&surface);
		_exit(n <= 0);
	}
	(void)close(ends[1]);
	n = read(ends[0], got, sizeof(got) - 1);
	(void)close(ends[0]);
	(void)wait(&status);
	is_int(status, 0, "another process without UTF-8");
	got[n > 0 ? n : 0] = '\0';
	is_str(got,
	       "#= e->? =====================#\n"
	       "#a...b != v | e n ?     ->-~ #\n"
	       "#============================#\n0 6",
	       "what stands for other characters, and its columns");
}

static void test_letters(void)
{
	static const uint32_t letters[] = {0x41,  0x7f,	  0x80,	   0x7ff,
					   0x800, 0xffff, 0x10000, 0x10ffff};
	char bytes[LETTER_BYTES];
	uint32_t back;

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		size_t n = letter_encode(letters[i], bytes);

		ok(letter_decode(bytes, n, &back) == n && back == letters[i], "U+%04X and back",
		   letters[i]);
		if (n > 1)
			is_int((long long)letter_decode(bytes, n - 1, &back), 0,
			       "U+%04X is not whole", letters[i]);
	}
	is_int((long long)letter_encode(0xd800, bytes), 3, "a surrogate is no character");
	is_int((long long)letter_encode(0x110000, bytes), 3, "nor is what is too big");
}

static void is_key(uint32_t code, unsigned mods, const char *want)
{
	char buf[32];

	is_str(key_text(&(struct key){code, mods}, buf, sizeof(buf)), want, "key %s", want);
}

static void test_keys(void)
{
	is_key('a', 0, "a");
	is_key('?', 0, "?");
	is_key(KEY_CTRL('L'), 0, "^L");
	is_key(KEY_CTRL(']'), 0, "^]");
	is_key(KEY_CODE_TAB, 0, "Tab");
	is_key(KEY_CODE_ENTER, 0, "Enter");
	is_key(KEY_CODE_ESC, 0, "Esc");
	is_key(KEY_CODE_BACKSPACE, 0, "Backspace");
	is_key(' ', 0, "Space");
	is_key('x', KEY_MOD_ALT, "Alt-x");
	is_key(KEY_CODE_UP, 0, "Up");
	is_key(KEY_CODE_PAGE_DOWN, KEY_MOD_CTRL | KEY_MOD_SHIFT, "Ctrl-Shift-PgDn");
	is_key(KEY_CODE_BACK_TAB, 0, "Shift-Tab");
	is_key(KEY_CODE_F1, 0, "F1");
	is_key(KEY_CODE_F12, 0, "F12");
	is_key(0xe9, 0, "é");
}

static bool looks_alike(const struct theme *theme, enum role a, enum role b)
{
	const struct look *one = &theme->looks[a], *two = &theme->looks[b];

	return one->fg == two->fg && one->bg == two->bg && one->attrs == two->attrs;
}

static void test_themes(void)
{
	static const enum role apart[][2] = {
		{ROLE_TEXT, ROLE_SELECTED},	{ROLE_TEXT, ROLE_SELECTED_BLUR},
		{ROLE_TEXT, ROLE_MATCH},	{ROLE_SELECTED, ROLE_SELECTED_BLUR},
		{ROLE_SAME, ROLE_DIFFERENT},	{ROLE_SAME, ROLE_CHANGED},
		{ROLE_DIFFERENT, ROLE_CHANGED}, {ROLE_BORDER, ROLE_BORDER_FOCUS},
		{ROLE_TITLE, ROLE_TITLE_FOCUS}, {ROLE_KEY, ROLE_FOOTER},
	};

	for (const struct theme *theme = themes; theme->name; theme++) {
		ok(theme_find(theme->name) == theme, "theme %s is found", theme->name);
		for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
			ok(!looks_alike(theme, apart[i][0], apart[i][1]),
			   "%s tells roles %d and %d apart", theme->name, (int)apart[i][0],
			   (int)apart[i][1]);
		for (int role = ROLE_TEXT; role < ROLE_COUNT && !theme->color; role++)
			if (theme->looks[role].fg != COLOR_DEFAULT ||
			    theme->looks[role].bg != COLOR_DEFAULT)
				ok(false, "%s has no colour for role %d", theme->name, role);
	}
	ok(theme_find("mono") && !theme_find("mono")->color, "mono has no colours");
	ok(theme_find("contrast") != NULL, "there is one with more contrast");
	ok(theme_find("nonesuch") == NULL, "there is no other");
}

static void test_colors(void)
{
	static const struct {
		int color, colors, near;
	} cases[] = {
		{COLOR_DEFAULT, 256, COLOR_DEFAULT},
		{200, 256, 200},
		{9, 16, 9},
		{28, 16, 2},
		{9, 8, 1},
		{15, 8, 7},
		{160, 8, 1},
		{28, 8, 2},
		{136, 8, 3},
		{19, 8, 4},
		{133, 8, 5},
		{31, 8, 6},
		{16, 8, 0},
		{231, 8, 7},
		{232, 8, 0},
		{255, 8, 7},
		{256, 8, COLOR_DEFAULT},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_int(color_near(cases[i].color, cases[i].colors), cases[i].near,
		       "colour %d of %d", cases[i].color, cases[i].colors);
}

int main(void)
{
	test_ascii(); /* first: what the locale can do is asked once */
	if (!setlocale(LC_ALL, "C.UTF-8") && !setlocale(LC_ALL, "en_US.UTF-8")) {
		unit_skip("no UTF-8 locale here");
		return unit_done();
	}
	test_put();
	test_part();
	test_wide();
	test_combining();
	test_hostile();
	test_cut();
	test_frame();
	test_scroll();
	test_letters();
	test_keys();
	test_themes();
	test_colors();
	surface_free(&surface);
	return unit_done();
}
