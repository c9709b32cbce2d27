/*
 * The parser under common/text.h: cuts a stream of bytes into characters,
 * control characters and escape sequences. It decides nothing about them.
 *
 *	bytes -> text_feed() -> tokens -> text_plain(): plain text
 *	                               -> text_filter(): what may reach a terminal
 */
#ifndef NSLAB_COMMON_TEXT_PARSE_H
#define NSLAB_COMMON_TEXT_PARSE_H

#include "common/text.h"

#define TEXT_REPLACEMENT "\xef\xbf\xbd"

/* Where the parser stands. TEXT_FILTER_INIT is TEXT_GROUND. */
enum text_state {
	TEXT_GROUND,
	TEXT_CHARACTER, /* hold: a UTF-8 character that isn't complete */
	TEXT_ESCAPE,	/* hold: ESC and intermediates */
	TEXT_CSI,	/* hold: ESC [ and what followed */
	TEXT_CSI_LONG,	/* the same, but longer than hold: not kept */
	TEXT_STRING,	/* OSC, DCS, APC, PM, SOS or a title: not kept */
	TEXT_STRING_ESC,
};

/* What a byte has completed; the bytes of it are in hold. */
enum text_token {
	TEXT_NOTHING,
	TEXT_PRINTABLE, /* one character */
	TEXT_CONTROL,	/* one C0 control character or DEL */
	TEXT_SEQUENCE,	/* an escape sequence */
	TEXT_MALFORMED,
};

/**
 * Take one byte. Returns what it has completed (the bytes are in hold) and sets
 * *ret_again where the byte itself wasn't part of it: feed it once more.
 */
enum text_token text_feed(struct text_filter *f, unsigned char c, bool *ret_again);

/** The code point of a TEXT_PRINTABLE token. */
unsigned long text_code_point(const struct text_filter *f);

/** Embeddings, overrides and isolates: they show text in another order than it has. */
bool text_reorders(unsigned long code);

/** 8-bit control characters, as UTF-8. */
bool text_is_c1(unsigned long code);

#endif
