#define _GNU_SOURCE
#include "lab/course/workdir.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/progress.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE_MAX (4 << 20)

/* Written last: the starters are all there. One line "HASH ID" for each. */
#define STARTERS "starters"

char *workdir_state_path(const struct lab *lab, const char *name)
{
	return xasprintf("%s/.lab/%s", lab->work, name);
}

/* Make a directory of the work directory; says what to do where that fails. */
static int make_dir(const char *path, struct error *err)
{
	struct stat st;
	int r = io_make_dirs(path, err);

	if (r == 0 && (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)))
		r = error_say(err, ENOTDIR, "%s is in the way, it is no directory", path);
	if (r < 0)
		error_remedy(err, "Make that possible, or set LAB_WORK to a directory of yours");
	return r;
}

int workdir_ensure_state(const struct lab *lab, struct error *err)
{
	cleanup_free char *path = xasprintf("%s/.lab", lab->work);

	return make_dir(path, err);
}

/*
 * Put a new file in place: complete or not at all, and never over another one
 * (-EEXIST). link(2) is what can do both.
 */
static int place_new(const char *path, const char *data, size_t len, struct error *err)
{
	cleanup_free char *temp = xasprintf("%s.XXXXXX", path);
	cleanup_fd int fd = mkostemp(temp, O_CLOEXEC);
	mode_t mask = umask(0);
	int r = 0;

	(void)umask(mask);
	if (fd < 0)
		return error_set(err, errno, "cannot write %s", path);
	if (fchmod(fd, 0666 & ~mask) < 0)
		r = -errno;
	if (r == 0)
		r = io_write_all(fd, data, len);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0 && link(temp, path) < 0)
		r = -errno;
	/* File systems without hard links (FAT, some network shares). */
	if ((r == -EPERM || r == -EOPNOTSUPP || r == -ENOSYS || r == -EMLINK) && !io_exists(path))
		r = rename(temp, path) < 0 ? -errno : 0;
	(void)unlink(temp);
	return r < 0 ? error_set(err, -r, "cannot write %s", path) : 0;
}

static char *default_path(const struct lab *lab, const struct exercise *exercise)
{
	return xasprintf("%s/%s/%02u_%s.c", lab->work, exercise->phase, exercise->number,
			 exercise->name);
}

/* WORK/PHASE/DD_NAME.c for any DD, allocated; NULL if there is none. */
static char *find_numbered(const struct lab *lab, const char *phase, size_t phase_len,
			   const char *name)
{
	cleanup_free char *path = xasprintf("%s/%.*s", lab->work, (int)phase_len, phase);
	cleanup_free char *want = xasprintf("_%s.c", name);
	cleanup_dir DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		const char *file = entry->d_name;

		if (isdigit((unsigned char)file[0]) && isdigit((unsigned char)file[1]) &&
		    strcmp(file + 2, want) == 0)
			return io_join(path, file);
	}
	return NULL;
}

char *workdir_path(const struct lab *lab, const struct exercise *exercise)
{
	char *path = default_path(lab, exercise);
	char *found = NULL;

	if (io_exists(path))
		return path;
	/* Renumbered or renamed since the copy was made. */
	found = find_numbered(lab, exercise->phase, strlen(exercise->phase), exercise->name);
	for (char **alias = exercise->aliases; !found && *alias; alias++) {
		const char *slash = strchr(*alias, '/');

		found = find_numbered(lab, *alias, (size_t)(slash - *alias), slash + 1);
	}
	if (!found)
		return path;
	free(path);
	return found;
}

/* Copy a starter to where the learner's file belongs, if there is none. Notes "HASH ID". */
static int copy_starter(const struct lab *lab, const struct exercise *exercise,
			struct strbuf *notes, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *path = workdir_path(lab, exercise);
	cleanup_free char *dir = xasprintf("%s/%s", lab->work, exercise->phase);
	char hash[17];
	int r;

	r = io_read_file(AT_FDCWD, exercise->starter, SOURCE_MAX, &text, err);
	/* One broken exercise must not keep the others from the learner. */
	if (r < 0)
		return notes ? 0 : r;
	progress_hash(text.s, text.len, hash);
	if (notes)
		strbuf_addf(notes, "%s %s\n", hash, exercise->id);
	if (io_exists(path))
		return 0;
	r = make_dir(dir, err);
	if (r == 0)
		r = place_new(path, text.s, text.len, err);
	return r == -EEXIST ? 0 : r;
}

