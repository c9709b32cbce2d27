#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/catalogue.h"
#include "lab/course/lint.h"
#include "lab/course/manifest.h"
#include "lab/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Which template becomes which file; @PHASE@ and @STEM@ (NN_name) are filled in. */
static const struct {
	const char *template;
	const char *target;
	mode_t mode;
} files[] = {
	{"starter.c", "phases/@PHASE@/@STEM@.c", 0644},
	{"solution.c", "solutions/@PHASE@/@STEM@.c", 0644},
	{"lesson.md", "docs/@PHASE@/@STEM@.md", 0644},
	{"check.bats", "checks/@PHASE@/@STEM@.bats", 0644},
	{"right.sh", "checks/@PHASE@/@STEM@.right/shell.sh", 0755},
	{"right.c", "checks/@PHASE@/@STEM@.right/other.c", 0644},
	{"wrong.sh", "checks/@PHASE@/@STEM@.wrong/some-mistake.sh", 0755},
};

#define N_FILES (sizeof(files) / sizeof(files[0]))

/* What the new exercise is called. */
struct names {
	const char *phase;
	const char *name;
	const char *stem;
};

static char *fill(const char *text, const struct names *names)
{
	const struct {
		const char *mark;
		const char *value;
	} marks[] = {{"@PHASE@", names->phase}, {"@NAME@", names->name}, {"@STEM@", names->stem}};
	cleanup_strbuf struct strbuf to = STRBUF_INIT;

	while (*text) {
		size_t i = 0;

		while (i < 3 && strncmp(text, marks[i].mark, strlen(marks[i].mark)) != 0)
			i++;
		if (i < 3) {
			strbuf_adds(&to, marks[i].value);
			text += strlen(marks[i].mark);
		} else {
			strbuf_addc(&to, *text++);
		}
	}
	return strbuf_steal(&to);
}

static int make_file(const struct lab *lab, size_t i, const struct names *names, struct error *err)
{
	cleanup_free char *workbook = lab_workbook();
	cleanup_free char *source = xasprintf("%s/docs/templates/%s",
					      workbook ? workbook : lab->course, files[i].template);
	cleanup_free char *name = fill(files[i].target, names);
	cleanup_free char *path = io_join(lab->course, name);
	cleanup_free char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	cleanup_strbuf struct strbuf template = STRBUF_INIT;
	cleanup_free char *text = NULL;
	int r;

	if (io_exists(path))
		return error_say(err, EEXIST, "%s exists already", name);
	r = io_read_file(AT_FDCWD, source, 1 << 20, &template, err);
	if (r == 0)
		r = io_make_dirs(dir, err);
	if (r < 0)
		return r;
	text = fill(template.s, names);
	r = io_replace_file(path, text, strlen(text), files[i].mode, err);
	if (r == 0)
		(void)printf("%s\n", name);
	return r;
}

/* Take back what was made before something failed. */
static void remove_files(const struct lab *lab, size_t n, const struct names *names)
{
	for (size_t i = 0; i < n; i++) {
		cleanup_free char *name = fill(files[i].target, names);
		cleanup_free char *path = io_join(lab->course, name);

		(void)unlink(path);
		*strrchr(path, '/') = '\0';
		(void)rmdir(path); /* only if it is empty */
	}
}

/* A course of one's own is checked in the workbook's words: a link to them, where there is nothing. */
static int link_words(const struct lab *lab, struct error *err)
{
	cleanup_free char *workbook = lab_workbook();
	cleanup_free char *words = workbook ? io_join(workbook, "checks/lib") : NULL;
	cleanup_free char *checks = io_join(lab->course, "checks");
	cleanup_free char *path = io_join(checks, "lib");
	int r;

	if (!words || io_exists(path))
		return 0;
	r = io_make_dirs(checks, err);
	if (r == 0 && symlink(words, path) < 0 && errno != EEXIST)
		r = error_set(err, errno, "cannot link %s", path);
	if (r == 0)
		(void)printf("checks/lib -> %s\n", words);
	return r;
}

static int make_all(const struct lab *lab, const struct names *names, struct error *err)
{
	int linked = link_words(lab, err);

	if (linked < 0)
		return linked;
	for (size_t i = 0; i < N_FILES; i++) {
		int r = make_file(lab, i, names, err);

		if (r < 0) {
			remove_files(lab, i, names);
			return r;
		}
	}
	return 0;
}

/* The next free number of a phase; -EEXIST where the exercise is there already. */
static int next_number(const struct lab *lab, const char *phase, const char *id, unsigned *ret,
		       struct error *err)
{
	cleanup_catalogue struct catalogue catalogue = CATALOGUE_INIT;
	unsigned number = 1;
	int r = catalogue_load(lab->course, &catalogue, err);

	if (r < 0 && r != -ENODATA)
		return r;
	if (r == 0 && catalogue_by_id(&catalogue, id))
		return error_say(err, EEXIST, "there is an exercise %s already", id);
	for (size_t i = 0; i < catalogue.n_exercises; i++) {
		const struct exercise *ex = &catalogue.exercises[i];

		if (strcmp(ex->phase, phase) == 0 && ex->number >= number)
			number = ex->number + 1;
	}
	if (number > 99)
		return error_say(err, ERANGE, "the phase %s is full", phase);
	*ret = number;
	return 0;
}

int cmd_new(struct lab *lab, const struct args *args)
{
	const char *id = args->words[0];
	const char *slash = strchr(id, '/');
	cleanup_free char *phase = slash ? xstrndup(id, (size_t)(slash - id)) : NULL;
	cleanup_free char *stem = NULL;
	struct error err = {0};
	unsigned number = 0;
	int r;

	if (!phase || !catalogue_is_phase(phase))
		return command_usage(
			args->command,
			"\"%s\" must start with a phase: pid net mnt uts ipc user advanced", id);
	if (!manifest_is_name(slash + 1, strlen(slash + 1)))
		return command_usage(args->command,
				     "\"%s\" is no name: lower-case letters, digits, - and _ only",
				     slash + 1);
	r = next_number(lab, phase, id, &number, &err);
	if (r < 0)
		return output_error(&err, r == -EEXIST ? LAB_USAGE : LAB_ERROR);
	stem = xasprintf("%02u_%s", number, slash + 1);

	struct names names = {phase, slash + 1, stem};

	if (make_all(lab, &names, &err) < 0)
		return output_error(&err, LAB_ERROR);
	(void)printf("Look for \"%s\" in them; \"lab lint %s\" says what is left to do.\n",
		     LINT_UNWRITTEN, id);
	return LAB_PASS;
}
