/*
 * The facts about one process. All are read through its directory in the
 * sandbox's own procfs, which no program can mount over, or through nsfs
 * ioctls; PIDs are those that the sandbox's init sees.
 */
#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include "common/caps.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

struct facts {
	const char *name;
	struct strbuf *to;
};

void answer_add(struct strbuf *to, const char *key, const char *value)
{
	strbuf_addf(to, "['%s']='", key);
	for (; *value; value++) {
		if (*value == '\'')
			strbuf_adds(to, "'\\''");
		else if ((unsigned char)*value >= ' ' || *value == '\n' || *value == '\t')
			strbuf_addc(to, *value);
	}
	strbuf_adds(to, "'\n");
}

static void add(const struct facts *facts, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* One line; the value is freed of anything that is not plain text. */
static void add(const struct facts *facts, const char *key, const char *fmt, ...)
{
	cleanup_free char *full = xasprintf("%s.%s", facts->name, key);
	struct strbuf line cleanup_strbuf = STRBUF_INIT;
	char *value;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&value, fmt, ap) < 0)
		value = xstrdup("");
	va_end(ap);
	text_one_line(&line, value, strlen(value), 2000);
	free(value);
	answer_add(facts->to, full, line.s);
}

static void add_namespaces(const struct facts *facts, int dir)
{
	struct ns_snapshot snapshot;
	char text[NS_ENTRY_TEXT];

	(void)ns_snapshot_take(dir, &snapshot);
	for (int i = 0; i < NSTYPE_COUNT; i++) {
		cleanup_free char *key = xasprintf("ns.%s", nstypes[i].name);

		add(facts, key, "%s", ns_entry_text(&snapshot.entry[i], text));
	}
}

/* The inode behind an open namespace file, or "-"; closes it. */
static void add_identity(const struct facts *facts, const char *prefix, const char *type, int r,
			 int fd)
{
	cleanup_fd int ns = r < 0 ? -1 : fd;
	cleanup_free char *key = xasprintf("%s.%s", prefix, type);
	struct ns_id id;

	if (ns >= 0 && ns_identify(ns, &id) == 0)
		add(facts, key, "%ju", (uintmax_t)id.ino);
	else
		add(facts, key, "-");
}

static void add_relations(const struct facts *facts, int dir)
{
	for (int i = 0; i < NSTYPE_COUNT; i++) {
		cleanup_fd int ns = -1;
		uid_t uid;
		int found = -1;
		int r;

		if (nstypes[i].for_children || ns_open(dir, (enum nstype_id)i, &ns) < 0)
			continue;
		r = ns_open_owner(ns, &found);
		add_identity(facts, "owner", nstypes[i].name, r, found);
		if (!nstypes[i].nests)
			continue;
		found = -1;
		r = ns_open_parent(ns, &found);
		add_identity(facts, "parent", nstypes[i].name, r, found);
		if (i == NSTYPE_USER && ns_owner_uid(ns, &uid) == 0)
			add(facts, "owner_uid", "%u", uid);
	}
}

/* The PID namespaces from outside's down to the process's own: "A B C". */
static void add_pid_path(const struct facts *facts, struct session *session, int dir)
{
	const struct subject *outside = session_subject(session, "outside");
	struct ns_id chain[NS_DEPTH_MAX], top = {0, 0};
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	cleanup_fd int ns = -1, outer = -1;
	int n, levels = 0;

	if (ns_open(dir, NSTYPE_PID, &ns) < 0 || ns_open(outside->dir, NSTYPE_PID, &outer) < 0 ||
	    ns_identify(outer, &top) < 0) {
		add(facts, "path.pid", "-");
		return;
	}
	n = ns_ancestry(ns, chain);
	for (int i = n - 1; i >= 0; i--) {
		if (!levels && !ns_id_equal(chain[i], top))
			continue;
		strbuf_addf(&text, "%s%ju", levels++ ? " " : "", (uintmax_t)chain[i].ino);
	}
	add(facts, "path.pid", "%s", text.s);
	add(facts, "levels", "%d", levels);
}

static void add_signal_mask(const struct facts *facts, const char *key, uint64_t mask)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;

	for (int sig = 1; sig <= 64; sig++)
		if (mask >> (sig - 1) & 1)
			strbuf_addf(&text, "%s%d", text.len ? " " : "", sig);
	add(facts, key, "%s", text.s);
}

/* An id as a process of outside sees it; ids that are not mapped there show as the overflow id. */
static uint32_t seen_outside(const struct idmap *map, uint32_t id)
{
	uint32_t inside;

	return idmap_to_inside(map, id, &inside) ? inside : 65534;
}

static void add_ids(const struct facts *facts, struct session *session,
		    const struct proc_status *status)
{
	const struct subject *outside = session_subject(session, "outside");
	static struct idmap uids, gids;

	if (!uids.n && (proc_read_idmap(outside->dir, "uid_map", &uids) < 0 ||
			proc_read_idmap(outside->dir, "gid_map", &gids) < 0))
		return;
	add(facts, "uid", "%u", seen_outside(&uids, status->uid[PROC_ID_REAL]));
	add(facts, "euid", "%u", seen_outside(&uids, status->uid[PROC_ID_EFFECTIVE]));
	add(facts, "gid", "%u", seen_outside(&gids, status->gid[PROC_ID_REAL]));
	add(facts, "egid", "%u", seen_outside(&gids, status->gid[PROC_ID_EFFECTIVE]));
}

