/*
 * How commands print: styles, width, JSON, and the one place that notices that
 * standard output failed. Nothing here writes an escape code into a pipe.
 */
#ifndef NSLAB_LAB_OUTPUT_H
#define NSLAB_LAB_OUTPUT_H

#include "lab/lab.h"

#include <jansson.h>

enum output_style {
	STYLE_PLAIN, /* back to normal */
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_GOOD, /* never the only carrier of a meaning */
	STYLE_BAD,
};

/** The escape sequence of a style, "" where colour is off. */
const char *output_style(const struct lab *lab, enum output_style style);

/** Columns of the terminal on standard output, 80 where there is none; 40 to 100. */
unsigned output_width(void);

/** Columns of the terminal on standard output as they are, for pictures; 80 where there is none. */
unsigned output_columns(void);

/** Print an object or array to standard output, indented, with a newline. Takes the reference. */
void output_json(json_t *json);

/**
 * Flush standard output. Returns STATUS, or LAB_ERROR after one sentence on
 * standard error if something could not be written (no sentence for a closed pipe).
 * main() calls it after every command.
 */
int output_finish(int status);

/** Print err as lab's own and return STATUS: the last line of a command that failed. */
struct error;
int output_error(const struct error *err, int status);

#endif
