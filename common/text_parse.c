#include "common/text_parse.h"

#include <string.h>

#define ESC 0x1b

/* The least and the greatest second byte after a lead byte (RFC 3629); 0 for no lead byte. */
static unsigned utf8_length(unsigned char lead, unsigned char *ret_low, unsigned char *ret_high)
{
	*ret_low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	*ret_high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

static void hold(struct text_filter *f, unsigned char c, enum text_state state)
{
	f->hold[f->held++] = (char)c;
	f->state = state;
}

static enum text_token complete(struct text_filter *f, unsigned char c, enum text_token token)
{
	hold(f, c, TEXT_GROUND);
	return token;
}

static enum text_token feed_ground(struct text_filter *f, unsigned char c)
{
	unsigned char low, high;

	f->held = 0;
	if (c == ESC) {
		hold(f, c, TEXT_ESCAPE);
		return TEXT_NOTHING;
	}
	if (c < 0x20 || c == 0x7f)
		return complete(f, c, TEXT_CONTROL);
	if (c < 0x80)
		return complete(f, c, TEXT_PRINTABLE);
	if (!utf8_length(c, &low, &high))
		return complete(f, c, TEXT_MALFORMED);
	hold(f, c, TEXT_CHARACTER);
	return TEXT_NOTHING;
}

/* These return false where the byte isn't part of what is held: it is for TEXT_GROUND then. */
static bool feed_character(struct text_filter *f, unsigned char c, enum text_token *ret)
{
	unsigned char low, high;
	unsigned length = utf8_length((unsigned char)f->hold[0], &low, &high);

	if (f->held > 1) {
		low = 0x80;
		high = 0xbf;
	}
	if (c < low || c > high) {
		*ret = TEXT_MALFORMED;
		return false;
	}
	hold(f, c, TEXT_CHARACTER);
	if (f->held == length) {
		f->state = TEXT_GROUND;
		*ret = TEXT_PRINTABLE;
	}
	return true;
}

static bool feed_escape(struct text_filter *f, unsigned char c, enum text_token *ret)
{
	if (c < 0x20 || c >= 0x7f)
		return false;
	if (c < 0x30) {
		/* No sequence that passes has two intermediates: the count is all that matters. */
		if (f->held < sizeof(f->hold) - 2)
			hold(f, c, TEXT_ESCAPE);
	} else if (f->held == 1 && c == '[') {
		hold(f, c, TEXT_CSI);
	} else if (f->held == 1 && strchr("P]X^_k", c)) {
		f->state = TEXT_STRING;
	} else {
		*ret = complete(f, c, TEXT_SEQUENCE);
	}
	return true;
}

static bool feed_csi(struct text_filter *f, unsigned char c, enum text_token *ret)
{
	if (c < 0x20 || c >= 0x7f)
		return false;
	if (f->state == TEXT_CSI_LONG) {
		if (c >= 0x40)
			f->state = TEXT_GROUND;
	} else if (c >= 0x40) {
		*ret = complete(f, c, TEXT_SEQUENCE);
	} else if (f->held < sizeof(f->hold) - 2) {
		hold(f, c, TEXT_CSI);
	} else {
		f->state = TEXT_CSI_LONG;
	}
	return true;
}

/* A newline ends a string too: one that was never ended must not swallow all that follows. */
static bool feed_string(struct text_filter *f, unsigned char c)
{
	if (f->state == TEXT_STRING_ESC) {
		f->state = TEXT_GROUND;
		if (c == '\\')
			return true;
		f->held = 0;
		hold(f, ESC, TEXT_ESCAPE);
		return false;
	}
	if (c == '\n') {
		f->state = TEXT_GROUND;
		return false;
	}
	if (c == ESC)
		f->state = TEXT_STRING_ESC;
	else if (c == '\a' || c == 0x18 || c == 0x1a)
		f->state = TEXT_GROUND;
	return true;
}

enum text_token text_feed(struct text_filter *f, unsigned char c, bool *ret_again)
{
	enum text_token token = TEXT_NOTHING;
	bool taken = true;

	switch ((enum text_state)f->state) {
	case TEXT_GROUND:
		token = feed_ground(f, c);
		break;
	case TEXT_CHARACTER:
		taken = feed_character(f, c, &token);
		break;
	case TEXT_ESCAPE:
		taken = feed_escape(f, c, &token);
		break;
	case TEXT_CSI:
	case TEXT_CSI_LONG:
		taken = feed_csi(f, c, &token);
		break;
	case TEXT_STRING:
	case TEXT_STRING_ESC:
		*ret_again = !feed_string(f, c);
		return TEXT_NOTHING;
	}
	if (!taken)
		f->state = TEXT_GROUND;
	*ret_again = !taken;
	return token;
}

unsigned long text_code_point(const struct text_filter *f)
{
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	unsigned long code = (unsigned char)f->hold[0] & mask[f->held];

	for (size_t i = 1; i < f->held; i++)
		code = code << 6 | ((unsigned char)f->hold[i] & 0x3f);
	return code;
}

bool text_reorders(unsigned long code)
{
	return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

bool text_is_c1(unsigned long code)
{
	return code >= 0x80 && code <= 0x9f;
}
