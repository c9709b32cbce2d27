#define _GNU_SOURCE
#include "lab/screen/vt_internal.h"

#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#define PATTERN 256 /* characters that are searched for, at most */

/* ---- selection ---- */

void vt_select(struct vt *vt, const struct vt_place *from, const struct vt_place *to)
{
	const struct vt_place *swap = from;

	vt->selected = from && to;
	if (!vt->selected)
		return;
	if (from->line > to->line || (from->line == to->line && from->col > to->col)) {
		from = to;
		to = swap;
	}
	vt->from = *from;
	vt->to = *to;
	vt->from_line = vt_long_line(vt, from->line);
	vt->to_line = vt_long_line(vt, to->line);
}

/* The selected columns of a line, from *ret_from up to *ret_to; false: none. */
static bool selected_part(const struct vt *vt, int line, int *ret_from, int *ret_to)
{
	long long number = vt_long_line(vt, line);

	if (!vt->selected || number < vt->from_line || number > vt->to_line)
		return false;
	*ret_from = number == vt->from_line ? vt->from.col : 0;
	*ret_to = number == vt->to_line ? vt->to.col + 1 : VT_MOST;
	return true;
}

static void add_cells(const struct cell *cells, int from, int to, struct strbuf *ret)
{
	for (int col = from; col < to; col++) {
		char bytes[LETTER_BYTES];

		if (cells[col].width && !cells[col].text[0])
			strbuf_addc(ret, ' ');
		for (int i = 0; cells[col].width && i < SURFACE_CHARS && cells[col].text[i]; i++)
			strbuf_add(ret, bytes, letter_encode((uint32_t)cells[col].text[i], bytes));
	}
}

void vt_selected(const struct vt *vt, struct strbuf *to)
{
	static struct cell cells[VT_MOST];
	bool first = true;

	for (int line = 0; line < vt_lines(vt); line++) {
		int begin, end, n;

		if (!selected_part(vt, line, &begin, &end))
			continue;
		if (!first)
			strbuf_addc(to, '\n');
		first = false;
		n = vt_line_cells(vt, line, cells);
		/* Both halves of a wide character, or none. */
		if (begin > 0 && begin < n && cells[begin].width == 0)
			begin--;
		add_cells(cells, begin, end < n ? end : n, to);
	}
}

/* ---- search ---- */

/* As search texts are compared: *ret_fold whether case is ignored; returns the characters. */
static int pattern_of(const char *text, wchar_t pattern[static PATTERN], bool *ret_fold)
{
	size_t len = strlen(text);
	int n = 0;

	*ret_fold = true;
	for (size_t at = 0; at < len && n < PATTERN;) {
		uint32_t letter;
		size_t used = letter_decode(text + at, len - at, &letter);

		if (iswupper((wint_t)letter))
			*ret_fold = false;
		pattern[n++] = (wchar_t)letter;
		at += used ? used : 1;
	}
	return n;
}

struct looking_for {
	wchar_t text[PATTERN];
	int n;
	bool fold;
};

static bool looking_for(const char *text, struct looking_for *ret)
{
	ret->n = text ? pattern_of(text, ret->text, &ret->fold) : 0;
	return ret->n > 0;
}

static wchar_t letter_of(const struct cell *cell, bool fold)
{
	wchar_t letter = cell->text[0] ? cell->text[0] : L' ';

	return fold ? (wchar_t)towlower((wint_t)letter) : letter;
}

/* The column of the first match from col on, -1: none; *ret_end the column behind it. */
static int find(const struct cell *cells, int n, int col, const struct looking_for *what,
		int *ret_end)
{
	for (; col < n; col++) {
		int at = col, matched = 0;

		for (; at < n && matched < what->n; at++) {
			if (!cells[at].width && at > col)
				continue;
			if (letter_of(&cells[at], what->fold) != what->text[matched])
				break;
			matched++;
		}
		if (matched == what->n) {
			*ret_end = at < n && !cells[at].width ? at + 1 : at;
			return col;
		}
	}
	return -1;
}

/* Bring a line into sight: where it isn't, into the middle. */
static void show(struct vt *vt, int line)
{
	int top = vt_top(vt, vt->rows);

	if (line < top || line >= top + vt->rows)
		(void)vt_scroll(vt, vt->back.count - line + vt->rows / 2);
}

bool vt_search(struct vt *vt, const char *text, bool forwards)
{
	static struct cell cells[VT_MOST];
	struct looking_for what;
	int lines = vt_lines(vt);
	int from;
	bool again = text && vt->search && strcmp(text, vt->search) == 0;

	if (!again)
		vt->at_line = -1;
	free(vt->search);
	vt->search = text && *text ? xstrdup(text) : NULL;
	if (!looking_for(vt->search, &what))
		return false;
	/* From the line found last, or from the edge of what is in sight. */
	from = (int)(vt->at_line - vt->back.dropped);
	if (vt->at_line < 0 || from < 0)
		from = forwards ? vt_top(vt, vt->rows) - 1 : vt_top(vt, vt->rows) + vt->rows;
	for (int i = 1; i <= lines; i++) {
		int line = (from + (forwards ? i : -i) + 2 * lines) % lines;
		int end;

		if (find(cells, vt_line_cells(vt, line, cells), 0, &what, &end) >= 0) {
			vt->at_line = vt_long_line(vt, line);
			show(vt, line);
			return true;
		}
	}
	return false;
}

int vt_found(const struct vt *vt)
{
	long long line = vt->at_line - vt->back.dropped;

	return vt->at_line < 0 || line < 0 ? -1 : (int)line;
}

void vt_mark_cells(const struct vt *vt, int line, struct cell *cells, int n)
{
	struct looking_for what;
	int begin, end;

	if (looking_for(vt->search, &what))
		for (int col = 0; (col = find(cells, n, col, &what, &end)) >= 0; col = end)
			for (int i = col; i < end; i++)
				cells[i].role = ROLE_MATCH;
	if (selected_part(vt, line, &begin, &end))
		for (int i = begin; i < end && i < n; i++)
			cells[i].role = ROLE_SELECTED;
}
