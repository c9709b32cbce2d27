#define _GNU_SOURCE
#include "checks/lib/observe_asked.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/sandbox_internal.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define TOLD_MAX (1U << 20)

/* What a child tells: it appends to `to`; 0, or -errno. */
typedef int teller(struct session *session, char **words, struct strbuf *to);

/* In the child: who the program was when it was started. Root keeps what it has there. */
static int become_caller(const struct session *session)
{
	uid_t uid = session->box->uid;
	cap_t none;
	int r;

	if (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
		return -errno;
	if (session->box->start == SANDBOX_ROOT)
		return 0;
	none = cap_init();
	r = none && cap_set_proc(none) == 0 ? 0 : -errno;
	(void)cap_free(none);
	return r;
}

/* In a child of the child, which is in the PID namespace that its parent has joined. */
static int tell(struct session *session, teller *run, char **words, int into)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	int r = become_caller(session);

	if (r == 0)
		r = run(session, words, &text);
	if (r == 0)
		r = io_write_all(into, text.s, text.len);
	return r < 0;
}

static int wait_for(pid_t child)
{
	int status = 1;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void join_and_tell(struct session *session, const int ns[2], teller *run, char **words,
			  int into)
{
	pid_t child;

	if (setns(ns[0], CLONE_NEWUSER) < 0 || setns(ns[1], CLONE_NEWPID) < 0)
		_exit(1);
	child = fork();
	if (child == 0)
		_exit(tell(session, run, words, into));
	_exit(child < 0 ? 1 : wait_for(child));
}

static int ask(struct session *session, teller *run, char **words, struct strbuf *to,
	       struct error *err)
{
	const struct subject *outside = session_subject(session, "outside");
	cleanup_fd int user = -1, pid = -1, told = memfd_create("told", MFD_CLOEXEC);
	pid_t child;

	if (told < 0 || ns_open(outside->dir, NSTYPE_USER, &user) < 0 ||
	    ns_open(outside->dir, NSTYPE_PID, &pid) < 0)
		return error_set(err, errno, "cannot open the sandbox's namespaces");
	child = fork();
	if (child < 0)
		return error_set(err, errno, "cannot fork");
	if (child == 0)
		join_and_tell(session, (int[]){user, pid}, run, words, told);
	if (wait_for(child) != 0)
		return error_say(err, EIO, "cannot ask as the program would");
	(void)lseek(told, 0, SEEK_SET);
	return io_read_fd(told, TOLD_MAX, to) < 0 ? error_say(err, EIO, "too much was told") : 0;
}

/* ---- owners and parents ---- */

/* The inode of an open namespace file, or "-"; closes it. */
static char *inode_text(int r, int fd)
{
	cleanup_fd int ns = r < 0 ? -1 : fd;
	struct ns_id id;

	return ns >= 0 && ns_identify(ns, &id) == 0 ? xasprintf("%ju", (uintmax_t)id.ino)
						    : xstrdup("-");
}

static char *uid_text(int ns, enum nstype_id kind)
{
	cleanup_fd int owner = -1;
	uid_t uid;

	if (kind != NSTYPE_USER && ns_open_owner(ns, &owner) < 0)
		return xstrdup("-");
	return ns_owner_uid(kind == NSTYPE_USER ? ns : owner, &uid) == 0 ? xasprintf("%u", uid)
									 : xstrdup("-");
}

static void add_relations(struct strbuf *to, const struct nstype *type, int dir)
{
	cleanup_fd int ns = -1;
	cleanup_free char *owner = NULL, *uid = NULL, *parent = NULL, *line = NULL;
	struct ns_id id;
	int found = -1, r;

	r = ns_open(dir, nstype_index(type), &ns);
	if (r < 0 || ns_identify(ns, &id) < 0) {
		answer_add(to, type->name, type->nests ? "- - - -" : "- - -");
		return;
	}
	r = ns_open_owner(ns, &found);
	owner = inode_text(r, found);
	uid = uid_text(ns, type->kind);
	if (type->nests) {
		found = -1;
		r = ns_open_parent(ns, &found);
		parent = inode_text(r, found);
	}
	line = xasprintf("%ju %s %s%s%s", (uintmax_t)id.ino, owner, uid, parent ? " " : "",
			 parent ? parent : "");
	answer_add(to, type->name, line);
}

static int tell_relations(struct session *session, char **words, struct strbuf *to)
{
	cleanup_fd int dir = -1;
	struct ns_snapshot all;
	int r = proc_open(sandbox_proc_fd(session->box), (pid_t)atoi(words[0]), &dir);

	if (r == 0)
		r = ns_snapshot_take(dir, &all);
	/* None at all: that is the answer then. */
	for (size_t i = 0; r == 0 && i < NSTYPE_COUNT; i++)
		add_relations(to, &nstypes[i], dir);
	return 0;
}

int asked_relations(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	const struct subject *subject = session_subject(session, words[0]);
	cleanup_free char *pid = subject ? xasprintf("%d", (int)subject->pid) : xstrdup(words[0]);
	char *args[] = {pid, NULL};

	return ask(session, tell_relations, args, to, err);
}

/* ---- who shares a namespace ---- */

struct member {
	uintmax_t ino;
	pid_t pid;
};

static int compare_members(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	if (left->ino != right->ino)
		return left->ino < right->ino ? -1 : 1;
	return (left->pid > right->pid) - (left->pid < right->pid);
}

/* The processes that are in some namespace of the type; the others' PIDs if they may not be read. */
static size_t find_members(int procfd, enum nstype_id type, const struct pid_list *pids,
			   struct member *members, struct strbuf *refused)
{
	size_t n = 0;

	for (size_t i = 0; i < pids->n; i++) {
		cleanup_fd int dir = -1;
		struct ns_snapshot all;

		/* This child is no process of the sandbox's. */
		if (pids->pids[i] == getpid() || proc_open(procfd, pids->pids[i], &dir) < 0)
			continue;
		(void)ns_snapshot_take(dir, &all);
		if (all.entry[type].errnum == EACCES || all.entry[type].errnum == EPERM)
			strbuf_addf(refused, "%s%d", refused->len ? " " : "", (int)pids->pids[i]);
		else if (all.entry[type].errnum == 0)
			members[n++] = (struct member){all.entry[type].id.ino, pids->pids[i]};
	}
	return n;
}

static int tell_groups(struct session *session, char **words, struct strbuf *to)
{
	const struct nstype *type = nstype_by_name(words[0]);
	struct strbuf lines cleanup_strbuf = STRBUF_INIT, refused cleanup_strbuf = STRBUF_INIT;
	cleanup_free struct member *members = NULL;
	struct pid_list pids;
	size_t n;
	int r = type ? proc_list(sandbox_proc_fd(session->box), &pids) : -EINVAL;

	if (r < 0)
		return r;
	members = xcalloc(pids.n, sizeof(*members));
	n = find_members(sandbox_proc_fd(session->box), nstype_index(type), &pids, members,
			 &refused);
	pid_list_free(&pids);
	qsort(members, n, sizeof(*members), compare_members);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || members[i].ino != members[i - 1].ino)
			strbuf_addf(&lines, "%s%ju", i ? "\n" : "", members[i].ino);
		strbuf_addf(&lines, " %d", (int)members[i].pid);
	}
	answer_add(to, "groups", lines.s);
	answer_add(to, "refused", refused.s);
	return 0;
}

int asked_groups(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return ask(session, tell_groups, words, to, err);
}

/* ---- the program ---- */

int asked_launched(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	cleanup_free char *pid = xasprintf("%d", (int)session->process.inside);

	(void)words;
	(void)err;
	answer_add(to, "pid", pid);
	return 0;
}
