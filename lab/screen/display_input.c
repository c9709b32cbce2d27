/*
 * From bytes to keys. Curses could do that (wgetch(3)), but byte by byte, with a queue
 * of its own that poll(2) does not see, and what it does not know it hands on as single
 * characters: an answer of the terminal that comes late would press keys. So there is
 * one queue here, for keys, for pasted text and for the prompt, and sequences in the way
 * of ECMA-48 that nobody knows are dropped whole.
 *
 *	ESC [ 1 ; 5 A     a named key with modifiers (xterm: 1 + shift 1, alt 2, control 4)
 *	ESC [ 5 ~         a named key by number
 *	ESC O P           a named key, keypad in application mode
 *	ESC [ 200 ~       pasted text, up to ESC [ 201 ~
 *	ESC [ < 0;9;3 M   the mouse
 *	ESC x             Alt-x
 *	other ESC ...     what terminfo says that the terminal's keys send
 */
#define _GNU_SOURCE
#define NCURSES_NOMACROS
#include "lab/screen/display_internal.h"

#include "common/strbuf.h"
#include "lab/screen/letter.h"
#include "lab/screen/loop.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#define ESCAPE_MS  25	     /* within which the rest of a key comes */
#define PASTE_MAX  (1 << 20) /* bytes kept; the rest is dropped */
#define PASTE_MS   3000	     /* a paste that goes on no more was one without an end */
#define PARAMETERS 4

/* Final byte of ESC [ and of ESC O. */
static const struct {
	char final;
	uint32_t code;
	unsigned mods;
} finals[] = {
	{'A', KEY_CODE_UP, 0},	   {'B', KEY_CODE_DOWN, 0},	{'C', KEY_CODE_RIGHT, 0},
	{'D', KEY_CODE_LEFT, 0},   {'H', KEY_CODE_HOME, 0},	{'F', KEY_CODE_END, 0},
	{'P', KEY_CODE_F1, 0},	   {'Q', KEY_CODE_F1 + 1, 0},	{'R', KEY_CODE_F1 + 2, 0},
	{'S', KEY_CODE_F1 + 3, 0}, {'Z', KEY_CODE_BACK_TAB, 0}, {'M', KEY_CODE_ENTER, 0},
};

/* N of ESC [ N ~; 7 and 8 are rxvt's, 11 to 14 old xterm's. */
static const struct {
	int number;
	uint32_t code;
} numbers[] = {
	{1, KEY_CODE_HOME},	{2, KEY_CODE_INSERT},  {3, KEY_CODE_DELETE},
	{4, KEY_CODE_END},	{5, KEY_CODE_PAGE_UP}, {6, KEY_CODE_PAGE_DOWN},
	{7, KEY_CODE_HOME},	{8, KEY_CODE_END},     {11, KEY_CODE_F1},
	{12, KEY_CODE_F1 + 1},	{13, KEY_CODE_F1 + 2}, {14, KEY_CODE_F1 + 3},
	{15, KEY_CODE_F1 + 4},	{17, KEY_CODE_F1 + 5}, {18, KEY_CODE_F1 + 6},
	{19, KEY_CODE_F1 + 7},	{20, KEY_CODE_F1 + 8}, {21, KEY_CODE_F1 + 9},
	{23, KEY_CODE_F1 + 10}, {24, KEY_CODE_F12},
};

