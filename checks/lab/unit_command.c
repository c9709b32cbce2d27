#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/strbuf.h"
#include "lab/command.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

static int run(struct lab *lab, const struct args *args)
{
	(void)lab;
	(void)args;
	return 0;
}

static const struct command plain = {
	.name = "plain",
	.args = "ID [X]",
	.min = 1,
	.max = 2,
	.options = {{"flag", NULL, WORD_NONE, "", 0},
		    {"value", "V", WORD_TEXT, "", 'v'},
		    {"number", "N", WORD_TEXT, "", 0}},
	.run = run,
};

static const struct command rest = {
	.name = "rest",
	.args = "ID [ARG...]",
	.min = 1,
	.max = UINT_MAX,
	.rest = true,
	.options = {{"flag", NULL, WORD_NONE, "", 0}},
	.run = run,
};

/* What a command line is taken for: "words|flag|value", or "usage". */
static void parses(const struct command *command, const char *line, const char *want)
{
	cleanup_free char *copy = xstrdup(line);
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	cleanup_args struct args args = {0};
	char *argv[16] = {NULL};
	char *at = copy;
	int argc = 0;

	while (at && *at && argc < 15)
		argv[argc++] = strsep(&at, " ");
	if (args_parse(command, argc, argv, &args) != LAB_PASS) {
		strbuf_adds(&got, "usage");
	} else {
		for (size_t i = 0; i < args.n_words; i++)
			strbuf_addf(&got, "%s%s", i ? "," : "", args.words[i]);
		strbuf_addf(&got, "|%s", args_flag(&args, "flag") ? "flag" : "");
		if (command == &plain && args_value(&args, "value"))
			strbuf_addf(&got, "|%s", args_value(&args, "value"));
	}
	is_str(got.s, want, "%s %s", command->name, line);
}

static void test_parse(void)
{
	parses(&plain, "a", "a|");
	parses(&plain, "a b", "a,b|");
	parses(&plain, "--flag a", "a|flag");
	parses(&plain, "a --flag b", "a,b|flag");
	parses(&plain, "a --value 1", "a||1");
	parses(&plain, "a --value=1", "a||1");
	parses(&plain, "a --value=", "a||");
	parses(&plain, "a --value --flag", "a||--flag");
	parses(&plain, "a -v 1", "a||1");
	parses(&plain, "a -v1", "a||1");
	parses(&plain, "a --value 1 --value 2", "a||2");
	parses(&plain, "-- --flag", "--flag|");
	parses(&plain, "-", "-|");
	parses(&plain, "", "usage");
	parses(&plain, "a b c", "usage");
	parses(&plain, "a --bogus", "usage");
	parses(&plain, "a --fla", "usage");
	parses(&plain, "a -x", "usage");
	parses(&plain, "a --flag=1", "usage");
	parses(&plain, "a --value", "usage");
	parses(&rest, "a --flag -x", "a,--flag,-x|");
	parses(&rest, "--flag a --flag", "a,--flag|flag");
	parses(&rest, "a -- b", "a,--,b|");
	parses(&rest, "-- a -- b", "a,--,b|");
}

static void number(const char *word, int want_status, unsigned long long want)
{
	cleanup_args struct args args = {0};
	cleanup_free char *option = xasprintf("--number=%s", word);
	char *argv[] = {(char[]){"a"}, option, NULL};
	unsigned long long n = 7;

	(void)args_parse(&plain, 2, argv, &args);
	is_int(args_number(&args, "number", 1, 9, &n), want_status, "number \"%s\"", word);
	is_int((long long)n, (long long)want, "its value");
}

/* The table itself: what parsing, help and completion rely on. */
static void test_table(void)
{
	for (const struct command *command = commands; command->name; command++) {
		unsigned n = 0;

		ok(command->run && command->args && command->summary &&
			   command->min <= command->max,
		   "%s has all it needs", command->name);
		ok((command->max == 0) == !command->args[0], "%s shows its arguments",
		   command->name);
		ok(command_find(command->name) == command, "%s is there once", command->name);
		while (n < COMMAND_OPTIONS && command->options[n].name)
			n++;
		ok(n < COMMAND_OPTIONS, "%s's options have an end", command->name);
		for (unsigned i = 0; i < n; i++)
			ok(command->options[i].help && command->options[i].help[0],
			   "%s --%s is explained", command->name, command->options[i].name);
	}
	ok(!command_find("frobnicate"), "an unknown command");
}

int main(void)
{
	/* The usage errors are meant; nobody needs to read them. */
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)dup2(null, STDERR_FILENO);
	test_parse();
	number("3", LAB_PASS, 3);
	number("0", LAB_USAGE, 7);
	number("10", LAB_USAGE, 7);
	number("", LAB_USAGE, 7);
	number("-3", LAB_USAGE, 7);
	number("3x", LAB_USAGE, 7);
	number("99999999999999999999999", LAB_USAGE, 7);
	test_table();
	return unit_done();
}
