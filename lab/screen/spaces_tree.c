/*
 * The tree: user namespaces below their parents, PID namespaces below theirs where both
 * have the same owner, all others below the user namespace that owns them.
 */
#define _GNU_SOURCE
#include "lab/screen/spaces_view.h"

#include "common/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* User and PID namespaces nest at most 33 deep each. */
#define DEPTH_MAX 70

struct branches {
	const char *fork, *last, *trunk;
};

static const struct branches utf8_branches = {"\u251c\u2500 ", "\u2514\u2500 ", "\u2502  "};
static const struct branches ascii_branches = {"|- ", "`- ", "|  "};

struct tree {
	const struct spaces *spaces;
	const struct branches *branches;
	struct spaces_lines *lines;
	bool *wanted; /* by index: someone is in it, or in one below it */
};

static size_t find(const struct spaces *spaces, enum nstype_id type, uint32_t ino)
{
	size_t n = spaces_namespaces(spaces);

	for (size_t i = 0; ino && i < n; i++) {
		const struct spaces_ns *ns = spaces_namespace(spaces, i);

		if (ns->type == type && ns->ino == ino)
			return i;
	}
	return n;
}

/* The index of what a namespace hangs below, or the number of namespaces: of nothing. */
static size_t above(const struct spaces *spaces, size_t i)
{
	const struct spaces_ns *ns = spaces_namespace(spaces, i);
	size_t parent = find(spaces, ns->type, ns->parent);

	if (ns->type == NSTYPE_PID && parent < spaces_namespaces(spaces) &&
	    spaces_namespace(spaces, parent)->owner == ns->owner)
		return parent;
	return find(spaces, NSTYPE_USER, ns->owner);
}

/* After a run everybody has ended; what was seen is the picture then. */
static bool counts(const struct spaces *spaces, const struct spaces_column *column)
{
	return !column->ended || !spaces_running(spaces);
}

static bool is_in(const struct spaces_column *column, const struct spaces_ns *ns)
{
	return column->cells[ns->type].ino == ns->ino;
}

static bool is_for_children(const struct spaces_column *column, const struct spaces_ns *ns)
{
	enum nstype_id entry =
		ns->type == NSTYPE_PID ? NSTYPE_PID_FOR_CHILDREN : NSTYPE_TIME_FOR_CHILDREN;

	return (ns->type == NSTYPE_PID || ns->type == NSTYPE_TIME) &&
	       column->cells[entry].ino == ns->ino && !is_in(column, ns);
}

static void want(struct tree *tree, size_t i)
{
	while (i < spaces_namespaces(tree->spaces) && !tree->wanted[i]) {
		tree->wanted[i] = true;
		i = above(tree->spaces, i);
	}
}

/* Are the same processes in both, two at least? */
static bool same_members(const struct spaces *spaces, const struct spaces_ns *a,
			 const struct spaces_ns *b)
{
	size_t n = 0;

	for (size_t c = 0; c < spaces_columns(spaces); c++) {
		const struct spaces_column *column = spaces_column(spaces, c);

		if (!counts(spaces, column))
			continue;
		if (is_in(column, a) != is_in(column, b) || is_for_children(column, a))
			return false;
		n += is_in(column, a);
	}
	return n > 1;
}

static void add_members(struct strbuf *to, const struct spaces *spaces, const struct spaces_ns *ns,
			const struct spaces_ns *owner)
{
	const char *separator = "  ";

	/* So that those that differ stand out. */
	if (owner && same_members(spaces, ns, owner)) {
		strbuf_adds(to, "  all of them");
		return;
	}

	for (size_t c = 0; c < spaces_columns(spaces); c++) {
		const struct spaces_column *column = spaces_column(spaces, c);
		bool inside = is_in(column, ns);

		if (!counts(spaces, column) || (!inside && !is_for_children(column, ns)))
			continue;
		strbuf_adds(to, separator);
		if (!inside)
			strbuf_adds(to, "for children of ");
		spaces_add_name(spaces, c, to);
		strbuf_addf(to, " %d", (int)column->pid);
		separator = ", ";
	}
	if (*separator == ' ')
		strbuf_adds(to, "  nobody here");
}

