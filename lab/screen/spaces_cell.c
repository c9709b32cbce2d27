/*
 * The text of a cell: digits, then a sign, then marks.
 *
 *	4026532181=		same as the sandbox's
 *	4026532253≠*		different, and just now
 *	…32181=→…32253		its next children will be in the other one
 *	32181→32253≠		after a run: first and last
 */
#define _GNU_SOURCE
#include "lab/screen/spaces_view.h"

#include "common/strbuf.h"

#include <stdio.h>
#include <string.h>

#define INO_DIGITS   10
#define SHORT_DIGITS 5

struct signs {
	const char *same, *different, *arrow, *more, *legend;
};

static const struct signs utf8_signs = {
	"=",
	"\u2260",
	"\u2192",
	"\u2026",
	"= as the sandbox  \u2260 different  * just now  ^ not as pinned  \u2192 its children",
};
static const struct signs ascii_signs = {
	"=",
	"!=",
	"->",
	"..",
	"= as the sandbox  != different  * just now  ^ not as pinned  -> its children",
};

static const struct signs *signs(void)
{
	return surface_is_utf8() ? &utf8_signs : &ascii_signs;
}

const char *spaces_legend(void)
{
	return signs()->legend;
}

static int columns_of(const char *text)
{
	return text_columns(text, strlen(text));
}

void spaces_add_ino(struct strbuf *to, uint32_t ino, int cols)
{
	const char *more = signs()->more;
	char digits[16];
	int len = snprintf(digits, sizeof(digits), "%u", (unsigned)ino);
	int room = cols - columns_of(more);

	if (len <= cols) {
		strbuf_adds(to, digits);
	} else if (cols <= SHORT_DIGITS || room < 3) {
		/* No room to say that there are more. */
		strbuf_adds(to, digits + len - (cols < 0 ? 0 : cols));
	} else {
		strbuf_adds(to, more);
		strbuf_adds(to, digits + len - (room > SHORT_DIGITS ? SHORT_DIGITS : room));
	}
}

static const char *sign_of(const struct spaces *spaces, size_t column, enum nstype_id type)
{
	const struct spaces_column *reference = spaces_column(spaces, column == 1 ? 0 : 1);
	const struct spaces_cell *cell = &spaces_column(spaces, column)->cells[type];

	if (column == 0 || !reference || !reference->cells[type].ino)
		return "";
	return cell->same ? signs()->same : signs()->different;
}

static enum role role_of(const struct spaces *spaces, size_t column, enum nstype_id type)
{
	const struct spaces_cell *cell = &spaces_column(spaces, column)->cells[type];

	if (!cell->ino)
		return ROLE_DIM;
	if (spaces_just_changed(spaces, cell))
		return ROLE_CHANGED;
	if (!*sign_of(spaces, column, type))
		return ROLE_TEXT;
	return cell->same ? ROLE_SAME : ROLE_DIFFERENT;
}

static bool not_as_pinned(const struct spaces *spaces, const struct spaces_column *column,
			  enum nstype_id type)
{
	uint32_t pinned = spaces_pinned_ino(spaces, column->pid, type);

	return pinned && pinned != column->cells[type].ino;
}

/* "A→B" with as many digits as fit; false: not even three of each do. */
static bool add_pair(struct strbuf *to, uint32_t from, const char *between, uint32_t ino, int cols)
{
	int digits = (cols - columns_of(between)) / 2;

	if (digits < 3)
		return false;
	if (digits < INO_DIGITS && digits > SHORT_DIGITS)
		digits = SHORT_DIGITS;
	spaces_add_ino(to, from, digits);
	strbuf_adds(to, between);
	spaces_add_ino(to, ino, digits);
	return true;
}

/* Where its children go: the namespace for children, "new" while that has no process yet. */
static bool add_pending(struct strbuf *to, uint32_t ino, const char *sign, uint32_t children,
			int cols)
{
	cleanup_strbuf struct strbuf between = STRBUF_INIT;
	int room;

	strbuf_addf(&between, "%s%s", sign, signs()->arrow);
	if (children && add_pair(to, ino, between.s, children, cols))
		return true;
	strbuf_adds(&between, children ? "" : "new");
	room = cols - columns_of(between.s);
	if (room < 3)
		return false;
	spaces_add_ino(to, ino, room);
	strbuf_adds(to, between.s);
	return true;
}

