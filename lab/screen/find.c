#include "lab/screen/find.h"

#include "common/strbuf.h"
#include "lab/screen/letter.h"

#include <stdlib.h>
#include <string.h>
#include <wctype.h>

struct needle {
	const char *text;
	size_t len;
	bool exact; /* has capitals */
};

static struct needle make_needle(const char *text)
{
	struct needle needle = {.text = text, .len = strlen(text)};
	uint32_t letter;

	for (size_t at = 0, n; at < needle.len; at += n ? n : 1) {
		n = letter_decode(text + at, needle.len - at, &letter);
		needle.exact |= iswupper((wint_t)letter) != 0;
	}
	return needle;
}

static size_t match_folded(const struct needle *needle, const char *text, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < needle->len;) {
		uint32_t a, b;
		size_t n, m;

		if (at >= len)
			return 0;
		n = letter_decode(text + at, len - at, &a);
		m = letter_decode(needle->text + i, needle->len - i, &b);
		if (!n || !m || towlower((wint_t)a) != towlower((wint_t)b))
			return 0;
		at += n;
		i += m;
	}
	return at;
}

/* How many bytes at the beginning of the text are the needle; 0: they are not. */
static size_t match_here(const struct needle *needle, const char *text, size_t len)
{
	if (!needle->exact)
		return match_folded(needle, text, len);
	return needle->len <= len && memcmp(text, needle->text, needle->len) == 0 ? needle->len : 0;
}

void matches_find(struct matches *matches, const char *text, size_t len, const char *needle)
{
	struct needle made = make_needle(needle);

	matches->n = 0;
	for (size_t at = 0; at < len;) {
		size_t found = match_here(&made, text + at, len - at);

		if (found && matches->n == matches->cap) {
			matches->cap = matches->cap ? matches->cap * 2 : 16;
			matches->matches = xreallocarray(matches->matches, matches->cap,
							 sizeof(*matches->matches));
		}
		if (found)
			matches->matches[matches->n++] = (struct match){at, found};
		at += found ? found : 1;
	}
}

void matches_free(struct matches *matches)
{
	free(matches->matches);
	*matches = (struct matches){0};
}

size_t matches_from(const struct matches *matches, size_t place)
{
	size_t low = 0, high = matches->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (matches->matches[middle].at < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool find_in(const char *text, size_t len, const char *needle)
{
	struct needle made = make_needle(needle);

	for (size_t at = 0; at < len; at++)
		if (match_here(&made, text + at, len - at))
			return true;
	return false;
}
