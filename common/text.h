/*
 * What programs print before it reaches a terminal or a report. The one place
 * that decides which bytes pass.
 */
#ifndef NSLAB_COMMON_TEXT_H
#define NSLAB_COMMON_TEXT_H

#include "common/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Append text as plain lines: UTF-8 stays, newlines and tabs stay, escape
 * sequences are dropped whole ("\r\n" counts as a newline), other control
 * characters, characters that reorder or break lines, and malformed bytes become
 * U+FFFD. At most max bytes, then a last line "[... N more bytes]\n" where N
 * counts bytes of data.
 */
void text_plain(struct strbuf *to, const char *data, size_t len, size_t max);

/**
 * text_plain() of one line: newlines and tabs become spaces, those at either end
 * go; at most max bytes and "...".
 */
void text_one_line(struct strbuf *to, const char *data, size_t len, size_t max);

/*
 * A stream filter for programs that own the screen (lab run, lab shell): cursor
 * movement, erasing, colours, scrolling, alternate screen and bracketed paste
 * pass; whatever could make the terminal answer, change its title, reach the
 * clipboard or outlive the program does not. What isn't known to be harmless is
 * dropped. So are mouse and focus reports: the terminal's answers would be typed
 * into the caller's shell if both programs were killed. Erasing the scroll-back
 * and the full reset are the caller's to do.
 *
 * The terminal is taken to speak UTF-8. 8-bit control characters, raw or as
 * UTF-8, come out as U+FFFD and start no sequence.
 *
 * Sources: ECMA-48, xterm's ctlseqs, console_codes(4).
 */
struct text_filter {
	unsigned state;
	unsigned left_on; /* what text_filter_end() has to undo */
	size_t held;
	char hold[64]; /* a sequence or character that isn't complete */
};

#define TEXT_FILTER_INIT \
	{                \
		0        \
	}

/** Append what passes of the next len bytes. Sequences may span calls. */
void text_filter(struct text_filter *filter, const char *data, size_t len, struct strbuf *to);

/**
 * The program is gone: append what puts the terminal back (alternate screen,
 * cursor, colours, scroll region, character set ...), only what the program has
 * changed. The filter is as new after.
 */
void text_filter_end(struct text_filter *filter, struct strbuf *to);

#endif