enum role spaces_add_cell(const struct spaces *spaces, size_t at, enum nstype_id type, int cols,
			  struct strbuf *to)
{
	const struct spaces_column *column = spaces_column(spaces, at);
	const struct spaces_cell *cell = &column->cells[type];
	const struct spaces_cell *children =
		&column->cells[type == NSTYPE_TIME ? NSTYPE_TIME_FOR_CHILDREN
						   : NSTYPE_PID_FOR_CHILDREN];
	const char *sign = sign_of(spaces, at, type);
	char marks[3] = "";
	int room;

	if (!cell->ino) {
		strbuf_adds(to, column->ended ? "-" : "?");
		return ROLE_DIM;
	}
	if (spaces_just_changed(spaces, cell) ||
	    (cell->pending && spaces_just_changed(spaces, children)))
		strcat(marks, "*");
	if (not_as_pinned(spaces, column, type))
		strcat(marks, "^");
	room = cols - columns_of(sign) - (int)strlen(marks);
	if (cell->first && cell->first != cell->ino && !spaces_running(spaces) &&
	    add_pair(to, cell->first, signs()->arrow, cell->ino, room)) {
		strbuf_addf(to, "%s%s", sign, marks);
	} else if (cell->pending &&
		   add_pending(to, cell->ino, sign, children->ino, cols - (int)strlen(marks))) {
		strbuf_adds(to, marks);
	} else {
		spaces_add_ino(to, cell->ino, room);
		strbuf_addf(to, "%s%s", sign, marks);
	}
	return role_of(spaces, at, type);
}

/* From the most telling to the shortest; the first that fits. */
static bool add_fitting(struct strbuf *to, const char *text, int cols)
{
	if ((int)strlen(text) > cols)
		return false;
	strbuf_adds(to, text);
	return true;
}

void spaces_add_pid(const struct spaces *spaces, size_t at, int cols, struct strbuf *to)
{
	const struct spaces_column *column = spaces_column(spaces, at);
	const char *end = column->zombie ? "zombie" : "ended";
	char pid[16], both[40], tight[40], text[64];

	(void)snprintf(pid, sizeof(pid), "%d", (int)column->pid);
	(void)snprintf(both, sizeof(both), "%s", pid);
	(void)snprintf(tight, sizeof(tight), "%s", pid);
	/* Lab's own has no other number in its own namespace. */
	if (at && column->inside) {
		(void)snprintf(both, sizeof(both), "%s (%d)", pid, (int)column->inside);
		(void)snprintf(tight, sizeof(tight), "%s(%d)", pid, (int)column->inside);
	}
	/* After a run all have ended, and the title says so. */
	if (column->ended && spaces_running(spaces)) {
		(void)snprintf(text, sizeof(text), "%s %s", both, end);
		if (add_fitting(to, text, cols))
			return;
		(void)snprintf(text, sizeof(text), "%s %s", pid, end);
		if (add_fitting(to, text, cols) || add_fitting(to, end, cols))
			return;
	}
	if (!add_fitting(to, both, cols) && !add_fitting(to, tight, cols))
		(void)add_fitting(to, pid, cols);
}

int spaces_cell_width(const struct spaces *spaces, bool full)
{
	int width = (full ? INO_DIGITS : SHORT_DIGITS + columns_of(signs()->more)) +
		    columns_of(signs()->different) + 1 + (spaces_is_pinned(spaces) ? 1 : 0);

	for (size_t i = 0; i < spaces_columns(spaces); i++) {
		const struct spaces_column *column = spaces_column(spaces, i);
		int len = i ? snprintf(NULL, 0, full ? "%d (%d)" : "%d(%d)", (int)column->pid,
				       (int)column->inside)
			    : snprintf(NULL, 0, "%d", (int)column->pid);

		width = len > width ? len : width;
	}
	return width;
}
