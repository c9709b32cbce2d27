/*
 * Reads a line, runs lab with its words, waits; meanwhile a save is noticed and
 * checked. The terminal does the line editing, so that nothing moves the cursor.
 */
#define _GNU_SOURCE
#include "lab/screen/plain.h"

#include "common/cleanup.h"
#include "lab/check/watch.h"
#include "lab/command.h"
#include "lab/course/pick.h"
#include "lab/course/workdir.h"
#include "lab/home.h"
#include "lab/nearest.h"
#include "lab/output.h"
#include "lab/screen/loop.h"
#include "lab/screen/spaces.h"
#include "lab/screen/words.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

struct plain {
	const struct lab *lab;
	struct loop *loop;
	struct pick pick;
	const struct exercise *exercise;
	struct watch *watch;
	char *path;
	uint64_t checked; /* digest of the text last checked, or of the first seen */
	struct spaces *spaces;
	char self[PATH_MAX];
	char line[LINE_MAX_BYTES]; /* typed so far */
	size_t len;
	pid_t child; /* 0: nothing runs */
	int pidfd;
	bool follows; /* the namespaces of the child, to tell of them when it has ended */
	int status;
	bool asked; /* the prompt stands on its line */
};

static void ready_to_read(struct plain *plain);

/* What ends a text as a sentence. */
static const char *full_stop(const char *text)
{
	return text[0] && strchr("?.!", text[strlen(text) - 1]) ? "" : ".";
}

static void ask(struct plain *plain)
{
	(void)printf("%s> ", plain->exercise->id);
	(void)fflush(stdout);
	plain->asked = true;
}

/* ---- what ran, in words ---- */

static void tell_cells(const struct spaces_column *column)
{
	unsigned differ = 0;

	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		if (nstypes[i].for_children || !column->cells[i].ino || column->cells[i].same)
			continue;
		(void)printf("%s %s %u", differ++ ? "," : " Its own:", nstypes[i].name,
			     column->cells[i].ino);
	}
	(void)printf(differ ? ".\n" : " All namespaces are the sandbox's.\n");
}

static void tell_spaces(struct plain *plain)
{
	for (size_t i = 2; i < spaces_columns(plain->spaces); i++) {
		const struct spaces_column *column = spaces_column(plain->spaces, i);

		(void)printf("%s was PID %d outside and %d inside.", column->comm, column->pid,
			     column->inside);
		tell_cells(column);
	}
}

/* ---- a command ---- */

static void step(void *data)
{
	struct plain *plain = data;

	(void)spaces_step(plain->spaces);
	if (plain->child && spaces_pace(plain->spaces) >= 0)
		loop_timer(plain->loop, spaces_pace(plain->spaces), step, plain);
}

static void reload(struct plain *plain)
{
	struct progress progress = PROGRESS_INIT;
	struct error err = {0};

	if (progress_load(plain->lab, &progress, &err) < 0) {
		(void)output_error(&err, LAB_ERROR);
		return;
	}
	progress_free(&plain->pick.progress);
	plain->pick.progress = progress;
}

