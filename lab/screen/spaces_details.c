/*
 * The details of one type: what the selected process sees beside what the sandbox does (of
 * the sandbox, and of lab: beside each other).
 */
#define _GNU_SOURCE
#include "lab/screen/spaces_view.h"

#include "common/cleanup.h"
#include "common/proc.h"
#include "common/strbuf.h"
#include "lab/ns/details.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* Read again at most so often, and only where somebody has run. */
#define REST_NS	      200000000u
#define NAME_MAX_COLS 26
#define SIGN_COLS     2

static uint64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* A table of two columns beside the names, as wide as the pane. */
struct sheet {
	int name, side; /* columns */
	struct spaces_lines *lines;
};

/* The bytes of text that fit in cols columns, cut at a blank where there is one. */
static size_t fitting(const char *text, int cols)
{
	size_t len = strlen(text);
	size_t blank = 0;
	size_t end = 0;

	if (text_columns(text, len) <= cols)
		return len;
	while (end < len) {
		size_t next = end + 1;

		while (next < len && ((unsigned char)text[next] & 0xc0) == 0x80)
			next++;
		if (text_columns(text, next) > cols)
			break;
		if (text[end] == ' ' || text[end] == ',')
			blank = next;
		end = next;
	}
	/* Something must go, or it would never end. */
	return blank ? blank : end ? end : 1;
}

static const char *take(struct strbuf *to, const char *rest, int cols)
{
	size_t len = fitting(rest, cols);
	int width = text_columns(rest, len);

	strbuf_add(to, rest, len);
	strbuf_addf(to, "%*s", cols > width ? cols - width : 0, "");
	rest += len;
	return rest + strspn(rest, " ");
}

static void add_row(const struct sheet *sheet, enum role role, const char *sign, const char *name,
		    const char *inside, const char *outside)
{
	do {
		struct strbuf text = STRBUF_INIT;

		strbuf_adds(&text, sign);
		strbuf_addf(&text, "%*s", SIGN_COLS - text_columns(sign, strlen(sign)), "");
		name = take(&text, name, sheet->name);
		strbuf_addc(&text, ' ');
		inside = take(&text, inside, sheet->side);
		strbuf_addc(&text, ' ');
		outside = take(&text, outside, sheet->side);
		while (text.len && text.s[text.len - 1] == ' ')
			text.s[--text.len] = '\0';
		spaces_lines_add(sheet->lines, role, &text);
		sign = "";
	} while (*name || *inside || *outside);
}

static const char *why_not(int errnum)
{
	switch (errnum) {
	case 0:
		return "";
	case ESRCH:
	case ENOENT:
		return "has ended";
	case EACCES:
	case EPERM:
		return "may not be read";
	default:
		return "can't be read";
	}
}

static char *side_title(const struct spaces *spaces, size_t column)
{
	struct strbuf text = STRBUF_INIT;

	spaces_add_name(spaces, column, &text);
	strbuf_addf(&text, " %d", (int)spaces_column(spaces, column)->pid);
	return strbuf_steal(&text);
}

/* One side's value; "-" where there is none, nothing where nobody could look. */
static const char *value_of(const char *value, int errnum)
{
	return value ? value : errnum ? "" : "-";
}

/* The namespaces themselves: two of them may well hold the same. */
static void add_inodes(const struct spaces *spaces, const size_t columns[2], enum nstype_id type,
		       const struct sheet *sheet)
{
	const char *different = surface_is_utf8() ? "\u2260" : "!=";
	uint32_t left = spaces_column(spaces, columns[0])->cells[type].ino;
	uint32_t right = spaces_column(spaces, columns[1])->cells[type].ino;
	bool alone = columns[0] == columns[1];
	cleanup_free char *in = left ? xasprintf("%u", left) : xstrdup("?");
	cleanup_free char *out = right ? xasprintf("%u", right) : xstrdup("?");

	if (alone || !left || !right)
		add_row(sheet, ROLE_TEXT, "", "namespace", in, alone ? "" : out);
	else
		add_row(sheet, left == right ? ROLE_SAME : ROLE_DIFFERENT,
			left == right ? "=" : different, "namespace", in, out);
}

