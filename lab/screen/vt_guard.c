#include "lab/screen/vt_internal.h"

#include <stdlib.h>
#include <string.h>

#define ESC 0x1b

/*
 * What libvterm 0.1.4 fails on, in what text_filter() lets pass:
 *
 *	more than 16 numbers in a sequence   written behind its array
 *	numbers without end                  overflow
 *	CSI b (repeat) before any character  never ends; of a wide one at the edge: crash
 *	ESC 8 after the screen got smaller   the cursor is outside of the screen
 *	marks without end                    memory without end
 *	CSI s                                taken for margins: the cursor goes home
 *	CSI ? 12 ; 25 h                      only the first number is read
 *
 * Sizes have their own part in vt.c.
 */
#define NUMBERS_MOST 15
#define DIGITS_MOST  5

/* A sequence without effect that makes libvterm put the cursor back into the screen (TBC of no kind). */
#define CLAMP "\033[1g"

#define CODES	    0x110000
#define HAS_WIDTH   1
#define IS_A_MARK   2
#define ORACLE_COLS 8

void vt_guard_init(struct vt_guard *guard)
{
	*guard = (struct vt_guard){.filter = TEXT_FILTER_INIT,
				   .passed = STRBUF_INIT,
				   .safe = STRBUF_INIT,
				   .oracle = vterm_new(VT_LEAST, ORACLE_COLS),
				   .answers = xcalloc(CODES / 4, 1)};
	vterm_set_utf8(guard->oracle, 1);
	vterm_state_reset(vterm_obtain_state(guard->oracle), 1);
}

void vt_guard_free(struct vt_guard *guard)
{
	vterm_free(guard->oracle);
	free(guard->answers);
	strbuf_free(&guard->passed);
	strbuf_free(&guard->safe);
}

/* ---- characters ---- */

/*
 * Does libvterm add this to the character before? It has a table of its own, of no
 * certain version of Unicode, and doesn't show it: so try.
 */
static bool is_mark(struct vt_guard *guard, uint32_t letter, const char *bytes, size_t len)
{
	uint8_t *four = &guard->answers[letter / 4];
	int shift = (int)(letter % 4) * 2;

	if (!(*four >> shift & 3)) {
		VTermPos pos;

		(void)vterm_input_write(guard->oracle, "\ra", 2);
		(void)vterm_input_write(guard->oracle, bytes, len);
		vterm_state_get_cursorpos(vterm_obtain_state(guard->oracle), &pos);
		*four |= (uint8_t)((pos.col > 1 ? HAS_WIDTH : IS_A_MARK) << shift);
	}
	return (*four >> shift & 3) == IS_A_MARK;
}

static void remember(struct vt_guard *guard, const char *bytes, size_t len)
{
	memcpy(guard->last, bytes, len);
	guard->last_len = len;
	guard->marks = 0;
}

/* Beyond ASCII; returns the bytes used. */
static size_t take_letter(struct vt_guard *guard, const char *at, size_t len)
{
	uint32_t letter;
	size_t used = letter_decode(at, len, &letter);

	if (!used)
		return len; /* can't be: the filter passes whole characters */
	if (is_mark(guard, letter, at, used)) {
		if (guard->marks++ >= VT_MARKS)
			return used;
	} else {
		remember(guard, at, used);
	}
	strbuf_add(&guard->safe, at, used);
	return used;
}

/* ASCII and control characters up to the next ESC or other character. */
static size_t take_plain(struct vt_guard *guard, const char *at, size_t len)
{
	size_t n = 0;

	while (n < len && at[n] != ESC && (unsigned char)at[n] < 0x80)
		n++;
	strbuf_add(&guard->safe, at, n);
	for (size_t i = n; i-- > 0;) {
		if (at[i] >= 0x20) {
			remember(guard, at + i, 1);
			break;
		}
	}
	return n;
}

/* ---- sequences ---- */

