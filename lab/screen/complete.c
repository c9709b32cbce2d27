#define _GNU_SOURCE
#include "lab/screen/complete.h"

#include "common/cleanup.h"
#include "common/nstype.h"
#include "common/strbuf.h"
#include "lab/command.h"
#include "lab/explain/explain.h"
#include "lab/report/format.h"
#include "lab/screen/keys.h"

#include <stdlib.h>
#include <string.h>

static const struct catalogue *exercises;

/* Candidates of the word being completed. */
static struct {
	char **words;
	size_t n, at;
} offer;

void complete_from(const struct catalogue *catalogue)
{
	exercises = catalogue;
}

static void add(const char *word)
{
	offer.words = xreallocarray(offer.words, offer.n + 1, sizeof(*offer.words));
	offer.words[offer.n++] = xstrdup(word);
}

static void add_list(const char *const *words)
{
	for (; *words; words++)
		add(*words);
}

static void add_ids(void)
{
	for (size_t i = 0; exercises && i < exercises->n_exercises; i++)
		add(exercises->exercises[i].id);
}

static void add_commands(void)
{
	for (const struct command *command = commands; command->name; command++)
		add(command->name);
}

static void add_types(void)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (!nstypes[i].for_children)
			add(nstypes[i].name);
}

/* Upper case or lower tells which of the two is meant. */
static void add_errnos_and_calls(void)
{
	const char *name;

	for (size_t i = 0; (name = explain_errno_at(i)); i++)
		add(name);
	for (const struct explain_call *call = explain_calls; call->name; call++)
		add(call->name);
}

static void add_kind(enum command_word kind)
{
	switch (kind) {
	case WORD_EXERCISE:
		add_ids();
		break;
	case WORD_EXERCISES:
		add_ids();
		add_list(catalogue_phases);
		add("all");
		break;
	case WORD_PHASE:
		add_list(catalogue_phases);
		break;
	case WORD_FORMAT:
		add_list(command_formats);
		break;
	case WORD_REPORT:
		add_list(format_names);
		break;
	case WORD_COMMAND:
		add_commands();
		break;
	case WORD_TYPE:
		add_types();
		break;
	case WORD_ERRNO:
		add_errnos_and_calls();
		break;
	default:
		break;
	}
}

/* The command that LINE begins with, or NULL. */
static const struct command *command_of(const char *line)
{
	size_t skip = strspn(line, " ");
	cleanup_free char *name = xstrndup(line + skip, strcspn(line + skip, " "));

	return command_find(name);
}

/* What is wanted at START: the argument of the option before it, else an argument of the command. */
static enum command_word kind_at(const struct command *command, const char *line, size_t start)
{
	size_t end = start;
	size_t begin;

	while (end > 0 && line[end - 1] == ' ')
		end--;
	begin = end;
	while (begin > 0 && line[begin - 1] != ' ')
		begin--;
	for (size_t i = 0; i < COMMAND_OPTIONS && command->options[i].name; i++) {
		const struct command_option *option = &command->options[i];

		if (option->arg && end - begin == strlen(option->name) + 2 &&
		    strncmp(line + begin, "--", 2) == 0 &&
		    strncmp(line + begin + 2, option->name, strlen(option->name)) == 0)
			return option->word;
	}
	return command->word;
}

static bool is_first_word(const char *line, size_t start)
{
	return strspn(line, " ") >= start;
}

bool complete_is_file(const char *line, size_t start)
{
	const struct command *command = is_first_word(line, start) ? NULL : command_of(line);

	return command && kind_at(command, line, start) == WORD_FILE;
}

static void add_options(const struct command *command)
{
	for (size_t i = 0; i < COMMAND_OPTIONS && command->options[i].name; i++) {
		cleanup_free char *option = xasprintf("--%s", command->options[i].name);

		add(option);
	}
}

static void add_first_words(void)
{
	add_commands();
	for (const struct key_binding *binding = key_bindings; binding->action; binding++)
		if (binding->name && !command_find(binding->name))
			add(binding->name);
}

void complete_begin(const char *line, size_t start)
{
	const struct command *command;

	for (size_t i = 0; i < offer.n; i++)
		free(offer.words[i]);
	offer.n = offer.at = 0;
	if (is_first_word(line, start)) {
		add_first_words();
		return;
	}
	command = command_of(line);
	if (!command)
		return;
	if (line[start] == '-')
		add_options(command);
	else
		add_kind(kind_at(command, line, start));
}

char *complete_next(const char *word, int state)
{
	if (state == 0)
		offer.at = 0;
	while (offer.at < offer.n) {
		const char *candidate = offer.words[offer.at++];

		if (strncmp(candidate, word, strlen(word)) == 0)
			return strdup(candidate); /* readline frees it */
	}
	return NULL;
}
