#define _GNU_SOURCE
#include "lab/grade/choose.h"

#include "common/cleanup.h"
#include "common/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define RANK_FLAT    100 /* the file is not in a directory of its phase */
#define RANK_PROGRAM 10

static const char *const endings[] = {".c", ".sh", ".py", NULL};

/* Directories that hold what the course has, not what a student wrote. */
static const char *const not_theirs[] = {"phases", "solutions", "checks", "__MACOSX", NULL};

/* A path, cut. */
struct parts {
	char *text;
	char *part[CHOOSE_DEPTH];
	size_t n;
	bool too_deep;
};

static struct parts cut(const char *path)
{
	struct parts parts = {.text = xstrdup(path)};
	char *rest = parts.text;

	for (char *part; (part = strsep(&rest, "/"));) {
		if (!*part || strcmp(part, ".") == 0)
			continue;
		if (parts.n == CHOOSE_DEPTH) {
			parts.too_deep = true;
			break;
		}
		parts.part[parts.n++] = part;
	}
	return parts;
}

static bool is_theirs(const struct parts *parts)
{
	if (!parts->n || parts->too_deep)
		return false;
	for (size_t i = 0; i < parts->n; i++) {
		if (parts->part[i][0] == '.')
			return false;
		for (size_t k = 0; not_theirs[k]; k++)
			if (strcmp(parts->part[i], not_theirs[k]) == 0)
				return false;
	}
	return true;
}

/* What a file name says: "02_clone.c". */
struct label {
	char *name; /* "clone" */
	unsigned number;
	bool numbered;
	const char *ending;
};

static bool read_label(char *base, struct label *ret)
{
	char *dot = strrchr(base, '.');
	size_t digits = strspn(base, "0123456789");

	*ret = (struct label){.name = base};
	for (size_t i = 0; dot && endings[i]; i++)
		if (strcmp(dot, endings[i]) == 0)
			ret->ending = endings[i];
	if (!ret->ending)
		return false;
	*dot = '\0';
	if (digits && digits < 6 && base[digits] == '_') {
		ret->numbered = true;
		ret->number = (unsigned)strtoul(base, NULL, 10);
		ret->name = base + digits + 1;
	}
	return *ret->name != '\0';
}

/* The one exercise of that name in any phase; the number decides between several. */
static const struct exercise *find_flat(const struct catalogue *catalogue,
					const struct label *label, bool *ret_several)
{
	const struct exercise *found = NULL, *exact = NULL;
	unsigned n = 0, n_exact = 0;

	for (size_t i = 0; i < catalogue->n_exercises; i++) {
		const struct exercise *exercise = &catalogue->exercises[i];

		if (strcmp(exercise->name, label->name) != 0)
			continue;
		found = exercise;
		n++;
		if (label->numbered && exercise->number == label->number) {
			exact = exercise;
			n_exact++;
		}
	}
	if (n == 1)
		return found;
	*ret_several = n > 1 && n_exact != 1;
	return n_exact == 1 ? exact : NULL;
}

struct choice choose(const struct catalogue *catalogue, const char *path)
{
	struct parts parts = cut(path);
	struct choice choice = {.exercise = NULL};
	struct label label;

	if (is_theirs(&parts) && read_label(parts.part[parts.n - 1], &label)) {
		const char *dir = parts.n > 1 ? parts.part[parts.n - 2] : "";
		bool in_phase = catalogue_is_phase(dir);

		if (in_phase) {
			cleanup_free char *id = xasprintf("%s/%s", dir, label.name);

			choice.exercise = catalogue_by_id(catalogue, id);
		} else {
			choice.exercise = find_flat(catalogue, &label, &choice.several);
		}
		choice.ending = label.ending;
		choice.program = strcmp(label.ending, ".c") != 0;
		choice.rank = (in_phase ? 0 : RANK_FLAT) + (choice.program ? RANK_PROGRAM : 0) +
			      (unsigned)parts.n - (in_phase ? 1 : 0);
	}
	free(parts.text);
	return choice;
}

bool choose_stays_inside(const char *path)
{
	if (!*path || *path == '/')
		return false;
	for (const char *at = path; *at;) {
		size_t len = strcspn(at, "/");

		if (len == 2 && at[0] == '.' && at[1] == '.')
			return false;
		at += len + (at[len] == '/');
	}
	return true;
}
