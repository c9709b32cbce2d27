#define _GNU_SOURCE
#include "common/strbuf.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char strbuf_empty[1];

static void *need(void *p)
{
	if (!p)
		errx(4, "out of memory");
	return p;
}

void *xmalloc(size_t size)
{
	return need(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
	return need(calloc(count ? count : 1, size ? size : 1));
}

void *xreallocarray(void *old, size_t count, size_t size)
{
	return need(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *xstrdup(const char *text)
{
	return need(strdup(text));
}

char *xstrndup(const char *text, size_t len)
{
	return need(strndup(text, len));
}

char *xasprintf(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	return need(text);
}

void strbuf_free(struct strbuf *buf)
{
	if (buf->cap)
		free(buf->s);
	buf->s = strbuf_empty;
	buf->len = buf->cap = 0;
}

void strbuf_reset(struct strbuf *buf)
{
	buf->len = 0;
	if (buf->cap)
		buf->s[0] = '\0';
}

static void reserve(struct strbuf *buf, size_t more)
{
	size_t want = buf->len + more + 1;
	size_t cap = buf->cap ? buf->cap : 64;

	if (want <= buf->cap)
		return;
	while (cap < want)
		cap *= 2;
	buf->s = need(realloc(buf->cap ? buf->s : NULL, cap));
	buf->cap = cap;
}

void strbuf_add(struct strbuf *buf, const void *data, size_t len)
{
	reserve(buf, len);
	if (len)
		memcpy(buf->s + buf->len, data, len);
	buf->len += len;
	buf->s[buf->len] = '\0';
}

void strbuf_adds(struct strbuf *buf, const char *text)
{
	strbuf_add(buf, text, strlen(text));
}

void strbuf_addc(struct strbuf *buf, char c)
{
	strbuf_add(buf, &c, 1);
}

void strbuf_addf(struct strbuf *buf, const char *fmt, ...)
{
	va_list ap, again;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len > 0) {
		reserve(buf, (size_t)len);
		(void)vsnprintf(buf->s + buf->len, (size_t)len + 1, fmt, again);
		buf->len += (size_t)len;
	}
	va_end(again);
}

char *strbuf_steal(struct strbuf *buf)
{
	char *text = buf->cap ? buf->s : xstrdup("");

	buf->s = strbuf_empty;
	buf->len = buf->cap = 0;
	return text;
}
