#define _GNU_SOURCE
#include "lab/course/progress_store.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/workdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define FILE_NAME "progress.json"
#define LOCK_NAME "progress.lock"
#define FILE_MAX  (4 << 20)
#define SCHEMA	  "nslab/progress/v1"

static const char *const state_names[] = {
	[PROGRESS_NONE] = "none",
	[PROGRESS_FAIL] = "fail",
	[PROGRESS_PASS] = "pass",
};

static json_t *empty(void)
{
	return json_pack("{s:s, s:{}}", "schema", SCHEMA, "exercises");
}

/* What a text is. */
enum content {
	CONTENT_GOOD,
	CONTENT_CORRUPT,
	CONTENT_NEWER, /* of a later schema: not ours to touch */
};

static bool all_objects(json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		if (!json_is_object(value))
			return false;
	}
	return json_is_object(object);
}

static enum content parse(const struct strbuf *text, json_t **ret)
{
	json_t *root = json_loadb(text->s, text->len, 0, NULL);
	const char *schema = json_string_value(json_object_get(root, "schema"));

	if (schema && strncmp(schema, "nslab/progress/", 15) == 0 && strcmp(schema, SCHEMA) != 0) {
		json_decref(root);
		return CONTENT_NEWER;
	}
	if (!schema || strcmp(schema, SCHEMA) != 0 ||
	    !all_objects(json_object_get(root, "exercises"))) {
		json_decref(root);
		return CONTENT_CORRUPT;
	}
	*ret = root;
	return CONTENT_GOOD;
}

/*
 * Read the file: *ret is NULL where it is corrupt, an empty progress where it is
 * missing.
 */
static int read_file(const char *path, json_t **ret, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;
	int r;

	/* A missing work directory, or one below a file, holds no progress. */
	if (access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		*ret = empty();
		return 0;
	}
	r = io_read_file(AT_FDCWD, path, FILE_MAX, &text, err);
	if (r < 0)
		return r;
	if (parse(&text, &root) == CONTENT_NEWER) {
		r = error_say(err, EPROTO, "%s was written by a newer lab", path);
		error_remedy(err, "Update this one, or set LAB_WORK to another directory");
		return r;
	}
	*ret = root;
	return 0;
}

/* Take the lock; *ret_fd holds it until it is closed. */
static int take_lock(const struct lab *lab, int *ret_fd, struct error *err)
{
	cleanup_free char *path = workdir_state_path(lab, LOCK_NAME);
	cleanup_fd int fd = -1;
	int r = workdir_ensure_state(lab, err);

	if (r < 0)
		return r;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
	if (fd < 0)
		return error_set(err, errno, "cannot open %s", path);
	while (flock(fd, LOCK_EX) < 0) {
		if (errno != EINTR)
			return error_set(err, errno, "cannot lock %s", path);
	}
	*ret_fd = steal_fd(&fd);
	return 0;
}

/* Under the lock: remove the temporary files of labs that were killed while writing. */
static void sweep(const struct lab *lab)
{
	cleanup_free char *path = xasprintf("%s/.lab", lab->work);
	cleanup_dir DIR *dir = opendir(path);
	const size_t len = strlen(FILE_NAME);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		const char *file = entry->d_name;

		/* progress.json.XXXXXX, as mkstemp(3) names them. */
		if (strncmp(file, FILE_NAME ".", len + 1) == 0 && strlen(file) == len + 7)
			(void)unlinkat(dirfd(dir), file, 0);
	}
}

/* Under the lock: give a corrupt file another name. *ret_note is a sentence, allocated. */
static int move_aside(const char *path, char **ret_note, struct error *err)
{
	for (unsigned n = 1; n < 10000; n++) {
		cleanup_free char *aside = xasprintf("%s.corrupt-%u", path, n);

		if (io_exists(aside))
			continue;
		if (rename(path, aside) < 0)
			return error_set(err, errno, "%s is damaged and cannot be moved aside",
					 path);
		*ret_note = xasprintf("%s was damaged; it is now %s, and your progress starts anew",
				      path, aside);
		return 0;
	}
	return error_set(err, EEXIST, "%s is damaged and cannot be moved aside", path);
}

