#define _GNU_SOURCE
#include "lab/grade/collect.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/strbuf.h"
#include "lab/grade/choose.h"
#include "lab/grade/student.h"
#include "lab/grade/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a collection is made with. */
struct collecting {
	const struct catalogue *catalogue;
	const char *dir;
	struct collection *to;
	struct error *err;
	long long time; /* of the submission as a whole */
	int r;		/* our own failure */
	unsigned entries;
};

static void collected_free(struct collected *collected)
{
	free(collected->path);
	free(collected->copy);
	free(collected->trouble);
	*collected = (struct collected){.exercise = NULL};
}

static void forget(struct collection *collection)
{
	for (size_t i = 0; i < collection->n; i++)
		collected_free(&collection->list[i]);
}

void collection_free(struct collection *collection)
{
	forget(collection);
	free(collection->list);
	free(collection->trouble);
	*collection = (struct collection)COLLECTION_INIT;
}

/* One directory or archive member after another says why it is of no use; the first one counts. */
__attribute__((format(printf, 2, 3))) static void give_up(struct collection *collection,
							  const char *fmt, ...)
{
	va_list ap;
	char why[512];

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (!collection->trouble)
		collection->trouble = xstrdup(why);
	forget(collection);
}

/* ---- the best file for an exercise ---- */

static char *place_of(const struct collecting *collecting, const struct exercise *exercise,
		      const char *ending)
{
	return xasprintf("%s/%s/%02u_%s%s", collecting->dir, exercise->phase, exercise->number,
			 exercise->name, ending);
}

