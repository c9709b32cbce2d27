/*
 * Whose submission it is: a name that comes from a file's, made safe to print, to compare
 * and to keep.
 *
 *	alice.tar.gz	alice
 *	"b\nob"		b\x0aob		what is no plain text is written as its bytes
 *	a\b		a\x5cb		the backslash too, so that no two names become one
 *
 * Pure.
 */
#ifndef NSLAB_LAB_GRADE_STUDENT_H
#define NSLAB_LAB_GRADE_STUDENT_H

#include <stddef.h>

/** Any bytes as one line of plain text, allocated. Different bytes give different texts. */
char *student_text(const char *bytes, size_t len);

/** The name for a file name: without the ending of an archive. Allocated. */
char *student_name(const char *file);

/** How many bytes of FILE come before ".tar.gz", ".tgz" or ".zip"; all where there is none of these. */
size_t student_stem(const char *file);

/** A file name for a student's report: letters, digits, "._-" only, and different for every name. Allocated. */
char *student_file(const char *student, const char *ending);

#endif
