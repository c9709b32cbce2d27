/*
 * The message row: what an action or an event has to say. An error stays until it was
 * seen: nothing but another error takes its place before a key is pressed.
 */
#define _GNU_SOURCE
#include "lab/screen/screen_internal.h"

#include "common/cleanup.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_MS   5000
#define MESSAGE_ROWS 4

static void message_over(void *data)
{
	struct screen *screen = data;

	if (screen->message.role == ROLE_BAD || screen->question.yes)
		return;
	message_clear(screen);
}

void message_clear(struct screen *screen)
{
	screen->message.text[0] = '\0';
	screen->message.role = ROLE_TEXT;
	screen->dirty = true;
}

void message_seen(struct screen *screen)
{
	if (screen->message.role != ROLE_BAD)
		return;
	/* Who types to a program looks elsewhere. */
	if (screen->typing && loop_now_ms() - screen->message.since_ms < MESSAGE_MS)
		return;
	message_clear(screen);
}

/* What a command printed has its name in front and may have several lines. */
static void tidy(char *text)
{
	char *end;

	if (strncmp(text, "lab: ", 5) == 0)
		memmove(text, text + 5, strlen(text + 5) + 1);
	for (end = text + strlen(text); end > text && end[-1] == '\n'; end--)
		end[-1] = '\0';
	for (end = strchr(text, '\n'); end; end = strchr(end, '\n'))
		*end = ' ';
}

void screen_say(struct screen *screen, enum role role, const char *fmt, ...)
{
	struct message *message = &screen->message;
	bool error_stands = message->role == ROLE_BAD && message->text[0];
	char text[sizeof(message->text)];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	tidy(text);
	if (screen->question.yes) {
		if (role == ROLE_BAD)
			(void)snprintf(screen->question.error, sizeof(screen->question.error), "%s",
				       text);
		return;
	}
	if (error_stands && role != ROLE_BAD)
		return;
	if (error_stands && !strstr(message->text, text)) {
		cleanup_free char *both = xasprintf("%s  %s", message->text, text);

		(void)snprintf(message->text, sizeof(message->text), "%s", both);
	} else if (!error_stands) {
		(void)snprintf(message->text, sizeof(message->text), "%s", text);
	}
	message->role = role;
	message->since_ms = loop_now_ms();
	screen->dirty = true;
	loop_timer(screen->loop, MESSAGE_MS, message_over, screen);
}

void screen_ask(struct screen *screen, void (*yes)(struct screen *screen), const char *text)
{
	message_clear(screen);
	screen_say(screen, ROLE_WARN, "%s y/N", text);
	screen->question.yes = yes;
}

/* What stands there while there is nothing to say; nothing: where the program is. */
static void add_standing(const struct screen *screen, struct strbuf *to)
{
	if (screen->search) {
		strbuf_addf(to, "/%s  n next, N before, Esc ends", screen->search);
	} else if (screen->overlay_on) {
		strbuf_adds(to, "Esc closes this, / searches in it");
	} else if (terminal_pane_copying(screen->terminal)) {
		strbuf_adds(to, "move to where it begins, Space marks, y takes, Esc leaves");
	} else if (!screen->layout.panes[PANE_VERDICT].rows && screen->checking.job) {
		strbuf_addf(to, "checking %s ...", screen->checking.exercise->id);
	} else if (!screen->layout.panes[PANE_VERDICT].rows && verdict_pane_last(screen->verdict)) {
		verdict_pane_summary(screen->verdict, to);
	}
}

static const char *next_row(const char *text, int cols)
{
	text += text_fitting(text, cols);
	return text + (*text == ' ');
}

void message_draw(const struct screen *screen, const struct area *whole)
{
	const struct message *message = &screen->message;
	int cols = whole->rect.cols, last = screen->layout.message.row, rows = 1;
	cleanup_strbuf struct strbuf standing = STRBUF_INIT;
	const char *at = message->text;

	if (!at[0]) {
		add_standing(screen, &standing);
		if (!standing.len && screen->checking.path)
			(void)area_put_path(whole, last, 0, cols, ROLE_DIM, screen->checking.path);
		else
			(void)area_put_cut(whole, last, 0, cols, ROLE_DIM, standing.s,
					   standing.len);
		return;
	}
	/* What is too long for the row takes more, above it. */
	for (const char *rest = next_row(at, cols); *rest && rows < MESSAGE_ROWS; rows++)
		rest = next_row(rest, cols);
	for (int row = last - rows + 1; row <= last; row++) {
		struct rect rect = {row, 0, 1, cols};
		struct area line = area_part(whole, &rect);

		area_clear(&line);
		(void)area_put_cut(&line, 0, 0, cols, message->role, at,
				   row == last ? strlen(at) : text_fitting(at, cols));
		at = next_row(at, cols);
	}
}
