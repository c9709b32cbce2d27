#define _GNU_SOURCE
#include "common/error.h"

#include "common/cleanup.h"
#include "common/strbuf.h"
#include "common/text.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void set(struct error *err, int errnum,
						      const char *fmt, va_list ap)
{
	err->errnum = errnum;
	err->remedy[0] = '\0';
	(void)vsnprintf(err->what, sizeof(err->what), fmt, ap);
}

int error_set(struct error *err, int errnum, const char *fmt, ...)
{
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	set(err, errnum, fmt, ap);
	va_end(ap);
	len = strlen(err->what);
	if (errnum)
		(void)snprintf(err->what + len, sizeof(err->what) - len, ": %s", strerror(errnum));
	return errnum ? -errnum : -EINVAL;
}

int error_say(struct error *err, int errnum, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, errnum, fmt, ap);
	va_end(ap);
	return errnum ? -errnum : -EINVAL;
}

void error_remedy(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(err->remedy, sizeof(err->remedy), fmt, ap);
	va_end(ap);
}

/* File names and words of the command line may hold anything. */
static void print_line(const char *program, const char *text, FILE *to)
{
	cleanup_strbuf struct strbuf plain = STRBUF_INIT;
	size_t len = strlen(text);

	text_one_line(&plain, text, len, 2 * len);
	(void)fprintf(to, "%s: %s.\n", program, plain.s);
}

void error_print(const struct error *err, const char *program, FILE *to)
{
	print_line(program, err->what, to);
	if (err->remedy[0])
		print_line(program, err->remedy, to);
}
