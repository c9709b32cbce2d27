#define _GNU_SOURCE
#include "lab/course/progress_store.h"

#include "common/cleanup.h"

#include <errno.h>
#include <string.h>

struct prediction progress_prediction(const struct progress *progress,
				      const struct exercise *exercise, const char *question)
{
	const json_t *entry = progress_stored(progress, exercise);
	const json_t *stored = json_object_get(json_object_get(entry, "predictions"), question);

	return (struct prediction){
		.answer = json_string_value(json_object_get(stored, "answer")),
		.kernel = json_string_value(json_object_get(stored, "kernel")),
	};
}

static void count_predictions(const json_t *all, struct prediction_tally *tally)
{
	const char *question;
	json_t *stored;

	json_object_foreach((json_t *)all, question, stored)
	{
		const char *answer = json_string_value(json_object_get(stored, "answer"));
		const char *kernel = json_string_value(json_object_get(stored, "kernel"));

		tally->made += answer != NULL;
		tally->known += answer && kernel;
		tally->right += answer && kernel && strcmp(answer, kernel) == 0;
	}
}

struct prediction_tally progress_predictions(const struct progress *progress,
					     const struct catalogue *catalogue)
{
	struct prediction_tally tally = {0};

	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		const json_t *entry = progress_stored(progress, &catalogue->exercises[i]);

		count_predictions(json_object_get(entry, "predictions"), &tally);
	}
	return tally;
}

struct said {
	const char *question;
	const char *key; /* "answer" or "kernel" */
	const char *text;
};

static void change_prediction(json_t *root, json_t *entry, const struct exercise *exercise,
			      const void *data)
{
	const struct said *said = data;
	json_t *all = json_object_get(entry, "predictions");
	json_t *stored;

	(void)root;
	(void)exercise;
	if (!json_is_object(all)) {
		(void)json_object_set_new(entry, "predictions", json_object());
		all = json_object_get(entry, "predictions");
	}
	stored = json_object_get(all, said->question);
	if (!json_is_object(stored)) {
		(void)json_object_set_new(all, said->question, json_object());
		stored = json_object_get(all, said->question);
	}
	/* The kernel has answered: neither of the two changes any more. */
	if (!json_object_get(stored, "kernel"))
		(void)json_object_set_new(stored, said->key, json_string(said->text));
}

int progress_predict(const struct lab *lab, const struct exercise *exercise, const char *question,
		     const char *answer, struct error *err)
{
	const struct said said = {question, "answer", answer};
	cleanup_progress struct progress progress = PROGRESS_INIT;
	int r = progress_load(lab, &progress, err);

	if (r < 0)
		return r;
	if (progress_prediction(&progress, exercise, question).kernel)
		return error_say(err, EEXIST, "a check has answered %s of %s already", question,
				 exercise->id);
	return progress_update(lab, exercise, change_prediction, &said, err);
}

int progress_truth(const struct lab *lab, const struct exercise *exercise, const char *question,
		   const char *kernel, struct error *err)
{
	const struct said said = {question, "kernel", kernel};

	return progress_update(lab, exercise, change_prediction, &said, err);
}
