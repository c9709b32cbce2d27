/*
 * The filter between programs and terminals. Every stream is fed whole and byte
 * by byte, which must come to the same.
 */
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/text.h"

#include <stdlib.h>

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static char *filtered(const char *in, size_t len, size_t step)
{
	struct text_filter filter = TEXT_FILTER_INIT;
	struct strbuf out = STRBUF_INIT;

	for (size_t at = 0; at < len; at += step)
		text_filter(&filter, in + at, len - at < step ? len - at : step, &out);
	return strbuf_steal(&out);
}

static void stream(const char *in, const char *want, const char *name)
{
	cleanup_free char *whole = filtered(in, strlen(in), strlen(in) + 1);
	cleanup_free char *bytes = filtered(in, strlen(in), 1);

	is_str(whole, want, "%s", name);
	is_str(bytes, want, "%s, byte by byte", name);
}

static const char *const pass[] = {
	"plain text\r\n\ttab\b\a",
	"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7",	    /* two, three, four bytes */
	"\033[H\033[2J\033[K\033[1;24r\033[5A\033[10;20H",  /* cursor, erasing, region */
	"\033[0m\033[1;31m\033[38;5;196m\033[38:2::1:2:3m", /* colours */
	"\033[?1049h\033[?1049l",			    /* alternate screen */
	"\033[?2004h\033[?2004l",			    /* bracketed paste */
	"\033[?12;25h\033[?25l\033[?1h\033=\033>",
	"\033(0lqk\033(B\0337\0338\033M\033D\033E\033H",
	"\033[4h\033[4l\033[2 q\033[!p\033[s\033[u",
	"\033[3L\033[M\033[2P\033[@\033[S\033[T\033[4X\033[d\033[G",
	"\xef\xbb\xbf", /* a byte order mark has no effect */
};

/* Nothing of these may come out. */
static const struct {
	const char *in, *name;
} drop[] = {
	{"\033]0;title\a", "OSC 0, title, ended by BEL"},
	{"\033]2;title\033\\", "OSC 2, title, ended by ST"},
	{"\033ktitle\033\\", "the title of tmux and screen"},
	{"\033]52;c;aGVsbG8=\a", "OSC 52, clipboard"},
	{"\033]52;c;?\a", "OSC 52, clipboard query"},
	{"\033]11;?\033\\", "OSC 11, colour query"},
	{"\033]8;;http://example.org\033\\", "OSC 8, link"},
	{"\033]50;?\a", "OSC 50, font"},
	{"\033]1337;File=:AAAA\a", "OSC 1337, file"},
	{"\033P$qm\033\\", "DECRQSS"},
	{"\033P+q544e\033\\", "termcap query"},
	{"\033Pq#0;2;0;0;0\033\\", "sixel"},
	{"\033Ptmux;\033\033]52;c;aGk=\a\033\\", "a sequence wrapped for tmux"},
	{"\033_Gi=1;AAAA\033\\", "APC"},
	{"\033^private\033\\", "PM"},
	{"\033Xstring\033\\", "SOS"},
	{"\033[c", "DA"},
	{"\033[0c", "DA with a parameter"},
	{"\033[>c", "secondary DA"},
	{"\033[=c", "tertiary DA"},
	{"\033Z", "DECID"},
	{"\033[5n", "DSR"},
	{"\033[6n", "cursor position report"},
	{"\033[?6n", "DECXCPR"},
	{"\033[>q", "XTVERSION"},
	{"\033[x", "DECREQTPARM"},
	{"\033[?1$p", "DECRQM"},
	{"\033[4$p", "ANSI mode query"},
	{"\033[1;1;1;1;1;1*y", "DECRQCRA"},
	{"\033[?u", "keyboard protocol query"},
	{"\033[>1u", "keyboard protocol"},
	{"\033[>4;2m", "modifyOtherKeys"},
	{"\033[?4m", "modifyOtherKeys query"},
	{"\033[14t", "window size report"},
	{"\033[21t", "title report"},
	{"\033[22;0t\033[23;0t", "title stack"},
	{"\033[8;1;1t", "window resize"},
	{"\033[5i", "printing"},
	{"\033[?5i", "auto print"},
	{"\033[2h", "keyboard lock"},
	{"\033[20h", "newline mode"},
	{"\033[?3h", "132 columns"},
	{"\033[?1000h\033[?1002h\033[?1003h\033[?1006h", "mouse reports"},
	{"\033[1;2;3;4;5T", "highlight tracking"},
	{"\033[?1004h", "focus reports"},
	{"\033[?2026h", "synchronised output"},
	{"\033[?25;1000h", "a good and a bad mode in one sequence"},
	{"\033[?1s\033[?1r", "saving and restoring private modes"},
	{"\033[3J", "erasing the scroll-back"},
	{"\033c", "full reset"},
	{"\033%@\033%G", "leaving UTF-8"},
	{"\033#3", "double height"},
	{"\033 G", "8-bit answers"},
	{"\033n\033o\033|\033}\033~", "locking shifts"},
	{"\033(K", "an unknown character set"},
	{"\033[1\"q", "protection"},
	{"\033[?h", "a mode without a number"},
	{"\033[25?h", "a mark in the wrong place"},
	{"\033[99999999999b", "a number out of proportion"},
	{"\033[1;2;3r", "too many numbers"},
	{"\033[9 q", "an unknown cursor"},
	{"\033[31$m", "an intermediate that isn't known"},
	{"\005\021\023\030\032\177", "ENQ, XON, XOFF, CAN, SUB, DEL"},
	{"\xe2\x80\xae\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad", "bidi embeddings"},
	{"\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9", "bidi isolates"},
};