static void add_status(const struct facts *facts, const struct proc_status *status)
{
	static const char *const caps[PROC_CAP_COUNT] = {"cap.inh", "cap.prm", "cap.eff", "cap.bnd",
							 "cap.amb"};
	struct strbuf pids cleanup_strbuf = STRBUF_INIT;

	add(facts, "comm", "%s", status->name);
	add(facts, "state", "%c", status->state);
	add(facts, "ppid", "%d", (int)status->ppid);
	for (size_t i = 0; i < status->n_nspid; i++)
		strbuf_addf(&pids, "%s%d", i ? " " : "", (int)status->nspid[i]);
	add(facts, "nspid", "%s", pids.s);
	add(facts, "inside", "%d", status->n_nspid ? (int)status->nspid[status->n_nspid - 1] : 0);
	add(facts, "threads", "%u", status->threads);
	for (int i = 0; i < PROC_CAP_COUNT; i++)
		add(facts, caps[i], "%016llx", (unsigned long long)status->cap[i]);
	add_signal_mask(facts, "sigblk", status->sig_blk);
	add_signal_mask(facts, "sigign", status->sig_ign);
	add_signal_mask(facts, "sigcgt", status->sig_cgt);
	/* The probe shows in its name which signals it caught. */
	add(facts, "caught", "%s",
	    strncmp(status->name, "waiting ", 8) == 0 ? status->name + 8 : "");
}

static void add_stat(const struct facts *facts, int dir)
{
	struct proc_stat stat;

	if (proc_read_stat(dir, &stat) < 0)
		return;
	add(facts, "pgid", "%d", (int)stat.pgrp);
	add(facts, "sid", "%d", (int)stat.session);
	add(facts, "tty", "%d", stat.tty);
	add(facts, "tpgid", "%d", (int)stat.tpgid);
}

static void add_file(const struct facts *facts, int dir, const char *name)
{
	struct proc_file file;

	if (proc_identify(dir, name, &file) == 0)
		add(facts, name, "%ju:%ju", (uintmax_t)file.dev, (uintmax_t)file.ino);
	else
		add(facts, name, "-");
}

/* "0 54321 1;1 100000 65536": outer ids as outside has them, lines by a semicolon. */
static void add_map(const struct facts *facts, struct session *session, int dir, const char *name)
{
	const struct subject *outside = session_subject(session, "outside");
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct idmap map, outer;

	if (proc_read_idmap(dir, name, &map) < 0 ||
	    proc_read_idmap(outside->dir, name, &outer) < 0) {
		add(facts, name, "-");
		return;
	}
	for (size_t i = 0; i < map.n; i++)
		strbuf_addf(&text, "%s%u %u %u", i ? ";" : "", map.range[i].inside,
			    seen_outside(&outer, map.range[i].outside), map.range[i].count);
	add(facts, name, "%s", text.s);
}

static void add_setgroups(const struct facts *facts, int dir)
{
	cleanup_free char *word = NULL;

	if (proc_read_setgroups(dir, &word) < 0)
		word = xstrdup("-");
	add(facts, "setgroups", "%s", word);
}

static void add_descriptors(const struct facts *facts, int dir)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct pid_list fds;

	if (proc_list_fds(dir, &fds) < 0)
		return;
	for (size_t i = 0; i < fds.n; i++)
		strbuf_addf(&text, "%s%d", i ? " " : "", (int)fds.pids[i]);
	pid_list_free(&fds);
	add(facts, "fds", "%s", text.s);
}

