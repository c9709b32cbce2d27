#define _GNU_SOURCE
#include "lab/net/view.h"

#include "common/cleanup.h"
#include "common/ns.h"
#include "common/proc.h"
#include "lab/net/running.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
		       struct net_sources *to, struct error *err)
{
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
	if (r < 0)
		return error_set(err, -r, "cannot open the network namespace of process %d",
				 (int)target->pid);
	name = xasprintf("%.15s %d", stat.comm, (int)target->pid);
	(void)net_sources_add(to, name, fd);
	return 0;
}

static int add_target(const struct net_request *request, const struct running *running,
		      const struct net_target *target, struct chosen *chosen,
		      struct net_sources *others, struct error *err)
{
	const struct running_sandbox *sandbox;
	bool found = false;

	if (target->pid) {
		sandbox = running_of(running, request->procfd, target->pid);
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

static int find(const struct net_request *request, const struct running *running,
		struct chosen *chosen, struct net_sources *ret, struct error *err)
{
	struct net_sources sources = {NULL, 0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < request->n_targets; i++)
		r = add_target(request, running, &request->targets[i], chosen, ret, err);
	for (size_t i = 0; !request->n_targets && i < running->n; i++)
		choose(chosen, &running->list[i]);
	if (r == 0 && !request->n_targets && !chosen->n)
		r = none_runs(err);
	if (r < 0 || !chosen->n)
		return r;
	r = running_sources(chosen->list, chosen->n, request->procfd, &sources, err);
	for (size_t i = 0; r == 0 && i < sources.n; i++)
		(void)net_sources_add(ret, sources.list[i].name, steal_fd(&sources.list[i].fd));
	net_sources_free(&sources);
	return r;
}

int net_targets_find(const struct net_request *request, struct net_sources *ret, struct error *err)
{
	cleanup_running struct running running = RUNNING_INIT;
	struct net_sources sources = {NULL, 0};
	struct chosen chosen = {NULL, 0};
	int r = running_find(request->procfd, &running, err);

	if (r == 0)
		r = find(request, &running, &chosen, &sources, err);
	free(chosen.list);
	if (r == 0)
		*ret = sources;
	else
		net_sources_free(&sources);
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
