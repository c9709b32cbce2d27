/*
 * The lines a check sends: words separated by tabs, in which \n, \t and \\ stand
 * for a newline, a tab and a backslash.
 */
#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text == '\\' && text[1]) {
			text++;
			*to++ = *text == 'n' ? '\n' : *text == 't' ? '\t' : *text;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

size_t line_split(char *line, char **words, size_t max)
{
	size_t n = 0;

	for (char *word; n < max && (word = strsep(&line, "\t"));) {
		unescape(word);
		words[n++] = word;
	}
	return n;
}

char *line_next(struct session *session, struct strbuf *pending)
{
	for (;;) {
		char *end = strchr(pending->s, '\n');
		struct pollfd polled[2] = {
			{.fd = 0, .events = POLLIN},
			{.fd = session->lifeline, .events = POLLIN},
		};
		char chunk[4096];
		ssize_t n;

		if (end) {
			char *line = xstrndup(pending->s, (size_t)(end - pending->s));
			char *rest = xstrdup(end + 1);

			strbuf_reset(pending);
			strbuf_adds(pending, rest);
			free(rest);
			return line;
		}
		/* The program goes on while the check thinks. */
		if (poll(polled, 2, 50) < 0 && errno != EINTR)
			return NULL;
		if (polled[1].revents)
			return NULL;
		if (!polled[0].revents) {
			(void)session_keep_limits(session);
			continue;
		}
		n = read(0, chunk, sizeof(chunk));
		if (n <= 0)
			return NULL;
		strbuf_add(pending, chunk, (size_t)n);
	}
}
