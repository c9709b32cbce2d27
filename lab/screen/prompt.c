#define _GNU_SOURCE
#include "lab/screen/prompt.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/screen/complete.h"
#include "lab/screen/display.h"
#include "lab/screen/key.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#define QUEUE	    64
#define ESCAPE_MS   25 /* a key's bytes come closer together than that */
#define HISTORY_MAX 500
#define EMACS	    1 /* of rl_editing_mode */

static struct {
	struct loop *loop;
	const char *mark;
	bool active;
	bool finished;
	char *line; /* NULL: given up */
	prompt_done_fn *done;
	void *data;
	char queue[QUEUE]; /* what readline was told of and has not taken */
	size_t head, tail;
	char *offers;
	char *history_file;
	FILE *nowhere;
	HISTORY_STATE *others; /* the history of what is no command: none */
} prompt;

static void forget_offers(void)
{
	free(prompt.offers);
	prompt.offers = NULL;
}

/* ---- what readline calls ---- */

/* One more byte into the queue: of what was typed, or what comes at once, as the rest of a key does. */
static bool fetch(void)
{
	struct pollfd polled = {.fd = STDIN_FILENO, .events = POLLIN};
	ssize_t n;

	if (prompt.head == prompt.tail)
		prompt.head = prompt.tail = 0;
	if (prompt.tail == QUEUE)
		return false;
	n = display_read_bytes(prompt.queue + prompt.tail, 1);
	if (n == 0 && poll(&polled, 1, ESCAPE_MS) > 0)
		n = display_read_bytes(prompt.queue + prompt.tail, 1);
	prompt.tail += n > 0;
	return n > 0;
}

static int next_byte(FILE *stream)
{
	(void)stream;
	if (prompt.head == prompt.tail && !fetch())
		return EOF;
	return (unsigned char)prompt.queue[prompt.head++];
}

/* Asked after every character, so it must not wait, nor take what may be a lone Escape. */
static int is_byte_there(void)
{
	return prompt.head != prompt.tail;
}

static void redisplay(void)
{
}

/* The line is done; freed and handed on once readline is out of its own functions. */
static void take_line(char *line)
{
	prompt.finished = true;
	prompt.line = line;
	rl_callback_handler_remove();
}

static char **complete(const char *word, int start, int end)
{
	(void)end;
	rl_attempted_completion_over = 1;
	rl_completion_append_character = ' ';
	if (prompt.mark[0] != ':')
		return NULL;
	if (complete_is_file(rl_line_buffer, (size_t)start)) {
		rl_filename_completion_desired = 1;
		rl_attempted_completion_over = 0;
		return NULL;
	}
	complete_begin(rl_line_buffer, (size_t)start);
	return rl_completion_matches(word, complete_next);
}

static void keep_offers(char **matches, int n, int longest)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)longest;
	for (int i = 1; i <= n; i++)
		strbuf_addf(&text, "%s%s", i > 1 ? "\n" : "", matches[i]);
	forget_offers();
	prompt.offers = strbuf_steal(&text);
}

/* ---- history ---- */

static char *history_path(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	cleanup_free char *dir = NULL;
	struct error ignored = {0};

	if (state && state[0] == '/')
		dir = io_join(state, "nslab");
	else if (home && home[0] == '/')
		dir = io_join(home, ".local/state/nslab");
	if (!dir || io_make_dirs(dir, &ignored) < 0)
		return NULL;
	return io_join(dir, "history");
}

static void remember(const char *line)
{
	HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;

	if (!line[0] || line[0] == ' ' || (last && strcmp(last->line, line) == 0))
		return;
	add_history(line);
}

/* Written by a temporary file and rename, for its owner alone. */
static void save_history(void)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = {0};

	if (!prompt.history_file)
		return;
	for (int i = 0; i < history_length; i++)
		strbuf_addf(&text, "%s\n", history_get(history_base + i)->line);
	(void)io_replace_file(prompt.history_file, text.s, text.len, 0600, &ignored);
}

void prompt_setup(struct loop *loop, const struct catalogue *catalogue)
{
	prompt.loop = loop;
	complete_from(catalogue);
	prompt.nowhere = fopen("/dev/null", "we");
	rl_change_environment = 0;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_instream = stdin;
	rl_outstream = prompt.nowhere;
	rl_readline_name = "lab";
	rl_getc_function = next_byte;
	rl_input_available_hook = is_byte_there;
	rl_redisplay_function = redisplay;
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = keep_offers;
	rl_completer_word_break_characters = (char *)" \t\n";
	rl_completion_query_items = 0;
	using_history();
	stifle_history(HISTORY_MAX);
	prompt.history_file = history_path();
	if (prompt.history_file)
		(void)read_history(prompt.history_file);
}

/* With what readline remembers about it: undo, a search, half a key. */
static void give_up_line(void)
{
	if (prompt.finished)
		return;
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_callback_handler_remove();
}

/* Lines of the history that were changed and left keep how to undo that. */
static void forget_history(void)
{
	HIST_ENTRY **entries = history_list();

	for (; entries && *entries; entries++) {
		rl_undo_list = (*entries)->data;
		if (rl_undo_list)
			rl_free_undo_list();
		(*entries)->data = NULL;
	}
	clear_history();
}

