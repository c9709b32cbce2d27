/* A line of words: quotes, \, and no more of a shell. */
#include "checks/lab/unit.h"

#include "lab/screen/words.h"

#include <stdlib.h>
#include <string.h>

/* Split a copy that ends where its memory ends, and join the words with |. */
static void splits(const char *line, const char *want)
{
	char *copy = strdup(line);
	const char *words[WORDS_MAX];
	char got[256] = "";
	size_t n = words_split(copy, words);

	for (size_t i = 0; i < n; i++) {
		strncat(got, words[i], sizeof(got) - strlen(got) - 1);
		strncat(got, "|", sizeof(got) - strlen(got) - 1);
	}
	is_str(got, want, "<%s>", line);
	ok(words[n] == NULL, "it ends");
	free(copy);
}

static void many(void)
{
	char line[4 * WORDS_MAX];
	const char *words[WORDS_MAX];

	for (size_t i = 0; i < sizeof(line); i++)
		line[i] = i % 2 ? ' ' : 'a';
	line[sizeof(line) - 1] = '\0';
	is_int((long long)words_split(line, words), WORDS_MAX - 1, "no more than fit");
	is_str(words[WORDS_MAX - 2], "a", "the last one is whole");
}

int main(void)
{
	splits("", "");
	splits(" \t ", "");
	splits("a", "a|");
	splits("a b", "a|b|");
	splits("  run  pid/clone\tsh ", "run|pid/clone|sh|");
	splits("sh -c 'echo  $1 \"x\"'", "sh|-c|echo  $1 \"x\"|");
	splits("\"it's\" it\\'s 'a'\"b\"c", "it's|it's|abc|");
	splits("'' \"\" a", "||a|");
	splits("'open end", "open end|");
	splits("back\\ slash \\", "back slash|\\|");
	splits("'\\n' \"\\\"\"", "\\n|\"|");
	splits("größe 日本", "größe|日本|");
	many();
	return unit_done();
}
