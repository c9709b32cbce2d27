/*
 * lab/screen/vt.h: what programs print becomes cells; keys become bytes.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "checks/lab/vt_stage.h"

#include <locale.h>

static void draws(void)
{
	struct stage *s = begin(5, 20);

	feed(s, "hello\r\n  world\033[4;3Hx");
	is_str(row(s, 0), "hello", "text");
	is_str(row(s, 1), "  world", "a second line");
	is_str(row(s, 3), "  x", "the cursor is moved");
	is_int(s->cursor_row, 3, "row of the cursor");
	is_int(s->cursor_col, 3, "column of the cursor");
	feed(s, "\033[?25l");
	draw(s);
	is_int(s->cursor_row, -1, "a hidden cursor is none");
	feed(s, "\033[?12;25h");
	draw(s);
	is_int(s->cursor_row, 3, "two modes in one sequence");
	feed(s, "\033[2J\033[Hab\033[s\033[5;5Hq\033[ucd");
	is_str(row(s, 0), "abcd", "CSI s and u save and restore the cursor");
	feed(s, "\033[2J\033[Hx\033[4b!");
	is_str(row(s, 0), "xxxxx!", "a character is repeated");
	feed(s, "\033[2J\033[H\033(0lqk\033(B");
	is_str(row(s, 0), surface_is_utf8() ? "┌─┐" : "+-+", "lines of the second character set");
	end(s);
}

static void looks(void)
{
	static const struct {
		const char *sgr;
		int fg, bg;
		unsigned attrs;
	} table[] = {
		{"0", COLOR_DEFAULT, COLOR_DEFAULT, 0},
		{"31", 1, COLOR_DEFAULT, 0},
		{"92;44", 10, 4, 0},
		{"38;5;196;48;5;240", 196, 240, 0},
		{"38;2;255;0;0", 196, COLOR_DEFAULT, 0},
		{"38;2;128;128;128;48;2;0;0;95", 244, 17, 0},
		{"38:2:0:255:0", 46, COLOR_DEFAULT, 0},
		{"1;4;7", COLOR_DEFAULT, COLOR_DEFAULT, ATTR_BOLD | ATTR_UNDERLINE | ATTR_REVERSE},
		{"3;5;9", COLOR_DEFAULT, COLOR_DEFAULT, ATTR_ITALIC | ATTR_BLINK | ATTR_STRIKE},
	};
	struct stage *s = begin(3, 20);

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		char text[64];
		const struct cell *c;

		(void)snprintf(text, sizeof(text), "\033[H\033[0m\033[%smx", table[i].sgr);
		feed(s, text);
		c = cell(s, 0, 0);
		ok(c->fg == table[i].fg && c->bg == table[i].bg && c->attrs == table[i].attrs &&
			   c->role == ROLE_OWN,
		   "SGR %s: %d %d %x", table[i].sgr, c->fg, c->bg, c->attrs);
	}
	feed(s, "\033[0m\033[2J\033[H\033[41m\033[K");
	is_int(cell(s, 0, 15)->bg, 1, "erased cells have the background");
	end(s);
}

static void scrolled_looks(void)
{
	struct stage *s = begin(2, 10);
	const struct cell *c;

	feed(s, "a\033[1;31mb\033[0;48;5;200mc d\033[0m\r\n\r\n\r\n");
	(void)vt_scroll(s->vt, 99);
	is_str(row(s, 0), "abc d", "text that has scrolled out");
	c = cell(s, 0, 1);
	ok(c->fg == 1 && c->attrs == ATTR_BOLD, "its looks are kept");
	ok(cell(s, 0, 0)->fg == COLOR_DEFAULT && cell(s, 0, 3)->bg == 200, "each run its own");
	ok(cell(s, 0, 6)->bg == COLOR_DEFAULT, "and nothing behind");
	end(s);
}

static void letters(void)
{
	struct stage *s = begin(3, 8);

	feed(s, "漢字e\xcc\x81!");
	is_str(row(s, 0), "漢字e\xcc\x81!", "wide and combining characters");
	is_int(cell(s, 0, 0)->width, 2, "a wide one takes two cells");
	is_int(cell(s, 0, 1)->width, 0, "the second is its right half");
	feed(s, "\033[1;2Hx");
	is_str(row(s, 0), " x字e\xcc\x81!", "half overwritten: the other half is a space");
	feed(s, "\033[2;8H漢");
	is_str(row(s, 1), "", "no room in the last column");
	is_str(row(s, 2), "漢", "so it goes to the next line");
	feed(s, "\r\n\r\n\r\n\r\n");
	(void)vt_scroll(s->vt, 99);
	is_str(everything(s), "漢x字e\xcc\x81!||漢", "the same in the scroll-back");
	(void)vt_scroll(s->vt, 0);
	feed(s, "\033[2J\033[Ha\xff\xc2\x85\xe2\x80\xae"
		"b");
	is_str(row(s, 0),
	       "a\xef\xbf\xbd\xef\xbf\xbd"
	       "b",
	       "malformed bytes and controls are shown as such");
	feed(s, "\033[2J\033[Ha");
	for (int i = 0; i < 10000; i++)
		feed(s, "\xcc\x81");
	feed(s, "b");
	is_str(row(s, 0),
	       "a\xcc\x81\xcc\x81\xcc\x81\xcc\x81"
	       "b",
	       "marks without end are cut");
	end(s);
}

static void alternate(void)
{
	struct stage *s = begin(4, 20);

	feed(s, "one\r\ntwo\r\n$ ");
	feed(s, "\033[?1049h\033[2J\033[Hvim");
	ok(vt_alternate(s->vt), "the alternate screen");
	is_str(row(s, 0), "vim", "has its own text");
	is_int(vt_lines(s->vt), 4, "nothing went into the scroll-back");
	feed(s, "\033[?1049l");
	ok(!vt_alternate(s->vt), "and is left");
	is_str(row(s, 1), "two", "what was before is there");
	draw(s);
	ok(s->cursor_row == 2 && s->cursor_col == 2, "the cursor too");
	feed(s, "\033[?1049h\033[?25l\033[1;31m\033[2;3r\033[?1h\033=");
	vt_restart(s->vt);
	ok(!vt_alternate(s->vt), "a new program starts on the normal screen");
	feed(s, "\033[1;1Hx");
	ok(cell(s, 0, 0)->fg == COLOR_DEFAULT && s->cursor_row == 0,
	   "with normal looks and a cursor");
	feed(s, "\033[2J\033[Hunfinished \033]0;tit");
	vt_restart(s->vt);
	feed(s, "!");
	is_str(row(s, 0), "unfinished !", "a sequence that never ended swallows nothing");
	end(s);
}

static void scrolls_back(void)
{
	struct stage *s = begin(4, 20);
	char text[32];

	for (int i = 0; i < 100; i++) {
		(void)snprintf(text, sizeof(text), "line %d\r\n", i);
		feed(s, text);
	}
	is_str(row(s, 2), "line 99", "the newest lines");
	is_int(vt_lines(s->vt), 101, "all lines are there");
	is_int(vt_scroll(s->vt, 10), 10, "scrolled back");
	is_str(row(s, 0), "line 87", "older ones are in sight");
	is_int(s->cursor_row, -1, "the cursor is not");
	feed(s, "more\r\nmore\r\n");
	is_str(row(s, 0), "line 87", "new output leaves them there");
	is_int(vt_scrolled(s->vt), 12, "which is further back now");
	is_int(vt_scroll(s->vt, 1000), 99, "clamped to the oldest");
	is_str(row(s, 0), "line 0", "which is the first");
	is_int(vt_scroll(s->vt, -5), 0, "and to the newest");
	for (int i = 0; i < VT_SCROLLBACK + 50; i++)
		feed(s, "flood\r\n");
	is_int(vt_lines(s->vt), VT_SCROLLBACK + 4, "no more lines than are kept");
	(void)vt_scroll(s->vt, VT_SCROLLBACK);
	feed(s, "flood\r\n");
	is_int(vt_scrolled(s->vt), VT_SCROLLBACK, "who looks at the oldest loses it");
	end(s);
}

static void notes(void)
{
	struct stage *s = begin(6, 30);

	vt_note(s->vt, "-- one --");
	feed(s, "no newline");
	vt_note(s->vt, "-- t\033[31mw\ao --");
	feed(s, "x");
	is_str(row(s, 0), "-- one --", "a note has a line of its own");
	is_str(row(s, 1), "no newline", "what was printed stays");
	ok(strstr(row(s, 2), "-- tw") != NULL, "notes are plain text: %s", row(s, 2));
	is_str(row(s, 3), "x", "the program goes on behind it");
	feed(s, "\033[1;1H");
	vt_note(s->vt, "-- end --");
	is_str(row(s, 4), "-- end --", "below all that is there, wherever the cursor was");
	end(s);
}

static void keys(void)
{
	static const struct {
		struct key key;
		const char *modes, *want;
	} table[] = {
		{{'a', 0}, "", "a"},
		{{'a', KEY_MOD_ALT}, "", "\033a"},
		{{0xe9, 0}, "", "\xc3\xa9"},
		{{0xe9, KEY_MOD_ALT}, "", "\033\xc3\xa9"},
		{{KEY_CTRL('c'), 0}, "", "\003"},
		{{KEY_CODE_ENTER, 0}, "", "\r"},
		{{KEY_CODE_TAB, 0}, "", "\t"},
		{{KEY_CODE_BACK_TAB, 0}, "", "\033[Z"},
		{{KEY_CODE_ESC, 0}, "", "\033"},
		{{KEY_CODE_BACKSPACE, 0}, "", "\x7f"},
		{{KEY_CODE_UP, 0}, "", "\033[A"},
		{{KEY_CODE_UP, 0}, "\033[?1h", "\033OA"},
		{{KEY_CODE_LEFT, KEY_MOD_CTRL}, "", "\033[1;5D"},
		{{KEY_CODE_HOME, 0}, "", "\033[H"},
		{{KEY_CODE_END, 0}, "\033[?1h", "\033OF"},
		{{KEY_CODE_PAGE_UP, 0}, "", "\033[5~"},
		{{KEY_CODE_DELETE, 0}, "", "\033[3~"},
		{{KEY_CODE_INSERT, 0}, "", "\033[2~"},
		{{KEY_CODE_F1, 0}, "", "\033OP"},
		{{KEY_CODE_F1 + 4, 0}, "", "\033[15~"},
		{{KEY_CODE_F12, KEY_MOD_SHIFT}, "", "\033[24;2~"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct stage *s = begin(4, 20);

		feed(s, table[i].modes);
		vt_key(s->vt, &table[i].key, &s->text);
		is_str(s->text.s, table[i].want, "key %x, mods %u", table[i].key.code,
		       table[i].key.mods);
		end(s);
	}
}

static void pastes(void)
{
	struct stage *s = begin(4, 20);
	static const char text[] = "a\nb\r\nc\td\033[201~e\003é";

	vt_paste(s->vt, text, sizeof(text) - 1, &s->text);
	is_str(s->text.s, "a\rb\rc\td[201~eé", "pasted text has no control characters");
	strbuf_reset(&s->text);
	feed(s, "\033[?2004h");
	vt_paste(s->vt, "x\033[201~y", 9, &s->text);
	is_str(s->text.s, "\033[200~x[201~y\033[201~", "and can't end its brackets");
	end(s);
}

/* What may be printed and is answered by nobody. */
static void questions(void)
{
	static const char *const table[] = {
		"\033[6n",	 "\033[5n",   "\033[c",		"\033[>c",
		"\033Z",	 "\005",      "\033P$qm\033\\", "\033P$q\nrm -rf\n\033\\",
		"\033]52;c;?\a", "\033[?1$p", "\033[18t",	"\033[21t",
	};
	struct stage *s = begin(4, 20);

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct key key = {'k', 0};

		feed(s, table[i]);
		strbuf_reset(&s->text);
		vt_key(s->vt, &key, &s->text);
		is_str(s->text.s, "k", "question %zu is not answered", i);
	}
	end(s);
}

