/*
 * Completion scripts, generated from the command table: commands, options, and
 * for every word and option value what its kind stands for. Ids are asked for
 * when they are needed (lab list --ids), so new exercises complete at once.
 */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/nstype.h"
#include "common/strbuf.h"
#include "lab/command.h"
#include "lab/course/catalogue.h"
#include "lab/explain/explain.h"
#include "lab/report/format.h"

#include <stdio.h>
#include <string.h>

/* How a shell offers something; %s stands for the words of a list. */
struct shell {
	const char *name;
	const char *words; /* a fixed list */
	const char *ids;   /* ids, and the words of a list */
	const char *files;
	const char *pids;
	const char *nothing;
};

static const struct shell bash = {
	.name = "bash",
	.words = "_lab_words '%s'",
	.ids = "_lab_words \"$(_lab_ids) %s\"",
	.files = "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); compopt -o filenames",
	.pids = "_lab_words \"$(cd /proc && echo [0-9]*)\"",
	.nothing = ":",
};

static const struct shell zsh = {
	.name = "zsh",
	.words = "compadd -- %s",
	.ids = "compadd -- ${(f)\"$($words[1] list --ids 2>/dev/null)\"} %s",
	.files = "_files",
	.pids = "_pids",
	.nothing = ":",
};

/* Print FMT with its %s replaced by TEXT. */
static void print_with(const char *fmt, const char *text)
{
	const char *gap = strstr(fmt, "%s");

	(void)printf("%.*s%s%s", (int)(gap - fmt), fmt, text, gap + 2);
}

static void add(struct strbuf *list, const char *word)
{
	strbuf_addf(list, "%s%s", list->len ? " " : "", word);
}

static void add_all(struct strbuf *list, const char *const *words)
{
	for (; *words; words++)
		add(list, *words);
}

static void add_commands(struct strbuf *list)
{
	for (const struct command *command = commands; command->name; command++)
		add(list, command->name);
}

static void add_types(struct strbuf *list)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (!nstypes[i].for_children)
			add(list, nstypes[i].name);
}

/* "shared|private" in an argument's name is a list of its values. */
static void add_choices(struct strbuf *list, const char *arg)
{
	if (!arg || !strchr(arg, '|') || strpbrk(arg, " ["))
		return;
	strbuf_adds(list, arg);
	for (char *at = list->s; *at; at++)
		if (*at == '|')
			*at = ' ';
}

/* An errno, and calls where one is given. */
static void print_errno(void)
{
	cleanup_strbuf struct strbuf errnos = STRBUF_INIT;
	cleanup_strbuf struct strbuf calls = STRBUF_INIT;
	const char *name;

	for (size_t i = 0; (name = explain_errno_at(i)); i++)
		add(&errnos, name);
	for (const struct explain_call *call = explain_calls; call->name; call++)
		add(&calls, call->name);
	(void)printf("_lab_pair '%s' '%s'", errnos.s, calls.s);
}

static void print_word(const struct shell *shell, enum command_word word, const char *arg)
{
	cleanup_strbuf struct strbuf list = STRBUF_INIT;

	switch (word) {
	case WORD_EXERCISE:
		print_with(shell->ids, "");
		return;
	case WORD_EXERCISES:
		add_all(&list, catalogue_phases);
		add(&list, "all");
		print_with(shell->ids, list.s);
		return;
	case WORD_FILE:
		(void)fputs(shell->files, stdout);
		return;
	case WORD_PID:
		(void)fputs(shell->pids, stdout);
		return;
	case WORD_ERRNO:
		print_errno();
		return;
	case WORD_PHASE:
		add_all(&list, catalogue_phases);
		break;
	case WORD_FORMAT:
		add_all(&list, command_formats);
		break;
	case WORD_REPORT:
		add_all(&list, format_names);
		break;
	case WORD_COMMAND:
		add_commands(&list);
		break;
	case WORD_TYPE:
		add_types(&list);
		break;
	case WORD_TEXT:
	case WORD_NONE:
		add_choices(&list, arg);
		break;
	}
	if (list.len)
		print_with(shell->words, list.s);
	else
		(void)fputs(shell->nothing, stdout);
}

static const struct command_option *options_end(const struct command *command)
{
	const struct command_option *option = command->options;

	while (option < command->options + COMMAND_OPTIONS && option->name)
		option++;
	return option;
}

/* A case for each option of each command that takes a value. */
static void print_values(const struct shell *shell)
{
	for (const struct command *command = commands; command->name; command++) {
		for (const struct command_option *option = command->options;
		     option < options_end(command); option++) {
			if (!option->arg)
				continue;
			(void)printf("\t%s:--%s", command->name, option->name);
			if (option->letter)
				(void)printf("|%s:-%c", command->name, option->letter);
			(void)fputs(") ", stdout);
			print_word(shell, option->word, option->arg);
			(void)fputs("; return ;;\n", stdout);
		}
	}
}