/* What terminfo knows, where a terminal does it its own way. */
static const struct {
	const char *capability;
	uint32_t code;
} capabilities[] = {
	{"kcuu1", KEY_CODE_UP},	     {"kcud1", KEY_CODE_DOWN},	  {"kcub1", KEY_CODE_LEFT},
	{"kcuf1", KEY_CODE_RIGHT},   {"khome", KEY_CODE_HOME},	  {"kend", KEY_CODE_END},
	{"kpp", KEY_CODE_PAGE_UP},   {"knp", KEY_CODE_PAGE_DOWN}, {"kich1", KEY_CODE_INSERT},
	{"kdch1", KEY_CODE_DELETE},  {"kcbt", KEY_CODE_BACK_TAB}, {"kent", KEY_CODE_ENTER},
	{"kbs", KEY_CODE_BACKSPACE}, {"kf1", KEY_CODE_F1},	  {"kf2", KEY_CODE_F1 + 1},
	{"kf3", KEY_CODE_F1 + 2},    {"kf4", KEY_CODE_F1 + 3},	  {"kf5", KEY_CODE_F1 + 4},
	{"kf6", KEY_CODE_F1 + 5},    {"kf7", KEY_CODE_F1 + 6},	  {"kf8", KEY_CODE_F1 + 7},
	{"kf9", KEY_CODE_F1 + 8},    {"kf10", KEY_CODE_F1 + 9},	  {"kf11", KEY_CODE_F1 + 10},
	{"kf12", KEY_CODE_F12},
};

enum { N_CAPABILITIES = sizeof(capabilities) / sizeof(capabilities[0]) };

static struct {
	char bytes[4096]; /* read and not used: [at, end) */
	size_t at, end;
	bool gone;
	bool mouse;
	const char *sent[N_CAPABILITIES]; /* terminfo's; "" where a terminal has none */
	bool pasting;
	long long paste_ms; /* of its last byte */
	struct strbuf paste;
} typed = {.paste = STRBUF_INIT};

void input_open(bool mouse)
{
	typed.at = typed.end = 0;
	typed.gone = typed.pasting = false;
	typed.mouse = mouse;
	for (size_t i = 0; i < N_CAPABILITIES; i++) {
		const char *sent = tigetstr(capabilities[i].capability);

		typed.sent[i] = "";
		/* A control character alone would take a key of its own away (^H may be Backspace). */
		if (sent && sent != (char *)-1 &&
		    (sent[0] == '\033' || capabilities[i].code == KEY_CODE_BACKSPACE))
			typed.sent[i] = sent;
	}
}

void input_drop(void)
{
	typed.at = typed.end = 0;
	typed.pasting = false;
	strbuf_free(&typed.paste);
}

/* ---- the queue ---- */

static size_t queued(void)
{
	return typed.end - typed.at;
}

/* Read what is there without waiting. */
static void fill(void)
{
	int waiting = 0;
	ssize_t n;

	if (typed.at) {
		memmove(typed.bytes, typed.bytes + typed.at, queued());
		typed.end -= typed.at;
		typed.at = 0;
	}
	/* A terminal that has hung up says so. */
	if (ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0) {
		typed.gone = true;
		return;
	}
	if (waiting <= 0 || typed.end == sizeof(typed.bytes))
		return;
	n = read(STDIN_FILENO, typed.bytes + typed.end, sizeof(typed.bytes) - typed.end);
	if (n > 0)
		typed.end += (size_t)n;
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		typed.gone = true;
}

/* The rest of a sequence, if it comes at once. Returns whether there is more. */
static bool more(void)
{
	struct pollfd stdin_only = {.fd = STDIN_FILENO, .events = POLLIN};
	size_t before = queued();

	if (poll(&stdin_only, 1, ESCAPE_MS) > 0)
		fill();
	return queued() > before;
}

/* A queued byte, waiting for it shortly; -1: it did not come. */
static int byte_at(size_t index)
{
	if (index >= queued() && !more())
		return -1;
	return index < queued() ? (unsigned char)typed.bytes[typed.at + index] : -1;
}

/* ---- sequences ---- */

static void set_key(struct input *ret, uint32_t code, unsigned mods)
{
	ret->kind = INPUT_KEY;
	ret->key = (struct key){code, mods};
}

static unsigned mods_of(int parameter)
{
	int bits = parameter > 1 ? parameter - 1 : 0;

	return (bits & 1 ? KEY_MOD_SHIFT : 0U) | (bits & (2 | 8) ? KEY_MOD_ALT : 0U) |
	       (bits & 4 ? KEY_MOD_CTRL : 0U);
}