/* The role tells whose it is: lab's, the sandbox's, or another. */
static enum role role_of(const struct spaces *spaces, const struct spaces_ns *ns)
{
	const struct spaces_column *sandbox = spaces_column(spaces, 1);

	if (is_in(spaces_column(spaces, 0), ns))
		return ROLE_TEXT;
	return sandbox && is_in(sandbox, ns) ? ROLE_SAME : ROLE_DIFFERENT;
}

static void add_line(struct tree *tree, size_t i, const char *indent, const char *branch)
{
	const struct spaces_ns *ns = spaces_namespace(tree->spaces, i);
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%s%s%s %u", indent, branch, nstypes[ns->type].name, (unsigned)ns->ino);
	/* A PID namespace with another owner than its parent hangs below that. */
	if (ns->type == NSTYPE_PID && ns->parent &&
	    above(tree->spaces, i) != find(tree->spaces, NSTYPE_PID, ns->parent))
		strbuf_addf(&text, " (in pid %u)", (unsigned)ns->parent);
	add_members(&text, tree->spaces, ns,
		    spaces_namespace(tree->spaces, find(tree->spaces, NSTYPE_USER, ns->owner)));
	spaces_lines_add(tree->lines, role_of(tree->spaces, ns), &text);
}

/* The places are gone through twice: user namespaces, with all they own, come after the others. */
static bool is_below(const struct tree *tree, size_t parent, size_t place)
{
	size_t n = spaces_namespaces(tree->spaces);
	size_t i = place % n;
	bool is_user = spaces_namespace(tree->spaces, i)->type == NSTYPE_USER;

	return tree->wanted[i] && is_user == (place >= n) && above(tree->spaces, i) == parent;
}

static size_t next_below(const struct tree *tree, size_t parent, size_t place)
{
	while (place < 2 * spaces_namespaces(tree->spaces) && !is_below(tree, parent, place))
		place++;
	return place;
}

static void add_below(struct tree *tree, size_t parent, struct strbuf *indent, unsigned depth)
{
	size_t n = spaces_namespaces(tree->spaces);
	size_t len = indent->len;
	bool root = parent == n;

	if (depth > DEPTH_MAX)
		return;
	for (size_t place = next_below(tree, parent, 0), next; place < 2 * n; place = next) {
		const char *branch = "";

		next = next_below(tree, parent, place + 1);
		if (!root)
			branch = next < 2 * n ? tree->branches->fork : tree->branches->last;
		add_line(tree, place % n, indent->s, branch);
		if (!root)
			strbuf_adds(indent, next < 2 * n ? tree->branches->trunk : "   ");
		add_below(tree, place % n, indent, depth + 1);
		indent->len = len;
		if (indent->cap)
			indent->s[len] = '\0';
	}
}

void spaces_tree_lines(const struct spaces *spaces, struct spaces_lines *to)
{
	cleanup_strbuf struct strbuf indent = STRBUF_INIT;
	size_t n = spaces_namespaces(spaces);
	struct tree tree = {
		.spaces = spaces,
		.branches = surface_is_utf8() ? &utf8_branches : &ascii_branches,
		.lines = to,
		.wanted = xcalloc(n ? n : 1, sizeof(bool)),
	};

	for (size_t i = 0; i < n; i++) {
		const struct spaces_ns *ns = spaces_namespace(spaces, i);

		for (size_t c = 0; c < spaces_columns(spaces); c++) {
			const struct spaces_column *column = spaces_column(spaces, c);

			if (counts(spaces, column) &&
			    (is_in(column, ns) || is_for_children(column, ns)))
				want(&tree, i);
		}
	}
	add_below(&tree, n, &indent, 0);
	free(tree.wanted);
}
