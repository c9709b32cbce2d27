/*
 * Outside's network as lines, before the program and now; and the network as it is, for
 * a drawing.
 */
#define _GNU_SOURCE
#include "checks/lib/observe_net.h"

#include "common/cleanup.h"
#include "common/netmodel.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/sandbox_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#define LINES_MAX   512
#define SAID_MAX    12
#define READ_MS	    10000
#define DRAWING_MAX 65536

struct net_note {
	char *lines[LINES_MAX];
	size_t n;
};

static void add_line(struct net_note *note, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add_line(struct net_note *note, const char *fmt, ...)
{
	va_list ap;

	if (note->n == LINES_MAX)
		return;
	va_start(ap, fmt);
	if (vasprintf(&note->lines[note->n], fmt, ap) >= 0)
		note->n++;
	va_end(ap);
}

static void free_note(struct net_note *note)
{
	for (size_t i = 0; i < note->n; i++)
		free(note->lines[i]);
	note->n = 0;
}

static void add_link(struct net_note *note, const struct net_link *link)
{
	add_line(note, "link %s (%s)", link->name, link->kind);
	if (!link->admin_up)
		add_line(note, "%s is down", link->name);
	for (size_t i = 0; i < link->n_addresses; i++)
		add_line(note, "address %s on %s", link->addresses[i], link->name);
	for (size_t i = 0; i < link->n_qdiscs; i++)
		add_line(note, "qdisc %s on %s", link->qdiscs[i].kind, link->name);
}

static int add_network(struct session *session, struct net_note *note)
{
	struct net_sources sources cleanup_net_sources = {.n = 0};
	struct netmodel model cleanup_netmodel = {.n_spaces = 0};
	struct error none = {0};
	int fd;
	int r = net_open(session, "outside", &fd, &none);

	if (r < 0)
		return r;
	(void)net_sources_add(&sources, "outside", fd);
	r = netmodel_read(&sources, READ_MS, &model, &none);
	if (r < 0 || model.n_spaces != 1 || model.spaces[0].trouble)
		return r < 0 ? r : -EIO;
	for (size_t i = 0; i < model.spaces[0].n_links; i++)
		add_link(note, &model.spaces[0].links[i]);
	for (size_t i = 0; i < model.spaces[0].n_routes; i++) {
		struct strbuf text cleanup_strbuf = STRBUF_INIT;

		net_route_add(&text, &model.spaces[0].routes[i]);
		add_line(note, "route %s", text.s);
	}
	if (model.spaces[0].forwarding == 1)
		add_line(note, "ip_forward is 1");
	return 0;
}

static int add_rules(struct session *session, struct net_note *note)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	cleanup_fd int netns = -1;
	struct error none = {0};
	char *save = NULL;
	int r = net_open(session, "outside", &netns, &none);

	if (r == 0)
		r = net_rules(session, netns, &text);
	for (char *line = strtok_r(text.s, "\n", &save); r == 0 && line;
	     line = strtok_r(NULL, "\n", &save))
		add_line(note, "rule %s", line);
	return r;
}

/* What /run/netns of outside holds, whatever it is. */
static void add_names(struct session *session, struct net_note *note)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int at = (int)syscall(SYS_openat2, sandbox_root_fd(session->box), "run/netns", &how,
			      sizeof(how));
	cleanup_dir DIR *dir = at < 0 ? NULL : fdopendir(at);

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			add_line(note, "/run/netns/%s", entry->d_name);
}

/* Every network namespace that a process or a mount of the sandbox holds. */
static int add_namespaces(struct session *session, struct net_note *note)
{
	struct net_sources sources cleanup_net_sources = {.n = 0};
	struct error none = {0};
	int r = netmodel_find(sandbox_proc_fd(session->box), 1, &sources, &none);

	for (size_t i = 0; r == 0 && i < sources.n; i++)
		add_line(note, "network namespace %s", sources.list[i].name);
	return r;
}

static int take_note(struct session *session, struct net_note *note)
{
	int r = add_network(session, note);

	if (r == 0)
		r = add_rules(session, note);
	if (r == 0)
		r = add_namespaces(session, note);
	add_names(session, note);
	return r;
}

void net_note(struct session *session)
{
	/* A check that asks nothing about networks pays nothing for them. */
	if (session->network || strcmp(session_setting("NSLAB_NET", "0"), "1") != 0)
		return;
	session->network = xcalloc(1, sizeof(*session->network));
	(void)take_note(session, session->network);
}

void net_note_free(struct session *session)
{
	if (session->network)
		free_note(session->network);
	free(session->network);
	session->network = NULL;
}

/* What is in one and not in the other; a few of them tell enough. */
static void add_missing(struct strbuf *to, const struct net_note *from, const struct net_note *in)
{
	size_t n = 0;

	for (size_t i = 0; i < from->n; i++) {
		bool found = false;

		for (size_t k = 0; k < in->n && !found; k++)
			found = strcmp(from->lines[i], in->lines[k]) == 0;
		if (!found && n++ < SAID_MAX)
			strbuf_addf(to, "%s%s", to->len ? ", " : "", from->lines[i]);
	}
	if (n > SAID_MAX)
		strbuf_addf(to, " and %zu more", n - SAID_MAX);
}

struct changes {
	struct strbuf added, removed;
	int result; /* of the last look */
};

static bool is_as_before(struct session *session, void *data)
{
	struct changes *changes = data;
	struct net_note *now = xcalloc(1, sizeof(*now));

	strbuf_reset(&changes->added);
	strbuf_reset(&changes->removed);
	changes->result = take_note(session, now);
	if (changes->result == 0) {
		add_missing(&changes->added, now, session->network);
		add_missing(&changes->removed, session->network, now);
	}
	free_note(now);
	free(now);
	return changes->result == 0 && changes->added.len == 0 && changes->removed.len == 0;
}

int net_do_changes(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct changes changes = {.added = STRBUF_INIT, .removed = STRBUF_INIT};

	if (!session->network)
		return error_say(err, ENOENT, "the network was not noted before the program");
	/* The kernel takes a namespace apart after it has ended, in its own time. */
	(void)session_wait(session, is_as_before, &changes, sandbox_now_ms() + atoll(words[0]));
	if (changes.result == 0) {
		answer_add(to, "added", changes.added.s);
		answer_add(to, "removed", changes.removed.s);
	}
	strbuf_free(&changes.added);
	strbuf_free(&changes.removed);
	return changes.result < 0 ? error_set(err, -changes.result, "cannot read the network") : 0;
}

int net_do_draw(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct net_sources sources cleanup_net_sources = {.n = 0};
	struct netmodel model cleanup_netmodel = {.n_spaces = 0};
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	cleanup_fd int procfd = -1;
	struct error none = {0};

	(void)words;
	(void)err;
	/* By the machine's procfs: the internet's process is not in the sandbox's. */
	if (session->running && !session_has_ended(session, NULL) &&
	    proc_mount_open("/proc", &procfd) == 0 &&
	    netmodel_find(procfd, sandbox_pid(session->box), &sources, &none) == 0 &&
	    netmodel_read(&sources, READ_MS, &model, &none) == 0)
		netmodel_json_add(&text, &model, 0);
	/* Nobody can look at more, and the file of records has a limit. */
	if (text.len > DRAWING_MAX)
		strbuf_reset(&text);
	answer_add(to, "drawing", text.s);
	return 0;
}
