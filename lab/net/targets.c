#define _GNU_SOURCE
#include "lab/net/view.h"

#include "common/cleanup.h"
#include "common/ns.h"
#include "common/proc.h"
#include "lab/net/running.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct chosen {
	const struct running_sandbox **list;
	size_t n;
};

static void choose(struct chosen *chosen, const struct running_sandbox *sandbox)
{
	for (size_t i = 0; i < chosen->n; i++)
		if (chosen->list[i] == sandbox)
			return;
	chosen->list = xreallocarray(chosen->list, chosen->n + 1, sizeof(chosen->list[0]));
	chosen->list[chosen->n++] = sandbox;
}

/* Was lab asked for that exercise? */
static bool is_of(const struct net_request *request, const struct running_sandbox *sandbox,
		  const struct exercise *exercise)
{
	cleanup_free char *words = running_words(sandbox, request->procfd);

	const char *word = words && *words ? words + strlen(words) + 1 : NULL;

	/* Behind the command one of the words is the exercise. */
	for (; word && *word; word += strlen(word) + 1) {
		const struct exercise *found = NULL;
		struct error err = {0};

		if (*word != '-' && catalogue_find(request->catalogue, word, &found, &err) == 0 &&
		    found == exercise)
			return true;
	}
	return false;
}

/* A process in no sandbox: its own network namespace. */
static int add_process(const struct net_request *request, const struct net_target *target,
		       struct netmodel *to, struct error *err)
{
	struct net_sources sources cleanup_net_sources = {.list = NULL};
	struct netmodel model = {.spaces = NULL};
	cleanup_fd int dir = -1;
	cleanup_free char *name = NULL;
	struct proc_stat stat;
	int fd = -1;
	int r = proc_open(request->procfd, target->pid, &dir);

	if (r < 0)
		return error_say(err, ESRCH, "there is no process %d", (int)target->pid);
	r = proc_read_stat(dir, &stat);
	if (r == 0)
		r = ns_open(dir, NSTYPE_NET, &fd);
	if (r < 0) {
		(void)error_set(err, -r, "cannot open the network namespace of process %d",
				(int)target->pid);
		error_remedy(err, "root may, and who owns the process");
		return r;
	}
	name = xasprintf("%.15s %d", stat.comm, (int)target->pid);
	(void)net_sources_add(&sources, name, fd);
	r = netmodel_read(&sources, NET_READ_MS, &model, err);
	/* Two processes may be in the same. */
	if (r == 0 && netmodel_space_by_inode(to, model.spaces[0].inode))
		netmodel_free(&model);
	else if (r == 0)
		netmodel_take(to, &model, NULL);
	return r;
}

static int add_target(const struct net_request *request, const struct running *running,
		      const struct net_target *target, struct chosen *chosen,
		      struct netmodel *others, struct error *err)
{
	const struct running_sandbox *sandbox;
	bool found = false;

	if (target->pid) {
		sandbox = running_of(running, request->procfd, target->pid);
		if (!sandbox && running_is_lab(request->procfd, target->pid))
			return error_say(err, ESRCH, "process %d has no sandbox now",
					 (int)target->pid);
		if (!sandbox)
			return add_process(request, target, others, err);
		choose(chosen, sandbox);
		return 0;
	}
	for (size_t i = 0; i < running->n; i++) {
		if (!is_of(request, &running->list[i], target->exercise))
			continue;
		choose(chosen, &running->list[i]);
		found = true;
	}
	if (found)
		return 0;
	(void)error_say(err, ESRCH, "no sandbox of %s runs now", target->exercise->id);
	error_remedy(err, "start it in another terminal: lab run %s", target->exercise->id);
	return -ESRCH;
}

static int none_runs(struct error *err)
{
	(void)error_say(err, ESRCH, "no sandbox of this lab runs now");
	error_remedy(err, "start one in another terminal: lab run ID, or lab shell");
	return -ESRCH;
}

static int choose_all(const struct net_request *request, const struct running *running,
		      struct chosen *chosen, struct netmodel *others, struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < request->n_targets; i++)
		r = add_target(request, running, &request->targets[i], chosen, others, err);
	for (size_t i = 0; !request->n_targets && i < running->n; i++)
		if (running->list[i].uid == geteuid())
			choose(chosen, &running->list[i]);
	return r == 0 && !request->n_targets && !chosen->n ? none_runs(err) : r;
}

static int read_sandbox(const struct net_request *request, const struct running_sandbox *sandbox,
			const char *suffix, struct netmodel *to, struct error *err)
{
	struct net_sources sources cleanup_net_sources = {.list = NULL};
	struct netmodel model = {.spaces = NULL};
	int r = netmodel_find(request->procfd, sandbox->init, &sources, err);

	if (r == 0)
		r = netmodel_read(&sources, NET_READ_MS, &model, err);
	if (r == 0)
		netmodel_take(to, &model, suffix);
	return r;
}

static int read_chosen(const struct net_request *request, const struct chosen *chosen,
		       struct netmodel *to, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < chosen->n; i++) {
		cleanup_free char *suffix =
			chosen->n == 1 ? NULL
				       : xasprintf(" (%d)", (int)chosen->list[i]->supervisor);

		/* One of several may have ended meanwhile. */
		r = read_sandbox(request, chosen->list[i], suffix, to, err);
	}
	return to->n_spaces ? 0 : r;
}

int net_targets_read(const struct net_request *request, struct netmodel *ret, struct error *err)
{
	cleanup_running struct running running = RUNNING_INIT;
	struct netmodel model = {.spaces = NULL};
	struct chosen chosen = {NULL, 0};
	int r = running_find(request->procfd, &running, err);

	if (r == 0)
		r = choose_all(request, &running, &chosen, &model, err);
	if (r == 0)
		r = read_chosen(request, &chosen, &model, err);
	free(chosen.list);
	if (r == 0)
		*ret = model;
	else
		netmodel_free(&model);
	return r;
}

bool net_targets_live(const struct net_request *request)
{
	for (size_t i = 0; i < request->n_targets; i++) {
		cleanup_fd int dir = -1;
		struct proc_stat stat;

		if (!request->targets[i].pid ||
		    (proc_open(request->procfd, request->targets[i].pid, &dir) == 0 &&
		     proc_read_stat(dir, &stat) == 0 && stat.state != 'Z'))
			return true;
	}
	return request->n_targets == 0;
}