static void repeat(struct vt_guard *guard, const char *parameters, int cols)
{
	int n = atoi(parameters);

	if (n < 1)
		n = 1;
	for (int i = 0; i < n && i < cols; i++)
		strbuf_add(&guard->safe, guard->last, guard->last_len);
}

/* One sequence for each mode; CLAMP behind those that bring a cursor back. */
static void set_modes(struct vt_guard *guard, const char *parameters, char final)
{
	char *end;

	for (const char *at = parameters + 1;; at = end + 1) {
		long mode = strtol(at, &end, 10);

		strbuf_addf(&guard->safe, "\033[?%ld%c", mode, final);
		if (final == 'l' && (mode == 1048 || mode == 1049))
			strbuf_adds(&guard->safe, CLAMP);
		if (*end != ';')
			return;
	}
}

static bool is_out_of_proportion(const char *parameters, size_t len)
{
	int n = 1, digits = 0;

	for (size_t i = 0; i < len; i++) {
		bool digit = parameters[i] >= '0' && parameters[i] <= '9';

		digits = digit ? digits + 1 : 0;
		n += parameters[i] == ';' || parameters[i] == ':';
		if (digits > DIGITS_MOST || n > NUMBERS_MOST)
			return true;
	}
	return false;
}

/* at: ESC [ ... final, len bytes. */
static void take_csi(struct vt_guard *guard, const char *at, size_t len, int cols)
{
	const char *parameters = at + 2;
	char final = at[len - 1];

	if (is_out_of_proportion(parameters, len - 3))
		return;
	switch (final) {
	case 'b':
		repeat(guard, parameters, cols);
		return;
	case 's':
		strbuf_adds(&guard->safe, "\0337");
		return;
	case 'u':
		strbuf_adds(&guard->safe, "\0338" CLAMP);
		return;
	case 'h':
	case 'l':
		if (parameters[0] == '?') {
			set_modes(guard, parameters, final);
			return;
		}
		break;
	case 'r':
		guard->region = true;
		break;
	default:
		break;
	}
	strbuf_add(&guard->safe, at, len);
}

/* The filter passes whole sequences; returns the bytes of this one. */
static size_t take_sequence(struct vt_guard *guard, const char *at, size_t len, int cols)
{
	size_t n = 1;

	if (len > 1 && at[1] == '[') {
		n = 2;
		while (n < len && (at[n] < 0x40 || at[n] > 0x7e))
			n++;
		if (n == len)
			return len;
		take_csi(guard, at, n + 1, cols);
		return n + 1;
	}
	while (n < len && at[n] >= 0x20 && at[n] < 0x30)
		n++;
	if (n == len)
		return len;
	strbuf_add(&guard->safe, at, n + 1);
	if (n == 1 && at[1] == '8')
		strbuf_adds(&guard->safe, CLAMP);
	return n + 1;
}

static const struct strbuf *make_safe(struct vt_guard *guard, int cols)
{
	const char *at = guard->passed.s;
	const char *end = at + guard->passed.len;

	strbuf_reset(&guard->safe);
	while (at < end) {
		size_t len = (size_t)(end - at);

		if (*at == ESC)
			at += take_sequence(guard, at, len, cols);
		else if ((unsigned char)*at < 0x80)
			at += take_plain(guard, at, len);
		else
			at += take_letter(guard, at, len);
	}
	return &guard->safe;
}

const struct strbuf *vt_guard_feed(struct vt_guard *guard, const char *bytes, size_t len, int cols)
{
	strbuf_reset(&guard->passed);
	text_filter(&guard->filter, bytes, len, &guard->passed);
	return make_safe(guard, cols);
}

const struct strbuf *vt_guard_end(struct vt_guard *guard, int cols)
{
	strbuf_reset(&guard->passed);
	text_filter_end(&guard->filter, &guard->passed);
	guard->last_len = 0;
	return make_safe(guard, cols);
}
