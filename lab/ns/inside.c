/*
 * What is in the namespaces of one process beside those of another: lab ns --details.
 *
 *	uts
 *	  ≠ host name
 *	        4713 bash  inner
 *	        4711 init  sandbox
 *	  = domain name  (none)
 */
#define _GNU_SOURCE
#include "lab/ns/view.h"

#include "common/cleanup.h"
#include "common/proc.h"
#include "lab/ns/details.h"
#include "lab/output.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct side {
	pid_t pid;
	char *label; /* "4713 bash" */
};

static int read_side(int procfd, pid_t pid, struct side *ret)
{
	struct strbuf label = STRBUF_INIT;
	struct proc_stat stat;
	cleanup_fd int dir = -1;
	int r = proc_open(procfd, pid, &dir);

	if (r == 0)
		r = proc_read_stat(dir, &stat);
	if (r < 0)
		return ns_pid_error(pid, -r);
	strbuf_addf(&label, "%d ", (int)stat.pid);
	ns_add_comm(&label, stat.comm);
	*ret = (struct side){stat.pid, strbuf_steal(&label)};
	return LAB_PASS;
}

static void print_side(const struct side *side, const char *value, size_t width)
{
	cleanup_strbuf struct strbuf label = STRBUF_INIT;

	ns_add_padded(&label, side->label, width);
	(void)printf("      %s  %s\n", label.s, value ? value : "-");
}

static void print_type(const struct lab *lab, enum nstype_id type, const struct ns_details *details,
		       const struct side *sides)
{
	size_t left = strlen(sides[0].label);
	size_t right = strlen(sides[1].label);
	size_t width = left > right ? left : right;

	(void)printf("%s%s%s\n", output_style(lab, STYLE_BOLD), nstypes[type].name,
		     output_style(lab, STYLE_PLAIN));
	for (size_t i = 0; i < details->n; i++) {
		const struct ns_detail *row = &details->list[i];

		if (!row->differs) {
			(void)printf("  = %s  %s\n", row->name,
				     row->inside ? row->inside : row->outside);
			continue;
		}
		(void)printf("  %s %s\n", ns_signs()->different, row->name);
		print_side(&sides[0], row->inside, width);
		print_side(&sides[1], row->outside, width);
	}
}

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *row_json(enum nstype_id type, const struct ns_detail *row)
{
	json_t *object = json_object();

	json_object_set_new(object, "type", json_string(nstypes[type].name));
	json_object_set_new(object, "name", json_string(row->name));
	json_object_set_new(object, "inside", text_or_null(row->inside));
	json_object_set_new(object, "outside", text_or_null(row->outside));
	json_object_set_new(object, "same", json_boolean(!row->differs));
	return object;
}

/* One type of both. Returns LAB_PASS, or another status after saying why. */
static int show_type(const struct lab *lab, const struct ns_request *request, enum nstype_id type,
		     const struct side *sides, json_t *rows)
{
	struct ns_details details;
	int status = LAB_PASS;

	ns_details_take(request->procfd, type, sides[0].pid, sides[1].pid, &details);
	/* A type that this kernel lacks is no error. */
	if (details.errnum_inside && details.errnum_inside != ENOENT)
		status = ns_pid_error(sides[0].pid, details.errnum_inside);
	else if (details.errnum_outside && details.errnum_outside != ENOENT)
		status = ns_pid_error(sides[1].pid, details.errnum_outside);
	else if (!request->json)
		print_type(lab, type, &details, sides);
	for (size_t i = 0; request->json && i < details.n; i++)
		json_array_append_new(rows, row_json(type, &details.list[i]));
	ns_details_free(&details);
	return status;
}

static int show(const struct lab *lab, const struct ns_request *request, const struct side *sides)
{
	json_t *rows = json_array();
	json_t *object = json_object();
	int status = LAB_PASS;

	for (int type = 0; type < NSTYPE_COUNT && status == LAB_PASS; type++)
		if (!nstypes[type].for_children && ns_wanted(request, (enum nstype_id)type))
			status = show_type(lab, request, (enum nstype_id)type, sides, rows);
	json_object_set_new(object, "schema", json_string(NS_DETAILS_SCHEMA));
	json_object_set_new(object, "inside", json_integer(sides[0].pid));
	json_object_set_new(object, "outside", json_integer(sides[1].pid));
	json_object_set_new(object, "details", rows);
	if (request->json && status == LAB_PASS)
		output_json(object);
	else
		json_decref(object);
	return status;
}

int ns_details_show(const struct lab *lab, const struct ns_request *request)
{
	struct side sides[2] = {{0, NULL}, {0, NULL}};
	int status = read_side(request->procfd, request->pids[0], &sides[0]);

	/* Beside one alone: lab itself, which is where the shell is. */
	if (status == LAB_PASS)
		status = read_side(request->procfd, request->n_pids > 1 ? request->pids[1] : 0,
				   &sides[1]);
	if (status == LAB_PASS)
		status = show(lab, request, sides);
	free(sides[0].label);
	free(sides[1].label);
	return status;
}