/* A case for each command: its options, or its words. */
static void print_cases(const struct shell *shell)
{
	for (const struct command *command = commands; command->name; command++) {
		cleanup_strbuf struct strbuf options = STRBUF_INIT;

		for (const struct command_option *option = command->options;
		     option < options_end(command); option++)
			strbuf_addf(&options, "--%s ", option->name);
		strbuf_adds(&options, "--help");
		(void)printf("\t%s:-*) ", command->name);
		print_with(shell->words, options.s);
		(void)printf(" ;;\n\t%s:*) ", command->name);
		print_word(shell, command->word, command->args);
		(void)fputs(" ;;\n", stdout);
	}
}

static void print_bash(void)
{
	(void)fputs(
		"# bash completion for lab, printed by \"lab completion bash\"\n"
		"_lab_words()\n{\n\tCOMPREPLY=($(compgen -W \"$1\" -- \"$cur\"))\n}\n\n"
		"# _lab_pair FIRST SECOND: words of FIRST; where one is given already, of SECOND\n"
		"_lab_pair()\n{\n\tlocal word\n\n"
		"\tfor word in \"${COMP_WORDS[@]:2:COMP_CWORD-2}\"; do\n"
		"\t\t[[ \" $1 \" != *\" ${word^^} \"* ]] || set -- \"$2\"\n\tdone\n"
		"\t_lab_words \"$1\"\n}\n\n"
		"_lab_ids()\n{\n"
		"\t\"${COMP_WORDS[0]/#~\\//$HOME/}\" list --ids 2>/dev/null\n}\n\n"
		"_lab()\n{\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
		"\tlocal cmd=${COMP_WORDS[1]}\n\n"
		"\tCOMPREPLY=()\n"
		"\tif ((COMP_CWORD == 1)); then\n\t\t",
		stdout);
	print_word(&bash, WORD_COMMAND, NULL);
	(void)fputs("\n\t\treturn\n\tfi\n"
		    "\t# --option=value arrives as three words\n"
		    "\tif [[ $cur == = ]]; then\n\t\tcur=\n"
		    "\telif [[ $prev == = ]] && ((COMP_CWORD > 2)); then\n"
		    "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi\n"
		    "\tcase $cmd:$prev in\n",
		    stdout);
	print_values(&bash);
	(void)fputs("\tesac\n\tcase $cmd:$cur in\n", stdout);
	print_cases(&bash);
	(void)fputs("\tesac\n}\ncomplete -F _lab lab\n", stdout);
}

static void print_zsh(void)
{
	(void)fputs(
		"#compdef lab\n# zsh completion for lab, printed by \"lab completion zsh\"\n"
		"# _lab_pair FIRST SECOND: words of FIRST; where one is given already, of SECOND\n"
		"_lab_pair()\n{\n\tlocal word\n\n"
		"\tfor word in $words[3,CURRENT-1]; do\n"
		"\t\t[[ \" $1 \" != *\" ${(U)word} \"* ]] || set -- \"$2\"\n\tdone\n"
		"\tcompadd -- ${=1}\n}\n\n"
		"_lab()\n{\n\tlocal cur=$words[CURRENT] prev=$words[CURRENT-1] cmd=$words[2]\n\n"
		"\tif (( CURRENT == 2 )); then\n\t\tlocal -a all=(\n",
		stdout);
	for (const struct command *command = commands; command->name; command++) {
		(void)printf("\t\t\t'%s:", command->name);
		for (const char *at = command->summary; *at; at++)
			(void)fputs(*at == '\'' ? "'\\''" : (char[]){*at, '\0'}, stdout);
		(void)fputs("'\n", stdout);
	}
	(void)fputs("\t\t)\n\t\t_describe command all\n\t\treturn\n\tfi\n"
		    "\t# --option=value is one word here\n"
		    "\tif [[ $cur == --*=* ]]; then\n"
		    "\t\tprev=${cur%%=*}\n\t\tcompset -P 1 '*='\n\t\tcur=${cur#*=}\n\tfi\n"
		    "\tcase $cmd:$prev in\n",
		    stdout);
	print_values(&zsh);
	(void)fputs("\tesac\n\tcase $cmd:$cur in\n", stdout);
	print_cases(&zsh);
	(void)fputs(
		"\tesac\n}\n"
		"# Loaded from $fpath this file is the function's body; else it is sourced.\n"
		"if [[ $funcstack[1] == _lab ]]; then\n\t_lab \"$@\"\nelse\n\tcompdef _lab lab\nfi\n",
		stdout);
}

int cmd_completion(struct lab *lab, const struct args *args)
{
	(void)lab;
	if (strcmp(args->words[0], bash.name) == 0)
		print_bash();
	else if (strcmp(args->words[0], zsh.name) == 0)
		print_zsh();
	else
		return command_usage(args->command,
				     "there is completion for bash and zsh, not for \"%s\"",
				     args->words[0]);
	return LAB_PASS;
}