static void child_ended(void *data, uint32_t events)
{
	struct plain *plain = data;
	int status = 0;

	(void)events;
	if (waitpid(plain->child, &status, WNOHANG) <= 0)
		return;
	(void)loop_fd(plain->loop, plain->pidfd, 0, NULL, NULL);
	(void)close(plain->pidfd);
	plain->child = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		(void)printf("It ended with exit status %d.\n", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		(void)printf("It was ended by signal %d, %s.\n", WTERMSIG(status),
			     strsignal(WTERMSIG(status)));
	if (plain->follows)
		tell_spaces(plain);
	spaces_follow(plain->spaces, 0);
	reload(plain);
	ready_to_read(plain);
}

static void no_input(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		_exit(126);
}

/* Run lab with these words on this terminal. */
static void start(struct plain *plain, const char *const *words)
{
	const char *argv[WORDS_MAX + 1] = {plain->self};

	for (size_t i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	(void)fflush(stdout);
	(void)fflush(stderr);
	plain->asked = false;
	plain->child = fork();
	if (plain->child == 0) {
		/* Of lines that do not come from a terminal none is meant for a program. */
		if (!isatty(STDIN_FILENO))
			no_input();
		(void)setenv("NO_COLOR", "1", 1);
		(void)sigprocmask(SIG_SETMASK, loop_old_mask(plain->loop), NULL);
		(void)execv(plain->self, (char *const *)argv);
		_exit(127);
	}
	if (plain->child < 0) {
		(void)fprintf(stderr, "lab: cannot start a command: %s.\n", strerror(errno));
		plain->child = 0;
		return;
	}
	plain->pidfd = (int)syscall(SYS_pidfd_open, plain->child, 0);
	(void)loop_fd(plain->loop, STDIN_FILENO, 0, NULL, NULL);
	(void)loop_fd(plain->loop, plain->pidfd, EPOLLIN, child_ended, plain);
	plain->follows = strcmp(words[0], "run") == 0 || strcmp(words[0], "shell") == 0;
	if (plain->follows) {
		spaces_follow(plain->spaces, plain->child);
		step(plain);
	}
}

static void check(struct plain *plain)
{
	if (plain->watch)
		plain->checked = watch_digest(plain->watch);
	start(plain, (const char *const[]){"check", plain->exercise->id, NULL});
}

/* ---- the exercise ---- */

static void look(struct plain *plain)
{
	if (!plain->watch)
		return;
	watch_step(plain->watch);
	if (plain->child || !watch_digest(plain->watch) ||
	    watch_digest(plain->watch) == plain->checked)
		return;
	(void)printf("%sSaved; checking.\n", plain->asked ? "\n" : "");
	check(plain);
}

static void watch_ready(void *data, uint32_t events)
{
	(void)events;
	look(data);
}

static void enter(struct plain *plain, const struct exercise *exercise)
{
	struct error err = {0};

	if (plain->watch)
		(void)loop_fd(plain->loop, watch_fd(plain->watch), 0, NULL, NULL);
	watch_close(plain->watch);
	plain->watch = NULL;
	free(plain->path);
	plain->path = NULL;
	plain->exercise = exercise;
	(void)printf("%s: %s%s %s\n", exercise->id, exercise->title, full_stop(exercise->title),
		     progress_solved(&plain->pick.progress, exercise) ? "Solved."
								      : "Not solved yet.");
	if (exercise->broken) {
		(void)printf("It can't be used: %s\n", exercise->broken);
		return;
	}
	if (workdir_file(plain->lab, &plain->pick.catalogue, exercise, &plain->path, &err) < 0 ||
	    watch_open(plain->path, WATCH_AUTO, &plain->watch, &err) < 0) {
		(void)output_error(&err, LAB_ERROR);
		return;
	}
	plain->checked = watch_digest(plain->watch);
	(void)loop_fd(plain->loop, watch_fd(plain->watch), EPOLLIN, watch_ready, plain);
	(void)printf("The file is %s. Saving it checks it.\n", plain->path);
	if (progress_enter(plain->lab, exercise, &err) < 0)
		(void)output_error(&err, LAB_ERROR);
}

static void step_exercise(struct plain *plain, int by)
{
	const struct catalogue *catalogue = &plain->pick.catalogue;
	long at = plain->exercise - catalogue->exercises + by;

	if (at < 0 || (size_t)at >= catalogue->n_exercises)
		(void)printf("There is none %s it.\n", by > 0 ? "after" : "before");
	else
		enter(plain, &catalogue->exercises[at]);
}

static void do_next(struct plain *plain)
{
	step_exercise(plain, 1);
}

static void do_previous(struct plain *plain)
{
	step_exercise(plain, -1);
}

static void do_unsolved(struct plain *plain)
{
	const struct exercise *next = progress_next(&plain->pick.progress, &plain->pick.catalogue);

	if (next)
		enter(plain, next);
	else
		(void)printf("All exercises are solved.\n");
}

static void do_quit(struct plain *plain)
{
	loop_stop(plain->loop);
}

static void do_help(struct plain *plain);

/* Words that are no commands of lab's. */
static const struct {
	const char *word;
	void (*run)(struct plain *plain);
	const char *help;
} plain_words[] = {
	{"next", do_next, "the next exercise"},
	{"previous", do_previous, "the exercise before"},
	{"unsolved", do_unsolved, "the first one that is not solved"},
	{"help", do_help, "this list"},
	{"quit", do_quit, "leave; so does Ctrl-D"},
};

#define N_WORDS (sizeof(plain_words) / sizeof(plain_words[0]))

static void do_help(struct plain *plain)
{
	(void)plain;
	for (size_t i = 0; i < N_WORDS; i++)
		(void)printf("%s: %s.\n", plain_words[i].word, plain_words[i].help);
	(void)printf("And the commands of lab, for this exercise where none is named:\n");
	for (const struct command *command = commands; command->name; command++)
		if (strcmp(command->name, "screen") != 0 && strcmp(command->name, "help") != 0 &&
		    strcmp(command->name, "next") != 0)
			(void)printf("%s: %s%s\n", command->name, command->summary,
				     full_stop(command->summary));
}

/* ---- a line ---- */

static const struct exercise *named(struct plain *plain, const char *word)
{
	const struct exercise *exercise = NULL;
	struct error err = {0};

	return catalogue_find(&plain->pick.catalogue, word, &exercise, &err) == 0 ? exercise : NULL;
}

static void unknown(const char *word)
{
	struct nearest nearest = nearest_start(word);

	for (size_t i = 0; i < N_WORDS; i++)
		nearest_offer(&nearest, plain_words[i].word, plain_words[i].word);
	for (const struct command *command = commands; command->name; command++)
		nearest_offer(&nearest, command->name, command->name);
	(void)printf("There is no \"%s\"%s%s%s help lists the words.\n", word,
		     nearest.best ? "; did you mean " : ".", nearest.best ? nearest.best : "",
		     nearest.best ? "?" : "");
}

/* A word of its own, or an exercise: done at once. */
static bool run_word(struct plain *plain, const char *word)
{
	for (size_t i = 0; i < N_WORDS; i++) {
		if (strcmp(plain_words[i].word, word) == 0) {
			plain_words[i].run(plain);
			return true;
		}
	}
	if (command_find(word) || !named(plain, word))
		return false;
	enter(plain, named(plain, word));
	return true;
}

static void run_line(struct plain *plain, char *line)
{
	const char *words[WORDS_MAX] = {0};
	size_t n = words_split(line, words);
	const struct command *command = n ? command_find(words[0]) : NULL;

	if (n == 0 || (n == 1 && run_word(plain, words[0])))
		return;
	if (!command) {
		unknown(words[0]);
		return;
	}
	/* What works on an exercise works on this one. */
	if ((command->word == WORD_EXERCISE || strcmp(words[0], "check") == 0) &&
	    n < WORDS_MAX - 1 && (n == 1 || words[1][0] == '-')) {
		memmove(words + 2, words + 1, n * sizeof(*words));
		words[1] = plain->exercise->id;
	}
	if (strcmp(words[0], "check") == 0 && plain->watch)
		plain->checked = watch_digest(plain->watch);
	start(plain, words);
}

static void input(void *data, uint32_t events)
{
	struct plain *plain = data;
	ssize_t n =
		read(STDIN_FILENO, plain->line + plain->len, sizeof(plain->line) - 1 - plain->len);
	char *end;

	(void)events;
	if (n <= 0) {
		(void)printf("\n");
		loop_stop(plain->loop);
		return;
	}
	plain->len += (size_t)n;
	plain->line[plain->len] = '\0';
	end = strchr(plain->line, '\n');
	if (!end && plain->len < sizeof(plain->line) - 1)
		return;
	ready_to_read(plain);
}

static void input_now(void *data)
{
	input(data, EPOLLIN);
}

/* Run the lines that are there, one after the other; then ask for another. */
static void ready_to_read(struct plain *plain)
{
	char *end;

	while (!plain->child && (end = strchr(plain->line, '\n'))) {
		cleanup_free char *line = xstrndup(plain->line, (size_t)(end - plain->line));

		plain->len -= (size_t)(end + 1 - plain->line);
		memmove(plain->line, end + 1, plain->len + 1);
		plain->asked = false;
		run_line(plain, line);
	}
	if (plain->child)
		return;
	if (plain->len == sizeof(plain->line) - 1) {
		(void)printf("That line is too long.\n");
		plain->len = 0;
		plain->line[0] = '\0';
	}
	look(plain);
	if (plain->child)
		return;
	ask(plain);
	/* A file is always ready, and can't be waited for. */
	if (loop_fd(plain->loop, STDIN_FILENO, EPOLLIN, input, plain) < 0)
		loop_timer(plain->loop, 0, input_now, plain);
}

static void take_signal(void *data, int signo)
{
	struct plain *plain = data;

	if (signo == SIGINT && !plain->child) {
		(void)printf("\nquit leaves.\n");
		ask(plain);
	} else if (signo == SIGTERM || signo == SIGHUP) {
		plain->status = LAB_INTERRUPTED;
		loop_stop(plain->loop);
	}
}

static void nothing_to_draw(void *data)
{
	(void)data;
}

static void plain_free(struct plain *plain)
{
	if (plain->child) {
		(void)kill(plain->child, SIGTERM);
		(void)waitpid(plain->child, NULL, 0);
		(void)close(plain->pidfd);
	}
	watch_close(plain->watch);
	free(plain->path);
	spaces_free(plain->spaces);
	loop_free(plain->loop);
	pick_free(&plain->pick);
}

int plain_run(const struct lab *lab, const char *exercise)
{
	struct plain plain = {.lab = lab, .pick = PICK_INIT};
	struct error err = {0};
	int status = pick_open(lab, exercise, &plain.pick);
	int r;

	if (status == LAB_PASS && loop_new(&plain.loop, &err) < 0)
		status = output_error(&err, LAB_ERROR);
	if (status != LAB_PASS) {
		pick_free(&plain.pick);
		return status;
	}
	if (readlink("/proc/self/exe", plain.self, sizeof(plain.self) - 1) < 0)
		plain.self[0] = '\0';
	plain.spaces = spaces_new();
	(void)printf("The namespaces workbook, line by line. help lists the words, show reads the "
		     "lesson, quit leaves.\n");
	enter(&plain, plain.pick.exercise);
	loop_signals(plain.loop, take_signal, &plain);
	ready_to_read(&plain);
	r = loop_run(plain.loop, nothing_to_draw, &plain, &err);
	if (r < 0)
		plain.status = output_error(&err, LAB_ERROR);
	plain_free(&plain);
	return plain.status;
}
