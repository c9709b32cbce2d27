#define _GNU_SOURCE
#include "lab/lab.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/strbuf.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How far above the executable a checkout's top may be: build/lab, build/asan/lab. */
#define LEVELS_UP 2

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

static bool holds(const char *dir, const char *name)
{
	cleanup_free char *path = io_join(dir, name);

	return io_exists(path);
}

static char *absolute(const char *path)
{
	cleanup_free char *cwd = NULL;

	if (path[0] == '/')
		return xstrdup(path);
	cwd = getcwd(NULL, 0);
	return io_join(cwd ? cwd : "/", path);
}

/* Cut the last part of a path off; false where there is none left. */
static bool cut(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return false;
	*slash = '\0';
	return true;
}

/* The directory of the running program, or NULL. */
static char *own_directory(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	return cut(path) ? xstrdup(path) : NULL;
}

static char *share_of(const char *bin)
{
	cleanup_free char *prefix = xstrdup(bin);

	return cut(prefix) ? io_join(prefix, "share/nslab") : NULL;
}

/* The course that belongs to the program in BIN. */
static char *course_of(const char *bin)
{
	char *dir = xstrdup(bin);

	for (int i = 0; i < LEVELS_UP && cut(dir); i++) {
		if (holds(dir, "phases") && holds(dir, "docs"))
			return dir;
	}
	free(dir);
	dir = share_of(bin);
	if (dir && holds(dir, "phases"))
		return dir;
	free(dir);
	return NULL;
}

static char *find_course(const char *bin)
{
	const char *given = env("NSLAB_COURSE");
	char *dir;

	if (!given)
		return course_of(bin);
	dir = realpath(given, NULL);
	if (dir && holds(dir, "phases"))
		return dir;
	free(dir);
	return NULL;
}

char *lab_workbook(void)
{
	cleanup_free char *bin = own_directory();

	return bin ? course_of(bin) : NULL;
}

static char *find_libexec(const char *bin)
{
	cleanup_free char *prefix = xstrdup(bin);
	char *dir;

	if (!holds(bin, "observe") && cut(prefix)) {
		dir = io_join(prefix, "libexec/nslab");
		if (holds(dir, "observe"))
			return dir;
		free(dir);
	}
	return xstrdup(bin);
}

static char *find_work(const char *course)
{
	const char *home = env("HOME");
	struct passwd *user;

	if (env("LAB_WORK"))
		return absolute(env("LAB_WORK"));
	/* Only a checkout has a Makefile; an installed course stays clean. One's own has its own progress. */
	if (course && (holds(course, "Makefile") || env("NSLAB_COURSE")) &&
	    access(course, W_OK) == 0)
		return io_join(course, "work");
	if (!home) {
		user = getpwuid(getuid());
		home = user ? user->pw_dir : NULL;
	}
	return home && home[0] == '/' ? io_join(home, "nslab") : NULL;
}

static bool wants_color(void)
{
	const char *term = env("TERM");

	return isatty(STDOUT_FILENO) && !env("NO_COLOR") && term && strcmp(term, "dumb") != 0;
}

int lab_find(struct lab *ret, struct error *err)
{
	cleanup_free char *bin = own_directory();
	int r = 0;

	*ret = (struct lab){.color = wants_color()};
	if (!bin)
		return error_set(err, errno, "cannot tell where lab itself is (/proc/self/exe)");
	ret->course = find_course(bin);
	ret->libexec = find_libexec(bin);
	ret->work = find_work(ret->course);
	if (!ret->work) {
		r = error_say(err, ENOENT,
			      "there is no place for the work directory, HOME is not set");
		error_remedy(err, "Set LAB_WORK to a directory of yours");
	}
	if (!ret->course && env("NSLAB_COURSE")) {
		r = error_say(err, ENOENT, "%s is no course, there is no phases/ in it",
			      env("NSLAB_COURSE"));
		error_remedy(err, "--course and NSLAB_COURSE name the top directory of one");
	} else if (!ret->course) {
		r = error_say(err, ENOENT,
			      "there is no course, neither above %s nor in ../share/nslab", bin);
		error_remedy(
			err,
			"Run lab from the checkout it was built in, or set NSLAB_COURSE to one");
	}
	return r;
}

void lab_free(struct lab *lab)
{
	free(lab->course);
	free(lab->libexec);
	free(lab->work);
	*lab = (struct lab){0};
}
