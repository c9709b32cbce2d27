/*
 * Who hangs on whom: user namespaces below their parent, PID namespaces below
 * theirs where both have the same owner, all others below their owner.
 */
#define _GNU_SOURCE
#include "lab/ns/view.h"

#include "common/cleanup.h"
#include "lab/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A namespace's place; by index in the scan's list, which is in the order they are printed in. */
struct node {
	uint32_t above; /* SCAN_NONE: a root */
	uint32_t first_below, last_below;
	uint32_t next; /* below the same */
};

struct tree {
	const struct scan *scan;
	struct node *nodes;
	bool *shown;	/* by index */
	uint32_t roots; /* first of the list */
	uint32_t last_root;
};

static uint32_t place_of(const struct scan *scan, uint32_t row)
{
	const struct scan_ns *ns = &scan->namespaces[row];

	if (ns->type == NSTYPE_PID && ns->parent != SCAN_NONE &&
	    scan->namespaces[ns->parent].owner == ns->owner)
		return ns->parent;
	return ns->owner;
}

static void append(struct tree *tree, uint32_t row)
{
	uint32_t above = tree->nodes[row].above;
	uint32_t *first = above == SCAN_NONE ? &tree->roots : &tree->nodes[above].first_below;
	uint32_t *last = above == SCAN_NONE ? &tree->last_root : &tree->nodes[above].last_below;

	if (*first == SCAN_NONE)
		*first = row;
	else
		tree->nodes[*last].next = row;
	*last = row;
}

/* Show a namespace and all above it. */
static void show_up(struct tree *tree, uint32_t row)
{
	for (; row != SCAN_NONE && !tree->shown[row]; row = tree->nodes[row].above)
		tree->shown[row] = true;
}

static void choose_process(struct tree *tree, const struct ns_request *request,
			   const struct scan_process *process)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (process->ns[i] != SCAN_NONE && ns_wanted(request, (enum nstype_id)i))
			show_up(tree, process->ns[i]);
}

static int choose(struct tree *tree, const struct ns_request *request)
{
	for (size_t i = 0; i < request->n_pids; i++) {
		const struct scan_process *process =
			scan_find_process(tree->scan, request->pids[i]);

		if (!process || process->unreadable)
			return ns_pid_error(request->pids[i], process ? EACCES : ESRCH);
		choose_process(tree, request, process);
	}
	for (uint32_t i = 0; i < tree->scan->n_namespaces && !request->n_pids; i++)
		if (ns_wanted(request, tree->scan->namespaces[i].type))
			show_up(tree, i);
	return LAB_PASS;
}

static void plant(struct tree *tree, const struct scan *scan)
{
	tree->scan = scan;
	tree->nodes = xcalloc(scan->n_namespaces, sizeof(tree->nodes[0]));
	tree->shown = xcalloc(scan->n_namespaces, sizeof(tree->shown[0]));
	tree->roots = tree->last_root = SCAN_NONE;
	for (uint32_t i = 0; i < scan->n_namespaces; i++)
		tree->nodes[i] = (struct node){
			.above = place_of(scan, i),
			.first_below = SCAN_NONE,
			.last_below = SCAN_NONE,
			.next = SCAN_NONE,
		};
}

/* Only what is shown is linked, so that the last one of a row is known. */
static void grow(struct tree *tree)
{
	for (uint32_t i = 0; i < tree->scan->n_namespaces; i++)
		if (tree->shown[i])
			append(tree, i);
}

static void add_inhabitants(struct strbuf *to, const struct scan *scan, const struct scan_ns *ns)
{
	if (ns->nprocs == 1) {
		strbuf_adds(to, "1 process: ");
	} else if (ns->nprocs) {
		strbuf_addf(to, "%u processes, first ", ns->nprocs);
	} else {
		strbuf_adds(to, "no process; held by ");
		ns_add_holds(to, ns);
		if (!ns->pid && ns->mount == SCAN_NONE)
			return;
		strbuf_adds(to, ": ");
	}
	ns_add_holder(to, scan, ns);
}

static void print_node(const struct lab *lab, const struct scan *scan, const struct scan_ns *ns)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	add_inhabitants(&text, scan, ns);
	if (ns->has_owner_uid)
		strbuf_addf(&text, "; made by uid %u", (unsigned)ns->owner_uid);
	(void)printf("%s%s %llu%s  %s\n", output_style(lab, STYLE_BOLD), nstypes[ns->type].name,
		     (unsigned long long)ns->ino, output_style(lab, STYLE_PLAIN), text.s);
}

/* The kernel nests at most 33 user and 33 PID namespaces, so this is no deep recursion. */
static void print_below(const struct lab *lab, const struct tree *tree, uint32_t first,
			struct strbuf *indent)
{
	const struct ns_signs *signs = ns_signs();
	size_t len = indent->len;

	for (uint32_t i = first; i != SCAN_NONE; i = tree->nodes[i].next) {
		bool last = tree->nodes[i].next == SCAN_NONE;

		(void)printf("%s%s", indent->s, last ? signs->last : signs->branch);
		print_node(lab, tree->scan, &tree->scan->namespaces[i]);
		strbuf_adds(indent, last ? "   " : signs->trunk);
		print_below(lab, tree, tree->nodes[i].first_below, indent);
		indent->len = len;
		indent->s[len] = '\0';
	}
}

static void print_tree(const struct lab *lab, const struct tree *tree)
{
	cleanup_strbuf struct strbuf indent = STRBUF_INIT;

	for (uint32_t i = tree->roots; i != SCAN_NONE; i = tree->nodes[i].next) {
		print_node(lab, tree->scan, &tree->scan->namespaces[i]);
		print_below(lab, tree, tree->nodes[i].first_below, &indent);
	}
}

int ns_tree_show(const struct lab *lab, const struct ns_request *request)
{
	struct error err = {0};
	struct tree tree;
	struct scan scan;
	int status;

	if (scan_take(request->procfd, request->depth, &scan, &err) < 0)
		return output_error(&err, LAB_ERROR);
	plant(&tree, &scan);
	status = choose(&tree, request);
	if (status == LAB_PASS) {
		grow(&tree);
		if (request->json)
			ns_print_json(&scan, tree.shown);
		else
			print_tree(lab, &tree);
		if (!request->json && !request->n_pids)
			ns_note_unreadable(&scan);
	}
	free(tree.nodes);
	free(tree.shown);
	scan_free(&scan);
	return status;
}
