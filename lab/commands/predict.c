#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "lab/course/lesson.h"
#include "lab/course/pick.h"
#include "lab/output.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The choice that WORD means: its number from 1 on, or its text; NULL where it is neither. */
static const char *choice_of(const struct lesson_question *question, const char *word)
{
	char *end = NULL;
	unsigned long number = strtoul(word, &end, 10);

	for (size_t i = 0; i < question->n_choices; i++)
		if (strcmp(question->choices[i], word) == 0)
			return question->choices[i];
	if (isdigit((unsigned char)word[0]) && !*end && number >= 1 &&
	    number <= question->n_choices)
		return question->choices[number - 1];
	return NULL;
}

static void print_question(const struct lab *lab, const struct lesson_question *question,
			   const struct prediction *said)
{
	const struct lesson_look look = {.width = output_width(), .color = lab->color};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	lesson_render(question->text, &look, &text);
	(void)printf("\n%s%s%s\n%s", output_style(lab, STYLE_BOLD), question->name,
		     output_style(lab, STYLE_PLAIN), text.s);
	for (size_t i = 0; i < question->n_choices; i++) {
		const char *choice = question->choices[i];
		bool mine = said->answer && strcmp(said->answer, choice) == 0;
		bool kernels = said->kernel && strcmp(said->kernel, choice) == 0;

		(void)printf("  %zu  %s%s%s%s%s\n", i + 1, choice, mine || kernels ? "  <- " : "",
			     mine ? "you" : "", mine && kernels ? ", " : "",
			     kernels ? "the kernel" : "");
	}
}

static int store(const struct lab *lab, const struct exercise *ex,
		 const struct lesson_question *question, const char *answer)
{
	struct error err = {0};
	int r = progress_predict(lab, ex, question->name, answer, &err);

	if (r < 0)
		return output_error(&err, r == -EEXIST ? LAB_FAIL : LAB_ERROR);
	return LAB_PASS;
}

/* One line of standard input without its end; NULL at its end. */
static char *read_line(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len = getline(&line, &size, stdin);

	if (len < 0) {
		free(line);
		return NULL;
	}
	while (len && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
	return line;
}

/* Ask until there is an answer; Enter alone leaves the question open. */
static int ask(const struct lab *lab, const struct exercise *ex,
	       const struct lesson_question *question)
{
	for (;;) {
		cleanup_free char *line = NULL;
		const char *choice;

		(void)printf("1 to %zu, or Enter to leave it open: ", question->n_choices);
		(void)fflush(stdout);
		line = read_line();
		if (!line)
			(void)putchar('\n');
		if (!line || !*line)
			return LAB_PASS;
		choice = choice_of(question, line);
		if (choice)
			return store(lab, ex, question, choice);
	}
}

/* All questions with what was answered; on a terminal open ones are asked. */
static int go_through(const struct lab *lab, const struct pick *pick, const struct lesson *lesson)
{
	const struct exercise *ex = pick->exercise;
	bool solved = progress_solved(&pick->progress, ex);
	bool asks = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !solved;
	int status = LAB_PASS;

	(void)printf("%s%s%s  %s\n", output_style(lab, STYLE_BOLD), ex->id,
		     output_style(lab, STYLE_PLAIN), ex->title);
	for (size_t i = 0; i < lesson->n_questions && status == LAB_PASS; i++) {
		const struct lesson_question *question = &lesson->questions[i];
		struct prediction said = progress_prediction(&pick->progress, ex, question->name);

		print_question(lab, question, &said);
		if (asks && !said.kernel)
			status = ask(lab, ex, question);
	}
	if (status == LAB_PASS && !solved)
		(void)printf("\nA check that passes shows what the kernel says: lab check %s\n",
			     ex->id);
	return status;
}

static void print_json(const struct pick *pick, const struct lesson *lesson)
{
	json_t *questions = json_array();

	for (size_t i = 0; i < lesson->n_questions; i++) {
		const struct lesson_question *question = &lesson->questions[i];
		struct prediction said =
			progress_prediction(&pick->progress, pick->exercise, question->name);
		json_t *choices = json_array();

		for (size_t k = 0; k < question->n_choices; k++)
			(void)json_array_append_new(choices, json_string(question->choices[k]));
		(void)json_array_append_new(questions,
					    json_pack("{s:s, s:s, s:o, s:s?, s:s?}", "question",
						      question->name, "text", question->text,
						      "choices", choices, "predicted", said.answer,
						      "kernel", said.kernel));
	}
	output_json(json_pack("{s:s, s:s, s:o}", "schema", "nslab/predict/v1", "exercise",
			      pick->exercise->id, "questions", questions));
}

/* The answers of the command line, in the questions' order; "-" leaves one open. */
static int take(const struct lab *lab, const struct args *args, const struct pick *pick,
		const struct lesson *lesson)
{
	size_t n = args->n_words - 1;
	int status = LAB_PASS;

	if (n > lesson->n_questions)
		return command_usage(args->command, "%s asks %zu, and these are %zu answers",
				     pick->exercise->id, lesson->n_questions, n);
	for (size_t i = 0; i < n; i++) {
		const char *word = args->words[i + 1];

		if (strcmp(word, "-") != 0 && !choice_of(&lesson->questions[i], word))
			return command_usage(args->command,
					     "\"%s\" is no choice of %s: give 1 to %zu", word,
					     lesson->questions[i].name,
					     lesson->questions[i].n_choices);
	}
	for (size_t i = 0; i < n && status == LAB_PASS; i++) {
		const char *choice = choice_of(&lesson->questions[i], args->words[i + 1]);

		if (choice)
			status = store(lab, pick->exercise, &lesson->questions[i], choice);
	}
	return status;
}

int cmd_predict(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_lesson struct lesson lesson = LESSON_INIT;
	struct error err = {0};
	int status = pick_open(lab, args->n_words ? args->words[0] : NULL, &pick);

	if (status != LAB_PASS)
		return status;
	if (lesson_load(pick.exercise->lesson, &lesson, &err) < 0)
		return output_error(&err, LAB_ERROR);
	if (args_flag(args, "json")) {
		print_json(&pick, &lesson);
		return LAB_PASS;
	}
	if (!lesson.n_questions) {
		(void)printf("%s asks nothing before it runs.\n", pick.exercise->id);
		return LAB_PASS;
	}
	if (args->n_words < 2)
		return go_through(lab, &pick, &lesson);
	if (progress_solved(&pick.progress, pick.exercise)) {
		(void)error_say(&err, EEXIST, "%s is solved: its check has told the answers",
				pick.exercise->id);
		return output_error(&err, LAB_FAIL);
	}
	return take(lab, args, &pick, &lesson);
}
