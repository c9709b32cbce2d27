#define _GNU_SOURCE
#include "common/mountinfo.h"

#include "common/numeral.h"
#include "common/strbuf.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

void mountinfo_unescape(char *text)
{
	char *to = text;

	while (*text) {
		const char *digits = text + 1;
		uint64_t value;

		if (*text == '\\' && strspn(digits, "01234567") >= 3 && digits[0] <= '3') {
			const char three[4] = {digits[0], digits[1], digits[2], '\0'};
			const char *at = three;

			(void)numeral_take(&at, 8, UCHAR_MAX, &value);
			*to++ = (char)value;
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/* Cut the next field off; NULL where the line has ended. An empty field is one. */
static char *take_word(char **at)
{
	return *at ? strsep(at, " ") : NULL;
}

static bool read_number(const char *word, int *ret)
{
	uint64_t value;

	if (!word || !numeral_take(&word, 10, INT_MAX, &value) || *word)
		return false;
	*ret = (int)value;
	return true;
}

static bool read_device(const char *word, dev_t *ret)
{
	uint64_t major_nr, minor_nr;

	if (!word || !numeral_take(&word, 10, UINT32_MAX, &major_nr) || *word++ != ':' ||
	    !numeral_take(&word, 10, UINT32_MAX, &minor_nr) || *word)
		return false;
	*ret = makedev((unsigned)major_nr, (unsigned)minor_nr);
	return true;
}

static bool read_tag(const char *word, struct mount *mount)
{
	const struct {
		const char *name;
		int *to;
	} tags[] = {
		{"shared:", &mount->shared},
		{"master:", &mount->master},
		{"propagate_from:", &mount->propagate_from},
	};

	if (!strcmp(word, "unbindable"))
		mount->unbindable = true;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		size_t len = strlen(tags[i].name);

		if (!strncmp(word, tags[i].name, len))
			return read_number(word + len, tags[i].to);
	}
	return true;
}

int mountinfo_parse_line(char *line, struct mount *ret)
{
	struct mount mount = {0};
	char *at = line;
	char *root, *point, *options, *word, *type, *source;

	if (!read_number(take_word(&at), &mount.id) ||
	    !read_number(take_word(&at), &mount.parent) || !read_device(take_word(&at), &mount.dev))
		return -EBADMSG;
	root = take_word(&at);
	point = take_word(&at);
	options = take_word(&at);
	if (!root || !*root || !point || !*point || !options)
		return -EBADMSG;
	while ((word = take_word(&at)) && strcmp(word, "-") != 0)
		if (!read_tag(word, &mount))
			return -EBADMSG;
	type = take_word(&at);
	source = take_word(&at);
	/* What is left are the options of the file system, blanks and all. */
	if (!word || !type || !*type || !source || !at)
		return -EBADMSG;
	mountinfo_unescape(root);
	mountinfo_unescape(point);
	mountinfo_unescape(type);
	mountinfo_unescape(source);
	mount.root = root;
	mount.point = point;
	mount.options = options;
	mount.type = type;
	mount.source = source;
	mount.super_options = at;
	*ret = mount;
	return 0;
}

static bool parse_lines(char *text, struct mountinfo *info)
{
	size_t lines = 0;

	for (const char *c = text; (c = strchr(c, '\n')); c++)
		lines++;
	info->mounts = xcalloc(lines, sizeof(info->mounts[0]));
	while (*text) {
		char *end = strchr(text, '\n');

		if (!end)
			return false;
		*end = '\0';
		if (mountinfo_parse_line(text, &info->mounts[info->n]) < 0)
			return false;
		info->n++;
		text = end + 1;
	}
	return true;
}

int mountinfo_parse(const char *text, struct mountinfo *ret)
{
	struct mountinfo info = {.text = xstrdup(text)};

	if (!parse_lines(info.text, &info)) {
		mountinfo_free(&info);
		return -EBADMSG;
	}
	*ret = info;
	return 0;
}

void mountinfo_free(struct mountinfo *info)
{
	free(info->mounts);
	free(info->text);
	memset(info, 0, sizeof(*info));
}

/* Is a mounted on the mount b, that is on top of it where the points are equal? */
static bool covers(const struct mount *a, const struct mount *b)
{
	return a->parent == b->id && !strcmp(a->point, b->point);
}

static bool is_covered(const struct mountinfo *info, const struct mount *mount)
{
	for (size_t i = 0; i < info->n; i++)
		if (&info->mounts[i] != mount && covers(&info->mounts[i], mount))
			return true;
	return false;
}

const struct mount *mountinfo_at(const struct mountinfo *info, const char *point)
{
	for (size_t i = info->n; i-- > 0;) {
		const struct mount *mount = &info->mounts[i];

		if (!strcmp(mount->point, point) && !is_covered(info, mount))
			return mount;
	}
	return NULL;
}

static bool is_below(const char *path, const char *point)
{
	size_t len = strlen(point);

	if (!strcmp(point, "/"))
		return path[0] == '/';
	return !strncmp(path, point, len) && (path[len] == '/' || path[len] == '\0');
}

const struct mount *mountinfo_of(const struct mountinfo *info, const char *path)
{
	const char *longest = NULL;

	for (size_t i = 0; i < info->n; i++) {
		const char *point = info->mounts[i].point;

		if (is_below(path, point) && (!longest || strlen(point) > strlen(longest)))
			longest = point;
	}
	return longest ? mountinfo_at(info, longest) : NULL;
}

const char *mount_propagation(const struct mount *mount)
{
	if (mount->shared)
		return mount->master ? "shared slave" : "shared";
	if (mount->master)
		return "slave";
	return mount->unbindable ? "unbindable" : "private";
}
