/*
 * Processes side by side: a row for each entry of /proc/PID/ns, a column for
 * each process, and in words whether they share it.
 */
#define _GNU_SOURCE
#include "lab/ns/view.h"

#include "common/cleanup.h"
#include "common/proc.h"
#include "lab/output.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TYPE_WIDTH 19 /* "time_for_children" and two blanks */
#define SIGN_WIDTH 3  /* before all columns but the first */
#define CELL_WIDTH 18 /* an inode has at most ten digits, "PID NAME" needs more */

struct column {
	pid_t pid;
	char comm[64];
	struct ns_snapshot snapshot;
};

struct comparison {
	struct column *columns;
	size_t n;
};

static int read_column(int procfd, pid_t pid, struct column *ret)
{
	struct proc_stat stat = {0};
	cleanup_fd int dir = -1;
	int r = proc_open(procfd, pid, &dir);

	if (r == 0)
		r = ns_snapshot_take(dir, &ret->snapshot);
	if (r == 0)
		r = proc_read_stat(dir, &stat);
	if (r < 0)
		return r;
	ret->pid = stat.pid;
	memcpy(ret->comm, stat.comm, sizeof(ret->comm));
	return 0;
}

/* All of them in words: one that differs decides, else one that is unknown. */
static enum ns_relation relation_of(const struct comparison *all, enum nstype_id type)
{
	enum ns_relation relation = NS_SAME;

	for (size_t i = 1; i < all->n; i++) {
		enum ns_relation one =
			ns_compare(&all->columns[0].snapshot, &all->columns[i].snapshot, type);

		if (one == NS_DIFFERENT)
			return one;
		if (one == NS_UNKNOWN)
			relation = one;
	}
	return relation;
}

static void trim(struct strbuf *line)
{
	while (line->len && line->s[line->len - 1] == ' ')
		line->s[--line->len] = '\0';
}

static void print_header(const struct lab *lab, const struct comparison *all)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;

	ns_add_padded(&line, "TYPE", TYPE_WIDTH);
	for (size_t i = 0; i < all->n; i++) {
		cleanup_strbuf struct strbuf name = STRBUF_INIT;

		strbuf_addf(&name, "%d ", (int)all->columns[i].pid);
		ns_add_comm(&name, all->columns[i].comm);
		ns_add_padded(&line, "", i ? SIGN_WIDTH : 0);
		ns_add_padded(&line, name.s, CELL_WIDTH - 1);
		strbuf_addc(&line, ' ');
	}
	trim(&line);
	(void)printf("%s%s%s\n", output_style(lab, STYLE_BOLD), line.s,
		     output_style(lab, STYLE_PLAIN));
}

/* What stands before a cell: how it relates to the first column. */
static const char *sign_of(const struct comparison *all, size_t i, enum nstype_id type)
{
	switch (ns_compare(&all->columns[0].snapshot, &all->columns[i].snapshot, type)) {
	case NS_SAME:
		return "=";
	case NS_DIFFERENT:
		return ns_signs()->different;
	default:
		return "?";
	}
}

static void print_row(const struct lab *lab, const struct comparison *all, enum nstype_id type)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	enum ns_relation relation = relation_of(all, type);
	char text[NS_ENTRY_TEXT];

	ns_add_padded(&line, nstypes[type].name, TYPE_WIDTH);
	for (size_t i = 0; i < all->n; i++) {
		if (i)
			ns_add_padded(&line, sign_of(all, i, type), SIGN_WIDTH);
		ns_add_padded(&line, ns_entry_text(&all->columns[i].snapshot.entry[type], text),
			      CELL_WIDTH);
	}
	if (all->n > 1) {
		strbuf_adds(&line,
			    output_style(lab, relation == NS_SAME ? STYLE_GOOD : STYLE_BOLD));
		strbuf_adds(&line, ns_relation_word(relation));
		strbuf_adds(&line, output_style(lab, STYLE_PLAIN));
	}
	trim(&line);
	(void)printf("%s\n", line.s);
}

