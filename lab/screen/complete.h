/*
 * What can come next on the command line of the prompt: from the command table, the key
 * table and the catalogue. Pure.
 */
#ifndef NSLAB_LAB_SCREEN_COMPLETE_H
#define NSLAB_LAB_SCREEN_COMPLETE_H

#include "lab/course/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

void complete_from(const struct catalogue *catalogue);

/** Begin to complete the word that starts at START of LINE. */
void complete_begin(const char *line, size_t start);

/** readline's generator: state 0 begins; an allocated word that starts with WORD, or NULL. */
char *complete_next(const char *word, int state);

/** Is a file name wanted at START of LINE? */
bool complete_is_file(const char *line, size_t start);

#endif
