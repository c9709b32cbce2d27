#include "lab/nearest.h"

#include <stddef.h>
#include <string.h>

#define WORD_MAX 64

/* Typing errors: insertions, deletions, replacements (Levenshtein). */
static unsigned distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	unsigned row[WORD_MAX + 1];

	if (n > WORD_MAX || m > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= m; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m];
}

struct nearest nearest_start(const char *word)
{
	size_t len = strlen(word);
	/* Further away than this is another word, not a slip; two letters swapped are two. */
	size_t slips = len / 3 > 2 ? len / 3 : len > 3 ? 2 : 1;

	return (struct nearest){.word = word, .distance = (unsigned)slips + 1};
}

void nearest_offer(struct nearest *nearest, const char *candidate, const char *meant)
{
	unsigned d = distance(nearest->word, candidate);

	if (d < nearest->distance) {
		nearest->distance = d;
		nearest->best = meant;
	}
}
