/*
 * SHA-256, by libnettle: what a grade was made of, so that it can be told whether
 * something has changed since.
 */
#ifndef NSLAB_LAB_GRADE_DIGEST_H
#define NSLAB_LAB_GRADE_DIGEST_H

#include "common/error.h"
#include "lab/course/catalogue.h"
#include "lab/lab.h"

#include <stddef.h>

#define DIGEST_HEX 65 /* 64 hexadecimal digits and the NUL */

/** The hash of len bytes. Loads libnettle; where there is none, says so and exits with LAB_ERROR. */
void digest_buffer(const void *data, size_t len, char ret_hex[DIGEST_HEX]);

/**
 * The hash of all that decides about an exercise beside the submission: its check, the front
 * matter of its lesson, checks/lib, and the programs observe, probe and init. Texts of the
 * lesson change no grade. Fails where something of that can't be read.
 */
int digest_checks(const struct lab *lab, const struct exercise *exercise, char ret_hex[DIGEST_HEX],
		  struct error *err);

#endif
