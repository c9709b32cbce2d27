/*
 * Every namespace of the machine, a row each, also those without a process.
 */
#define _GNU_SOURCE
#include "lab/ns/view.h"

#include "common/cleanup.h"
#include "lab/output.h"

#include <stdio.h>
#include <unistd.h>

/* The columns, in order; the last one takes what is left of the line. */
static const struct {
	const char *name;
	int width; /* negative: to the left */
} columns[] = {
	{"TYPE", -6}, {"NAMESPACE", 10}, {"OWNER", 10}, {"PROCS", 5}, {"HELD BY", -12},
};

static void print_header(const struct lab *lab)
{
	(void)fputs(output_style(lab, STYLE_BOLD), stdout);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		(void)printf("%*s  ", columns[i].width, columns[i].name);
	(void)printf("FIRST PROCESS%s\n", output_style(lab, STYLE_PLAIN));
}

static void print_row(const struct scan *scan, const struct scan_ns *ns, struct strbuf *text)
{
	char owner[24] = "-";

	if (ns->owner != SCAN_NONE)
		(void)snprintf(owner, sizeof(owner), "%llu",
			       (unsigned long long)scan->namespaces[ns->owner].ino);
	strbuf_reset(text);
	ns_add_holds(text, ns);
	(void)printf("%*s  %*llu  %*s  %*u  %*s  ", columns[0].width, nstypes[ns->type].name,
		     columns[1].width, (unsigned long long)ns->ino, columns[2].width, owner,
		     columns[3].width, ns->nprocs, columns[4].width, text->s);
	strbuf_reset(text);
	ns_add_holder(text, scan, ns);
	(void)printf("%s\n", text->s);
}

static void print_table(const struct lab *lab, const struct ns_request *request,
			const struct scan *scan)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	print_header(lab);
	for (size_t i = 0; i < scan->n_namespaces; i++)
		if (ns_wanted(request, scan->namespaces[i].type))
			print_row(scan, &scan->namespaces[i], &text);
}

static void print_json(const struct ns_request *request, const struct scan *scan)
{
	cleanup_free bool *shown = xcalloc(scan->n_namespaces, sizeof(shown[0]));

	for (size_t i = 0; i < scan->n_namespaces; i++)
		shown[i] = ns_wanted(request, scan->namespaces[i].type);
	ns_print_json(scan, shown);
}

int ns_list_show(const struct lab *lab, const struct ns_request *request)
{
	struct error err = {0};
	struct scan scan;

	if (scan_take(request->procfd, request->depth, &scan, &err) < 0)
		return output_error(&err, LAB_ERROR);
	if (request->json)
		print_json(request, &scan);
	else
		print_table(lab, request, &scan);
	if (!request->json)
		ns_note_unreadable(&scan);
	scan_free(&scan);
	return LAB_PASS;
}
