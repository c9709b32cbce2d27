#define _GNU_SOURCE
#include "lab/ns/details.h"

#include "common/caps.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/text.h"
#include "lab/ns/details_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define VALUE_MAX 4096

static char *harmless(const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	text_one_line(&clean, text, strlen(text), VALUE_MAX);
	return strbuf_steal(&clean);
}

static bool has_name(const struct ns_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n; i++)
		if (!strcmp(facts->list[i].name, name))
			return true;
	return false;
}

void ns_facts_add(struct ns_facts *facts, const char *name, const char *value)
{
	char *own = harmless(name);

	for (unsigned i = 2; has_name(facts, own); i++) {
		cleanup_free char *clean = harmless(name);

		free(own);
		own = xasprintf("%s (%u)", clean, i);
	}
	facts->list = xreallocarray(facts->list, facts->n + 1, sizeof(facts->list[0]));
	facts->list[facts->n++] = (struct ns_fact){own, harmless(value)};
}

void ns_facts_free(struct ns_facts *facts)
{
	for (size_t i = 0; i < facts->n; i++) {
		free(facts->list[i].name);
		free(facts->list[i].value);
	}
	free(facts->list);
	*facts = (struct ns_facts){NULL, 0};
}

static int read_mnt(int dir, struct ns_facts *to)
{
	struct mountinfo info;
	int r = proc_read_mountinfo(dir, &info);

	if (r < 0)
		return r;
	for (size_t i = 0; i < info.n; i++) {
		const struct mount *mount = &info.mounts[i];
		cleanup_strbuf struct strbuf value = STRBUF_INIT;

		strbuf_adds(&value, mount->type);
		if (mount->shared)
			strbuf_addf(&value, " shared:%d", mount->shared);
		if (mount->master)
			strbuf_addf(&value, " master:%d", mount->master);
		if (!mount->shared && !mount->master)
			strbuf_addf(&value, " %s", mount_propagation(mount));
		strbuf_addf(&value, " %s", mount->options);
		if (strcmp(mount->source, mount->type) != 0 && strcmp(mount->source, "none") != 0)
			strbuf_addf(&value, " from %s", mount->source);
		if (strcmp(mount->root, "/") != 0)
			strbuf_addf(&value, " root=%s", mount->root);
		ns_facts_add(to, mount->point, value.s);
	}
	mountinfo_free(&info);
	return 0;
}

/* "0 1000 1, 1 100000 65536": first inside, first outside as lab counts, how many. */
static void add_map(struct ns_facts *to, const char *name, const struct idmap *map)
{
	cleanup_strbuf struct strbuf value = STRBUF_INIT;

	for (size_t i = 0; i < map->n; i++)
		strbuf_addf(&value, "%s%u %u %u", i ? ", " : "", map->range[i].inside,
			    map->range[i].outside, map->range[i].count);
	ns_facts_add(to, name, map->n ? value.s : "nothing is mapped yet");
}

/* An id as the process itself sees it, and as lab does. */
static void add_id(struct ns_facts *to, const char *name, const struct idmap *map, uint32_t id)
{
	cleanup_strbuf struct strbuf value = STRBUF_INIT;
	uint32_t inside;

	if (idmap_to_inside(map, id, &inside))
		strbuf_addf(&value, "%u", inside);
	else
		strbuf_adds(&value, "not mapped");
	if (!idmap_to_inside(map, id, &inside) || inside != id)
		strbuf_addf(&value, " (lab sees %u)", id);
	ns_facts_add(to, name, value.s);
}

static void add_status(struct ns_facts *to, const struct proc_status *status,
		       const struct idmap *uids, const struct idmap *gids)
{
	static const struct {
		enum proc_cap set;
		const char *name;
	} sets[] = {
		{PROC_CAP_EFF, "effective caps"},   {PROC_CAP_PRM, "permitted caps"},
		{PROC_CAP_INH, "inheritable caps"}, {PROC_CAP_BND, "bounding caps"},
		{PROC_CAP_AMB, "ambient caps"},
	};
	uint64_t all = caps_all();

	add_id(to, "user id", uids, status->uid[PROC_ID_EFFECTIVE]);
	add_id(to, "group id", gids, status->gid[PROC_ID_EFFECTIVE]);
	if (status->uid[PROC_ID_REAL] != status->uid[PROC_ID_EFFECTIVE])
		add_id(to, "real user id", uids, status->uid[PROC_ID_REAL]);
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		cleanup_strbuf struct strbuf value = STRBUF_INIT;

		caps_add_set(&value, status->cap[sets[i].set], all);
		ns_facts_add(to, sets[i].name, value.s);
	}
	if (status->no_new_privs >= 0)
		ns_facts_add(to, "no_new_privs", status->no_new_privs ? "1" : "0");
}

static int read_user(int dir, struct ns_facts *to)
{
	cleanup_free struct idmap *uids = xcalloc(1, sizeof(*uids));
	cleanup_free struct idmap *gids = xcalloc(1, sizeof(*gids));
	cleanup_free char *setgroups = NULL;
	struct proc_status status;
	int r = proc_read_idmap(dir, "uid_map", uids);

	if (r == 0)
		r = proc_read_idmap(dir, "gid_map", gids);
	if (r == 0)
		r = proc_read_status(dir, &status);
	if (r < 0)
		return r;
	add_map(to, "uid map", uids);
	add_map(to, "gid map", gids);
	if (proc_read_setgroups(dir, &setgroups) == 0)
		ns_facts_add(to, "setgroups", setgroups);
	add_status(to, &status, uids, gids);
	proc_status_free(&status);
	return 0;
}

