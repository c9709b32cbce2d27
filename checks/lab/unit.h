/*
 * The whole harness of the unit tests: one program per unit, TAP on standard
 * output, exit status 1 when anything failed.
 *
 *	int main(void)
 *	{
 *		ok(fits(3), "three fit");
 *		is_int(add(1, 2), 3, "sum of %d and %d", 1, 2);
 *		is_str(name(), "init", "the name");
 *		return unit_done();
 *	}
 *
 * Every macro evaluates its arguments once and returns whether the test passed.
 */
#ifndef NSLAB_CHECKS_LAB_UNIT_H
#define NSLAB_CHECKS_LAB_UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned unit_ran;
static unsigned unit_failed;

#define ok(cond, ...)	       unit_ok((cond) ? true : false, __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, want, ...) unit_is_int((got), (want), __FILE__, __LINE__, __VA_ARGS__)
#define is_str(got, want, ...) unit_is_str((got), (want), __FILE__, __LINE__, __VA_ARGS__)
/* In place of a test that this machine can't run. */
#define unit_skip(...) unit_skipped(__VA_ARGS__)

/* Print bytes so that they stay on one line and read as C. */
static inline void unit_put(const char *text)
{
	for (const char *at = text; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (c == '\n')
			(void)fputs("\\n", stdout);
		else if (c == '#')
			(void)fputs("\\#", stdout);
		else if (c < 0x20 || c >= 0x7f)
			(void)printf("\\x%02x", c);
		else
			(void)putchar(c);
	}
}

__attribute__((format(printf, 2, 0))) static inline bool unit_line(bool pass, const char *fmt,
								   va_list ap)
{
	char name[512];

	(void)vsnprintf(name, sizeof(name), fmt, ap);
	(void)printf("%sok %u - ", pass ? "" : "not ", ++unit_ran);
	unit_put(name);
	(void)putchar('\n');
	if (!pass)
		unit_failed++;
	return pass;
}

__attribute__((format(printf, 4, 5))) static inline bool unit_ok(bool pass, const char *file,
								 int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)unit_line(pass, fmt, ap);
	va_end(ap);
	if (!pass)
		(void)printf("# at %s:%d\n", file, line);
	(void)fflush(stdout);
	return pass;
}

__attribute__((format(printf, 5, 6))) static inline bool unit_is_int(long long got, long long want,
								     const char *file, int line,
								     const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)unit_line(got == want, fmt, ap);
	va_end(ap);
	if (got != want)
		(void)printf("# at %s:%d\n# expected %lld\n# got      %lld\n", file, line, want,
			     got);
	(void)fflush(stdout);
	return got == want;
}

static inline void unit_value(const char *label, const char *text)
{
	(void)printf("# %s ", label);
	if (text) {
		(void)putchar('"');
		unit_put(text);
		(void)putchar('"');
	} else {
		(void)fputs("NULL", stdout);
	}
	(void)putchar('\n');
}

__attribute__((format(printf, 5, 6))) static inline bool unit_is_str(const char *got,
								     const char *want,
								     const char *file, int line,
								     const char *fmt, ...)
{
	bool pass = got && want ? strcmp(got, want) == 0 : got == want;
	va_list ap;

	va_start(ap, fmt);
	(void)unit_line(pass, fmt, ap);
	va_end(ap);
	if (!pass) {
		(void)printf("# at %s:%d\n", file, line);
		unit_value("expected", want);
		unit_value("got     ", got);
	}
	(void)fflush(stdout);
	return pass;
}

__attribute__((format(printf, 1, 2))) static inline void unit_skipped(const char *fmt, ...)
{
	char reason[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	(void)printf("ok %u # SKIP ", ++unit_ran);
	unit_put(reason);
	(void)putchar('\n');
	(void)fflush(stdout);
}

/** Print the plan; the program's exit status. A program without a test has failed. */
static inline int unit_done(void)
{
	(void)printf("1..%u\n", unit_ran);
	return unit_failed || !unit_ran;
}

#endif
