#define _GNU_SOURCE
#include "lab/course/manifest.h"

#include "common/cleanup.h"
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define LESSON_MAX   (1 << 20)
#define NAME_MAX_LEN 32

enum kind {
	KIND_TEXT,
	KIND_START,
	KIND_SECONDS,
	KIND_LINES,
	KIND_POINTS,
	KIND_WORDS,
	KIND_IDS,
	KIND_NEEDS,
};

struct key {
	const char *name;
	enum kind kind;
	bool required;
	size_t offset; /* of the member in struct exercise */
	const char *help;
};

static const struct key keys[] = {
	{"title", KIND_TEXT, true, offsetof(struct exercise, title), "One line, as lists show it."},
	{"start", KIND_START, true, offsetof(struct exercise, start),
	 "`root` or `user`: as whom programs start, uid 0 with all capabilities there or neither."},
	{"usage", KIND_TEXT, true, offsetof(struct exercise, usage),
	 "The program's own command line, as in `clone [CMD...]`."},
	{"default", KIND_TEXT, false, offsetof(struct exercise, default_cmd),
	 "What CMD is when none is given."},
	{"time", KIND_SECONDS, true, offsetof(struct exercise, time),
	 "Seconds that a check may take for one run of the program."},
	{"lines", KIND_LINES, false, offsetof(struct exercise, lines),
	 "How many lines the starter and the solution may have, for projects; without it 120."},
	{"libs", KIND_WORDS, false, offsetof(struct exercise, libs),
	 "Names of pkg-config(1) that the program is compiled with."},
	{"needs", KIND_NEEDS, false, offsetof(struct exercise, needs),
	 "What the machine must have, else the check is unsupported: `rootfs`, `internet`, `subids`, `mirror`."},
	{"aliases", KIND_IDS, false, offsetof(struct exercise, aliases),
	 "Former ids, so that progress survives a new name."},
	{"weight", KIND_POINTS, false, offsetof(struct exercise, weight),
	 "Points in a report of `lab grade`; without it each fact is one."},
	{"man", KIND_WORDS, true, offsetof(struct exercise, man),
	 "The pages to read, as in `clone(2)`."},
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

const char *manifest_key(size_t i, const char **ret_help, bool *ret_required)
{
	if (i >= N_KEYS)
		return NULL;
	*ret_help = keys[i].help;
	*ret_required = keys[i].required;
	return keys[i].name;
}

/* What `needs:` may name: one row for each thing a machine can lack. */
static const char *const known_needs[] = {"subids", "mirror", "rootfs", "internet", NULL};

/* Where a message points to. */
struct place {
	const char *name;
	unsigned line;
};

bool manifest_is_name(const char *text, size_t len)
{
	if (len == 0 || len > NAME_MAX_LEN || text[0] < 'a' || text[0] > 'z')
		return false;
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_") >= len;
}

static bool is_id(const char *text)
{
	const char *slash = strchr(text, '/');

	return slash && manifest_is_name(text, (size_t)(slash - text)) &&
	       manifest_is_name(slash + 1, strlen(slash + 1));
}

static bool is_known_need(const char *word)
{
	for (const char *const *need = known_needs; *need; need++) {
		if (strcmp(*need, word) == 0)
			return true;
	}
	return false;
}

static char **split(const char *text)
{
	char **words = xcalloc(strlen(text) / 2 + 2, sizeof(*words));
	size_t n = 0;

	for (;;) {
		size_t len;

		text += strspn(text, " \t");
		len = strcspn(text, " \t");
		if (len == 0)
			return words;
		words[n++] = xstrndup(text, len);
		text += len;
	}
}

static int set_words(const struct place *at, const struct key *key, const char *value,
		     char ***member, struct error *err)
{
	*member = split(value);
	for (char **word = *member; *word; word++) {
		if (key->kind == KIND_IDS && !is_id(*word))
			return error_say(err, EBADMSG,
					 "%s:%u: \"%s\" is no exercise id (phase/name)", at->name,
					 at->line, *word);
		if (key->kind == KIND_NEEDS && !is_known_need(*word))
			return error_say(err, EBADMSG, "%s:%u: unknown value \"%s\" for \"needs\"",
					 at->name, at->line, *word);
	}
	return 0;
}

static int set_start(const struct place *at, const char *value, enum sandbox_start *member,
		     struct error *err)
{
	if (strcmp(value, "root") == 0)
		*member = SANDBOX_ROOT;
	else if (strcmp(value, "user") == 0)
		*member = SANDBOX_USER;
	else
		return error_say(err, EBADMSG, "%s:%u: \"start\" must be root or user, not \"%s\"",
				 at->name, at->line, value);
	return 0;
}

/* A row for each kind of number. */
static const struct range {
	const char *unit;
	unsigned long low, high;
} ranges[] = {
	[KIND_SECONDS] = {"seconds", 1, 600},
	[KIND_LINES] = {"lines", 121, 500},
	[KIND_POINTS] = {"points", 1, 1000},
};

static int set_number(const struct place *at, const struct key *key, const char *value,
		      unsigned *member, struct error *err)
{
	const struct range *range = &ranges[key->kind];
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end || n < range->low || n > range->high)
		return error_say(err, EBADMSG,
				 "%s:%u: \"%s\" must be %s from %lu to %lu, not \"%s\"", at->name,
				 at->line, key->name, range->unit, range->low, range->high, value);
	*member = (unsigned)n;
	return 0;
}