static json_t *column_json(const struct ns_request *request, const struct column *column)
{
	cleanup_strbuf struct strbuf comm = STRBUF_INIT;
	json_t *object = json_object();
	json_t *entries = json_object();

	ns_add_comm(&comm, column->comm);
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		const struct ns_entry *entry = &column->snapshot.entry[i];

		if (ns_wanted(request, (enum nstype_id)i))
			json_object_set_new(entries, nstypes[i].name,
					    entry->errnum
						    ? json_null()
						    : json_integer((json_int_t)entry->id.ino));
	}
	json_object_set_new(object, "pid", json_integer(column->pid));
	json_object_set_new(object, "command", json_string(comm.s));
	json_object_set_new(object, "namespaces", entries);
	return object;
}

static void print_json(const struct ns_request *request, const struct comparison *all)
{
	json_t *object = json_object();
	json_t *processes = json_array();
	json_t *relations = json_object();

	for (size_t i = 0; i < all->n; i++)
		json_array_append_new(processes, column_json(request, &all->columns[i]));
	for (size_t i = 0; i < NSTYPE_COUNT && all->n > 1; i++)
		if (ns_wanted(request, (enum nstype_id)i))
			json_object_set_new(
				relations, nstypes[i].name,
				json_string(ns_relation_word(relation_of(all, (enum nstype_id)i))));
	json_object_set_new(object, "schema", json_string(NS_SCHEMA));
	json_object_set_new(object, "processes", processes);
	json_object_set_new(object, "comparison", relations);
	output_json(object);
}

static int show(const struct lab *lab, const struct ns_request *request,
		const struct comparison *all)
{
	if (request->json) {
		print_json(request, all);
		return LAB_PASS;
	}
	print_header(lab, all);
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (ns_wanted(request, (enum nstype_id)i))
			print_row(lab, all, (enum nstype_id)i);
	return LAB_PASS;
}

/* The parent's number in this /proc; it has none where the parent is outside of that's namespace. */
static int read_parent(int procfd, pid_t *ret)
{
	struct proc_stat stat;
	cleanup_fd int dir = -1;
	int r = proc_open(procfd, 0, &dir);

	if (r == 0)
		r = proc_read_stat(dir, &stat);
	if (r < 0)
		return r;
	if (stat.ppid == 0)
		return -ESRCH;
	*ret = stat.ppid;
	return 0;
}

/* Without a PID: the shell that started lab, and beside it PID 1 where that may be read. */
static int show_shell(const struct lab *lab, const struct ns_request *request)
{
	struct column columns[2];
	struct comparison all = {columns, 1};
	pid_t shell = getpid();
	int r = read_parent(request->procfd, &shell);

	if (r == 0)
		r = read_column(request->procfd, shell, &columns[0]);
	if (r < 0)
		r = read_column(request->procfd, 0, &columns[0]);
	if (r < 0)
		return ns_pid_error(shell, -r);
	if (columns[0].pid != 1 && (r = read_column(request->procfd, 1, &columns[1])) == 0)
		all.n = 2;
	r = show(lab, request, &all);
	if (all.n == 1 && columns[0].pid != 1) {
		(void)fflush(stdout);
		(void)fputs("lab: The namespaces of PID 1 may not be read here, so they are not "
			    "compared.\n",
			    stderr);
	}
	return r;
}

int ns_compare_show(const struct lab *lab, const struct ns_request *request)
{
	struct comparison all = {NULL, request->n_pids};
	cleanup_free struct column *columns = xcalloc(request->n_pids, sizeof(columns[0]));

	if (!request->n_pids)
		return show_shell(lab, request);
	all.columns = columns;
	/* All or nothing: a table with holes would be read as an answer. */
	for (size_t i = 0; i < all.n; i++) {
		int r = read_column(request->procfd, request->pids[i], &columns[i]);

		if (r < 0)
			return ns_pid_error(request->pids[i], -r);
	}
	return show(lab, request, &all);
}