/* Does terminfo know what begins here? The longest. Returns its bytes, 0: no. */
static size_t known_sequence(struct input *ret)
{
	size_t best = 0;

	for (size_t i = 0; i < N_CAPABILITIES; i++) {
		size_t len = strlen(typed.sent[i]);

		if (len > best && len <= queued() &&
		    memcmp(typed.bytes + typed.at, typed.sent[i], len) == 0) {
			best = len;
			set_key(ret, capabilities[i].code, 0);
		}
	}
	return best;
}

static void take_mouse(struct input *ret, int button, int col, int row, bool release)
{
	static const enum mouse_act wheel[] = {MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN};

	/* Modifiers are 4, 8 and 16; moving is 32; of the buttons only the left one. */
	button &= ~(4 | 8 | 16);
	if (!typed.mouse || (button != 0 && button != 64 && button != 65))
		return;
	ret->kind = INPUT_MOUSE;
	ret->row = row - 1;
	ret->col = col - 1;
	if (button >= 64)
		ret->act = wheel[button - 64];
	else
		ret->act = release ? MOUSE_RELEASE : MOUSE_PRESS;
}

static void take_final(struct input *ret, char final, char lead, const int *parameters)
{
	if (lead == '<' && (final == 'M' || final == 'm')) {
		take_mouse(ret, parameters[0], parameters[1], parameters[2], final == 'm');
		return;
	}
	if (lead)
		return; /* the answer to a question */
	if (final == '~' && parameters[0] == 200) {
		typed.pasting = true;
		typed.paste_ms = loop_now_ms();
		strbuf_reset(&typed.paste);
		return;
	}
	for (size_t i = 0; final == '~' && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].number == parameters[0])
			set_key(ret, numbers[i].code, mods_of(parameters[1]));
	for (size_t i = 0; i < sizeof(finals) / sizeof(finals[0]); i++)
		/* Cursor reports end with R, too, and have a row. */
		if (finals[i].final == final && parameters[0] <= 1)
			set_key(ret, finals[i].code, finals[i].mods | mods_of(parameters[1]));
}

/*
 * ESC [ and what follows. Returns how many bytes were used, 0: it is none, but Alt-[.
 * At most as long as the queue; what is longer, is no key.
 */
static size_t take_csi(struct input *ret)
{
	int parameters[PARAMETERS] = {0}, n = 0, c;
	char lead = '\0';
	size_t at = 2;

	c = byte_at(at);
	if (c < 0)
		return 0;
	if (c == '[') { /* the Linux console's F1 to F5: ESC [ [ A */
		c = byte_at(at + 1);
		if (c >= 'A' && c <= 'E')
			set_key(ret, KEY_CODE_F1 + (uint32_t)(c - 'A'), 0);
		return c < 0 ? 3 : 4;
	}
	if (c >= '<' && c <= '?') {
		lead = (char)c;
		at++;
	}
	while ((c = byte_at(at)) >= 0x20 && c < 0x40 && at < 64) {
		if (c >= '0' && c <= '9' && n < PARAMETERS && parameters[n] < 10000)
			parameters[n] = parameters[n] * 10 + (c - '0');
		else if (c == ';')
			n++;
		at++;
	}
	if (c < 0x40 || c > 0x7e)
		return at;	   /* broken off: dropped */
	if (c == 'M' && at == 2) { /* the mouse of old: three bytes with 32 on top */
		if (byte_at(5) >= 0)
			take_mouse(ret, byte_at(3) - 32, byte_at(4) - 32, byte_at(5) - 32,
				   byte_at(3) - 32 == 3);
		return queued() < 6 ? queued() : 6;
	}
	take_final(ret, (char)c, lead, parameters);
	return at + 1;
}

/* ESC O and what follows; 0: Alt-O. */
static size_t take_ss3(struct input *ret)
{
	static const int none[PARAMETERS] = {0};
	int c = byte_at(2);

	if (c < 0)
		return 0;
	/* The keypad in application mode: what is printed on it is 0x40 less. */
	if (c >= 'j' && c <= 'y')
		set_key(ret, (uint32_t)c - 0x40, 0);
	else if (c == 'X')
		set_key(ret, '=', 0);
	else
		take_final(ret, (char)c, '\0', none);
	return 3;
}

