/*
 * lab/screen/vt.h under what it must bear: floods, sizes in any order, programs that mean
 * no good.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "checks/lab/vt_stage.h"
#include "common/cleanup.h"

#include <locale.h>

static void resizes(void)
{
	struct stage *s = begin(6, 30);
	char before[512];

	feed(s, "first line with some words\r\nsecond\r\nthird line, also long!\r\n$ ");
	resize(s, 6, 10);
	ok(strstr(everything(s), "first line with some| words|second|third line|, also lon|g!|$") !=
		   NULL,
	   "what is too wide is wrapped: %s", everything(s));
	(void)vt_scroll(s->vt, 99);
	is_str(row(s, 0), "first lin…", "a line above tells that it is longer");
	(void)vt_scroll(s->vt, 0);
	resize(s, 3, 10);
	resize(s, 6, 30);
	ok(strstr(everything(s), "first line with some| words|second|third line|, also lon|g!|$") !=
		   NULL,
	   "nothing is lost on the way back");
	end(s);
	s = begin(6, 30);
	for (int i = 0; i < 12; i++)
		feed(s, "a line of the right width ...\r\n");
	feed(s, "$ ");
	(void)snprintf(before, sizeof(before), "%s", everything(s));
	resize(s, 2, 30);
	resize(s, 9, 30);
	is_str(everything(s), before, "lower and higher again: the same lines");
	draw(s);
	is_int(s->cursor_row, 8, "the cursor is on the last one");
	end(s);
	s = begin(10, 30);
	feed(s, "top\r\n");
	resize(s, 20, 30);
	draw(s);
	is_int(s->cursor_row, 1, "an empty screen grows at the bottom");
	end(s);
	s = begin(6, 20);
	feed(s, "1\r\n2\r\n3\r\n4\r\n5\r\n$ \033[?1049h\033[2J\033[Hvim");
	resize(s, 3, 20);
	feed(s, "\033[2J\033[Hvim\033[?1049l");
	is_str(everything(s), "1|2|3|4|5|$", "made smaller below the alternate screen");
	draw(s);
	is_int(s->cursor_row, 2, "the cursor is behind the prompt");
	end(s);
}

static unsigned long long seed = 88172645463325252ULL;

static unsigned random_below(unsigned limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % limit);
}

/* Some output: mostly plain lines, and now and then something else. */
static void make_flood(struct strbuf *to)
{
	static const char *const others[] = {
		"\033[31mred\033[m\r\n",
		"\t tab\r\n",
		"漢字\r\n",
		"no end",
		"\n",
		"\033[5;1Hx\r\n",
		"\033[2;4r",
		"\033[r",
		"  spaces   \r\n",
		"\033[?1049hvim\033[?1049l",
		"\r\r\n",
		"\033[4h",
		"\033[4l",
		"a line that is longer than the screen is wide, and so goes on below\r\n",
	};
	char text[32];

	strbuf_reset(to);
	for (int i = 0; i < 40; i++) {
		for (unsigned n = random_below(60); n; n--) {
			(void)snprintf(text, sizeof(text), "%*d\r\n", 1 + (int)random_below(19), i);
			strbuf_adds(to, text);
		}
		strbuf_adds(to, others[random_below(sizeof(others) / sizeof(*others))]);
	}
}

/* The short way leads to the same as the long one. */
static void floods(void)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int differ = 0;

	for (int i = 0; i < 60; i++) {
		int rows = 2 + (int)random_below(8), cursor;
		struct stage *s = begin(rows, 20);
		cleanup_free char *at_once = NULL;

		make_flood(&text);
		vt_feed(s->vt, text.s, text.len);
		at_once = xstrdup(everything(s));
		draw(s);
		cursor = s->cursor_row * 1000 + s->cursor_col;
		end(s);
		s = begin(rows, 20);
		for (size_t at = 0; at < text.len; at++)
			vt_feed(s->vt, text.s + at, 1);
		differ += strcmp(everything(s), at_once) != 0;
		draw(s);
		differ += s->cursor_row * 1000 + s->cursor_col != cursor;
		end(s);
	}
	is_int(differ, 0, "output at once and byte by byte lead to the same, 60 times");
}

