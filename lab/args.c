/*
 * Command lines, parsed by the command table. Everything that is wrong with one
 * ends in command_usage().
 */
#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "common/strbuf.h"
#include "common/text.h"
#include "lab/nearest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_last(const struct command *command, size_t i)
{
	return i == COMMAND_OPTIONS || !command->options[i].name;
}

/* The option's index, or -1. */
static int option_index(const struct command *command, const char *name, size_t len)
{
	for (size_t i = 0; !is_last(command, i); i++) {
		if (strlen(command->options[i].name) == len &&
		    strncmp(command->options[i].name, name, len) == 0)
			return (int)i;
	}
	return -1;
}

static int letter_index(const struct command *command, char letter)
{
	for (size_t i = 0; !is_last(command, i); i++) {
		if (command->options[i].letter == letter)
			return (int)i;
	}
	return -1;
}

int command_usage(const struct command *command, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf plain = STRBUF_INIT;
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	/* Words of the command line may hold anything. */
	text_one_line(&plain, what, strlen(what), 2 * sizeof(what));
	(void)fflush(stdout);
	(void)fprintf(stderr, "lab: %s%s\nusage: lab %s%s%s%s\n\"lab help %s\" tells more.\n",
		      plain.s, plain.len && plain.s[plain.len - 1] == '?' ? "" : ".", command->name,
		      command->options[0].name ? " [OPTION...]" : "", command->args[0] ? " " : "",
		      command->args, command->name);
	return LAB_USAGE;
}

bool command_option(const struct command *command, const char *word)
{
	return strncmp(word, "--", 2) == 0 &&
	       option_index(command, word + 2, strcspn(word + 2, "=")) >= 0;
}

static int unknown_option(const struct command *command, const char *word)
{
	struct nearest nearest = nearest_start(word + 2);

	if (word[1] != '-')
		return command_usage(command, "%s has no option %.2s", command->name, word);
	for (size_t i = 0; !is_last(command, i); i++)
		nearest_offer(&nearest, command->options[i].name, command->options[i].name);
	if (nearest.best)
		return command_usage(command, "%s has no option %s, did you mean --%s?",
				     command->name, word, nearest.best);
	return command_usage(command, "%s has no option %s", command->name, word);
}

/*
 * One option at argv[*i]; moves *i on to the last word used. --name, --name VALUE,
 * --name=VALUE; -c VALUE, -cVALUE.
 */
static int parse_option(const struct command *command, int argc, char **argv, int *i,
			struct args *ret)
{
	const char *word = argv[*i];
	bool is_long = word[1] == '-';
	size_t len = is_long ? strcspn(word + 2, "=") : 0;
	int index = is_long ? option_index(command, word + 2, len) : letter_index(command, word[1]);
	const struct command_option *option;
	const char *value = NULL;

	if (index < 0)
		return unknown_option(command, word);
	option = &command->options[index];
	if (is_long && word[2 + len] == '=')
		value = word + 2 + len + 1;
	else if (!is_long && word[2])
		value = word + 2;
	if (!option->arg && value)
		return command_usage(command, "--%s takes no value", option->name);
	if (option->arg && !value) {
		if (*i + 1 >= argc)
			return command_usage(command, "--%s needs a value (%s)", option->name,
					     option->arg);
		value = argv[++*i];
	}
	ret->values[index] = value ? value : "";
	return LAB_PASS;
}

static int check_count(const struct command *command, const struct args *args)
{
	if (args->n_words < command->min)
		return command_usage(command, "%s needs %s", command->name, command->args);
	if (args->n_words > command->max && command->max == 0)
		return command_usage(command, "%s takes no arguments, \"%s\" is one too many",
				     command->name, args->words[0]);
	if (args->n_words > command->max)
		return command_usage(command, "too many arguments, starting with \"%s\"",
				     args->words[command->max]);
	return LAB_PASS;
}

int args_parse(const struct command *command, int argc, char **argv, struct args *ret)
{
	bool options = true;

	*ret = (struct args){.command = command};
	ret->words = xcalloc((size_t)argc + 1, sizeof(*ret->words));
	for (int i = 0; i < argc; i++) {
		char *word = argv[i];
		int status;

		if (options && strcmp(word, "--") == 0) {
			options = false;
			continue;
		}
		if (!options || word[0] != '-' || !word[1]) {
			ret->words[ret->n_words++] = word;
			if (command->rest)
				options = false;
			continue;
		}
		status = parse_option(command, argc, argv, &i, ret);
		if (status != LAB_PASS)
			return status;
	}
	return check_count(command, ret);
}

void args_free(struct args *args)
{
	free(args->words);
	args->words = NULL;
	args->n_words = 0;
}

const char *args_value(const struct args *args, const char *name)
{
	int index = option_index(args->command, name, strlen(name));

	if (index < 0)
		abort();
	return args->values[index];
}

bool args_flag(const struct args *args, const char *name)
{
	return args_value(args, name) != NULL;
}

int args_number(const struct args *args, const char *name, unsigned long long min,
		unsigned long long max, unsigned long long *ret)
{
	const char *text = args_value(args, name);
	unsigned long long n;
	char *end;

	if (!text)
		return LAB_PASS;
	errno = 0;
	n = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || n < min || n > max)
		return command_usage(args->command,
				     "--%s must be a number from %llu to %llu, not \"%s\"", name,
				     min, max, text);
	*ret = n;
	return LAB_PASS;
}
