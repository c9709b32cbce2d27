/*
 * The command table: the one list of commands, their arguments and options.
 * Parsing, `lab help`, usage errors and shell completion are derived from it.
 * A command is a row in command.c and a function cmd_NAME() in commands/NAME.c.
 */
#ifndef NSLAB_LAB_COMMAND_H
#define NSLAB_LAB_COMMAND_H

#include "lab/lab.h"

#include <stdbool.h>
#include <stddef.h>

/* What a word of the command line stands for: decides how it is completed. */
enum command_word {
	WORD_NONE,
	WORD_EXERCISE,	/* an exercise id or unambiguous prefix */
	WORD_EXERCISES, /* ids, phases, or "all" */
	WORD_PHASE,
	WORD_FILE,
	WORD_PID,
	WORD_FORMAT,
	WORD_REPORT, /* a format of lab grade and lab report */
	WORD_COMMAND,
	WORD_TYPE,  /* a type of namespace */
	WORD_ERRNO, /* an errno, then a call */
	WORD_TEXT,
};

struct command_option {
	const char *name;	/* long name, without the dashes */
	const char *arg;	/* "N", "FILE", ...; NULL for a flag */
	enum command_word word; /* of the argument */
	const char *help;
	char letter; /* short form, 0 where there is none */
};

#define COMMAND_OPTIONS 20

struct args;

struct command {
	const char *name;
	const char *args;	/* "ID [ARG...]", as the usage line shows it */
	enum command_word word; /* of the arguments */
	unsigned min, max;	/* how many words; max UINT_MAX: any number */
	bool rest;		/* options end at the first word (lab run ID ARG...) */
	bool anywhere;		/* works where no course is found; lab->course may be NULL */
	const char *summary;	/* one line, for `lab help` */
	const char *details;	/* paragraphs for `lab help COMMAND`; may be NULL */
	struct command_option options[COMMAND_OPTIONS];	      /* ends with name NULL */
	int (*run)(struct lab *lab, const struct args *args); /* returns an enum lab_status */
};

/* A parsed command line. */
struct args {
	const struct command *command;
	char **words; /* the arguments after the options */
	size_t n_words;
	const char *values[COMMAND_OPTIONS]; /* by option; "" for a flag that is set, else NULL */
};

/**
 * Parse what follows the command's name: options before and after words, --opt=value,
 * "--". Returns LAB_PASS, or LAB_USAGE after command_usage(). *ret is freed with args_free().
 */
int args_parse(const struct command *command, int argc, char **argv, struct args *ret);
void args_free(struct args *args);

#define cleanup_args __attribute__((cleanup(args_free)))

/** Is WORD ("--name" or "--name=...") an option of the command? */
bool command_option(const struct command *command, const char *word);

/** Was the flag or option given? A name not in the table is a programming error (abort). */
bool args_flag(const struct args *args, const char *name);

/** The value of an option, or NULL. The last one given counts. */
const char *args_value(const struct args *args, const char *name);

/**
 * The value of an option as a number from min to max. *ret is untouched where the
 * option is not given. Returns LAB_PASS, or LAB_USAGE after command_usage().
 */
int args_number(const struct args *args, const char *name, unsigned long long min,
		unsigned long long max, unsigned long long *ret);

/** All commands, ending with name NULL. */
extern const struct command commands[];

const struct command *command_find(const char *name);

/** The values of WORD_FORMAT, ending with NULL. */
extern const char *const command_formats[];

/** Print "lab: MESSAGE", the usage line and where help is, to standard error; returns LAB_USAGE. */
int command_usage(const struct command *command, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

int cmd_check(struct lab *lab, const struct args *args);
int cmd_completion(struct lab *lab, const struct args *args);
int cmd_diff(struct lab *lab, const struct args *args);
int cmd_doctor(struct lab *lab, const struct args *args);
int cmd_edit(struct lab *lab, const struct args *args);
int cmd_explain(struct lab *lab, const struct args *args);
int cmd_grade(struct lab *lab, const struct args *args);
int cmd_help(struct lab *lab, const struct args *args);
int cmd_hint(struct lab *lab, const struct args *args);
int cmd_lint(struct lab *lab, const struct args *args);
int cmd_list(struct lab *lab, const struct args *args);
int cmd_net(struct lab *lab, const struct args *args);
int cmd_new(struct lab *lab, const struct args *args);
int cmd_next(struct lab *lab, const struct args *args);
int cmd_ns(struct lab *lab, const struct args *args);
int cmd_predict(struct lab *lab, const struct args *args);
int cmd_report(struct lab *lab, const struct args *args);
int cmd_reset(struct lab *lab, const struct args *args);
int cmd_run(struct lab *lab, const struct args *args);
int cmd_screen(struct lab *lab, const struct args *args);
int cmd_shell(struct lab *lab, const struct args *args);
int cmd_show(struct lab *lab, const struct args *args);
int cmd_solution(struct lab *lab, const struct args *args);
int cmd_status(struct lab *lab, const struct args *args);
int cmd_undo(struct lab *lab, const struct args *args);
int cmd_version(struct lab *lab, const struct args *args);
int cmd_watch(struct lab *lab, const struct args *args);

#endif