static int set_key(const struct place *at, const struct key *key, const char *value,
		   struct exercise *exercise, struct error *err)
{
	void *member = (char *)exercise + key->offset;

	if (key->required && !value[0])
		return error_say(err, EBADMSG, "%s:%u: \"%s\" has no value", at->name, at->line,
				 key->name);
	switch (key->kind) {
	case KIND_TEXT:
		*(char **)member = xstrdup(value);
		return 0;
	case KIND_START:
		return set_start(at, value, member, err);
	case KIND_SECONDS:
	case KIND_LINES:
	case KIND_POINTS:
		return set_number(at, key, value, member, err);
	default:
		return set_words(at, key, value, member, err);
	}
}

static const struct key *find_key(const char *name, size_t len)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		if (strlen(keys[i].name) == len && strncmp(keys[i].name, name, len) == 0)
			return &keys[i];
	}
	return NULL;
}

/* One line of the front matter; *seen has a bit per key. */
static int parse_line(const struct place *at, char *line, unsigned *seen, struct exercise *exercise,
		      struct error *err)
{
	char *colon = strchr(line, ':');
	const struct key *key;
	char *value, *end;

	if (!colon)
		return error_say(err, EBADMSG, "%s:%u: \"%.40s\" is not \"key: value\"", at->name,
				 at->line, line);
	key = find_key(line, (size_t)(colon - line));
	if (!key)
		return error_say(err, EBADMSG, "%s:%u: unknown key \"%.*s\"", at->name, at->line,
				 (int)(colon - line > 40 ? 40 : colon - line), line);
	if (*seen & 1U << (key - keys))
		return error_say(err, EBADMSG, "%s:%u: \"%s\" is given twice", at->name, at->line,
				 key->name);
	*seen |= 1U << (key - keys);
	value = colon + 1 + strspn(colon + 1, " \t");
	end = value + strlen(value);
	while (end > value && strchr(" \t", end[-1]))
		*--end = '\0';
	return set_key(at, key, value, exercise, err);
}

static int check_complete(const struct place *end, unsigned seen, struct exercise *exercise,
			  struct error *err)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		if (keys[i].required && !(seen & 1U << i))
			return error_say(err, EBADMSG, "%s:%u: the key \"%s\" is missing",
					 end->name, end->line, keys[i].name);
	}
	if (strstr(exercise->usage, "CMD") && !exercise->default_cmd)
		return error_say(err, EBADMSG,
				 "%s:%u: the usage names CMD, so the key \"default\" is needed",
				 end->name, end->line);
	return 0;
}

/* The length of the line at TEXT without its end; *ret_next is the line after it. */
static size_t line_length(const char *text, const char **ret_next)
{
	size_t len = strcspn(text, "\n");

	*ret_next = text + len + (text[len] == '\n');
	return len && text[len - 1] == '\r' ? len - 1 : len;
}

static bool is_fence(const char *line, size_t len)
{
	return len == 3 && memcmp(line, "---", 3) == 0;
}

int manifest_parse(const char *name, const char *text, struct exercise *exercise, struct error *err)
{
	struct place at = {.name = name, .line = 1};
	unsigned seen = 0;
	const char *next;

	if (!is_fence(text, line_length(text, &next)))
		return error_say(err, EBADMSG, "%s:1: a lesson opens with a line \"---\"", name);
	for (text = next; *text; text = next) {
		size_t len = line_length(text, &next);
		cleanup_free char *line = xstrndup(text, len);
		int r;

		at.line++;
		if (is_fence(text, len))
			return check_complete(&at, seen, exercise, err);
		if (line[strspn(line, " \t")] == '\0')
			continue;
		r = parse_line(&at, line, &seen, exercise, err);
		if (r < 0)
			return r;
	}
	return error_say(err, EBADMSG, "%s:%u: the second \"---\" is missing", name, at.line);
}

int manifest_read(const char *name, struct exercise *exercise, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r;

	if (!io_exists(exercise->lesson))
		return error_say(err, ENOENT, "%s:1: the lesson is missing", name);
	r = io_read_file(AT_FDCWD, exercise->lesson, LESSON_MAX, &text, err);
	if (r < 0)
		return r;
	return manifest_parse(name, text.s, exercise, err);
}

const char *manifest_skip(const char *text)
{
	const char *at, *next;

	if (!is_fence(text, line_length(text, &next)))
		return text;
	for (at = next; *at; at = next) {
		if (is_fence(at, line_length(at, &next)))
			return next;
	}
	return text;
}