static void test_stream(void)
{
	for (size_t i = 0; i < sizeof(pass) / sizeof(pass[0]); i++)
		stream(pass[i], pass[i], "passes");
	for (size_t i = 0; i < sizeof(drop) / sizeof(drop[0]); i++) {
		cleanup_free char *in = xasprintf("<%s>", drop[i].in);

		stream(in, "<>", drop[i].name);
	}
}

static void test_broken(void)
{
	char overlong[300] = "a\033[";

	stream("a\033[31\033[1mb", "a\033[1mb", "an escape ends an unfinished sequence");
	stream("a\033[31\nb", "a\nb", "a control character ends an unfinished sequence");
	stream("a\033[3\xc3\xa4", "a\xc3\xa4", "so does a character");
	stream("a\033\033[1mb", "a\033[1mb", "escape twice");
	stream("a\033]0;x\033[1mb", "a\033[1mb", "a string ended by another sequence");
	stream("a\033]0;x\nb", "a\nb", "a string that is not ended stops at the newline");
	stream("a\033]0;x\030b", "ab", "a string that is cancelled");
	stream("a\033P\033\\\033\\b", "ab", "a string terminator on its own");
	stream("a\033", "a", "an escape at the end");
	memset(overlong + 3, '1', 200);
	strcpy(overlong + 203, "mb");
	stream(overlong, "ab", "an overlong sequence goes whole");
	memset(overlong + 2, ' ', 201);
	stream(overlong, "ab", "an overlong escape goes whole");
	for (size_t n = 55; n < 66; n++) {
		cleanup_free char *in = xasprintf("a\033[%0*dmb", (int)n, 0);
		cleanup_free char *out = filtered(in, strlen(in), 1);

		ok(strcmp(out, "ab") == 0 || strcmp(out, in) == 0, "%zu digits: all or nothing", n);
	}
}

static void test_bytes(void)
{
	cleanup_free char *nul = filtered("a\0b", 3, 3);

	is_str(nul, "ab", "NUL goes");
	stream("a\x9b"
	       "31mb",
	       "a" BAD "31mb", "8-bit CSI starts nothing");
	stream("a\x9d"
	       "0;x\x9c"
	       "b",
	       "a" BAD "0;x" BAD "b", "8-bit OSC starts nothing");
	stream("a\xc2\x9b"
	       "6nb",
	       "a" BAD "6nb", "CSI as UTF-8 starts nothing");
	stream("\xc0\x9b", BAD BAD, "overlong encoding of ESC");
	stream("\xe0\x80\x9b", BAD BAD BAD, "overlong encoding in three bytes");
	stream("\xed\xa0\x80", BAD BAD BAD, "a surrogate");
	stream("\xf4\x90\x80\x80", BAD BAD BAD BAD, "beyond Unicode");
	stream("\xf5\xff\xfe", BAD BAD BAD, "bytes that UTF-8 never has");
	stream("\xe2\x82"
	       "a",
	       BAD "a", "a character cut short");
	stream("\xe2\x82\033[1m", BAD "\033[1m", "a character cut short by a sequence");
	stream("\x80\xbf", BAD BAD, "continuation bytes alone");
}

static void test_end(void)
{
	struct text_filter filter = TEXT_FILTER_INIT;
	struct strbuf out = STRBUF_INIT;
	const char *some =
		"\033[?1049h\033[?25l\033[1m\033[2;5r\033=\033(0\033[3 q\033[?2004h\033[4h";
	const char *back = "\033[?2004l\033[?25h\033[?1049l\033[0m\033[r\033>\033(B\033[0 q\033[4l";

	text_filter_end(&filter, &out);
	is_str(out.s, "", "nothing changed, nothing undone");
	text_filter(&filter, some, strlen(some), &out);
	strbuf_reset(&out);
	text_filter_end(&filter, &out);
	is_str(out.s,
	       "\033[?1049l\033[?25h\033[?2004l\033>\033[4l\033[0 q\0337\033[r\0338\017\033(B\033[0m",
	       "what was changed is undone");
	text_filter(&filter, some, strlen(some), &out);
	text_filter(&filter, back, strlen(back), &out);
	text_filter(&filter, "\033[", 2, &out);
	strbuf_reset(&out);
	text_filter_end(&filter, &out);
	is_str(out.s, "", "what the program itself has undone is left alone");
	text_filter(&filter, "6n", 2, &out);
	is_str(out.s, "6n", "the filter is as new");
	strbuf_free(&out);
}

