/*
 * Single characters: from and to UTF-8, how many columns they take, and what stands
 * for them where a terminal knows ASCII only. Independent of the locale but for the
 * widths, which are the C library's (wcwidth(3)). Pure.
 */
#ifndef NSLAB_LAB_SCREEN_LETTER_H
#define NSLAB_LAB_SCREEN_LETTER_H

#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#define LETTER_MALFORMED 0xfffdU
#define LETTER_BYTES	 4 /* of UTF-8, at most */
#define LETTER_CELLS	 3 /* that stand for one character in ASCII, at most */

/**
 * Decode one character of at most len bytes (len > 0). Returns the bytes it takes;
 * malformed ones are U+FFFD, one at a time. 0: it goes on behind the len bytes.
 */
size_t letter_decode(const char *text, size_t len, uint32_t *ret);

/** Encode; returns the bytes written. What is no character becomes U+FFFD. */
size_t letter_encode(uint32_t letter, char buf[LETTER_BYTES]);

/**
 * Columns: 1, 2, or 0 for what combines with the character before. -1: not to be shown
 * (controls, unassigned); -2: to be left out (marks of direction, joiners: terminals
 * differ in what they do to the rest of the line).
 */
int letter_width(uint32_t letter);

/** In ASCII: 1 to LETTER_CELLS characters, "?" where nothing is like it; "" for what combines. */
const char *letter_ascii(uint32_t letter);

/* What is put into cells for the next character of a text. */
struct letter {
	int width;			 /* of each; 0: combines; n 0: nothing is shown */
	int n;				 /* cells or, for width 0, one combining character */
	wchar_t chars[LETTER_CELLS + 1]; /* ends with 0 */
};

/** Returns how many bytes of the len (> 0) were used. Follows surface_is_utf8(). */
size_t letter_next(const char *text, size_t len, struct letter *ret);

#endif
