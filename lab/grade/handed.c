#define _GNU_SOURCE
#include "lab/grade/handed.h"

#include "common/cleanup.h"
#include "common/strbuf.h"
#include "lab/grade/student.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

void handed_free(struct handed_class *class)
{
	for (size_t i = 0; i < class->n; i++) {
		free(class->list[i].student);
		free(class->list[i].name);
	}
	free(class->list);
	cleanup_fdp(&class->dir);
	*class = (struct handed_class)HANDED_INIT;
}

static const char *what_it_is(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFLNK:
		return "a symbolic link";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	case S_IFDIR:
		return "a directory";
	default:
		return "a file";
	}
}

/* The kind of an entry; false where it is not for us. */
static bool kind_of(const char *name, mode_t mode, struct handed *ret)
{
	const char *ending = name + student_stem(name);

	ret->what = what_it_is(mode);
	if (S_ISDIR(mode)) {
		ret->kind = HANDED_DIRECTORY;
	} else if (!S_ISREG(mode)) {
		ret->kind = HANDED_NOTHING;
	} else if (strcasecmp(ending, ".zip") == 0) {
		ret->kind = HANDED_ZIP;
	} else if (*ending) {
		ret->kind = HANDED_TAR_GZ;
	} else {
		return false;
	}
	return true;
}

static void add(struct handed_class *class, const struct handed *handed)
{
	class->list = xreallocarray(class->list, class->n + 1, sizeof(*class->list));
	class->list[class->n++] = *handed;
}

static int by_student(const void *a, const void *b)
{
	const struct handed *left = a, *right = b;
	int order = strcmp(left->student, right->student);

	return order ? order : strcmp(left->name, right->name);
}

/* alice/ and alice.zip are two students as long as nobody says which one counts. */
static void name_twins_in_full(struct handed_class *class)
{
	bool *twin = xcalloc(class->n + 1, sizeof(*twin));

	if (class->n)
		qsort(class->list, class->n, sizeof(*class->list), by_student);
	for (size_t i = 1; i < class->n; i++)
		if (strcmp(class->list[i - 1].student, class->list[i].student) == 0)
			twin[i - 1] = twin[i] = true;
	for (size_t i = 0; i < class->n; i++) {
		struct handed *handed = &class->list[i];

		if (!twin[i])
			continue;
		free(handed->student);
		handed->student = student_text(handed->name, strlen(handed->name));
	}
	free(twin);
	if (class->n)
		qsort(class->list, class->n, sizeof(*class->list), by_student);
}

int handed_list(const char *dir, struct handed_class *ret, struct error *err)
{
	struct handed_class class = HANDED_INIT;
	cleanup_dir DIR *entries = NULL;
	struct dirent *entry;
	struct stat st;
	int fd;

	class.dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = class.dir < 0 ? -1 : openat(class.dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	entries = fd < 0 ? NULL : fdopendir(fd);
	if (!entries) {
		int errnum = errno;

		cleanup_fdp(&fd);
		handed_free(&class);
		return error_set(err, errnum, "cannot read %s", dir);
	}
	while ((entry = readdir(entries))) {
		struct handed handed = {.student = NULL};

		if (entry->d_name[0] == '.' ||
		    fstatat(class.dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (!kind_of(entry->d_name, st.st_mode, &handed)) {
			class.ignored++;
			continue;
		}
		handed.name = xstrdup(entry->d_name);
		handed.student = handed.kind == HANDED_DIRECTORY
					 ? student_text(entry->d_name, strlen(entry->d_name))
					 : student_name(entry->d_name);
		handed.time = (long long)st.st_mtime;
		add(&class, &handed);
	}
	name_twins_in_full(&class);
	*ret = class;
	return 0;
}

int handed_one(const char *path, const char *student, struct handed_class *ret, struct error *err)
{
	cleanup_free char *real = realpath(path, NULL);
	struct handed_class class = {.dir = -1};
	struct handed handed = {.student = NULL};
	const char *base;
	struct stat st;

	if (!real || stat(real, &st) < 0)
		return error_set(err, errno, "cannot read %s", path);
	base = strrchr(real, '/') + 1;
	if (!kind_of(base, st.st_mode, &handed) || handed.kind == HANDED_NOTHING) {
		(void)error_say(err, EINVAL, "%s is no submission", path);
		error_remedy(err, "give a directory, or an archive: .tar.gz, .tgz or .zip");
		return -EINVAL;
	}
	class.dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	handed.name = xstrdup(real[1] ? real + 1 : ".");
	handed.time = (long long)st.st_mtime;
	if (student)
		handed.student = student_text(student, strlen(student));
	else
		handed.student = handed.kind == HANDED_DIRECTORY ? student_text(base, strlen(base))
								 : student_name(base);
	add(&class, &handed);
	*ret = class;
	return 0;
}