/* What the process finds at /proc: which file system, and whose PIDs it lists. */
static void add_its_proc(const struct facts *facts, int dir)
{
	/* In its root: a link of the program's making must not lead into ours. */
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	cleanup_fd int root = openat(dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int at = (int)syscall(SYS_openat2, root, "proc", &how, sizeof(how));
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	cleanup_fd int first = -1, ns = -1;
	struct pid_list pids;
	struct statfs fs;
	struct stat st;
	int r;

	/* Each mount of proc is an instance of its own; a bind mount or a copy is not. */
	if (at >= 0 && fstat(at, &st) == 0)
		add(facts, "proc.dev", "%ju", (uintmax_t)st.st_dev);
	if (at < 0 || fstatfs(at, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC) {
		add(facts, "proc.type", at < 0 ? "-" : "other");
		add(facts, "proc.ns", "-");
		add(facts, "proc.pids", "%s", "");
		return;
	}
	add(facts, "proc.type", "proc");
	/* PID 1 of a procfs is the init of the namespace it shows. */
	r = proc_open(at, 1, &first);
	if (r == 0)
		r = ns_open(first, NSTYPE_PID, &ns);
	add_identity(facts, "proc", "ns", r, r < 0 ? -1 : steal_fd(&ns));
	if (proc_list(at, &pids) < 0)
		return;
	for (size_t i = 0; i < pids.n && i < 64; i++)
		strbuf_addf(&text, "%s%d", i ? " " : "", (int)pids.pids[i]);
	pid_list_free(&pids);
	add(facts, "proc.pids", "%s", text.s);
}

/* Mounts of its namespace that are peers of outside's: what is mounted below shows there too. */
static void add_peers(const struct facts *facts, struct session *session, int dir)
{
	const struct subject *outside = session_subject(session, "outside");
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct mountinfo own = {0}, outer = {0};

	if (proc_read_mountinfo(dir, &own) < 0 || proc_read_mountinfo(outside->dir, &outer) < 0)
		goto out;
	for (size_t i = 0; i < own.n; i++)
		for (size_t k = 0; k < outer.n && own.mounts[i].shared; k++) {
			if (own.mounts[i].shared != outer.mounts[k].shared)
				continue;
			strbuf_addf(&text, "%s%s", text.len ? " " : "", own.mounts[i].point);
			break;
		}
	add(facts, "peers", "%s", text.s);
out:
	mountinfo_free(&own);
	mountinfo_free(&outer);
}

/* Children that have ended and that nobody has waited for. */
static void add_zombies(const struct facts *facts, struct session *session, pid_t pid)
{
	struct pid_list pids;
	unsigned zombies = 0;

	if (proc_list(sandbox_proc_fd(session->box), &pids) < 0)
		return;
	for (size_t i = 0; i < pids.n; i++) {
		cleanup_fd int dir = -1;
		struct proc_stat stat;

		if (proc_open(sandbox_proc_fd(session->box), pids.pids[i], &dir) == 0 &&
		    proc_read_stat(dir, &stat) == 0 && stat.ppid == pid && stat.state == 'Z')
			zombies++;
	}
	pid_list_free(&pids);
	add(facts, "zombies", "%u", zombies);
}

void facts_read(struct session *session, const char *name, const struct subject *subject,
		struct strbuf *to)
{
	const struct facts facts = {.name = name, .to = to};
	struct proc_status status;

	if (proc_read_status(subject->dir, &status) < 0) {
		add(&facts, "state", "-");
		add(&facts, "alive", "0");
		return;
	}
	add(&facts, "pid", "%d", (int)subject->pid);
	add(&facts, "alive", "%d", status.state != 'Z' && status.state != 'X');
	add_status(&facts, &status);
	add_ids(&facts, session, &status);
	proc_status_free(&status);
	add_stat(&facts, subject->dir);
	add_namespaces(&facts, subject->dir);
	add_relations(&facts, subject->dir);
	add_pid_path(&facts, session, subject->dir);
	add_file(&facts, subject->dir, "exe");
	add_file(&facts, subject->dir, "root");
	add_file(&facts, subject->dir, "cwd");
	add_map(&facts, session, subject->dir, "uid_map");
	add_map(&facts, session, subject->dir, "gid_map");
	add_setgroups(&facts, subject->dir);
	add_descriptors(&facts, subject->dir);
	add_its_proc(&facts, subject->dir);
	add_peers(&facts, session, subject->dir);
	add_zombies(&facts, session, subject->pid);
	if (strcmp(name, "outside") == 0)
		add(&facts, "cap.all", "%016llx", (unsigned long long)caps_all());
}

#define MISSING_MAX 4096 /* bytes */

/* Is a mount of one table (by point, type and device) in the other as often? */
static size_t count_of(const struct mountinfo *table, const struct mount *like)
{
	size_t n = 0;

	for (size_t i = 0; i < table->n; i++)
		n += table->mounts[i].dev == like->dev &&
		     strcmp(table->mounts[i].point, like->point) == 0 &&
		     strcmp(table->mounts[i].root, like->root) == 0 &&
		     strcmp(mount_propagation(&table->mounts[i]), mount_propagation(like)) == 0;
	return n;
}

static void add_missing(const struct facts *facts, const char *key, const struct mountinfo *from,
			const struct mountinfo *in)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;

	/* A program can make a hundred thousand of them: a few say enough. */
	for (size_t i = 0; i < from->n && text.len < MISSING_MAX; i++) {
		const struct mount *mount = &from->mounts[i];

		if (count_of(in, mount) < count_of(from, mount))
			strbuf_addf(&text, "%s%s on %s", text.len ? ", " : "", mount->type,
				    mount->point);
	}
	add(facts, key, "%s", text.s);
}

void facts_mounts(struct session *session, struct strbuf *to)
{
	const struct subject *outside = session_subject(session, "outside");
	const struct facts facts = {.name = "outside", .to = to};
	struct mountinfo before = {0}, after = {0};

	if (session->mounts && mountinfo_parse(session->mounts, &before) == 0 &&
	    proc_read_mountinfo(outside->dir, &after) == 0) {
		add_missing(&facts, "mounts.added", &after, &before);
		add_missing(&facts, "mounts.removed", &before, &after);
	}
	mountinfo_free(&before);
	mountinfo_free(&after);
}