static int put_copy(const char *path, const char *data, size_t len, bool program, struct error *err)
{
	cleanup_free char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	mode_t mode = program ? 0700 : 0600;
	cleanup_fd int fd = -1;
	int r = 0;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return error_set(err, errno, "cannot make %s", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	r = fd < 0 ? -errno : io_write_all(fd, data, len);
	return r < 0 ? error_set(err, -r, "cannot write %s", path) : 0;
}

/* Is a file that claims an exercise to be looked at: nothing better has been seen? */
static struct collected *claim(struct collecting *collecting, const char *path,
			       struct choice *ret_choice)
{
	struct choice choice = choose(collecting->catalogue, path);
	struct collected *collected;

	if (!choice.exercise)
		return NULL;
	collected = &collecting->to->list[choice.exercise - collecting->catalogue->exercises];
	if (collected->exercise && collected->rank < choice.rank)
		return NULL;
	*ret_choice = choice;
	return collected;
}

/* Two with the same claim: an error, unless it does not matter which one counts. */
static void take_twice(struct collected *collected, const struct unpack_entry *entry)
{
	cleanup_free char *other = student_text(entry->path, strlen(entry->path));
	bool in_order = strcmp(collected->path, other) <= 0;
	char hash[DIGEST_HEX];

	digest_buffer(entry->data ? entry->data : "", entry->len, hash);
	if (collected->trouble || (!entry->trouble && strcmp(hash, collected->hash) == 0))
		return;
	/* The same words, in whatever order the files come. */
	collected->trouble =
		strcmp(collected->path, other) == 0
			? xasprintf("the submission has %.200s twice", other)
			: xasprintf("the submission has two files for it: %.200s and %.200s",
				    in_order ? collected->path : other,
				    in_order ? other : collected->path);
	free(collected->copy);
	collected->copy = NULL;
}

/* A file that could be for this exercise or that: nobody guesses. */
static void refuse_several(struct collecting *collecting, const char *path)
{
	cleanup_free char *plain = student_text(path, strlen(path));

	if (choose(collecting->catalogue, path).several)
		give_up(collecting->to,
			"%.200s may be for more than one exercise: it should be in the directory "
			"of its phase",
			plain);
}

/* Take an entry for the exercise it claims. */
static void take(void *data, const struct unpack_entry *entry)
{
	struct collecting *collecting = data;
	struct choice choice;
	struct collected *collected = claim(collecting, entry->path, &choice);

	if (collecting->r < 0 || collecting->to->trouble)
		return;
	if (!collected) {
		refuse_several(collecting, entry->path);
		return;
	}
	if (collected->exercise && collected->rank == choice.rank) {
		take_twice(collected, entry);
		return;
	}
	collected_free(collected);
	collected->exercise = choice.exercise;
	collected->rank = choice.rank;
	collected->program = choice.program;
	collected->time = entry->time ? entry->time : collecting->time;
	collected->path = student_text(entry->path, strlen(entry->path));
	digest_buffer(entry->data ? entry->data : "", entry->len, collected->hash);
	if (entry->trouble) {
		collected->trouble = xasprintf("%.200s is %s", collected->path, entry->trouble);
		return;
	}
	collected->copy = place_of(collecting, choice.exercise, choice.ending);
	collecting->r =
		put_copy(collected->copy, entry->data, entry->len, choice.program, collecting->err);
}

static bool wanted(void *data, const char *path)
{
	const struct collecting *collecting = data;
	struct choice choice = choose(collecting->catalogue, path);

	return choice.exercise || choice.several;
}

/* ---- directories ---- */

/* Open an entry of DIR: one name, never through a link. */
static int open_entry(int dir, const char *name, unsigned long long flags)
{
	struct open_how how = {
		.flags = flags | O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, dir, name, &how, sizeof(how));

	/* A seccomp filter of a container engine may not know openat2: one name needs no more. */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = openat(dir, name, (int)how.flags);
	return (int)fd;
}

static const char *oddity(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return NULL;
	case S_IFLNK:
		return "a symbolic link, which is not followed";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

static void take_file(struct collecting *collecting, int dir, const char *name, const char *path,
		      const struct stat *seen)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct unpack_entry entry = {
		.path = path, .trouble = oddity(seen->st_mode), .time = (long long)seen->st_mtime};
	cleanup_free char *why = NULL;
	cleanup_fd int fd = -1;
	struct stat st;

	if (!wanted(collecting, path))
		return;
	if (!entry.trouble) {
		int r;

		fd = open_entry(dir, name, 0);
		r = fd < 0 || fstat(fd, &st) < 0 ? -errno : 0;
		if (r == 0 && !S_ISREG(st.st_mode))
			r = -EINVAL;
		if (r == 0)
			r = io_read_fd(fd, COLLECT_FILE_MAX, &text);
		if (r == -EFBIG)
			entry.trouble = "larger than 1 MiB";
		else if (r < 0)
			entry.trouble = why = xasprintf("unreadable: %s", strerror(-r));
		entry.data = text.s;
		entry.len = entry.trouble ? 0 : text.len;
	}
	take(collecting, &entry);
}

static void walk(struct collecting *collecting, int dir, const char *path, unsigned depth)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *entries = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	struct stat st;

	if (!entries) {
		give_up(collecting->to, "a directory of the submission can't be read: %s",
			strerror(errno));
		cleanup_fdp(&copy);
	}
	while (entries && !collecting->to->trouble && (entry = readdir(entries))) {
		cleanup_free char *below =
			*path ? io_join(path, entry->d_name) : xstrdup(entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		if (++collecting->entries > COLLECT_ENTRIES_MAX) {
			give_up(collecting->to, "the submission has more than %d files",
				COLLECT_ENTRIES_MAX);
			return;
		}
		if (fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < CHOOSE_DEPTH) {
			cleanup_fd int fd = open_entry(dir, entry->d_name, O_DIRECTORY);

			/* What can't be seen must not count as not handed in. */
			if (fd < 0)
				give_up(collecting->to,
					"a directory of the submission can't be "
					"opened: %s",
					strerror(errno));
			else
				walk(collecting, fd, below, depth + 1);
		} else if (!S_ISDIR(st.st_mode)) {
			take_file(collecting, dir, entry->d_name, below, &st);
		}
	}
}

/* ---- a submission ---- */

static void open_and_collect(const struct handed_class *class, const struct handed *handed,
			     struct collecting *collecting)
{
	struct unpack_wish wish = {.wanted = wanted, .take = take, .data = collecting};
	bool directory = handed->kind == HANDED_DIRECTORY;
	cleanup_fd int fd = -1;
	cleanup_free char *why = NULL;

	if (handed->kind == HANDED_NOTHING) {
		give_up(collecting->to, "the submission is %s, not a directory or an archive",
			handed->what);
		return;
	}
	fd = open_entry(class->dir, handed->name, directory ? O_DIRECTORY : 0);
	if (fd < 0) {
		give_up(collecting->to, "the submission can't be opened: %s", strerror(errno));
		return;
	}
	if (directory) {
		walk(collecting, fd, "", 1);
		return;
	}
	why = unpack(fd, handed->kind, &wish);
	if (why)
		give_up(collecting->to, "%s", why);
}

/* What is unusable is told apart from what comes later by what is wrong with it. */
static void hash_troubles(const struct handed *handed, struct collection *collection)
{
	cleanup_free char *seen =
		xasprintf("%s %lld", collection->trouble ? collection->trouble : "", handed->time);

	digest_buffer(seen, strlen(seen), collection->hash);
	for (size_t i = 0; i < collection->n; i++) {
		struct collected *collected = &collection->list[i];

		if (collected->trouble)
			digest_buffer(collected->trouble, strlen(collected->trouble),
				      collected->hash);
	}
}

int collect(const struct handed_class *class, const struct handed *handed,
	    const struct catalogue *catalogue, const char *dir, struct collection *ret,
	    struct error *err)
{
	struct collection collection = COLLECTION_INIT;
	struct collecting collecting = {.catalogue = catalogue,
					.dir = dir,
					.to = &collection,
					.err = err,
					.time = handed->time};

	collection.n = catalogue->n_exercises;
	collection.list = xcalloc(collection.n + 1, sizeof(*collection.list));
	open_and_collect(class, handed, &collecting);
	if (collecting.r < 0) {
		collection_free(&collection);
		return collecting.r;
	}
	hash_troubles(handed, &collection);
	*ret = collection;
	return 0;
}