/* Under the lock: read, moving a corrupt file aside. */
static int read_locked(const char *path, struct progress *ret, struct error *err)
{
	json_t *root = NULL;
	int r = read_file(path, &root, err);

	if (r == 0 && !root) {
		r = move_aside(path, &ret->note, err);
		root = r == 0 ? empty() : NULL;
	}
	if (r == 0)
		ret->root = root;
	return r;
}

int progress_load(const struct lab *lab, struct progress *ret, struct error *err)
{
	cleanup_free char *path = workdir_state_path(lab, FILE_NAME);
	struct error ignored = {0};
	cleanup_fd int lock = -1;
	json_t *root = NULL;
	int r = read_file(path, &root, err);

	if (r < 0)
		return r;
	if (root) {
		ret->root = root;
		return 0;
	}
	/* Damaged. Look again under the lock: it may have been mended meanwhile. */
	if (take_lock(lab, &lock, &ignored) == 0 && read_locked(path, ret, &ignored) == 0)
		return 0;
	ret->note = xasprintf("%s is damaged and cannot be moved aside, so it is ignored", path);
	ret->root = empty();
	return 0;
}

void progress_free(struct progress *progress)
{
	json_decref(progress->root);
	free(progress->note);
	*progress = (struct progress)PROGRESS_INIT;
}

void progress_say(const struct progress *progress)
{
	if (progress->note)
		(void)fprintf(stderr, "lab: %s.\n", progress->note);
}

/* The id an exercise's entry is stored under: its own, else a former one; NULL: no entry. */
static const char *stored_id(const json_t *root, const struct exercise *exercise)
{
	const json_t *all = json_object_get(root, "exercises");

	if (json_object_get(all, exercise->id))
		return exercise->id;
	for (char **alias = exercise->aliases; *alias; alias++) {
		if (json_object_get(all, *alias))
			return *alias;
	}
	return NULL;
}

static unsigned small(const json_t *entry, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(entry, key));

	return n < 0 || n > UINT_MAX ? 0 : (unsigned)n;
}

/* A seed may be larger than JSON integers are here; then it is a string. */
static unsigned long long seed_value(const json_t *value)
{
	const char *text = json_string_value(value);

	if (text)
		return strtoull(text, NULL, 10);
	return json_integer_value(value) < 0 ? 0 : (unsigned long long)json_integer_value(value);
}

static json_t *seed_json(unsigned long long seed)
{
	char text[24];

	if (seed <= INT64_MAX)
		return json_integer((json_int_t)seed);
	(void)snprintf(text, sizeof(text), "%llu", seed);
	return json_string(text);
}

const json_t *progress_stored(const struct progress *progress, const struct exercise *exercise)
{
	const char *id = stored_id(progress->root, exercise);

	return id ? json_object_get(json_object_get(progress->root, "exercises"), id) : NULL;
}

struct progress_entry progress_get(const struct progress *progress, const struct exercise *exercise)
{
	const json_t *entry = progress_stored(progress, exercise);
	const char *state = json_string_value(json_object_get(entry, "state"));
	struct progress_entry ret = {
		.tries = small(entry, "tries"),
		.cause = json_string_value(json_object_get(entry, "cause")),
		.hint = small(entry, "hint"),
		.hint_cause = json_string_value(json_object_get(entry, "hint_cause")),
		.passed = json_integer_value(json_object_get(entry, "passed")),
		.seed = seed_value(json_object_get(entry, "seed")),
		.hash = json_string_value(json_object_get(entry, "hash")),
	};

	for (size_t i = 0; state && i < sizeof(state_names) / sizeof(state_names[0]); i++) {
		if (strcmp(state, state_names[i]) == 0)
			ret.state = (enum progress_state)i;
	}
	if (ret.passed < 0)
		ret.passed = 0;
	return ret;
}

bool progress_solved(const struct progress *progress, const struct exercise *exercise)
{
	return progress_get(progress, exercise).passed > 0;
}

const struct exercise *progress_current(const struct progress *progress,
					const struct catalogue *catalogue)
{
	const char *id = json_string_value(json_object_get(progress->root, "current"));

	return id ? catalogue_by_id(catalogue, id) : NULL;
}

