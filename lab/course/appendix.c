/*
 * The appendices of the catalogue: docs/appendix/NAME.md, texts without an exercise.
 */
#define _GNU_SOURCE
#include "lab/course/catalogue.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPENDIX_PREFIX "appendix/"

/* What its "# " heading says, allocated; "" where it has none. */
static char *read_title(const char *path)
{
	cleanup_file FILE *file = fopen(path, "re");
	cleanup_free char *line = NULL;
	size_t room = 0;

	while (file && getline(&line, &room, file) > 0) {
		if (strncmp(line, "# ", 2) == 0)
			return xstrndup(line + 2, strcspn(line + 2, "\r\n"));
	}
	return xstrdup("");
}

static int is_text(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 3 && strcmp(entry->d_name + len - 3, ".md") == 0 &&
	       manifest_is_name(entry->d_name, len - 3);
}

void appendix_load(const char *course, struct catalogue *catalogue)
{
	cleanup_free char *dir = io_join(course, "docs/appendix");
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, is_text, alphasort);

	if (n <= 0)
		return;
	catalogue->appendices = xcalloc((size_t)n, sizeof(*catalogue->appendices));
	catalogue->n_appendices = (size_t)n;
	for (int i = 0; i < n; i++) {
		struct appendix *appendix = &catalogue->appendices[i];
		size_t len = strlen(entries[i]->d_name) - 3;

		appendix->path = io_join(dir, entries[i]->d_name);
		appendix->title = read_title(appendix->path);
		appendix->id = xasprintf(APPENDIX_PREFIX "%.*s", (int)len, entries[i]->d_name);
		appendix->name = appendix->id + strlen(APPENDIX_PREFIX);
		free(entries[i]);
	}
	free(entries);
}

void appendix_free(struct catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue->n_appendices; i++) {
		free(catalogue->appendices[i].path);
		free(catalogue->appendices[i].title);
		free(catalogue->appendices[i].id);
	}
	free(catalogue->appendices);
}

const struct appendix *catalogue_appendix(const struct catalogue *catalogue, const char *word)
{
	const struct appendix *found = NULL;
	size_t len = strlen(word);

	for (size_t i = 0; len && i < catalogue->n_appendices; i++) {
		const struct appendix *appendix = &catalogue->appendices[i];

		if (strcmp(appendix->id, word) == 0 || strcmp(appendix->name, word) == 0)
			return appendix;
		if (strncmp(appendix->id, word, len) != 0 &&
		    strncmp(appendix->name, word, len) != 0)
			continue;
		if (found)
			return NULL;
		found = appendix;
	}
	return found;
}
