#include "lab/screen/words.h"

#include <string.h>

/* The word at *line to *to, which is never ahead of it; both are moved behind it. */
static void take_word(char **line, char **to)
{
	const char *at = *line;
	char quote = 0;

	for (; *at && (quote || !strchr(" \t", *at)); at++) {
		if (quote ? *at == quote : *at == '\'' || *at == '"')
			quote = quote ? 0 : *at;
		else if (*at == '\\' && quote != '\'' && at[1])
			*(*to)++ = *++at;
		else
			*(*to)++ = *at;
	}
	*line += at - *line;
}

size_t words_split(char *line, const char *words[WORDS_MAX])
{
	char *to = line;
	size_t n = 0;

	while (n < WORDS_MAX - 1) {
		char *end;

		line += strspn(line, " \t");
		if (!*line)
			break;
		words[n++] = to;
		take_word(&line, &to);
		end = to;
		line += *line != '\0';
		to = end + (end < line);
		*end = '\0';
	}
	words[n] = NULL;
	return n;
}
