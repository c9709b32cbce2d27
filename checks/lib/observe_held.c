#define _GNU_SOURCE
#include "checks/lib/observe_held.h"

#include "common/cleanup.h"
#include "common/ns.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define KEPT_MAX   16
#define SPACES_MAX 64

/* A namespace with a name in the check, held open to the observer's end. */
static struct kept {
	char name[32];
	const struct nstype *type;
	struct ns_id id;
} kept[KEPT_MAX];
static size_t n_kept;

int held_keep(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	const struct nstype *type = nstype_by_name(words[1]);
	const struct subject *subject = session_subject(session, words[2]);
	struct kept *entry = &kept[n_kept];
	cleanup_free char *inode = NULL;
	int fd, r;

	if (!type || !subject || n_kept == KEPT_MAX)
		return error_say(err, EINVAL, "cannot keep the %s namespace of %s", words[1],
				 words[2]);
	r = ns_open(subject->dir, nstype_index(type), &fd);
	if (r == 0)
		r = ns_identify(fd, &entry->id);
	if (r < 0)
		return error_set(err, -r, "cannot open the %s namespace of %s", words[1], words[2]);
	(void)snprintf(entry->name, sizeof(entry->name), "%s", words[0]);
	entry->type = type;
	n_kept++;
	inode = xasprintf("%ju", (uintmax_t)entry->id.ino);
	answer_add(to, "inode", inode);
	return 0;
}

/* What was found so far, and the mount namespaces that were looked through. */
struct pins {
	const struct kept *kept;
	struct strbuf members, descriptors, mounts;
	struct ns_id seen[SPACES_MAX];
	size_t n_seen;
};

static void add_word(struct strbuf *to, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void add_word(struct strbuf *to, const char *fmt, ...)
{
	char *word;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&word, fmt, ap) < 0)
		word = xstrdup("");
	va_end(ap);
	strbuf_addf(to, "%s%s", to->len ? " " : "", word);
	free(word);
}

static void find_descriptors(struct pins *pins, int dir, pid_t pid)
{
	struct pid_list fds;

	if (proc_list_fds(dir, &fds) < 0)
		return;
	for (size_t i = 0; i < fds.n; i++) {
		cleanup_free char *link = xasprintf("fd/%d", (int)fds.pids[i]);
		struct stat st;

		if (fstatat(dir, link, &st, 0) == 0 &&
		    ns_id_equal((struct ns_id){st.st_dev, st.st_ino}, pins->kept->id))
			add_word(&pins->descriptors, "%d:%d", (int)pid, (int)fds.pids[i]);
	}
	pid_list_free(&fds);
}

/* Each mount namespace once, by the first process that is in it. */
static void find_mounts(struct pins *pins, int dir, struct ns_id space)
{
	cleanup_free char *root =
		xasprintf("%s:[%ju]", pins->kept->type->name, (uintmax_t)pins->kept->id.ino);
	struct mountinfo table = {0};

	for (size_t i = 0; i < pins->n_seen; i++)
		if (ns_id_equal(pins->seen[i], space))
			return;
	if (pins->n_seen < SPACES_MAX)
		pins->seen[pins->n_seen++] = space;
	if (proc_read_mountinfo(dir, &table) < 0)
		return;
	for (size_t i = 0; i < table.n; i++)
		if (strcmp(table.mounts[i].type, "nsfs") == 0 &&
		    strcmp(table.mounts[i].root, root) == 0)
			add_word(&pins->mounts, "%s", table.mounts[i].point);
	mountinfo_free(&table);
}

static void look_at(struct pins *pins, int procfd, pid_t pid)
{
	enum nstype_id type = nstype_index(pins->kept->type);
	cleanup_fd int dir = -1;
	struct ns_snapshot ns;

	if (proc_open(procfd, pid, &dir) < 0 || ns_snapshot_take(dir, &ns) < 0)
		return;
	if (ns.entry[type].errnum == 0 && ns_id_equal(ns.entry[type].id, pins->kept->id))
		add_word(&pins->members, "%d", (int)pid);
	find_descriptors(pins, dir, pid);
	if (ns.entry[NSTYPE_MNT].errnum == 0)
		find_mounts(pins, dir, ns.entry[NSTYPE_MNT].id);
}

int held_pins(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct pins pins = {
		.members = STRBUF_INIT, .descriptors = STRBUF_INIT, .mounts = STRBUF_INIT};
	int procfd = sandbox_proc_fd(session->box);
	struct pid_list pids;
	int r;

	for (size_t i = 0; i < n_kept; i++)
		if (strcmp(kept[i].name, words[0]) == 0)
			pins.kept = &kept[i];
	if (!pins.kept)
		return error_say(err, ENOENT, "no namespace is kept as %s", words[0]);
	r = proc_list(procfd, &pids);
	if (r < 0)
		return error_set(err, -r, "cannot list the sandbox's processes");
	for (size_t i = 0; i < pids.n; i++)
		look_at(&pins, procfd, pids.pids[i]);
	pid_list_free(&pids);
	answer_add(to, "members", pins.members.s);
	answer_add(to, "descriptors", pins.descriptors.s);
	answer_add(to, "mounts", pins.mounts.s);
	strbuf_free(&pins.members);
	strbuf_free(&pins.descriptors);
	strbuf_free(&pins.mounts);
	return 0;
}

static unsigned count_sockets(int dir)
{
	struct pid_list fds;
	unsigned n = 0;

	if (proc_list_fds(dir, &fds) < 0)
		return 0;
	for (size_t i = 0; i < fds.n; i++) {
		cleanup_free char *link = xasprintf("fd/%d", (int)fds.pids[i]);
		struct stat st;

		n += fstatat(dir, link, &st, 0) == 0 && S_ISSOCK(st.st_mode);
	}
	pid_list_free(&fds);
	return n;
}

int held_processes(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	int procfd = sandbox_proc_fd(session->box);
	struct pid_list pids;
	int r = proc_list(procfd, &pids);

	(void)words;
	if (r < 0)
		return error_set(err, -r, "cannot list the sandbox's processes");
	for (size_t i = 0; i < pids.n; i++) {
		cleanup_fd int dir = -1;
		struct proc_stat stat;

		if (proc_open(procfd, pids.pids[i], &dir) == 0 && proc_read_stat(dir, &stat) == 0 &&
		    stat.state != 'Z')
			strbuf_addf(&text, "%s%d %d %u", text.len ? "\n" : "", (int)pids.pids[i],
				    (int)stat.ppid, count_sockets(dir));
	}
	pid_list_free(&pids);
	answer_add(to, "processes", text.s);
	return 0;
}