const struct exercise *progress_next(const struct progress *progress,
				     const struct catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		const struct exercise *ex = &catalogue->exercises[i];

		if (!ex->broken && !progress_solved(progress, ex))
			return ex;
	}
	return NULL;
}

/* The entry to change: made, or moved here from a former id. Belongs to root. */
static json_t *own_entry(json_t *root, const struct exercise *exercise)
{
	json_t *all = json_object_get(root, "exercises");
	const char *id = stored_id(root, exercise);

	if (!id) {
		(void)json_object_set_new(all, exercise->id, json_object());
	} else if (strcmp(id, exercise->id) != 0) {
		(void)json_object_set(all, exercise->id, json_object_get(all, id));
		(void)json_object_del(all, id);
	}
	return json_object_get(all, exercise->id);
}

int progress_update(const struct lab *lab, const struct exercise *exercise,
		    progress_change_fn *change, const void *data, struct error *err)
{
	cleanup_free char *path = workdir_state_path(lab, FILE_NAME);
	cleanup_progress struct progress progress = PROGRESS_INIT;
	cleanup_free char *text = NULL;
	cleanup_fd int lock = -1;
	int r = take_lock(lab, &lock, err);

	if (r == 0)
		r = read_locked(path, &progress, err);
	if (r == 0)
		sweep(lab);
	progress_say(&progress);
	if (r < 0)
		return r;
	change(progress.root, own_entry(progress.root, exercise), exercise, data);
	text = json_dumps(progress.root, JSON_INDENT(1));
	if (!text)
		return error_set(err, ENOMEM, "cannot write %s", path);
	return io_replace_file(path, text, strlen(text), 0644, err);
}

static void set_string(json_t *object, const char *key, const char *value)
{
	if (value)
		(void)json_object_set_new(object, key, json_string(value));
	else
		(void)json_object_del(object, key);
}

static void change_attempt(json_t *root, json_t *entry, const struct exercise *exercise,
			   const void *data)
{
	const struct progress_attempt *attempt = data;
	bool pass = attempt->verdict == PROGRESS_PASS;
	unsigned tries = small(entry, "tries");

	set_string(root, "current", exercise->id);
	set_string(entry, "state", state_names[attempt->verdict]);
	set_string(entry, "cause", pass ? NULL : attempt->cause);
	set_string(entry, "hash", attempt->hash);
	(void)json_object_set_new(entry, "tries",
				  json_integer(tries < UINT_MAX ? tries + 1 : tries));
	(void)json_object_set_new(entry, "seed", seed_json(attempt->seed));
	if (pass && json_integer_value(json_object_get(entry, "passed")) <= 0)
		(void)json_object_set_new(entry, "passed", json_integer((json_int_t)time(NULL)));
}

int progress_record(const struct lab *lab, const struct exercise *exercise,
		    const struct progress_attempt *attempt, struct error *err)
{
	return progress_update(lab, exercise, change_attempt, attempt, err);
}

struct shown {
	unsigned level;
	const char *cause;
};

static void change_hint(json_t *root, json_t *entry, const struct exercise *exercise,
			const void *data)
{
	const struct shown *shown = data;

	(void)root;
	(void)exercise;
	if (shown->level > small(entry, "hint"))
		(void)json_object_set_new(entry, "hint", json_integer(shown->level));
	if (shown->cause)
		set_string(entry, "hint_cause", shown->cause);
}

int progress_hint(const struct lab *lab, const struct exercise *exercise, unsigned level,
		  const char *cause, struct error *err)
{
	struct shown shown = {level, cause};

	return progress_update(lab, exercise, change_hint, &shown, err);
}

static void change_current(json_t *root, json_t *entry, const struct exercise *exercise,
			   const void *data)
{
	(void)entry;
	(void)data;
	set_string(root, "current", exercise->id);
}

int progress_enter(const struct lab *lab, const struct exercise *exercise, struct error *err)
{
	return progress_update(lab, exercise, change_current, NULL, err);
}

void progress_hash(const void *data, size_t len, char ret_hex[17])
{
	const unsigned char *at = data;
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ at[i]) * 0x100000001b3u;
	(void)snprintf(ret_hex, 17, "%016llx", (unsigned long long)hash);
}