static void plain(const char *in, size_t max, const char *want, const char *name)
{
	struct strbuf out = STRBUF_INIT;

	text_plain(&out, in, strlen(in), max);
	is_str(out.s, want, "plain: %s", name);
	strbuf_free(&out);
}

static void test_plain(void)
{
	plain("a\tb\n", 99, "a\tb\n", "tabs and newlines stay");
	plain("a\r\nb\r\r\n", 99, "a\nb\n", "carriage returns before a newline go");
	plain("10%\r20%", 99, "10%" BAD "20%", "others are replaced");
	plain("\033[1;31mred\033[0m \033]0;t\aend", 99, "red end", "sequences go whole");
	plain("a\x01\x7f\xff", 99, "a" BAD BAD BAD,
	      "control characters and bad bytes are replaced");
	plain("\xe2\x80\xae"
	      "evil",
	      99, BAD "evil", "so are bidi overrides");
	plain("a\xe2\x80\xa8"
	      "b",
	      99, "a" BAD "b", "and line separators");
	plain("\xc2\x9b"
	      "x",
	      99, BAD "x", "and 8-bit control characters");
	plain("a\xe2\x82", 99, "a" BAD, "a character cut off by the end");
	plain("a\033[3", 99, "a", "a sequence cut off by the end");
	plain("\033]0;never ended\nnext\n", 99, "\nnext\n", "an open string hides no further line");
	plain("abc", 3, "abc", "just fits");
	plain("abcd", 3, "abc\n[... 1 more bytes]\n", "too long");
	plain("ab\ncd", 3, "ab\n[... 2 more bytes]\n", "cut after a newline");
	plain("ab\xe2\x82\xac", 4, "ab\n[... 3 more bytes]\n", "no character is cut");
	plain("ab\xff", 4, "ab\n[... 1 more bytes]\n", "nor a replacement");
	plain("", 0, "", "nothing");
	plain("x", 0, "[... 1 more bytes]\n", "no room at all");
}

static void line(const char *in, size_t max, const char *want, const char *name)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_adds(&out, "> ");
	text_one_line(&out, in, strlen(in), max);
	is_str(out.s + 2, want, "line: %s", name);
	strbuf_free(&out);
}

static void test_line(void)
{
	line("a\nb\tc", 99, "a b c", "newlines and tabs become spaces");
	line("\n  a \r\n", 99, "a", "those at the ends go");
	line("abcdef", 3, "abc...", "cut");
	line("\033[1mabc\033[0m", 3, "abc", "what is dropped needs no room");
	line("", 3, "", "nothing");
	line("\n\n", 3, "", "only newlines");
}

/* Any input at all: valid UTF-8 comes out, without a byte that isn't meant. */
static void test_noise(void)
{
	static char noise[4096];
	unsigned seed = 1;
	bool same = true, clean = true;

	for (int round = 0; round < 200; round++) {
		static const char likely[] =
			"\033[]P?;;0123456789hlmctn\\\a\x9b\xc2\xe2\x80\xae\n\r ";

		for (size_t i = 0; i < sizeof(noise); i++) {
			seed = seed * 1103515245 + 12345;
			noise[i] = seed >> 16 & 1 ? likely[(seed >> 17) % (sizeof(likely) - 1)]
						  : (char)(seed >> 20);
		}

		cleanup_free char *whole = filtered(noise, sizeof(noise), sizeof(noise));
		cleanup_free char *parts = filtered(noise, sizeof(noise), 7);
		struct strbuf text = STRBUF_INIT;

		same = same && strcmp(whole, parts) == 0;
		text_plain(&text, noise, sizeof(noise), sizeof(noise) * 3);
		for (size_t i = 0; i < text.len; i++)
			if ((unsigned char)text.s[i] < 0x20 && text.s[i] != '\n' &&
			    text.s[i] != '\t')
				clean = false;
		strbuf_free(&text);
	}
	ok(same, "noise: the same in one piece and in many");
	ok(clean, "noise: no control character in plain text");
}

int main(void)
{
	test_stream();
	test_broken();
	test_bytes();
	test_end();
	test_plain();
	test_line();
	test_noise();
	return unit_done();
}
