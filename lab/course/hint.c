#include "lab/course/hint.h"

#include <stddef.h>
#include <string.h>

struct hint hint_level(const struct lesson *lesson, unsigned level)
{
	return (struct hint){.level = level, .text = lesson->hints[level - 1]};
}

struct hint hint_next(const struct lesson *lesson, const struct progress_entry *entry)
{
	const struct lesson_cause *cause = lesson_cause(lesson, entry->cause);
	bool seen = cause && entry->hint_cause && strcmp(entry->hint_cause, cause->name) == 0;

	if (cause && cause->hint[0] && !seen)
		return (struct hint){.cause = cause, .text = cause->hint};
	return hint_level(lesson, entry->hint < LESSON_HINTS ? entry->hint + 1 : LESSON_HINTS);
}
