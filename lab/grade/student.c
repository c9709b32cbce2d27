#define _GNU_SOURCE
#include "lab/grade/student.h"

#include "common/cleanup.h"
#include "common/strbuf.h"
#include "common/text_parse.h"
#include "lab/grade/digest.h"

#include <string.h>
#include <strings.h>

#define FILE_MAX 64 /* bytes of a student's name in a file name */

static const char *const endings[] = {".tar.gz", ".tgz", ".zip", NULL};

static void add_bytes(struct strbuf *to, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		strbuf_addf(to, "\\x%02x", (unsigned char)bytes[i]);
}

/* May this character stand in a name as it is? */
static bool is_plain(const struct text_filter *filter)
{
	unsigned long code = text_code_point(filter);

	return code != '\\' && !text_reorders(code) && !text_is_c1(code) && code != 0x2028 &&
	       code != 0x2029 && code != 0xfeff;
}

char *student_text(const char *bytes, size_t len)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t at = 0; at < len;) {
		struct text_filter filter = TEXT_FILTER_INIT;
		enum text_token token = TEXT_NOTHING;
		size_t used = 0;
		bool again = false;

		while (at + used < len && token == TEXT_NOTHING && used < 4) {
			token = text_feed(&filter, (unsigned char)bytes[at + used], &again);
			used++;
		}
		if (token == TEXT_PRINTABLE && !again && is_plain(&filter)) {
			strbuf_add(&text, bytes + at, used);
			at += used;
		} else {
			add_bytes(&text, bytes + at, 1);
			at++;
		}
	}
	return strbuf_steal(&text);
}

size_t student_stem(const char *file)
{
	size_t len = strlen(file);

	for (size_t i = 0; endings[i]; i++) {
		size_t ending = strlen(endings[i]);

		if (len > ending && strcasecmp(file + len - ending, endings[i]) == 0)
			return len - ending;
	}
	return len;
}

char *student_name(const char *file)
{
	return student_text(file, student_stem(file));
}

char *student_file(const char *student, const char *ending)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-";
	size_t len = strlen(student);
	char hash[DIGEST_HEX];
	char *name;

	if (len && len <= FILE_MAX && student[0] != '.' && student[0] != '-' &&
	    strspn(student, plain) == len)
		return xasprintf("%s%s", student, ending);
	digest_buffer(student, len, hash);
	name = xasprintf("_%.*s-%.12s", FILE_MAX, student, hash);
	for (char *at = name; *at; at++)
		if (!strchr(plain, *at))
			*at = '_';
	student = name;
	name = xasprintf("%s%s", student, ending);
	free((void *)(size_t)student);
	return name;
}
