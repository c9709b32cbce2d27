#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "lab/course/hint.h"
#include "lab/course/pick.h"
#include "lab/output.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

static void print(const struct lab *lab, const struct exercise *ex, const struct hint *hint)
{
	const struct lesson_look look = {.width = output_width(), .color = lab->color};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	lesson_render(hint->text, &look, &text);
	(void)printf("%s%s, ", output_style(lab, STYLE_BOLD), ex->id);
	if (hint->cause)
		(void)printf("about \"%s\"%s\n\n%s\n\n", hint->cause->name,
			     output_style(lab, STYLE_PLAIN), hint->cause->why);
	else
		(void)printf("hint %u of %d%s\n\n", hint->level, LESSON_HINTS,
			     output_style(lab, STYLE_PLAIN));
	(void)fputs(text.s, stdout);
}

static void print_json(const struct exercise *ex, const struct hint *hint)
{
	output_json(json_pack("{s:s, s:i, s:i, s:s?, s:s?, s:s}", "exercise", ex->id, "level",
			      (int)hint->level, "levels", LESSON_HINTS, "cause",
			      hint->cause ? hint->cause->name : NULL, "why",
			      hint->cause ? hint->cause->why : NULL, "text", hint->text));
}

int cmd_hint(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_lesson struct lesson lesson = LESSON_INIT;
	struct progress_entry entry;
	unsigned long long level = 0;
	struct error err = {0};
	struct hint hint;
	int status = args_number(args, "level", 1, LESSON_HINTS, &level);

	if (status == LAB_PASS)
		status = pick_open(lab, args->n_words ? args->words[0] : NULL, &pick);
	if (status != LAB_PASS)
		return status;
	if (lesson_load(pick.exercise->lesson, &lesson, &err) < 0)
		return output_error(&err, LAB_ERROR);
	entry = progress_get(&pick.progress, pick.exercise);
	hint = level ? hint_level(&lesson, (unsigned)level) : hint_next(&lesson, &entry);
	if (!hint.text) {
		(void)error_say(&err, ENODATA, "the lesson of %s has no hint %u", pick.exercise->id,
				hint.level);
		return output_error(&err, LAB_ERROR);
	}
	if (args_flag(args, "json"))
		print_json(pick.exercise, &hint);
	else
		print(lab, pick.exercise, &hint);
	/* The hint was given; that lab can't remember it is only worth a word. */
	if (progress_hint(lab, pick.exercise, hint.level, hint.cause ? hint.cause->name : NULL,
			  &err) < 0)
		(void)output_error(&err, LAB_ERROR);
	return LAB_PASS;
}
