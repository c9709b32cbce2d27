#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include "checks/lib/observe_net.h"
#include "checks/lib/observe_trace.h"
#include "checks/lib/probe.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "common/proc.h"
#include "common/sandbox_ids.h"
#include "common/sandbox_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define FILES_MAX 128
/* ---- start and end ---- */

/* Directories to cover, from a colon-separated list that is cut up. */
static size_t split_list(char *list, const char **items, size_t max)
{
	char *save = NULL;
	size_t n = 0;

	for (char *item = strtok_r(list, ":", &save); item && n < max;
	     item = strtok_r(NULL, ":", &save))
		items[n++] = item;
	return n;
}

static int watch_probe(struct session *session, const char *at, struct error *err)
{
	cleanup_fd int fd = openat(sandbox_root_fd(session->box), at + 1, O_PATH | O_CLOEXEC);
	cleanup_free char *path = xasprintf("/proc/self/fd/%d", fd);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set(err, errno, "cannot find the probe in the sandbox");
	session->probes[session->n_probe_files++] = (struct probe_file){st.st_dev, st.st_ino};
	/* Without inotify (its limits are per user) the waits look a little more often. */
	if (session->inotify >= 0)
		(void)inotify_add_watch(session->inotify, path, IN_OPEN);
	return 0;
}

/* The probe, and its copy in the small root file system where there is one. */
static int watch_probes(struct session *session, struct error *err)
{
	cleanup_free char *copy =
		xasprintf("%s" PROBE_PATH, session->rootfs ? session->rootfs : "");
	int r;

	session->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	r = watch_probe(session, PROBE_PATH, err);
	return r < 0 || !session->rootfs ? r : watch_probe(session, copy, err);
}

static int name_subject(struct session *session, const char *name, pid_t pid, bool probe)
{
	struct subject *subject = &session->subjects[session->n_subjects];
	int r;

	if (session->n_subjects == SUBJECTS_MAX)
		return -E2BIG;
	r = proc_open(sandbox_proc_fd(session->box), pid, &subject->dir);
	if (r < 0)
		return r;
	(void)snprintf(subject->name, sizeof(subject->name), "%s", name);
	subject->pid = pid;
	subject->probe = probe;
	session->n_subjects++;
	return 0;
}

/* All that is handed in, in one list; the strings and descriptors stay where they are. */
static struct sandbox_file *join_files(const struct payload *payload, const struct rootfs *rootfs,
				       size_t *ret_n)
{
	struct sandbox_file *files = xcalloc(payload->n + rootfs->n, sizeof(*files));

	memcpy(files, payload->files, payload->n * sizeof(*files));
	if (rootfs->n)
		memcpy(files + payload->n, rootfs->files, rootfs->n * sizeof(*files));
	*ret_n = payload->n + rootfs->n;
	return files;
}

int session_open(struct session *session, struct error *err)
{
	static struct sandbox_limits limits;
	cleanup_free char *hidden = xstrdup(session_setting("NSLAB_HIDE", ""));
	const char *hide[16];
	struct rootfs rootfs cleanup_rootfs = ROOTFS_INIT;
	cleanup_free struct sandbox_file *files = NULL;
	struct payload payload = {0};
	struct sandbox_config config = {
		.start = strcmp(session_setting("NSLAB_START", "root"), "user") == 0 ? SANDBOX_USER
										     : SANDBOX_ROOT,
		.propagation =
			strcmp(session_setting("NSLAB_PROPAGATION", "shared"), "private") == 0
				? SANDBOX_PRIVATE
				: SANDBOX_SHARED,
		.uid = (uid_t)atoi(session_setting("NSLAB_UID", "0")),
		.cgroup = strcmp(session_setting("NSLAB_CGROUP", "0"), "1") == 0,
		.hide = hide,
	};
	int r;

	*session = (struct session){
		.lifeline = atoi(session_setting("NSLAB_LIFELINE", "-1")),
		.inotify = -1,
		.out = -1,
		.err = -1,
		.input = -1,
		.text = {STRBUF_INIT, STRBUF_INIT},
		.trace = STRBUF_INIT,
	};
	limits = sandbox_limits_default;
	limits.wall_ms = 1000 * ((unsigned)atoi(session_setting("NSLAB_TIME", "10")) + 15);
	session_prepare_needs(&config, &limits);
	config.limits = &limits;
	config.n_hide = split_list(hidden, hide, 16);
	session->program = xasprintf("/work/%s", session_setting("NSLAB_PROGRAM", "program"));
	r = payload_collect(&payload, err);
	if (r == 0)
		r = session_describe_rootfs(session, &payload, &rootfs, err);
	if (r == 0) {
		files = join_files(&payload, &rootfs, &config.n_files);
		config.files = files;
		r = sandbox_start(&config, &session->box, err);
	}
	payload_free(&payload);
	if (r < 0)
		return r;
	if (!sandbox_features(session->box)->fresh_proc) {
		error_say(err, EOPNOTSUPP,
			  "this machine does not allow a fresh /proc in the sandbox");
		error_remedy(err, "lab doctor says what covers /proc here");
		return -EOPNOTSUPP;
	}
	r = session_meet_needs(session, err);
	if (r < 0)
		return r;
	r = name_subject(session, "outside", 1, false);
	if (r < 0)
		return error_set(err, -r, "cannot look at the sandbox's init");
	r = session_note_rootfs(session, err);
	return r < 0 ? r : watch_probes(session, err);
}

