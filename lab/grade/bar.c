#define _GNU_SOURCE
#include "lab/grade/bar.h"

#include "lab/grade/exam.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WIDTH	 24
#define EVERY_MS 100

struct bar bar_begin(size_t total)
{
	const char *term = getenv("TERM");

	return (struct bar){
		.terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0,
		.total = total,
		.begun = exam_now(),
	};
}

void bar_estimate(long long seconds, char ret[BAR_ESTIMATE])
{
	if (seconds < 60)
		(void)snprintf(ret, BAR_ESTIMATE, "about %lld s left", seconds);
	else if (seconds < 3600)
		(void)snprintf(ret, BAR_ESTIMATE, "about %lld min left", (seconds + 30) / 60);
	else
		(void)snprintf(ret, BAR_ESTIMATE, "about %lld h %02lld min left", seconds / 3600,
			       seconds % 3600 / 60);
}

static void draw(struct bar *bar)
{
	long long now = exam_now();
	size_t full = bar->total ? bar->done * WIDTH / bar->total : WIDTH;
	char estimate[BAR_ESTIMATE] = "", line[WIDTH + 1];

	if (!bar->terminal || (bar->done < bar->total && now - bar->shown < EVERY_MS))
		return;
	bar->shown = now;
	memset(line, '.', WIDTH);
	memset(line, '#', full);
	line[WIDTH] = '\0';
	if (bar->run && bar->done && bar->done < bar->total)
		bar_estimate((now - bar->begun) * (long long)(bar->total - bar->done) /
				     (long long)bar->done / 1000,
			     estimate);
	(void)fprintf(stderr, "\r[%s] %zu of %zu  %s\033[K", line, bar->done, bar->total, estimate);
	(void)fflush(stderr);
}

void bar_step(struct bar *bar, const struct grade *grade)
{
	bar->done++;
	bar->run++;
	if (!bar->terminal) {
		(void)fprintf(stderr, "[%zu/%zu] %s %s: %s", bar->done, bar->total, grade->student,
			      grade->exercise, grade_verdict_name(grade->verdict));
		if (grade->max_score)
			(void)fprintf(stderr, ", %u of %u", grade->score, grade->max_score);
		(void)fprintf(stderr, "%s%s%s%s\n",
			      *grade->cause && grade->verdict != GRADE_MISSING ? ", " : "",
			      grade->verdict != GRADE_MISSING ? grade->cause : "",
			      *grade->reason ? ": " : "", grade->reason);
	}
	draw(bar);
}

void bar_pass(struct bar *bar, size_t n)
{
	bar->done += n;
	draw(bar);
}

void bar_say(struct bar *bar, const char *fmt, ...)
{
	va_list ap;

	if (bar->terminal)
		(void)fputs("\r\033[K", stderr);
	va_start(ap, fmt);
	(void)fputs("lab: ", stderr);
	(void)vfprintf(stderr, fmt, ap);
	(void)fputc('\n', stderr);
	va_end(ap);
	bar->shown = 0;
	draw(bar);
}

void bar_end(struct bar *bar)
{
	if (bar->terminal)
		(void)fputs("\r\033[K", stderr);
	(void)fflush(stderr);
}