static void compose(const struct spaces *spaces, const size_t columns[2], enum nstype_id type,
		    const struct ns_details *details, const struct sheet *sheet)
{
	const char *different = surface_is_utf8() ? "\u2260" : "!=";
	bool alone = columns[0] == columns[1];
	bool compared = !alone && !details->errnum_inside && !details->errnum_outside;
	cleanup_free char *left = side_title(spaces, columns[0]);
	cleanup_free char *right = alone ? xstrdup("") : side_title(spaces, columns[1]);

	add_row(sheet, ROLE_HEADING, "", "", left, right);
	add_inodes(spaces, columns, type, sheet);
	if (details->errnum_inside || details->errnum_outside)
		add_row(sheet, ROLE_WARN, "", "", why_not(details->errnum_inside),
			why_not(details->errnum_outside));
	for (size_t i = 0; i < details->n; i++) {
		const struct ns_detail *detail = &details->list[i];
		const char *sign = detail->differs ? different : compared ? "=" : "";
		enum role role = detail->differs ? ROLE_DIFFERENT
				 : compared	 ? ROLE_SAME
						 : ROLE_TEXT;

		add_row(sheet, role, sign, detail->name,
			value_of(detail->inside, details->errnum_inside),
			alone ? "" : value_of(detail->outside, details->errnum_outside));
	}
}

static bool equal(const struct spaces_lines *a, const struct spaces_lines *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->list[i].role != b->list[i].role ||
		    strcmp(a->list[i].text, b->list[i].text) != 0)
			return false;
	return true;
}

static struct sheet plan(const struct ns_details *details, int cols, int sides,
			 struct spaces_lines *lines)
{
	struct sheet sheet = {.name = 9, .lines = lines};
	int most = cols / 3 < NAME_MAX_COLS ? cols / 3 : NAME_MAX_COLS;

	for (size_t i = 0; i < details->n; i++) {
		int width = text_columns(details->list[i].name, strlen(details->list[i].name));

		sheet.name = width > sheet.name ? width : sheet.name;
	}
	if (sheet.name > most)
		sheet.name = most > 4 ? most : 4;
	sheet.side = (cols - SIGN_COLS - sheet.name - sides) / sides;
	if (sheet.side < 4)
		sheet.side = 4;
	return sheet;
}

/* Is what was read still what is asked for? */
static bool is_fresh(const struct spaces_pane *pane, const struct spaces_seen *wanted)
{
	const struct spaces_seen *seen = &pane->seen_details;

	if (!seen->at || seen->type != wanted->type || seen->inside != wanted->inside ||
	    seen->outside != wanted->outside || seen->cols != wanted->cols)
		return false;
	/* A picture that stays can't be read again: what was seen of it stays too. */
	return pane->frozen || !spaces_running(pane->live) || seen->activity == wanted->activity ||
	       wanted->at - seen->at < REST_NS;
}

/* It has ended; what was seen of it last is worth more than that. */
static bool can_stay(const struct spaces_pane *pane, const struct spaces_seen *wanted)
{
	const struct spaces_seen *seen = &pane->seen_details;

	return seen->at && seen->type == wanted->type && seen->inside == wanted->inside &&
	       seen->cols == wanted->cols;
}

bool spaces_details_read(struct spaces_pane *pane, int cols)
{
	const struct spaces *spaces = spaces_pane_picture(pane);
	size_t inside = spaces_pane_column(pane);
	size_t outside = inside >= 2 ? 1 : inside == 1 || spaces_columns(spaces) == 1 ? 0 : 1;
	struct spaces_seen wanted = {
		.type = spaces_pane_type(pane),
		.inside = spaces_column(spaces, inside)->pid,
		.outside = inside == outside ? 0 : spaces_column(spaces, outside)->pid,
		.activity = spaces_activity(pane->live),
		.at = now_ns(),
		.cols = cols,
	};
	struct spaces_lines lines = {NULL, 0};
	struct ns_details details;
	cleanup_fd int procfd = -1;
	struct sheet sheet;
	bool changed;

	if (is_fresh(pane, &wanted) || proc_mount_open("/proc", &procfd) < 0)
		return false;
	ns_details_take(procfd, wanted.type, wanted.inside, wanted.outside, &details);
	if (details.errnum_inside && can_stay(pane, &wanted)) {
		ns_details_free(&details);
		pane->seen_details.activity = wanted.activity;
		return false;
	}
	sheet = plan(&details, cols, inside == outside ? 1 : 2, &lines);
	compose(spaces, (const size_t[2]){inside, outside}, wanted.type, &details, &sheet);
	ns_details_free(&details);
	changed = !equal(&lines, &pane->lines);
	spaces_lines_free(&pane->lines);
	pane->lines = lines;
	pane->seen_details = wanted;
	return changed;
}