static void add_elsewhere(struct ns_facts *to, const struct ns_entry *children)
{
	char text[NS_ENTRY_TEXT];
	cleanup_free char *value = xasprintf("in pid %s", ns_entry_text(children, text));

	ns_facts_add(to, "its next child", value);
}

static int read_pid(int dir, struct ns_facts *to)
{
	cleanup_strbuf struct strbuf numbers = STRBUF_INIT;
	struct ns_entry children;
	struct ns_snapshot snapshot;
	struct proc_status status;
	int r = proc_read_status(dir, &status);

	if (r < 0)
		return r;
	for (size_t i = 0; i < status.n_nspid; i++)
		strbuf_addf(&numbers, "%s%d", i ? " " : "", (int)status.nspid[i]);
	ns_facts_add(to, "its PIDs, lab's first", numbers.s);
	if (status.n_nspid && status.nspid[status.n_nspid - 1] == 1)
		ns_facts_add(to, "PID 1 here", "itself; all others end with it");
	proc_status_free(&status);
	if (ns_snapshot_take(dir, &snapshot) < 0)
		return 0;
	children = snapshot.entry[NSTYPE_PID_FOR_CHILDREN];
	if (children.errnum == ENOENT)
		ns_facts_add(to, "its next child", "PID 1 of a new namespace");
	else if (ns_compare(&snapshot, &snapshot, NSTYPE_PID) == NS_SAME && !children.errnum &&
		 ns_id_equal(children.id, snapshot.entry[NSTYPE_PID].id))
		ns_facts_add(to, "its next child", "in the same namespace");
	else
		add_elsewhere(to, &children);
	return 0;
}

static int read_time(int dir, struct ns_facts *to)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	char *save = NULL;
	int r = io_read_proc(dir, "timens_offsets", VALUE_MAX, &text);

	if (r < 0)
		return r;
	for (char *line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char clock[32];
		long long seconds;
		long ns;

		if (sscanf(line, "%31s %lld %ld", clock, &seconds, &ns) == 3) {
			cleanup_free char *name = xasprintf("%s offset", clock);
			cleanup_free char *value = xasprintf("%lld.%09ld s", seconds, ns);

			ns_facts_add(to, name, value);
		}
	}
	return 0;
}

ns_facts_reader *const ns_facts_readers[NSTYPE_COUNT] = {
	[NSTYPE_CGROUP] = ns_facts_cgroup, [NSTYPE_IPC] = ns_facts_ipc, [NSTYPE_MNT] = read_mnt,
	[NSTYPE_NET] = ns_facts_net,	   [NSTYPE_PID] = read_pid,	[NSTYPE_TIME] = read_time,
	[NSTYPE_USER] = read_user,	   [NSTYPE_UTS] = ns_facts_uts,
};

/* Returns 0 or a positive errno. */
static int read_side(int procfd, enum nstype_id type, pid_t pid, struct ns_facts *to)
{
	ns_facts_reader *reader = ns_facts_readers[nstypes[type].kind];
	cleanup_fd int dir = -1;
	int r;

	if (pid <= 0)
		return 0;
	r = proc_open(procfd, pid, &dir);
	if (r == 0)
		r = reader(dir, to);
	return r < 0 ? -r : 0;
}

static const struct ns_fact *find(const struct ns_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n; i++)
		if (!strcmp(facts->list[i].name, name))
			return &facts->list[i];
	return NULL;
}

static void add_detail(struct ns_details *to, const struct ns_fact *inside,
		       const struct ns_fact *outside, bool compared)
{
	bool same = inside && outside && !strcmp(inside->value, outside->value);

	to->list[to->n++] = (struct ns_detail){
		.name = xstrdup(inside ? inside->name : outside->name),
		.inside = inside ? xstrdup(inside->value) : NULL,
		.outside = outside ? xstrdup(outside->value) : NULL,
		.differs = compared && !same,
	};
}

static void differing_first(struct ns_details *details)
{
	struct ns_detail *sorted = xcalloc(details->n + 1, sizeof(sorted[0]));
	size_t n = 0;

	for (int pass = 1; pass >= 0; pass--)
		for (size_t i = 0; i < details->n; i++)
			if (details->list[i].differs == (pass == 1))
				sorted[n++] = details->list[i];
	free(details->list);
	details->list = sorted;
}

void ns_details_take(int procfd, enum nstype_id type, pid_t inside, pid_t outside,
		     struct ns_details *ret)
{
	struct ns_facts in = {NULL, 0};
	struct ns_facts out = {NULL, 0};
	bool compared;

	*ret = (struct ns_details){
		.errnum_inside = read_side(procfd, type, inside, &in),
		.errnum_outside = read_side(procfd, type, outside, &out),
	};
	compared = inside > 0 && outside > 0 && !ret->errnum_inside && !ret->errnum_outside;
	ret->list = xcalloc(in.n + out.n + 1, sizeof(ret->list[0]));
	for (size_t i = 0; i < in.n; i++)
		add_detail(ret, &in.list[i], find(&out, in.list[i].name), compared);
	for (size_t i = 0; i < out.n; i++)
		if (!find(&in, out.list[i].name))
			add_detail(ret, NULL, &out.list[i], compared);
	differing_first(ret);
	ns_facts_free(&in);
	ns_facts_free(&out);
}

void ns_details_free(struct ns_details *details)
{
	for (size_t i = 0; i < details->n; i++) {
		free(details->list[i].name);
		free(details->list[i].inside);
		free(details->list[i].outside);
	}
	free(details->list);
	*details = (struct ns_details){0};
}
