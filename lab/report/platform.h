/*
 * What the formats of platforms share.
 */
#ifndef NSLAB_LAB_REPORT_PLATFORM_H
#define NSLAB_LAB_REPORT_PLATFORM_H

#include "lab/report/class.h"

#include "common/error.h"
#include "common/strbuf.h"

#include <jansson.h>

/**
 * -EAGAIN with the reason where something of the student's could not be graded, or nothing counts: a
 * platform would take what it gets for the whole score.
 */
int platform_needs_all(const struct class *class, const struct class_student *student,
		       struct error *err);

/** Append an object and a newline; takes the reference. FLAGS as for json_dumps(). */
void platform_dump(json_t *object, size_t flags, struct strbuf *to);

#endif
