#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "common/strbuf.h"
#include "lab/course/lesson.h"
#include "lab/man.h"
#include "lab/nearest.h"
#include "lab/output.h"

#include <stdio.h>
#include <string.h>

static const char tail[] =
	"ID is an exercise: pid/clone, or a prefix that fits only one, such as \"clone\" or \"cl\".\n"
	"\n"
	"Exit status: 0 pass, 1 fail, 2 wrong usage, 3 can't be checked on this machine,\n"
	"4 an error of lab itself, 124 time limit, 130 interrupted.\n"
	"\n"
	"LAB_WORK names another work directory, NSLAB_COURSE another course;\n"
	"NO_COLOR turns colours off.\n";

static void print_all(void)
{
	(void)fputs("usage: lab [COMMAND [ARG...]]\n\n"
		    "Without a command: where you are and what to do next.\n\n",
		    stdout);
	for (const struct command *command = commands; command->name; command++) {
		cleanup_free char *head = xasprintf("%s %s", command->name, command->args);

		(void)printf("  %-27s %s\n", head, command->summary);
	}
	(void)printf("\n\"lab help COMMAND\" tells more about one.\n%s", tail);
}

static void print_one(const struct lab *lab, const struct command *command)
{
	const struct lesson_look look = {.width = output_width(), .color = lab->color};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)printf("usage: lab %s%s%s%s\n\n%s\n", command->name,
		     command->options[0].name ? " [OPTION...]" : "", command->args[0] ? " " : "",
		     command->args, command->summary);
	if (command->details) {
		lesson_render(command->details, &look, &text);
		(void)printf("\n%s", text.s);
	}
	if (command->options[0].name)
		(void)putchar('\n');
	for (const struct command_option *option = command->options;
	     option < command->options + COMMAND_OPTIONS && option->name; option++) {
		char letter[] = {'-', option->letter, ',', ' ', '\0'};
		cleanup_free char *head =
			xasprintf("%s--%s%s%s", option->letter ? letter : "", option->name,
				  option->arg ? " " : "", option->arg ? option->arg : "");

		(void)printf("  %-22s %s\n", head, option->help);
	}
}

static int unknown(const struct args *args)
{
	struct nearest nearest = nearest_start(args->words[0]);

	for (const struct command *command = commands; command->name; command++)
		nearest_offer(&nearest, command->name, command->name);
	if (nearest.best)
		return command_usage(args->command,
				     "there is no command \"%s\", did you mean \"%s\"?",
				     args->words[0], nearest.best);
	return command_usage(args->command, "there is no command \"%s\"", args->words[0]);
}

int cmd_help(struct lab *lab, const struct args *args)
{
	const struct command *command;

	if (args_flag(args, "names")) {
		for (command = commands; command->name; command++)
			(void)puts(command->name);
		return LAB_PASS;
	}
	if (args_flag(args, "man")) {
		cleanup_strbuf struct strbuf page = STRBUF_INIT;

		if (args->n_words && strcmp(args->words[0], "exercise") == 0)
			man_page_exercise(&page);
		else if (args->n_words)
			return command_usage(
				args->command,
				"there are two manual pages: lab help --man, and lab help --man exercise");
		else
			man_page(&page);
		(void)fputs(page.s, stdout);
		return LAB_PASS;
	}
	if (!args->n_words) {
		print_all();
		return LAB_PASS;
	}
	command = command_find(args->words[0]);
	if (!command)
		return unknown(args);
	print_one(lab, command);
	return LAB_PASS;
}
