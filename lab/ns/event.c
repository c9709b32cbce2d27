/*
 * The lines of `lab ns --watch`.
 */
#define _GNU_SOURCE
#include "lab/ns/track.h"

#include "common/cleanup.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void print_line(const struct strbuf *what)
{
	struct timespec now;
	struct tm local;
	char text[64];

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)localtime_r(&now.tv_sec, &local);
	(void)strftime(text, sizeof(text), "%H:%M:%S", &local);
	(void)printf("%s.%03ld  %s\n", text, now.tv_nsec / 1000000, what->s);
}

static json_t *event_json(const char *event)
{
	cleanup_strbuf struct strbuf when = STRBUF_INIT;
	json_t *object = json_object();
	struct timespec now;
	struct tm utc;
	char text[64];

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &utc);
	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	strbuf_addf(&when, "%s.%03ldZ", text, now.tv_nsec / 1000000);
	json_object_set_new(object, "schema", json_string(NS_EVENT_SCHEMA));
	json_object_set_new(object, "time", json_string(when.s));
	json_object_set_new(object, "event", json_string(event));
	return object;
}

/* One object a line, so that a reader can follow. */
static void print_event(json_t *object)
{
	(void)json_dumpf(object, stdout, JSON_COMPACT);
	(void)putchar('\n');
	json_decref(object);
}

static void set_process(json_t *object, const char *pid_key, const char *command_key,
			const struct scan_process *process)
{
	cleanup_strbuf struct strbuf comm = STRBUF_INIT;

	ns_add_comm(&comm, process->comm);
	json_object_set_new(object, pid_key, json_integer(process->pid));
	json_object_set_new(object, command_key, json_string(comm.s));
}

static void add_process(struct strbuf *to, const struct scan_process *process)
{
	strbuf_addf(to, "%d ", (int)process->pid);
	ns_add_comm(to, process->comm);
}

static bool differs(const struct ns_request *request, const struct ns_move *move, size_t entry)
{
	return move->from[entry] != move->to[entry] && ns_wanted(request, (enum nstype_id)entry);
}

static bool any_differs(const struct ns_request *request, const struct ns_move *move)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (differs(request, move, i))
			return true;
	return false;
}

static void add_inode(struct strbuf *to, uint32_t ino)
{
	if (ino)
		strbuf_addf(to, "%u", (unsigned)ino);
	else
		strbuf_addc(to, '-');
}

/* "uts 4026531838 -> 4026532300 (new), net ..." */
static void add_moves(struct strbuf *to, const struct ns_request *request,
		      const struct ns_move *move)
{
	const char *separator = "";

	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		if (!differs(request, move, i))
			continue;
		strbuf_addf(to, "%s%s ", separator, nstypes[i].name);
		add_inode(to, move->from[i]);
		strbuf_adds(to, " -> ");
		add_inode(to, move->to[i]);
		if (move->to[i])
			strbuf_adds(to, move->is_new[i] ? " (new)" : " (known)");
		separator = ", ";
	}
}

static json_t *moves_json(const struct ns_request *request, const struct ns_move *move)
{
	json_t *list = json_array();

	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		json_t *object;

		if (!differs(request, move, i))
			continue;
		object = json_object();
		json_object_set_new(object, "type", json_string(nstypes[i].name));
		json_object_set_new(object, "from",
				    move->from[i] ? json_integer(move->from[i]) : json_null());
		json_object_set_new(object, "to",
				    move->to[i] ? json_integer(move->to[i]) : json_null());
		json_object_set_new(object, "new", json_boolean(move->is_new[i]));
		json_array_append_new(list, object);
	}
	return list;
}

void ns_event_watching(const struct ns_request *request, size_t processes, size_t namespaces)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	json_t *object;

	if (request->json) {
		object = event_json("watching");
		json_object_set_new(object, "processes", json_integer((json_int_t)processes));
		json_object_set_new(object, "namespaces", json_integer((json_int_t)namespaces));
		print_event(object);
		return;
	}
	strbuf_addf(&line, "watching %zu process%s in %zu namespaces; ^C ends", processes,
		    processes == 1 ? "" : "es", namespaces);
	print_line(&line);
}

bool ns_event_appeared(const struct ns_request *request, const struct scan_process *process,
		       const struct scan_process *parent, const struct ns_move *move)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	json_t *object;

	if (!any_differs(request, move))
		return false;
	if (request->json) {
		object = event_json("appeared");
		set_process(object, "pid", "command", process);
		if (parent)
			set_process(object, "parent", "parent_command", parent);
		json_object_set_new(object, "changes", moves_json(request, move));
		print_event(object);
		return true;
	}
	add_process(&line, process);
	strbuf_adds(&line, " appeared");
	if (parent) {
		strbuf_adds(&line, " (parent ");
		add_process(&line, parent);
		strbuf_addc(&line, ')');
	}
	strbuf_adds(&line, ": ");
	add_moves(&line, request, move);
	print_line(&line);
	return true;
}

bool ns_event_moved(const struct ns_request *request, const struct scan_process *process,
		    const struct ns_move *move)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	json_t *object;

	if (!any_differs(request, move))
		return false;
	if (request->json) {
		object = event_json("moved");
		set_process(object, "pid", "command", process);
		json_object_set_new(object, "changes", moves_json(request, move));
		print_event(object);
		return true;
	}
	add_process(&line, process);
	strbuf_adds(&line, " moved: ");
	add_moves(&line, request, move);
	print_line(&line);
	return true;
}

void ns_event_ended(const struct ns_request *request, const struct scan_process *process)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	json_t *object;

	if (request->json) {
		object = event_json("ended");
		set_process(object, "pid", "command", process);
		print_event(object);
		return;
	}
	add_process(&line, process);
	strbuf_adds(&line, " ended");
	print_line(&line);
}

static void print_emptied_json(const struct tracked_ns *which, const struct scan_ns *ns)
{
	json_t *object = event_json(ns ? "emptied" : "gone");
	json_t *holds;

	json_object_set_new(object, "type", json_string(nstypes[which->type].name));
	json_object_set_new(object, "inode", json_integer(which->ino));
	if (ns) {
		holds = json_array();
		for (size_t bit = 0; bit < SCAN_HOLDS; bit++)
			if (ns->holds >> bit & 1)
				json_array_append_new(holds, json_string(scan_hold_names[bit]));
		json_object_set_new(object, "held_by", holds);
	}
	print_event(object);
}

bool ns_event_emptied(const struct ns_request *request, const struct tracked_ns *which,
		      const struct scan *scan, const struct scan_ns *ns)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;

	if (!ns_wanted(request, which->type))
		return false;
	if (request->json) {
		print_emptied_json(which, ns);
		return true;
	}
	strbuf_addf(&line, "%s %u ", nstypes[which->type].name, (unsigned)which->ino);
	if (ns) {
		strbuf_adds(&line, "has no process left; held by ");
		ns_add_holds(&line, ns);
		strbuf_adds(&line, ": ");
		ns_add_holder(&line, scan, ns);
	} else {
		strbuf_adds(&line, "is gone");
	}
	print_line(&line);
	return true;
}
