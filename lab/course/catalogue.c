#define _GNU_SOURCE
#include "lab/course/catalogue.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/manifest.h"
#include "lab/nearest.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *const catalogue_phases[] = {"pid", "net",  "mnt",	   "uts",
					"ipc", "user", "advanced", NULL};
const char *const catalogue_phase_titles[] = {
	"process ids",	"networks", "mounts",	    "host names",
	"System V IPC", "user ids", "all together", NULL,
};

static char *empty_list[] = {NULL};

static int phase_index(const char *phase)
{
	for (int i = 0; catalogue_phases[i]; i++) {
		if (strcmp(catalogue_phases[i], phase) == 0)
			return i;
	}
	return -1;
}

bool catalogue_is_phase(const char *word)
{
	return phase_index(word) >= 0;
}

static void free_list(char **list)
{
	if (!list || list == empty_list)
		return;
	for (char **word = list; *word; word++)
		free(*word);
	free(list);
}

static void free_exercise(struct exercise *ex)
{
	char *texts[] = {ex->id,	  ex->phase,   ex->name,     ex->title,	 ex->usage,
			 ex->default_cmd, ex->starter, ex->solution, ex->lesson, ex->check,
			 ex->right,	  ex->wrong,   ex->broken};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free(texts[i]);
	free_list(ex->libs);
	free_list(ex->needs);
	free_list(ex->aliases);
	free_list(ex->man);
}

void catalogue_free(struct catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue->n_exercises; i++)
		free_exercise(&catalogue->exercises[i]);
	free(catalogue->exercises);
	appendix_free(catalogue);
	*catalogue = (struct catalogue)CATALOGUE_INIT;
}

/* What the front matter did not give, in a shape readers need not test for. */
static void fill_gaps(struct exercise *ex)
{
	char ***lists[] = {&ex->libs, &ex->needs, &ex->aliases, &ex->man};

	if (!ex->title)
		ex->title = xstrdup("");
	if (!ex->usage)
		ex->usage = xstrdup(ex->name);
	if (!ex->default_cmd)
		ex->default_cmd = xstrdup("");
	if (!ex->time)
		ex->time = 10;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (!*lists[i])
			*lists[i] = empty_list;
	}
}

/* One file an exercise can't do without. */
static void need_file(struct exercise *ex, const char *course, const char *path)
{
	if (!ex->broken && !io_exists(path))
		ex->broken = xasprintf("%s is missing", path + strlen(course) + 1);
}

/* NN_name.c: the number and the length of the name; false if it is no exercise's file name. */
static bool parse_file_name(const char *file, unsigned *ret_number, size_t *ret_len)
{
	size_t len = strlen(file);

	if (len < 6 || !isdigit((unsigned char)file[0]) || !isdigit((unsigned char)file[1]) ||
	    file[2] != '_' || strcmp(file + len - 2, ".c") != 0)
		return false;
	if (!manifest_is_name(file + 3, len - 5) || strchr(file + 3, '.') != file + len - 2)
		return false;
	*ret_number = (unsigned)(file[0] - '0') * 10 + (unsigned)(file[1] - '0');
	*ret_len = len - 5;
	return true;
}

static void add_exercise(struct catalogue *catalogue, const char *course, const char *phase,
			 const char *file)
{
	struct exercise ex = {0};
	struct error err = {0};
	unsigned number;
	size_t len;

	if (!parse_file_name(file, &number, &len))
		return;

	cleanup_free char *stem = xstrndup(file, len + 3);

	ex.number = number;
	ex.phase = xstrdup(phase);
	ex.name = xstrndup(file + 3, len);
	ex.id = xasprintf("%s/%s", phase, ex.name);
	ex.starter = xasprintf("%s/phases/%s/%s.c", course, phase, stem);
	ex.solution = xasprintf("%s/solutions/%s/%s.c", course, phase, stem);
	ex.lesson = xasprintf("%s/docs/%s/%s.md", course, phase, stem);
	ex.check = xasprintf("%s/checks/%s/%s.bats", course, phase, stem);
	ex.right = xasprintf("%s/checks/%s/%s.right", course, phase, stem);
	ex.wrong = xasprintf("%s/checks/%s/%s.wrong", course, phase, stem);
	if (manifest_read(ex.lesson + strlen(course) + 1, &ex, &err) < 0)
		ex.broken = xstrdup(err.what);
	need_file(&ex, course, ex.solution);
	need_file(&ex, course, ex.check);
	fill_gaps(&ex);

	catalogue->exercises =
		xreallocarray(catalogue->exercises, catalogue->n_exercises + 1, sizeof(ex));
	catalogue->exercises[catalogue->n_exercises++] = ex;
}

