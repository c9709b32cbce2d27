/*
 * A line of words, as the prompt and the screen without a screen read it: quotes and \
 * as in a shell, and nothing else of a shell. Pure.
 */
#ifndef NSLAB_LAB_SCREEN_WORDS_H
#define NSLAB_LAB_SCREEN_WORDS_H

#include <stddef.h>

#define WORDS_MAX 64

/** Cut a line into words, in place. Returns how many: at most WORDS_MAX - 1; NULL ends them. */
size_t words_split(char *line, const char *words[WORDS_MAX]);

#endif