void session_close(struct session *session)
{
	mirror_end(session->mirror);
	/* Sockets are taken apart in the kernel's time: meanwhile the sandbox ends. */
	internet_stop(session->internet);
	sandbox_end(session->box);
	internet_end(session->internet);
	net_note_free(session);
	trace_end(session);
	for (size_t i = 0; i < session->n_subjects; i++)
		(void)close(session->subjects[i].dir);
	for (int i = 0; i < 2; i++)
		strbuf_free(&session->text[i]);
	free(session->program);
	free(session->mounts);
	free(session->rootfs);
	free(session->rootfs_id);
	tree_free(session->rootfs_before);
	tree_free(session->noted);
}

/* ---- the program ---- */

static void note_mounts(struct session *session)
{
	struct strbuf table cleanup_strbuf = STRBUF_INIT;

	if (!session->mounts && io_read_proc(session_subject(session, "outside")->dir, "mountinfo",
					     1 << 20, &table) == 0)
		session->mounts = strbuf_steal(&table);
}

static int open_streams(struct session *session, bool terminal, int stdio[3], struct error *err)
{
	int pair[2];
	int r;

	session->terminal = terminal;
	if (terminal) {
		r = sandbox_open_terminal(session->box, &session->input, &stdio[0], err);
		if (r < 0)
			return r;
		(void)fcntl(session->input, F_SETFL, O_NONBLOCK);
		session->out = session->input;
		stdio[1] = stdio[2] = stdio[0];
		return 0;
	}
	stdio[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (int i = 1; i < 3; i++) {
		if (pipe2(pair, O_CLOEXEC) < 0)
			return error_set(err, errno, "cannot make a pipe");
		(void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
		*(i == 1 ? &session->out : &session->err) = pair[0];
		stdio[i] = pair[1];
	}
	return 0;
}

static int open_null_streams(int stdio[3])
{
	stdio[0] = open("/dev/null", O_RDWR | O_CLOEXEC);
	stdio[1] = stdio[2] = stdio[0];
	return stdio[0] < 0 ? -errno : 0;
}

int session_launch(struct session *session, char **args, enum session_way way, struct error *err)
{
	bool terminal = way == SESSION_TERMINAL;
	const char *argv[SUBJECTS_MAX];
	struct sandbox_command command = {.argv = argv, .terminal = terminal};
	size_t n = 0;
	int r;

	if (session->running)
		return error_say(err, EBUSY, "the program runs already");
	if (way != SESSION_PIPES) {
		argv[n++] = PROBE_PATH;
		argv[n++] = terminal ? "--caller" : "--held";
	}
	argv[n++] = session->program;
	for (; *args && n < SUBJECTS_MAX - 1; args++)
		argv[n++] = *args;
	argv[n] = NULL;
	note_mounts(session);
	net_note(session);
	r = open_streams(session, terminal, command.stdio, err);
	if (r < 0)
		return r;
	r = sandbox_spawn(session->box, &command, &session->process, err);
	for (int i = 0; i < 3; i++)
		if (i == 0 || command.stdio[i] != command.stdio[0])
			(void)close(command.stdio[i]);
	if (r < 0)
		return r;
	session->running = true;
	/* It may have ended already; then there is nothing to name. */
	(void)name_subject(session, terminal ? "caller" : "program", session->process.inside,
			   false);
	return 0;
}

/* ---- probes and helpers ---- */

struct subject *session_subject(struct session *session, const char *name)
{
	for (size_t i = 0; i < session->n_subjects; i++)
		if (strcmp(session->subjects[i].name, name) == 0)
			return &session->subjects[i];
	return NULL;
}

/* Has this probe a name already? A program that became the probe has two: its own, and CMD's. */
static bool is_named(const struct session *session, pid_t pid)
{
	for (size_t i = 0; i < session->n_subjects; i++) {
		struct proc_stat stat;

		/* A PID can come again; the directory tells whether it is still that process. */
		if (session->subjects[i].pid == pid && session->subjects[i].probe &&
		    proc_read_stat(session->subjects[i].dir, &stat) == 0)
			return true;
	}
	return false;
}

static bool is_probe(const struct session *session, struct proc_file exe)
{
	for (size_t i = 0; i < session->n_probe_files; i++)
		if (exe.dev == session->probes[i].dev && exe.ino == session->probes[i].ino)
			return true;
	return false;
}

/* Does it execute the probe's file, and does it wait by now? */
static bool is_waiting_probe(const struct session *session, pid_t pid)
{
	cleanup_fd int dir = -1;
	struct proc_file exe;
	struct proc_stat stat;

	return proc_open(sandbox_proc_fd(session->box), pid, &dir) == 0 &&
	       proc_identify(dir, "exe", &exe) == 0 && is_probe(session, exe) &&
	       proc_read_stat(dir, &stat) == 0 &&
	       strncmp(stat.comm, PROBE_WAITING, strlen(PROBE_WAITING)) == 0;
}

/* The lowest PID of a waiting probe that has no name yet, 0: none. */
static pid_t new_probe(struct session *session)
{
	struct pid_list pids;
	pid_t found = 0;

	if (proc_list(sandbox_proc_fd(session->box), &pids) < 0)
		return 0;
	for (size_t i = 0; i < pids.n && !found; i++)
		if (!is_named(session, pids.pids[i]) && is_waiting_probe(session, pids.pids[i]))
			found = pids.pids[i];
	pid_list_free(&pids);
	return found;
}

unsigned session_find_probes(struct session *session)
{
	pid_t pid;

	while ((pid = new_probe(session))) {
		char name[16] = "cmd";

		if (session->n_probes)
			(void)snprintf(name, sizeof(name), "cmd%u", session->n_probes + 1);
		if (name_subject(session, name, pid, true) < 0)
			break;
		session->n_probes++;
	}
	return session->n_probes;
}

struct helper_wait {
	const char *name;
	struct sandbox_process process;
	bool probe; /* its probe is meant, not the process itself */
};

static bool helper_is_up(struct session *session, void *data)
{
	const struct helper_wait *wait = data;
	cleanup_fd int dir = -1;
	struct proc_stat stat;
	pid_t pid = wait->probe ? new_probe(session) : wait->process.inside;

	if (!pid || proc_open(sandbox_proc_fd(session->box), pid, &dir) < 0)
		return false;
	/* Until its exec a child of init is called what init is called. */
	if (!wait->probe && (proc_read_stat(dir, &stat) < 0 || strcmp(stat.comm, "init") == 0))
		return false;
	return name_subject(session, wait->name, pid, wait->probe) == 0;
}

int session_helper(struct session *session, const char *name, char **argv, long long deadline,
		   struct error *err)
{
	struct sandbox_command command = {.argv = (const char *const *)argv};
	struct helper_wait wait = {.name = name};
	int r = open_null_streams(command.stdio);

	for (char **word = argv; *word; word++)
		wait.probe |= strcmp(*word, PROBE_PATH) == 0;
	if (r == 0)
		r = sandbox_spawn(session->box, &command, &wait.process, err);
	if (r < 0)
		return r;
	(void)close(command.stdio[0]);
	(void)close(wait.process.pidfd);
	if (wait.probe) {
		cleanup_free char *starter = xasprintf("%s.starter", name);

		(void)name_subject(session, starter, wait.process.inside, false);
	}
	if (!session_wait(session, helper_is_up, &wait, deadline))
		return error_say(err, ETIMEDOUT, "the helper %s (%s) did not start", name, argv[0]);
	return 0;
}

void session_leftover(struct session *session, struct strbuf *to)
{
	struct pid_list pids;

	if (proc_list(sandbox_proc_fd(session->box), &pids) < 0)
		return;
	for (size_t i = 0; i < pids.n; i++) {
		bool ours = pids.pids[i] == 1;
		cleanup_fd int dir = -1;
		struct proc_stat stat;

		for (size_t k = 0; k < session->n_subjects && !ours; k++) {
			const struct subject *subject = &session->subjects[k];

			ours = subject->pid == pids.pids[i] &&
			       strcmp(subject->name, "program") != 0 &&
			       strncmp(subject->name, "cmd", 3) != 0;
		}
		if (ours || proc_open(sandbox_proc_fd(session->box), pids.pids[i], &dir) < 0 ||
		    proc_read_stat(dir, &stat) < 0)
			continue;
		strbuf_addf(to, "%s%d (%s)", to->len ? ", " : "", (int)pids.pids[i], stat.comm);
	}
	pid_list_free(&pids);
}