static void selects(void)
{
	struct stage *s = begin(4, 20);
	struct vt_place from = {1, 2}, to = {0, 1};

	feed(s, "first line\r\nsecond\r\n漢字 x\r\n");
	vt_select(s->vt, &from, &to);
	vt_selected(s->vt, &s->text);
	is_str(s->text.s, "irst line\nsec", "from a place to another, in any order");
	is_int(cell(s, 1, 1)->role, ROLE_SELECTED, "it is marked");
	is_int(cell(s, 1, 3)->role, ROLE_OWN, "nothing behind it is");
	from = to = (struct vt_place){2, 1};
	vt_select(s->vt, &from, &to);
	strbuf_reset(&s->text);
	vt_selected(s->vt, &s->text);
	is_str(s->text.s, "漢", "a wide character is taken whole");
	feed(s, "1\r\n2\r\n3\r\n4\r\n");
	strbuf_reset(&s->text);
	vt_selected(s->vt, &s->text);
	is_str(s->text.s, "漢", "the selection stays on its line");
	vt_select(s->vt, NULL, NULL);
	strbuf_reset(&s->text);
	vt_selected(s->vt, &s->text);
	is_str(s->text.s, "", "none");
	end(s);
}

static void searches(void)
{
	struct stage *s = begin(4, 20);
	char text[40];

	for (int i = 0; i < 60; i++) {
		(void)snprintf(text, sizeof(text), "%s %d\r\n", i % 20 == 5 ? "Needle" : "hay", i);
		feed(s, text);
	}
	ok(vt_search(s->vt, "needle", false), "found backwards");
	ok(strstr(row(s, 2), "Needle 45") != NULL, "the newest first: %s", row(s, 2));
	is_int(cell(s, 2, 0)->role, ROLE_MATCH, "it is marked");
	ok(vt_search(s->vt, "needle", false) && strstr(row(s, 2), "Needle 25"), "then older ones");
	ok(vt_search(s->vt, "needle", true) && strstr(row(s, 2), "Needle 45"),
	   "and forwards again");
	ok(vt_search(s->vt, "needle", true) && strstr(row(s, 2), "Needle 5"),
	   "behind the last the first: %s", row(s, 2));
	ok(!vt_search(s->vt, "nEedle", true), "capitals count");
	ok(!vt_search(s->vt, NULL, true), "none");
	end(s);
}

int main(void)
{
	(void)setlocale(LC_ALL, "C.UTF-8");
	draws();
	looks();
	scrolled_looks();
	letters();
	alternate();
	scrolls_back();
	notes();
	keys();
	pastes();
	questions();
	selects();
	searches();
	return unit_done();
}