/* A character. Returns its bytes. */
static size_t take_character(struct input *ret, size_t skip, unsigned mods)
{
	uint32_t letter;
	size_t used = letter_decode(typed.bytes + typed.at + skip, queued() - skip, &letter);

	while (!used && more())
		used = letter_decode(typed.bytes + typed.at + skip, queued() - skip, &letter);
	set_key(ret, used ? letter : LETTER_MALFORMED, mods);
	return skip + (used ? used : 1);
}

static size_t take_escape(struct input *ret)
{
	int next = byte_at(1), third;
	size_t used = known_sequence(ret);

	if (used)
		return used;
	if (next == '[')
		used = take_csi(ret);
	else if (next == 'O')
		used = take_ss3(ret);
	if (used)
		return used;
	if (next == '\033') {
		/* Escape twice, or Alt with a key that sends a sequence. */
		third = byte_at(2);
		if (third != '[' && third != 'O') {
			set_key(ret, KEY_CODE_ESC, 0);
			return 1;
		}
		typed.at++;
		used = third == '[' ? take_csi(ret) : take_ss3(ret);
		if (ret->kind == INPUT_KEY)
			ret->key.mods |= KEY_MOD_ALT;
		return used ? used : 1;
	}
	if (next >= 0)
		return take_character(ret, 1, KEY_MOD_ALT);
	set_key(ret, KEY_CODE_ESC, 0);
	return 1;
}

/* ---- pasted text ---- */

static void end_paste(struct input *ret)
{
	typed.pasting = false;
	ret->kind = INPUT_PASTE;
	ret->paste = typed.paste.s;
	ret->paste_len = typed.paste.len;
}

static void keep_pasted(size_t len)
{
	size_t room = PASTE_MAX - typed.paste.len;

	strbuf_add(&typed.paste, typed.bytes + typed.at, len < room ? len : room);
	typed.at += len;
}

/* How many of the last bytes may be the begin of the end. */
static size_t begun(const char *end, size_t end_len)
{
	size_t n = queued() < end_len ? queued() : end_len - 1;

	while (n && memcmp(typed.bytes + typed.end - n, end, n) != 0)
		n--;
	return n;
}

/* Move text from the queue until its end. Returns false where nothing more is there. */
static bool take_paste(struct input *ret)
{
	static const char end[] = "\033[201~";
	const size_t end_len = sizeof(end) - 1;

	fill();
	if (loop_now_ms() - typed.paste_ms > PASTE_MS) {
		end_paste(ret);
		return true;
	}
	while (queued()) {
		const char *from = typed.bytes + typed.at;
		const char *found = memmem(from, queued(), end, end_len);
		size_t keep = found ? 0 : begun(end, end_len);

		typed.paste_ms = loop_now_ms();
		if (found) {
			keep_pasted((size_t)(found - from));
			typed.at += end_len;
			end_paste(ret);
			return true;
		}
		keep_pasted(queued() - keep);
		fill();
		if (queued() == keep)
			break;
	}
	return false;
}

/* ---- */

void display_read(struct input *ret)
{
	*ret = (struct input){.kind = INPUT_NONE};
	if (!display_is_open())
		return;
	while (ret->kind == INPUT_NONE) {
		if (typed.pasting && (take_paste(ret) || !typed.gone))
			return;
		if (!queued())
			fill();
		if (!queued()) {
			ret->kind = typed.gone ? INPUT_END : INPUT_NONE;
			return;
		}
		if (typed.bytes[typed.at] == '\033')
			typed.at += take_escape(ret);
		else if (known_sequence(ret))
			typed.at++;
		else
			typed.at += take_character(ret, 0, 0);
	}
}

ssize_t display_read_bytes(void *buf, size_t size)
{
	size_t len;

	if (!queued())
		fill();
	len = queued() < size ? queued() : size;
	if (!len)
		return typed.gone ? -1 : 0;
	memcpy(buf, typed.bytes + typed.at, len);
	typed.at += len;
	return (ssize_t)len;
}
