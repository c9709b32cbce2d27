/*
 * A growing text. Allocation failure ends the program (there is nothing
 * sensible left to do in a tool of this size), so no caller checks for it.
 *
 *	struct strbuf text = STRBUF_INIT;
 *	strbuf_addf(&text, "%d", 7);
 *	... text.s is always a string ...
 *	strbuf_free(&text);
 */
#ifndef NSLAB_COMMON_STRBUF_H
#define NSLAB_COMMON_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct strbuf {
	char *s;    /* NUL-terminated; points to "" while empty */
	size_t len; /* bytes before the NUL */
	size_t cap; /* allocated, 0 while s is the shared "" */
};

extern char strbuf_empty[1];

#define STRBUF_INIT                                   \
	{                                             \
		.s = strbuf_empty, .len = 0, .cap = 0 \
	}

void strbuf_free(struct strbuf *buf);
void strbuf_reset(struct strbuf *buf);
void strbuf_add(struct strbuf *buf, const void *data, size_t len);
void strbuf_adds(struct strbuf *buf, const char *text);
void strbuf_addc(struct strbuf *buf, char c);
void strbuf_addf(struct strbuf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** Hand the text on as an allocated string (never NULL); buf is empty after. */
char *strbuf_steal(struct strbuf *buf);

/** malloc, calloc-like array, strdup and printf that end the program when memory is out. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t len);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define cleanup_strbuf __attribute__((cleanup(strbuf_free)))

#endif
