/*
 * Text in other formats' clothes. Whatever a text holds, it stays text there.
 */
#ifndef NSLAB_LAB_REPORT_ESCAPE_H
#define NSLAB_LAB_REPORT_ESCAPE_H

#include "common/strbuf.h"

/** For the content and the attributes of XML and HTML; characters that XML can't hold are left out. */
void escape_xml(struct strbuf *to, const char *text);

/**
 * A field of CSV: quoted where it must be. A spreadsheet would take a text that begins with = + - @
 * for a formula; it gets a ' in front.
 */
void escape_csv(struct strbuf *to, const char *text);

/** The description of a TAP line: one line, without a "#" that would begin a directive. */
void escape_tap(struct strbuf *to, const char *text);

/** A string of JSON, which is one of YAML as well, with its quotes. */
void escape_json(struct strbuf *to, const char *text);

#endif
