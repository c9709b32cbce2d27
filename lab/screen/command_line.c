/*
 * A line of the prompt: a word of the key table, or a command of lab's as on the
 * shell's command line.
 */
#define _GNU_SOURCE
#include "lab/screen/screen_internal.h"

#include "common/cleanup.h"
#include "lab/command.h"
#include "lab/nearest.h"
#include "lab/screen/words.h"

#include <stdlib.h>
#include <string.h>

/* Commands that are the screen's own business, or need a terminal. */
static const struct {
	const char *name;
	enum action action; /* without further words; ACTION_NONE: as any other */
	bool terminal;
} own_commands[] = {
	{"check", ACTION_CHECK, false},
	{"edit", ACTION_EDIT, false},
	{"hint", ACTION_HINT, false},
	{"next", ACTION_NEXT, false},
	{"solution", ACTION_SOLUTION, false},
	{"diff", ACTION_DIFF, false},
	{"reset", ACTION_RESET, false},
	{"undo", ACTION_UNDO, false},
	{"run", ACTION_RUN, true},
	{"shell", ACTION_SHELL, true},
	{"watch", ACTION_NONE, true},
};

static void command_came(struct screen *screen, int status, const char *out, const char *err)
{
	cleanup_free char *text = xasprintf("%s%s", out, err);
	cleanup_free char *title =
		status == LAB_PASS ? xstrdup(screen->captured.line)
				   : xasprintf("%s: exit status %d", screen->captured.line, status);

	screen_reload(screen);
	if (out[0] || (err[0] && status == LAB_PASS))
		screen_show_text(screen, title, text);
	else if (err[0])
		screen_say(screen, ROLE_BAD, "%s", err);
	else
		screen_say(screen, status == LAB_PASS ? ROLE_TEXT : ROLE_BAD, "%s printed nothing",
			   title);
}

/* The words that begin with WORD: the only one, or NULL after listing them. */
static const char *find_word(struct screen *screen, const char *word)
{
	cleanup_strbuf struct strbuf all = STRBUF_INIT;
	struct nearest nearest = nearest_start(word);
	const char *only = NULL;
	unsigned n = 0;

	for (const struct command *command = commands; command->name; command++) {
		nearest_offer(&nearest, command->name, command->name);
		if (strcmp(command->name, word) == 0)
			return command->name;
		if (strncmp(command->name, word, strlen(word)) != 0)
			continue;
		only = command->name;
		strbuf_addf(&all, "%s%s", n++ ? ", " : "", only);
	}
	for (const struct key_binding *binding = key_bindings; binding->action; binding++) {
		if (!binding->name || command_find(binding->name))
			continue;
		nearest_offer(&nearest, binding->name, binding->name);
		if (strcmp(binding->name, word) == 0)
			return binding->name;
		if (strncmp(binding->name, word, strlen(word)) != 0)
			continue;
		only = binding->name;
		strbuf_addf(&all, "%s%s", n++ ? ", " : "", only);
	}
	if (n == 1)
		return only;
	if (n)
		screen_say(screen, ROLE_WARN, "%s may be %s", word, all.s);
	else if (nearest.best)
		screen_say(screen, ROLE_WARN, "there is no \"%.40s\"; did you mean %s?", word,
			   nearest.best);
	else
		screen_say(screen, ROLE_WARN, "there is no \"%.40s\"; ? lists what there is", word);
	return NULL;
}

/* Go to an exercise, so that the screen shows what a command works on. */
static bool enter_named(struct screen *screen, const char *word)
{
	const struct exercise *exercise = NULL;
	struct error err = {0};

	if (catalogue_find(&screen->pick.catalogue, word, &exercise, &err) < 0) {
		screen_say(screen, ROLE_BAD, "%s", err.what);
		return false;
	}
	screen_hide(screen);
	if (exercise != screen->exercise)
		screen_enter(screen, exercise);
	return true;
}

/* An id or name alone goes there; what abbreviates one could be meant for a command. */
static bool is_exercise(const struct screen *screen, const char *word)
{
	const struct exercise *exercise = NULL;
	struct error ignored = {0};

	if (strchr(word, '/'))
		return true;
	return !command_find(word) && !keys_by_name(word) &&
	       catalogue_find(&screen->pick.catalogue, word, &exercise, &ignored) == 0 &&
	       strcmp(exercise->name, word) == 0;
}

static bool works_on_exercise(const struct command *command)
{
	return command->word == WORD_EXERCISE || strcmp(command->name, "check") == 0;
}

/* Where no exercise is named it is the one on the screen. */
static void name_exercise(const struct screen *screen, const struct command *command,
			  const char **words, size_t n)
{
	if (!works_on_exercise(command) || n >= WORDS_MAX - 1 || (n > 1 && words[1][0] != '-'))
		return;
	memmove(words + 2, words + 1, n * sizeof(*words));
	words[1] = screen->exercise->id;
}

static void run_command(struct screen *screen, const struct command *command, const char **words,
			size_t n)
{
	for (size_t i = 0; i < sizeof(own_commands) / sizeof(*own_commands); i++) {
		if (strcmp(own_commands[i].name, words[0]) != 0)
			continue;
		/* `edit pid/clone` is the key e there. */
		if (n == 2 && command->word == WORD_EXERCISE && words[1][0] != '-') {
			if (!enter_named(screen, words[1]))
				return;
			n = 1;
		}
		if (own_commands[i].action && n == 1) {
			action_do(screen, own_commands[i].action, 0);
			return;
		}
		if (own_commands[i].terminal) {
			name_exercise(screen, command, words, n);
			action_on_terminal(screen, words);
			return;
		}
	}
	name_exercise(screen, command, words, n);
	(void)captured_run(screen, words, command_came);
}

void action_command(struct screen *screen, const char *line)
{
	cleanup_free char *copy = xstrdup(line);
	const char *words[WORDS_MAX];
	size_t n = words_split(copy, words);
	const struct key_binding *binding;
	const struct command *command;

	if (n == 0)
		return;
	if (n == 1 && is_exercise(screen, words[0])) {
		(void)enter_named(screen, words[0]);
		return;
	}
	words[0] = find_word(screen, words[0]);
	if (!words[0])
		return;
	command = command_find(words[0]);
	binding = command ? NULL : keys_by_name(words[0]);
	if (binding && n > 1)
		screen_say(screen, ROLE_WARN, "%s takes no further words", words[0]);
	else if (binding)
		action_do(screen, binding->action, 0);
	else if (strcmp(command->name, "screen") == 0)
		screen_say(screen, ROLE_TEXT, "this is the screen");
	else
		run_command(screen, command, words, n);
}