static int compare(const void *a, const void *b)
{
	const struct exercise *x = a, *y = b;
	int by_phase = phase_index(x->phase) - phase_index(y->phase);

	if (by_phase)
		return by_phase;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Two files with one identity: the first counts. */
static void mark_twins(struct catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		struct exercise *ex = &catalogue->exercises[i];

		for (size_t j = 0; j < i; j++) {
			if (strcmp(catalogue->exercises[j].id, ex->id) != 0)
				continue;
			/* Says more than that files are missing: one was renumbered, the others not. */
			free(ex->broken);
			ex->broken = xasprintf("phases/%s/%02u_%s.c: %s is there already, as %02u",
					       ex->phase, ex->number, ex->name, ex->id,
					       catalogue->exercises[j].number);
			break;
		}
	}
}

int catalogue_load(const char *course, struct catalogue *ret, struct error *err)
{
	struct catalogue catalogue = CATALOGUE_INIT;

	for (const char *const *phase = catalogue_phases; *phase; phase++) {
		cleanup_free char *path = xasprintf("%s/phases/%s", course, *phase);
		cleanup_dir DIR *dir = opendir(path);
		struct dirent *entry;

		if (!dir && (errno == ENOENT || errno == ENOTDIR))
			continue;
		if (!dir) {
			catalogue_free(&catalogue);
			return error_set(err, errno, "cannot read %s", path);
		}
		while ((entry = readdir(dir)))
			add_exercise(&catalogue, course, *phase, entry->d_name);
	}
	if (!catalogue.n_exercises) {
		return error_say(err, ENODATA, "there is no exercise below %s/phases", course);
	}
	qsort(catalogue.exercises, catalogue.n_exercises, sizeof(*catalogue.exercises), compare);
	mark_twins(&catalogue);
	appendix_load(course, &catalogue);
	*ret = catalogue;
	return 0;
}

static bool has_alias(const struct exercise *ex, const char *id)
{
	for (char **alias = ex->aliases; *alias; alias++) {
		if (strcmp(*alias, id) == 0)
			return true;
	}
	return false;
}

const struct exercise *catalogue_by_id(const struct catalogue *catalogue, const char *id)
{
	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		if (strcmp(catalogue->exercises[i].id, id) == 0)
			return &catalogue->exercises[i];
	}
	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		if (has_alias(&catalogue->exercises[i], id))
			return &catalogue->exercises[i];
	}
	return NULL;
}

/* A file name stands for its exercise: work/pid/02_clone.c is pid/clone. Allocated. */
static char *word_to_id(const char *word)
{
	const char *file = strrchr(word, '/');
	const char *phase = NULL;
	unsigned number;
	size_t len;

	file = file ? file + 1 : word;
	if (!parse_file_name(file, &number, &len))
		return xstrdup(word);
	if (file > word) {
		phase = file - 1;
		while (phase > word && phase[-1] != '/')
			phase--;
	}
	/* Any other directory may be where a file happens to lie. */
	if (phase) {
		cleanup_free char *dir = xstrndup(phase, (size_t)(file - 1 - phase));

		if (!catalogue_is_phase(dir))
			phase = NULL;
	}
	return xasprintf("%.*s%.*s", phase ? (int)(file - phase) : 0, phase ? phase : "", (int)len,
			 file + 3);
}