void prompt_teardown(void)
{
	if (prompt.active)
		give_up_line();
	forget_offers();
	free(prompt.history_file);
	if (prompt.nowhere)
		(void)fclose(prompt.nowhere);
	forget_history();
	memset(&prompt, 0, sizeof(prompt));
}

/* ---- one line ---- */

/* Searches see no history of commands, and leave nothing in it. */
static void swap_history(void)
{
	HISTORY_STATE *now = history_get_history_state();
	HISTORY_STATE none = {0};

	history_set_history_state(prompt.others ? prompt.others : &none);
	if (prompt.others)
		free(prompt.others);
	prompt.others = prompt.others ? NULL : now;
	if (!prompt.others)
		free(now);
}

void prompt_begin(const char *mark, const char *initial, prompt_done_fn *done, void *data)
{
	prompt.mark = mark;
	prompt.done = done;
	prompt.data = data;
	prompt.active = true;
	prompt.finished = false;
	prompt.head = prompt.tail = 0;
	forget_offers();
	if (mark[0] != ':')
		swap_history();
	rl_callback_handler_install(mark, take_line);
	if (initial) {
		rl_insert_text(initial);
		rl_point = rl_end;
	}
}

bool prompt_active(void)
{
	return prompt.active;
}

static void escape_was_alone(void *data);

static void finish(void)
{
	cleanup_free char *line = prompt.line;

	prompt.line = NULL;
	prompt.active = false;
	loop_timer(prompt.loop, -1, escape_was_alone, &prompt);
	forget_offers();
	if (prompt.mark[0] != ':') {
		swap_history();
	} else if (line) {
		remember(line);
		save_history();
	}
	for (char *at = line; at && *at; at++)
		if (*at == '\n' || *at == '\r')
			*at = ' ';
	prompt.done(prompt.data, line);
}

void prompt_cancel(void)
{
	if (!prompt.active)
		return;
	give_up_line();
	free(prompt.line);
	prompt.line = NULL;
	finish();
}

static void escape_was_alone(void *data)
{
	(void)data;
	prompt_cancel();
}

static void run_queue(void)
{
	while (prompt.head != prompt.tail && !prompt.finished) {
		/* In a search through the history ^G ends only that. */
		if (prompt.queue[prompt.head] == KEY_CTRL('c') ||
		    (prompt.queue[prompt.head] == KEY_CTRL('g') && !RL_ISSTATE(RL_STATE_ISEARCH))) {
			prompt_cancel();
			return;
		}
		forget_offers();
		rl_callback_read_char();
	}
	if (prompt.finished)
		finish();
}

void prompt_feed(char byte)
{
	bool escape = byte == KEY_CODE_ESC && prompt.head == prompt.tail;

	if (!prompt.active)
		return;
	loop_timer(prompt.loop, -1, escape_was_alone, &prompt);
	if (prompt.head == prompt.tail)
		prompt.head = prompt.tail = 0;
	if (prompt.tail < QUEUE)
		prompt.queue[prompt.tail++] = byte;
	if (escape && rl_editing_mode == EMACS) {
		loop_timer(prompt.loop, ESCAPE_MS, escape_was_alone, &prompt);
		return;
	}
	/* vi's way: alone it is a command, and what follows at once makes it another key. */
	if (escape)
		(void)fetch();
	run_queue();
}

/* ---- drawing ---- */

/* The line as it is shown: control characters as ^X, a newline as a sign. *ret_before: columns before the point. */
static char *shown(int *ret_before)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	*ret_before = 0;
	strbuf_adds(&text, rl_display_prompt ? rl_display_prompt : prompt.mark);
	for (int i = 0; i <= rl_end; i++) {
		unsigned char c = (unsigned char)rl_line_buffer[i];

		if (i == rl_point)
			*ret_before = text_columns(text.s, text.len);
		if (i == rl_end)
			break;
		if (c == '\n')
			strbuf_adds(&text, surface_is_utf8() ? "⏎" : "^J");
		else if (c < 32 || c == 127)
			strbuf_addf(&text, "^%c", c ^ 64);
		else
			strbuf_addc(&text, (char)c);
	}
	return strbuf_steal(&text);
}

void prompt_draw(const struct area *area, int *ret_col)
{
	int before = 0;
	cleanup_free char *text = shown(&before);
	int cols = area->rect.cols;
	/* Scrolled by half the row, so that what is around the cursor is in sight. */
	int skip = before < cols - 1 ? 0 : ((before - cols + 1) / (cols / 2) + 1) * (cols / 2);
	const char *from = text;

	while (*from && text_columns(text, (size_t)(from - text)) < skip)
		do
			from++;
		while (((unsigned char)*from & 0xc0) == 0x80);
	area_clear(area);
	(void)area_put(area, 0, 0, ROLE_MESSAGE, from);
	*ret_col = before - text_columns(text, (size_t)(from - text));
}

const char *prompt_offers(void)
{
	return prompt.offers;
}