int workdir_ensure(const struct lab *lab, const struct catalogue *catalogue, bool *ret_made,
		   struct error *err)
{
	cleanup_free char *mark = workdir_state_path(lab, STARTERS);
	cleanup_strbuf struct strbuf notes = STRBUF_INIT;
	bool made = false;
	int r = 0;

	if (!io_exists(mark)) {
		made = true;
		r = workdir_ensure_state(lab, err);
		for (size_t i = 0; r == 0 && i < catalogue->n_exercises; i++)
			r = copy_starter(lab, &catalogue->exercises[i], &notes, err);
		if (r == 0)
			r = io_replace_file(mark, notes.s, notes.len, 0644, err);
	}
	if (r == 0 && ret_made)
		*ret_made = made;
	return r;
}

int workdir_file(const struct lab *lab, const struct catalogue *catalogue,
		 const struct exercise *exercise, char **ret, struct error *err)
{
	int r = workdir_ensure(lab, catalogue, NULL, err);

	if (r == 0)
		r = copy_starter(lab, exercise, NULL, err);
	if (r == 0)
		*ret = workdir_path(lab, exercise);
	return r;
}

/* The texts that were replaced: a stack of files NNNNNN-PHASE.NAME. */
#define UNDO "undo"
/* Texts written between a reset and its undo. */
#define KEPT "kept"

struct saved {
	unsigned number;
	char *path; /* allocated */
	char *id;   /* "pid/clone", allocated */
};

static void free_saved(struct saved *saved)
{
	free(saved->path);
	free(saved->id);
	*saved = (struct saved){0};
}

#define cleanup_saved __attribute__((cleanup(free_saved)))

/* NNNNNN-PHASE.NAME; the number, or 0 if the name is something else. */
static unsigned saved_number(const char *file)
{
	char *end;
	unsigned long n = strtoul(file, &end, 10);

	return isdigit((unsigned char)file[0]) && *end == '-' && strchr(end, '.') && n < UINT_MAX
		       ? (unsigned)n
		       : 0;
}

/*
 * The saved text with the highest number in a directory below .lab: of one
 * exercise, of any the catalogue knows (exercise NULL), or of all (both NULL).
 * ret->number is 0 where there is none.
 */
static void find_saved(const struct lab *lab, const char *where, const struct catalogue *catalogue,
		       const struct exercise *exercise, struct saved *ret)
{
	cleanup_free char *dir_path = workdir_state_path(lab, where);
	cleanup_dir DIR *dir = opendir(dir_path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		unsigned number = saved_number(entry->d_name);
		const struct exercise *owner;
		char *id;

		if (number <= ret->number)
			continue;
		id = xstrdup(strchr(entry->d_name, '-') + 1);
		*strchr(id, '.') = '/';
		owner = catalogue ? catalogue_by_id(catalogue, id) : NULL;
		if (catalogue && (!owner || (exercise && owner != exercise))) {
			free(id);
			continue;
		}
		free_saved(ret);
		*ret = (struct saved){number, io_join(dir_path, entry->d_name), id};
	}
}

/* Save a text of an exercise under the next number. *ret_path is allocated. */
static int save(const struct lab *lab, const char *where, const struct exercise *exercise,
		const struct strbuf *text, char **ret_path, struct error *err)
{
	cleanup_free char *dir = workdir_state_path(lab, where);
	int r = make_dir(dir, err);

	/* Another lab may take the number we saw free. */
	for (int tries = 0; r == 0 && tries < 100; tries++) {
		cleanup_saved struct saved last = {0};
		cleanup_free char *path = NULL;

		find_saved(lab, where, NULL, NULL, &last);
		path = xasprintf("%s/%06u-%s.%s", dir, last.number + 1, exercise->phase,
				 exercise->name);
		r = place_new(path, text->s, text->len, err);
		if (r == 0)
			*ret_path = steal_ptr(path);
		if (r != -EEXIST)
			return r;
		r = 0;
	}
	return r < 0 ? r : error_set(err, EEXIST, "cannot save the old text in %s", dir);
}