/* How well an exercise fits a word; the best kind of match that exists counts. */
enum match {
	MATCH_NONE,
	MATCH_PREFIX,
	MATCH_ALIAS,
	MATCH_NAME,
	MATCH_ID,
};

static enum match match(const struct exercise *ex, const char *word)
{
	size_t len = strlen(word);

	if (strcmp(ex->id, word) == 0)
		return MATCH_ID;
	if (strcmp(ex->name, word) == 0)
		return MATCH_NAME;
	if (has_alias(ex, word))
		return MATCH_ALIAS;
	if (len && (strncmp(ex->id, word, len) == 0 || strncmp(ex->name, word, len) == 0))
		return MATCH_PREFIX;
	return MATCH_NONE;
}

static int unknown(const struct catalogue *catalogue, const char *word, struct error *err)
{
	const struct appendix *appendix = catalogue_appendix(catalogue, word);
	struct nearest nearest = nearest_start(word);
	int r = error_say(err, ENOENT, "there is no exercise \"%.80s\"", word);

	if (appendix) {
		r = error_say(err, ENOENT, "%s is a text without an exercise", appendix->id);
		error_remedy(err, "\"lab show %s\" shows it", appendix->id);
		return r;
	}
	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		const struct exercise *ex = &catalogue->exercises[i];

		nearest_offer(&nearest, ex->id, ex->id);
		nearest_offer(&nearest, ex->name, ex->id);
		for (char **alias = ex->aliases; *alias; alias++)
			nearest_offer(&nearest, *alias, ex->id);
	}
	if (nearest.best)
		error_remedy(err, "Did you mean %s? \"lab list\" shows them all", nearest.best);
	else
		error_remedy(err, "\"lab list\" shows them all");
	return r;
}

static int ambiguous(const struct catalogue *catalogue, const char *word, enum match best,
		     struct error *err)
{
	cleanup_strbuf struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		const struct exercise *ex = &catalogue->exercises[i];

		if (match(ex, word) == best)
			strbuf_addf(&names, "%s%s", names.len ? ", " : "", ex->id);
	}
	if (catalogue_is_phase(word))
		return error_say(err, ENOTUNIQ, "\"%s\" is a phase, name one of %s", word, names.s);
	return error_say(err, ENOTUNIQ, "\"%.80s\" is ambiguous, it could be %s", word, names.s);
}

int catalogue_find(const struct catalogue *catalogue, const char *word, const struct exercise **ret,
		   struct error *err)
{
	cleanup_free char *id = word_to_id(word);
	const struct exercise *found = NULL;
	enum match best = MATCH_NONE;
	unsigned n = 0;

	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		const struct exercise *ex = &catalogue->exercises[i];
		enum match fit = match(ex, id);

		/* Twins share their id: the first one is meant. */
		if (fit == MATCH_NONE || fit < best || (found && strcmp(found->id, ex->id) == 0))
			continue;
		n = fit > best ? 1 : n + 1;
		best = fit;
		if (n == 1)
			found = ex;
	}
	if (n == 0)
		return unknown(catalogue, word, err);
	if (n > 1)
		return ambiguous(catalogue, id, best, err);
	*ret = found;
	return 0;
}

int catalogue_use(const struct catalogue *catalogue, const char *word, const struct exercise **ret,
		  struct error *err)
{
	const struct exercise *found = NULL;
	int r = catalogue_find(catalogue, word, &found, err);

	if (r < 0)
		return r;
	if (found->broken) {
		r = error_say(err, EBADMSG, "%s can't be used: %s", found->id, found->broken);
		error_remedy(
			err,
			"This is a mistake in the course; \"lab lint %s\" tells its author more",
			found->id);
		return r;
	}
	*ret = found;
	return 0;
}

enum lab_status catalogue_status(int r)
{
	if (r >= 0)
		return LAB_PASS;
	return r == -ENOENT || r == -ENOTUNIQ ? LAB_USAGE : LAB_ERROR;
}
