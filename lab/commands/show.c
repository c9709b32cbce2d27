#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "lab/course/lesson.h"
#include "lab/course/pick.h"
#include "lab/course/workdir.h"
#include "lab/output.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static bool is_shown(const struct lesson_section *section, const struct args *args, bool solved)
{
	return args_flag(args, "all") || lesson_is_shown(section, solved);
}

static int print_json(const struct exercise *ex, const struct lesson *lesson,
		      const struct args *args, bool solved, const char *file)
{
	json_t *sections = json_array();
	json_t *man = json_array();

	for (size_t i = 0; i < lesson->n_sections; i++) {
		const struct lesson_section *section = &lesson->sections[i];

		if (is_shown(section, args, solved))
			(void)json_array_append_new(sections,
						    json_pack("{s:s, s:s}", "title", section->title,
							      "text", section->text));
	}
	for (char **page = ex->man; *page; page++)
		(void)json_array_append_new(man, json_string(*page));
	output_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:s, s:b, s:o}", "exercise",
			      ex->id, "title", ex->title, "start",
			      ex->start == SANDBOX_ROOT ? "root" : "user", "usage", ex->usage,
			      "default", ex->default_cmd, "time", (int)ex->time, "man", man, "file",
			      file, "solved", (int)solved, "sections", sections));
	return LAB_PASS;
}

static void print_text(const struct lab *lab, const struct exercise *ex,
		       const struct lesson *lesson, const struct args *args, bool solved)
{
	const struct lesson_look look = {.width = output_width(), .color = lab->color};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	unsigned left_out = 0;

	(void)printf("%s%s: %s%s\n", output_style(lab, STYLE_BOLD), ex->id, ex->title,
		     output_style(lab, STYLE_PLAIN));
	for (size_t i = 0; i < lesson->n_sections; i++) {
		const struct lesson_section *section = &lesson->sections[i];

		if (!is_shown(section, args, solved)) {
			left_out++;
			continue;
		}
		strbuf_addf(&text, "\n%s%s%s\n\n", output_style(lab, STYLE_BOLD), section->title,
			    output_style(lab, STYLE_PLAIN));
		lesson_render(section->text, &look, &text);
		if (lesson_is_optional(section->title) && !solved)
			strbuf_addf(&text, "\n\"lab predict %s\" takes your answers.\n", ex->id);
	}
	(void)fputs(text.s, stdout);
	if (left_out)
		(void)printf("\n\"lab hint %s\" gives hints one by one%s.\n", ex->id,
			     solved ? "" : "; how and why it works is shown once it is solved");
}

/* The appendix that is meant where WORD is no exercise, else NULL. */
static const struct appendix *find_appendix(const struct catalogue *catalogue, const char *word)
{
	const struct exercise *found;
	struct error err = {0};

	return catalogue_find(catalogue, word, &found, &err) == -ENOENT
		       ? catalogue_appendix(catalogue, word)
		       : NULL;
}

static int show_appendix(const struct lab *lab, const struct appendix *appendix,
			 const struct args *args)
{
	const struct lesson_look look = {.width = output_width(), .color = lab->color};
	cleanup_lesson struct lesson lesson = LESSON_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = {0};

	if (lesson_load(appendix->path, &lesson, &err) < 0)
		return output_error(&err, LAB_ERROR);
	if (args_flag(args, "json")) {
		output_json(json_pack("{s:s, s:s, s:s}", "appendix", appendix->id, "title",
				      appendix->title, "text", lesson.body));
		return LAB_PASS;
	}
	lesson_render(lesson.body, &look, &text);
	(void)fputs(text.s, stdout);
	return LAB_PASS;
}

int cmd_show(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_lesson struct lesson lesson = LESSON_INIT;
	cleanup_free char *file = NULL;
	struct error err = {0};
	const char *word = args->n_words ? args->words[0] : NULL;
	const struct appendix *appendix = NULL;
	bool solved;
	int status = pick_load(lab, &pick);

	if (status == LAB_PASS && word)
		appendix = find_appendix(&pick.catalogue, word);
	if (appendix)
		return show_appendix(lab, appendix, args);
	if (status == LAB_PASS)
		status = pick_choose(&pick, word);
	if (status != LAB_PASS)
		return status;
	if (lesson_load(pick.exercise->lesson, &lesson, &err) < 0)
		return output_error(&err, LAB_ERROR);
	solved = progress_solved(&pick.progress, pick.exercise);
	file = workdir_path(lab, pick.exercise);
	if (args_flag(args, "json"))
		return print_json(pick.exercise, &lesson, args, solved, file);
	print_text(lab, pick.exercise, &lesson, args, solved);
	return LAB_PASS;
}
