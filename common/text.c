#include "common/text_parse.h"

#include <string.h>

/* The text of a token as plain text; NULL for the bytes themselves. */
static const char *plain(const struct text_filter *f, enum text_token token)
{
	unsigned long code;

	switch (token) {
	case TEXT_PRINTABLE:
		code = text_code_point(f);
		/* U+2028 and U+2029 are line ends to some readers of a report. */
		if (text_is_c1(code) || text_reorders(code) || code == 0x2028 || code == 0x2029)
			return TEXT_REPLACEMENT;
		return NULL;
	case TEXT_CONTROL:
		return f->hold[0] == '\n' || f->hold[0] == '\t' ? NULL : TEXT_REPLACEMENT;
	case TEXT_MALFORMED:
		return TEXT_REPLACEMENT;
	case TEXT_NOTHING:
	case TEXT_SEQUENCE:
		break;
	}
	return "";
}

/* Where the run of carriage returns that begins at data[at] ends. */
static size_t skip_returns(const char *data, size_t len, size_t at)
{
	while (at < len && data[at] == '\r')
		at++;
	return at;
}

/* Append plain text, at most max bytes; returns how many bytes of data are in it. */
static size_t add_plain(struct strbuf *to, const char *data, size_t len, size_t max)
{
	struct text_filter f = TEXT_FILTER_INIT;
	size_t begin = 0; /* of what the parser holds */
	size_t room = max;
	size_t returns = 0; /* end of the last run of carriage returns */

	for (size_t i = 0; i < len; i++) {
		bool again = true;

		/* Terminals' drivers put carriage returns in front of newlines. */
		if (data[i] == '\r' && i >= returns)
			returns = skip_returns(data, len, i);
		if (i < returns && f.state == TEXT_GROUND && returns < len && data[returns] == '\n')
			continue;
		while (again) {
			if (f.state == TEXT_GROUND)
				begin = i;

			enum text_token token = text_feed(&f, (unsigned char)data[i], &again);
			const char *text = plain(&f, token);
			size_t size = text ? strlen(text) : f.held;

			if (size > room)
				return begin;
			strbuf_add(to, text ? text : f.hold, size);
			room -= size;
		}
	}
	if (f.state == TEXT_CHARACTER) {
		if (room < strlen(TEXT_REPLACEMENT))
			return begin;
		strbuf_adds(to, TEXT_REPLACEMENT);
	}
	return len;
}

void text_plain(struct strbuf *to, const char *data, size_t len, size_t max)
{
	size_t start = to->len;
	size_t done = add_plain(to, data, len, max);

	if (done == len)
		return;
	if (to->len > start && to->s[to->len - 1] != '\n')
		strbuf_addc(to, '\n');
	strbuf_addf(to, "[... %zu more bytes]\n", len - done);
}

void text_one_line(struct strbuf *to, const char *data, size_t len, size_t max)
{
	size_t start, done;

	while (len && strchr("\r\n\t ", data[0]) && data[0]) {
		data++;
		len--;
	}
	while (len && strchr("\r\n\t ", data[len - 1]) && data[len - 1])
		len--;
	start = to->len;
	done = add_plain(to, data, len, max);
	for (size_t i = start; i < to->len; i++)
		if (to->s[i] == '\n' || to->s[i] == '\t')
			to->s[i] = ' ';
	if (done < len)
		strbuf_adds(to, "...");
}
