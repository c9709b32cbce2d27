/*
 * lab(1) in roff, with the man(7) macros: made from the command table, the key table
 * and the tables in man.c, so that nothing has to be said twice.
 */
#ifndef NSLAB_LAB_MAN_H
#define NSLAB_LAB_MAN_H

#include "common/strbuf.h"

/** Append the manual page. */
void man_page(struct strbuf *to);

/**
 * Append text so that troff(1) shows exactly it: escaped, with everything beyond ASCII as
 * \[uXXXX]. Newlines become spaces.
 */
void man_text(struct strbuf *to, const char *text, size_t len);

#endif