/* Replace the learner's file (what a link points to, not the link) and keep its mode. */
static int replace(const char *path, const struct strbuf *text, struct error *err)
{
	cleanup_free char *real = realpath(path, NULL);
	struct stat st;
	mode_t mode = 0644;

	if (stat(path, &st) == 0)
		mode = st.st_mode & 07777;
	return io_replace_file(real ? real : path, text->s, text->len, mode, err);
}

/* The learner's text; a missing file is an empty text. */
static int read_own(const char *path, struct strbuf *text, struct error *err)
{
	return io_exists(path) ? io_read_file(AT_FDCWD, path, SOURCE_MAX, text, err) : 0;
}

static bool same(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
}

int workdir_reset(const struct lab *lab, const struct exercise *exercise, bool *ret_changed,
		  struct error *err)
{
	cleanup_free char *path = workdir_path(lab, exercise);
	cleanup_strbuf struct strbuf starter = STRBUF_INIT;
	cleanup_strbuf struct strbuf own = STRBUF_INIT;
	cleanup_free char *saved = NULL;
	int r;

	if (!io_exists(path)) {
		r = copy_starter(lab, exercise, NULL, err);
		if (r == 0)
			*ret_changed = false;
		return r;
	}
	r = io_read_file(AT_FDCWD, exercise->starter, SOURCE_MAX, &starter, err);
	if (r == 0)
		r = read_own(path, &own, err);
	if (r < 0)
		return r;
	if (same(&starter, &own)) {
		*ret_changed = false;
		return 0;
	}
	r = save(lab, UNDO, exercise, &own, &saved, err);
	if (r < 0)
		return r;
	r = replace(path, &starter, err);
	if (r < 0) {
		(void)unlink(saved);
		return r;
	}
	*ret_changed = true;
	return 0;
}

/* Keep what stands in the file unless it can be had elsewhere: starter, or the saved text. */
static int keep_own(const struct lab *lab, const struct exercise *exercise, const char *path,
		    const struct strbuf *old, char **ret_kept, struct error *err)
{
	cleanup_strbuf struct strbuf starter = STRBUF_INIT;
	cleanup_strbuf struct strbuf own = STRBUF_INIT;
	int r = read_own(path, &own, err);

	*ret_kept = NULL;
	if (r < 0 || !own.len || same(&own, old))
		return r;
	if (io_read_file(AT_FDCWD, exercise->starter, SOURCE_MAX, &starter, err) == 0 &&
	    same(&own, &starter))
		return 0;
	return save(lab, KEPT, exercise, &own, ret_kept, err);
}

int workdir_undo(const struct lab *lab, const struct catalogue *catalogue,
		 const struct exercise *exercise, char **ret_path, char **ret_kept,
		 struct error *err)
{
	cleanup_saved struct saved saved = {0};
	cleanup_strbuf struct strbuf old = STRBUF_INIT;
	cleanup_free char *path = NULL;
	cleanup_free char *kept = NULL;
	int r;

	find_saved(lab, UNDO, catalogue, exercise, &saved);
	if (!saved.number)
		return exercise ? error_say(err, ENOENT,
					    "%s was not reset, there is nothing to undo",
					    exercise->id)
				: error_say(err, ENOENT,
					    "nothing was reset, there is nothing to undo");
	exercise = catalogue_by_id(catalogue, saved.id);
	path = workdir_path(lab, exercise);
	r = io_read_file(AT_FDCWD, saved.path, SOURCE_MAX, &old, err);
	if (r == 0)
		r = keep_own(lab, exercise, path, &old, &kept, err);
	if (r == 0)
		r = replace(path, &old, err);
	if (r < 0)
		return r;
	(void)unlink(saved.path);
	*ret_path = steal_ptr(path);
	*ret_kept = steal_ptr(kept);
	return 0;
}