static void storms(void)
{
	static const char *const modes[] = {"",		"\033[2;3r",	  "\033[?1049h",
					    "\033[?6h", "\033[999;999H",  "\0337",
					    "\033[?7l", "漢漢漢漢\033[3b"};
	struct stage *s = begin(24, 80);
	int outside = 0;

	for (int i = 0; i < 2000; i++) {
		int rows = 1 + (int)random_below(40), cols = 1 + (int)random_below(120);

		feed(s, modes[random_below(8)]);
		feed(s, "text that is here 漢字 \r\n\033M\0338\033[K");
		if (i % 50 == 0)
			rows = cols = 1;
		resize(s, rows, cols);
		feed(s, "\0338x\033[L\033[M\033[Py\n\t\033[?1049l");
		draw(s);
		outside += s->cursor_row >= rows || s->cursor_col >= cols;
	}
	is_int(outside, 0, "the cursor is inside after each of 2000 sizes");
	end(s);
}

/* What libvterm fails on where it gets to see it. */
static void hostile(void)
{
	static const char *const table[] = {
		"\033[;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;m",
		"\033[1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1m",
		"\033[5b",
		"\033[1;78H漢\033[1;80H\033[1b",
		"\033[999999999999999999999999m",
		"\033[65535b\033[65535X\033[65535S\033[65535L\033[65535@\033[65535I\033[65535Z",
		"\033[38;2;999;999;999m\033[38;5;99999m\033[38m\033[48;5m\033[4:m",
		"\033[10;20r\033[?6h\033[1;1H\n\n\n\033M\033M",
		"\033#3\033#6wide\033[K",
		"\033[?69h\033[5;10s",
		"\033[0;0H\033[0A\033[0D\x08\x08\x08",
		"\xcc\x81\xcc\x81\r\xcc\x81\033[m\xcc\x81\033[C\033[D\xcc\x81\xcc\x81",
	};
	struct stage *s = begin(24, 80);

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		feed(s, table[i]);
		feed(s, "x\033[m");
		draw(s);
		ok(s->cursor_row >= 0, "hostile sequence %zu", i);
	}
	end(s);
}

static void random_bytes(void)
{
	static const char *const pieces[] = {
		"\033[",  "\033",     ";",  "?",    "1",	   "999",	  "h",
		"l",	  "m",	      "H",  "r",    "b",	   "J",		  "K",
		"L",	  "M",	      "8",  "7",    "\033[?1049h", "\033[?1049l", "\r\n",
		"漢",	  "\xcc\x81", "\t", "\b",   "\033]0;",	   "\a",	  "\033P",
		"\033\\", "x",	      "(0", "\016", "@",	   "P",		  "S",
		"T",	  "X",	      "u",  "s",    "\033[?6h",
	};
	struct stage *s = begin(24, 80);

	for (int i = 0; i < 20000; i++) {
		if (random_below(3) == 0) {
			char byte = (char)random_below(256);

			vt_feed(s->vt, &byte, 1);
		} else {
			feed(s, pieces[random_below(sizeof(pieces) / sizeof(*pieces))]);
		}
		if (random_below(200) == 0)
			resize(s, 1 + (int)random_below(30), 1 + (int)random_below(90));
		if (random_below(500) == 0)
			vt_restart(s->vt);
		if (random_below(500) == 0)
			vt_note(s->vt, "note");
		if (random_below(100) == 0) {
			(void)vt_scroll(s->vt, (int)random_below(50));
			draw(s);
		}
	}
	ok(vt_lines(s->vt) > 0, "20000 pieces of anything");
	end(s);
}

int main(void)
{
	(void)setlocale(LC_ALL, "C.UTF-8");
	resizes();
	floods();
	storms();
	hostile();
	random_bytes();
	return unit_done();
}
