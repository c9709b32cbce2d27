/*
 * lab: finds the command, hands it the rest of the command line, and makes sure
 * that a failed write is noticed.
 */
#define _GNU_SOURCE
#include "lab/command.h"
#include "lab/home.h"
#include "lab/lab.h"
#include "lab/nearest.h"
#include "lab/output.h"
#include "lab/screen/display.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Descriptors 0 to 2 must be open, or the next file opened would become standard
 * output. What was closed becomes something that can't be read or written.
 */
static void open_standard_streams(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(LAB_ERROR);
	}
}

static int unknown_command(const char *word)
{
	struct nearest nearest = nearest_start(word);
	struct error err = {0};

	for (const struct command *command = commands; command->name; command++)
		nearest_offer(&nearest, command->name, command->name);
	(void)error_say(&err, ENOENT, "there is no command \"%.80s\"", word);
	if (nearest.best)
		error_remedy(&err, "Did you mean \"lab %s\"? \"lab help\" lists them all",
			     nearest.best);
	else
		error_remedy(&err, "\"lab help\" lists them all");
	return output_error(&err, LAB_USAGE);
}

/* lab CMD --help is lab help CMD. */
static bool asks_for_help(const struct command *command, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0 || (command->rest && argv[i][0] != '-'))
			return false;
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	}
	return false;
}

static int run(const struct command *command, int argc, char **argv)
{
	cleanup_args struct args args = {0};
	char *name[] = {(char *)command->name, NULL};
	struct lab lab = {0};
	struct error err = {0};
	int status;

	if (asks_for_help(command, argc, argv)) {
		command = command_find("help");
		argv = name;
		argc = 1;
	}
	status = args_parse(command, argc, argv, &args);
	if (status != LAB_PASS)
		return status;
	if (lab_find(&lab, &err) < 0 && !command->anywhere)
		status = output_error(&err, LAB_ERROR);
	else
		status = command->run(&lab, &args);
	lab_free(&lab);
	return status;
}

/* lab without a command: the screen on a terminal, else a listing. */
static int run_home(void)
{
	struct lab lab = {0};
	struct error err = {0};
	int status;

	if (!display_refusal())
		return run(command_find("screen"), 0, NULL);
	if (lab_find(&lab, &err) < 0)
		status = output_error(&err, LAB_ERROR);
	else
		status = home_show(&lab);
	lab_free(&lab);
	return status;
}

/* lab --course DIR ...: DIR for this lab and those that it starts. Returns how many words that is, or -1. */
static int take_course(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	struct error err = {0};

	if (strncmp(word, "--course=", 9) == 0 && word[9])
		return setenv("NSLAB_COURSE", word + 9, 1) == 0 ? 1 : -1;
	if (strcmp(word, "--course") != 0 && strcmp(word, "--course=") != 0)
		return 0;
	if (argc > 2 && word[8] == '\0')
		return setenv("NSLAB_COURSE", argv[2], 1) == 0 ? 2 : -1;
	(void)error_say(&err, EINVAL, "--course needs the top directory of a course");
	error_remedy(&err, "As in: lab --course DIR list");
	(void)output_error(&err, LAB_USAGE);
	return -1;
}

int main(int argc, char **argv)
{
	const struct command *command;
	const char *word;
	int taken;

	open_standard_streams();
	taken = take_course(argc, argv);
	if (taken < 0)
		return output_finish(LAB_USAGE);
	argc -= taken;
	argv += taken;
	word = argc > 1 ? argv[1] : NULL;
	/* Whoever started us may have it ignored; then nobody could be waited for. */
	(void)signal(SIGCHLD, SIG_DFL);
	(void)setlocale(LC_CTYPE, "");
	if (!word)
		return output_finish(run_home());
	/* lab --plain, lab --theme mono: options of the screen. */
	if (word[0] == '-' && command_option(command_find("screen"), word))
		return output_finish(run(command_find("screen"), argc - 1, argv + 1));
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		word = "help";
	if (strcmp(word, "--version") == 0)
		word = "version";
	command = command_find(word);
	if (!command)
		return output_finish(unknown_command(word));
	return output_finish(run(command, argc - 2, argv + 2));
}
