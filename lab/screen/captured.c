/*
 * Commands of lab's whose output the screen takes: hints, solutions, resets.
 */
#define _GNU_SOURCE
#include "lab/screen/screen_internal.h"

#include "common/cleanup.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define CAPTURED_MAX (1 << 20)

/* As one would type it: quoted where the shell would read it otherwise. */
static void add_word(struct strbuf *to, const char *word)
{
	size_t plain = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-./:=,+@%");

	if (word[0] && !word[plain]) {
		strbuf_adds(to, word);
		return;
	}
	strbuf_addc(to, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			strbuf_adds(to, "'\\''");
		else
			strbuf_addc(to, *word);
	}
	strbuf_addc(to, '\'');
}

static char *command_line(const char *const *words)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;

	strbuf_adds(&line, "lab");
	for (; *words; words++) {
		strbuf_addc(&line, ' ');
		add_word(&line, *words);
	}
	return strbuf_steal(&line);
}

char **screen_argv(struct screen *screen, const char *const *words)
{
	cleanup_free char *line = command_line(words);
	size_t n = 0;
	char **argv;

	while (words[n])
		n++;
	argv = xcalloc(n + 2, sizeof(*argv));
	argv[0] = screen->self;
	for (size_t i = 0; i < n; i++)
		argv[i + 1] = (char *)words[i];
	strbuf_addf(&screen->log, "%s\n", line);
	return argv;
}

static void on_output(void *data, const char *bytes, size_t len)
{
	struct screen *screen = data;

	if (screen->captured.out.len < CAPTURED_MAX)
		strbuf_add(&screen->captured.out, bytes, len);
}

static void on_errors(void *data, const char *bytes, size_t len)
{
	struct screen *screen = data;

	if (screen->captured.err.len < CAPTURED_MAX)
		strbuf_add(&screen->captured.err, bytes, len);
}

static void on_end(void *data, struct job *job, int status)
{
	struct screen *screen = data;
	struct captured *captured = &screen->captured;
	cleanup_strbuf struct strbuf out = captured->out;
	cleanup_strbuf struct strbuf err = captured->err;

	captured->out = captured->err = (struct strbuf)STRBUF_INIT;
	captured->job = NULL;
	job_free(job);
	screen->dirty = true;
	/* What said that it runs. */
	if (screen->message.role == ROLE_DIM)
		message_clear(screen);
	captured->done(screen, WIFEXITED(status) ? WEXITSTATUS(status) : LAB_ERROR, out.s, err.s);
}

bool captured_run(struct screen *screen, const char *const *words, captured_fn *done)
{
	static const struct job_events events = {on_output, on_errors, on_end};
	static const char *const env[] = {"NO_COLOR=1", NULL};
	struct captured *captured = &screen->captured;
	cleanup_free char **argv = NULL;
	struct job_request request = {.env = env, .events = &events, .data = screen};
	struct error err = {0};

	if (captured->job) {
		screen_say(screen, ROLE_WARN, "wait: %s has not ended; x stops it", captured->line);
		return false;
	}
	argv = screen_argv(screen, words);
	request.argv = argv;
	captured->done = done;
	free(captured->line);
	captured->line = command_line(words);
	if (job_start(screen->loop, &request, &captured->job, &err) < 0) {
		screen_say(screen, ROLE_BAD, "%s", err.what);
		return false;
	}
	screen_say(screen, ROLE_DIM, "%s ...", captured->line);
	return true;
}

bool captured_cancel(struct screen *screen)
{
	if (!screen->captured.job)
		return false;
	job_stop(screen->captured.job);
	return true;
}

void captured_stop(struct screen *screen)
{
	job_free(screen->captured.job);
	screen->captured.job = NULL;
	free(screen->captured.line);
	strbuf_free(&screen->captured.out);
	strbuf_free(&screen->captured.err);
}
