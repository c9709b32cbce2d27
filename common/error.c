#define _GNU_SOURCE
#include "common/error.h"

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

void error_print(const struct error *err, const char *program, FILE *to)
{
	(void)fprintf(to, "%s: %s.\n", program, err->what);
	if (err->remedy[0])
		(void)fprintf(to, "%s: %s.\n", program, err->remedy);
}
