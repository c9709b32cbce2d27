/*
 * lab ns: which namespaces there are, who is in them, who differs, who owns them.
 */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/numeral.h"
#include "common/proc.h"
#include "common/strbuf.h"
#include "lab/command.h"
#include "lab/ns/view.h"
#include "lab/output.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* Options that do not go together, and why. */
static const struct {
	const char *one, *other;
} conflicts[] = {
	{"all", "tree"},    {"watch", "tree"},	 {"watch", "fds"},
	{"details", "all"}, {"details", "tree"}, {"details", "watch"},
};

static int check_options(const struct args *args)
{
	for (size_t i = 0; i < sizeof(conflicts) / sizeof(conflicts[0]); i++)
		if (args_flag(args, conflicts[i].one) && args_flag(args, conflicts[i].other))
			return command_usage(args->command, "--%s and --%s do not go together",
					     conflicts[i].one, conflicts[i].other);
	if (args_flag(args, "all") && args->n_words)
		return command_usage(args->command, "--all shows every process: leave \"%s\" out",
				     args->words[0]);
	if (args_flag(args, "fds") && !args_flag(args, "all") && !args_flag(args, "tree"))
		return command_usage(args->command, "--fds needs --all or --tree");
	if (args_flag(args, "details") && (args->n_words < 1 || args->n_words > 2))
		return command_usage(args->command, "--details needs one process ID, or two");
	return LAB_PASS;
}

static int read_type(const struct args *args, struct ns_request *request)
{
	const char *name = args_value(args, "type");

	if (!name)
		return LAB_PASS;
	request->type = nstype_by_name(name);
	if (!request->type || request->type->for_children)
		return command_usage(args->command,
				     "there is no namespace type \"%s\"; the types are cgroup ipc "
				     "mnt net pid time user uts",
				     name);
	return LAB_PASS;
}

static int read_pids(const struct args *args, pid_t *pids)
{
	for (size_t i = 0; i < args->n_words; i++)
		if (!numeral_pid(args->words[i], &pids[i]))
			return command_usage(args->command, "\"%s\" is not a process ID",
					     args->words[i]);
	return LAB_PASS;
}

static int show(const struct lab *lab, const struct args *args, struct ns_request *request)
{
	if (args_flag(args, "details"))
		return ns_details_show(lab, request);
	if (args_flag(args, "watch"))
		return ns_watch_run(lab, request);
	if (request->all)
		return ns_list_show(lab, request);
	if (args_flag(args, "tree"))
		return ns_tree_show(lab, request);
	return ns_compare_show(lab, request);
}

int cmd_ns(struct lab *lab, const struct args *args)
{
	cleanup_free pid_t *pids = xcalloc(args->n_words, sizeof(pids[0]));
	cleanup_fd int procfd = -1;
	struct ns_request request = {
		.pids = pids,
		.n_pids = args->n_words,
		.depth = SCAN_ALL | (args_flag(args, "fds") ? SCAN_FDS : 0u),
		.all = args_flag(args, "all"),
		.json = args_flag(args, "json"),
	};
	struct error err = {0};
	int status = check_options(args);
	int r;

	if (status == LAB_PASS)
		status = read_type(args, &request);
	if (status == LAB_PASS)
		status = read_pids(args, pids);
	if (status != LAB_PASS)
		return status;
	r = proc_mount_open("/proc", &procfd);
	if (r == -ENOTSUP) {
		(void)error_say(&err, ENOTSUP, "what is mounted at /proc is no procfs");
		error_remedy(&err, "mount one: mount -t proc proc /proc");
	} else if (r < 0) {
		(void)error_set(&err, -r, "cannot open /proc");
		error_remedy(&err, "mount it: mount -t proc proc /proc");
	}
	if (r < 0)
		return output_error(&err, LAB_UNSUPPORTED);
	request.procfd = procfd;
	return show(lab, args, &request);
}
