/*
 * observe - start a program in a sandbox and tell, from outside, what it is
 *
 * Reads commands on standard input, one a line, words separated by tabs, in
 * which \n, \t and \\ stand for a newline, a tab and a backslash. Answers each
 * with a line: "." when it is done, or "!<tab>WORD<tab>SENTENCE", where WORD is
 * "error", "unsupported", or the cause of the limit that the program hit. What
 * there is to tell has then been written to the file NSLAB_ANSWER as a
 * statement of the shell, answer=([KEY]='VALUE' ...), or fact=(...): bash reads a file in one
 * piece, a pipe byte by byte. The sandbox ends with the input.
 *
 * The environment says what to start; see docs/design.md, "How a check runs".
 */
#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include "checks/lib/observe_asked.h"
#include "checks/lib/observe_held.h"
#include "checks/lib/observe_inside.h"
#include "checks/lib/observe_net.h"
#include "checks/lib/observe_trace.h"
#include "checks/lib/observe_views.h"
#include "checks/lib/probe.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "common/proc.h"
#include "common/sandbox_internal.h"
#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define WORDS_MAX 60

/* What a command answers besides its lines: 0, or -errno with err filled. */
typedef int handler(struct session *session, char **words, struct strbuf *to, struct error *err);

/* What a program printed: freed of everything that is not text. */
static void add_text(struct strbuf *to, const char *key, const struct strbuf *text)
{
	struct strbuf plain cleanup_strbuf = STRBUF_INIT;

	text_plain(&plain, text->s, text->len, sandbox_limits_default.output);
	answer_add(to, key, plain.s);
}

static void add_number(struct strbuf *to, const char *key, unsigned number)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", number);
	answer_add(to, key, text);
}

static int find(struct session *session, const char *name, struct subject **ret, struct error *err)
{
	*ret = session_subject(session, name);
	return *ret ? 0 : error_say(err, ESRCH, "there is no %s", name);
}

static int do_launch(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	(void)to;
	return session_launch(session, words, SESSION_PIPES, err);
}

static int do_terminal(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	(void)to;
	return session_launch(session, words, SESSION_TERMINAL, err);
}

struct wanted {
	unsigned count;
};

static bool enough_probes(struct session *session, void *data)
{
	const struct wanted *wanted = data;
	struct strbuf left cleanup_strbuf = STRBUF_INIT;

	if (session_find_probes(session) >= wanted->count)
		return true;
	/* A program that has ended and left nobody behind will start no more of them. */
	if (!session_has_ended(session, NULL))
		return false;
	session_leftover(session, &left);
	return left.len == 0;
}

/* probes COUNT MS */
static int do_probes(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct wanted wanted = {(unsigned)atoi(words[0])};

	(void)err;
	(void)session_wait(session, enough_probes, &wanted, session_deadline(words[1]));
	add_number(to, "probes", session_find_probes(session));
	add_number(to, "ended", session->ended);
	return 0;
}

/*
 * The process that started the (first) command, and outside's init once that one
 * has gone: looked up every time, since it can change. Its dir is the caller's.
 */
static bool find_parent(struct session *session, struct subject *ret)
{
	const struct subject *cmd = session_subject(session, "cmd");
	struct proc_stat stat;

	*ret = (struct subject){.name = "parent", .dir = -1};
	if (!cmd || proc_read_stat(cmd->dir, &stat) < 0 || stat.ppid == 0)
		return false;
	ret->pid = stat.ppid;
	return proc_open(sandbox_proc_fd(session->box), stat.ppid, &ret->dir) == 0;
}

static int do_facts(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct subject parent;

	(void)words;
	(void)err;
	for (size_t i = 0; i < session->n_subjects; i++)
		facts_read(session, session->subjects[i].name, &session->subjects[i], to);
	if (find_parent(session, &parent)) {
		facts_read(session, "parent", &parent, to);
		(void)close(parent.dir);
	}
	facts_mounts(session, to);
	facts_rootfs(session, to);
	return 0;
}

/* kill(2) through the process's directory, which can't come to mean another process. */
static int send_signal(const struct subject *subject, int sig, const union sigval *value,
		       struct error *err)
{
	siginfo_t info = {.si_signo = sig, .si_code = SI_QUEUE};

	if (value)
		info.si_value = *value;
	info.si_pid = getpid();
	info.si_uid = getuid();
	if (syscall(SYS_pidfd_send_signal, subject->dir, sig, value ? &info : NULL, 0) < 0)
		return error_set(err, errno, "cannot send signal %d to %s", sig, subject->name);
	return 0;
}

/* release WHO STATUS: the probe ends with it; 256 is a fault */
static int do_release(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	union sigval value = {.sival_int = atoi(words[1])};
	struct subject *subject;
	int r = find(session, words[0], &subject, err);

	(void)to;
	return r < 0 ? r : send_signal(subject, PROBE_RELEASE, &value, err);
}

/* signal WHO NUMBER */
static int do_signal(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct subject *subject, parent;
	int r;

	(void)to;
	if (strcmp(words[0], "parent") == 0 && find_parent(session, &parent)) {
		r = send_signal(&parent, atoi(words[1]), NULL, err);
		(void)close(parent.dir);
		return r;
	}
	r = find(session, words[0], &subject, err);
	return r < 0 ? r : send_signal(subject, atoi(words[1]), NULL, err);
}

/* finish MS */
static int do_finish(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	int status;

	(void)err;
	(void)session_wait(session, session_has_ended, NULL, session_deadline(words[0]));
	status = session->status;
	add_number(to, "ended", session->ended);
	if (session->ended)
		add_number(to, "status",
			   WIFSIGNALED(status) ? 128U + (unsigned)WTERMSIG(status)
					       : (unsigned)WEXITSTATUS(status));
	add_text(to, "output", &session->text[0]);
	add_text(to, "errors", &session->text[1]);
	return 0;
}

static bool nothing_left(struct session *session, void *data)
{
	struct strbuf *left = data;

	strbuf_reset(left);
	session_leftover(session, left);
	return left->len == 0;
}

/* settled MS */
static int do_settled(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct strbuf left cleanup_strbuf = STRBUF_INIT;

	(void)err;
	(void)session_wait(session, nothing_left, &left, session_deadline(words[0]));
	add_text(to, "leftover", &left);
	return 0;
}

/* helper MS NAME ARG... */
static int do_helper(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	(void)to;
	return session_helper(session, words[1], words + 2, session_deadline(words[0]), err);
}

/* type TEXT */
static int do_type(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	ssize_t n = session->terminal ? write(session->input, words[0], strlen(words[0])) : -1;

	(void)to;
	if (n != (ssize_t)strlen(words[0]))
		return error_say(err, EIO, "cannot type into the program's terminal");
	return 0;
}

struct shown {
	const char *text;
	bool seen;
};

static bool text_is_shown(struct session *session, void *data)
{
	struct shown *shown = data;
	bool ended = session_has_ended(session, NULL);
	const char *at = strstr(session->text[0].s + session->shown, shown->text);

	if (at)
		session->shown = (size_t)(at - session->text[0].s) + strlen(shown->text);
	shown->seen = at;
	return at || ended;
}

/* shown MS TEXT: printed since the last text that was */
static int do_shown(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct shown shown = {.text = words[1]};

	(void)err;
	(void)session_wait(session, text_is_shown, &shown, session_deadline(words[0]));
	add_number(to, "shown", shown.seen);
	add_text(to, "screen", &session->text[0]);
	return 0;
}

/* info: what does not change in a run */
static int do_info(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	const struct sandbox_features *features = sandbox_features(session->box);

	(void)words;
	(void)err;
	answer_add(to, "program", session->program);
	answer_add(to, "probe", PROBE_PATH);
	add_number(to, "time_ns", features->time_ns);
	add_number(to, "subids", features->subids);
	return 0;
}

/* mirror [closed] */
static int do_mirror(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return session_mirror(session, words[0] && strcmp(words[0], "closed") == 0, to, err);
}

/* asked MS */
static int do_asked(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return session_asked(session, session_deadline(words[0]), to, err);
}

/* links WHO */
static int do_links(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return session_links(session, words[0], to, err);
}

/* mounts WHO */
static int do_mounts(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return session_mounts(session, words[0], to, err);
}

/* join WHO [PATH...] */
static int do_join(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return session_join(session, words[0], words + 1, to, err);
}

/* look WHO PATH [ROOT] */
static int do_look(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return session_look(session, words[0], words[1], words[2], to, err);
}

/* do COMMAND [ARG...] */
static int do_do(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return session_do(session, words, to, err);
}

/* note PATH: remember what it holds; changes PATH: what has changed since */
static int do_note(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	(void)to;
	tree_free(session->noted);
	session->noted = NULL;
	return tree_read(session, words[0], &session->noted, err);
}

static int do_changes(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct tree_changes changes;
	struct tree *now = NULL;
	int r = session->noted ? tree_read(session, words[0], &now, err)
			       : error_say(err, ENOENT, "nothing was noted");

	if (r < 0)
		return r;
	tree_compare(session->noted, now, &changes);
	answer_add(to, "added", changes.added.s);
	answer_add(to, "removed", changes.removed.s);
	answer_add(to, "changed", changes.changed.s);
	tree_changes_free(&changes);
	tree_free(now);
	return 0;
}

/* quiet MS */
static int do_quiet(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	(void)err;
	add_number(to, "quiet", session_quiet(session, session_deadline(words[0])));
	return 0;
}

static const struct {
	const char *name;
	size_t min; /* words that must follow */
	handler *run;
} commands[] = {
	{"asked", 1, do_asked},
	{"groups", 1, asked_groups},
	{"launched", 0, asked_launched},
	{"relations", 1, asked_relations},
	{"mirror", 0, do_mirror},
	{"cgroups", 2, view_cgroups},
	{"clocks", 1, view_clocks},
	{"facts", 0, do_facts},
	{"finish", 1, do_finish},
	{"helper", 3, do_helper},
	{"info", 0, do_info},
	{"launch", 0, do_launch},
	{"probes", 2, do_probes},
	{"release", 2, do_release},
	{"settled", 1, do_settled},
	{"shown", 2, do_shown},
	{"signal", 2, do_signal},
	{"terminal", 0, do_terminal},
	{"type", 1, do_type},
	{"mounts", 1, do_mounts},
	{"join", 1, do_join},
	{"look", 2, do_look},
	{"do", 1, do_do},
	{"note", 1, do_note},
	{"changes", 1, do_changes},
	{"links", 1, do_links},
	{"trace", 0, trace_launch},
	{"trace_beside", 1, trace_beside},
	{"traced", 0, trace_read},
	{"owner", 1, inside_owner},
	{"quiet", 1, do_quiet},
	{"uts", 1, inside_uts},
	{"shm", 1, inside_shm},
	{"mqueue", 1, inside_mqueue},
	{"make_shm", 4, inside_make_shm},
	{"make_mqueue", 2, inside_make_mqueue},
	{"keep", 3, held_keep},
	{"pins", 1, held_pins},
	{"processes", 0, held_processes},
	{"read_net", 1, net_do_read},
	{"reach", 4, net_do_reach},
	{"matrix", 1, net_do_matrix},
	{"throughput", 3, net_do_throughput},
	{"fetch", 2, net_do_fetch},
	{"listening", 1, net_do_listening},
	{"seen_by_internet", 0, net_do_seen},
	{"rules", 1, net_do_rules},
	{"add_route", 3, net_do_add_route},
	{"add_address", 3, net_do_add_address},
	{"forward_drop", 0, net_do_forward_drop},
	{"bridge_filtered", 0, net_do_bridge_filtered},
	{"network_changes", 1, net_do_changes},
	{"draw", 0, net_do_draw},
};

/* Leave what there is to tell where the check finds it. */
static int write_answer(const char *array, const struct strbuf *text, struct error *err)
{
	const char *path = getenv("NSLAB_ANSWER");
	struct strbuf statement cleanup_strbuf = STRBUF_INIT;
	cleanup_fd int fd = -1;
	int r;

	if (!path)
		return error_say(err, EINVAL, "NSLAB_ANSWER is not set");
	strbuf_addf(&statement, "%s=(%s)\n", array, text->s);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	r = fd < 0 ? -errno : io_write_all(fd, statement.s, statement.len);
	return r < 0 ? error_set(err, -r, "cannot write %s", path) : 0;
}

/* The array of the shell that an answer goes into. */
static const char *array_of(const char *command)
{
	if (strcmp(command, "facts") == 0)
		return "fact";
	if (strcmp(command, "read_net") == 0)
		return "net";
	return strcmp(command, "mounts") == 0 || strcmp(command, "join") == 0 ? "mount" : "answer";
}

static void answer(struct session *session, char *line)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct error err = {0};
	char *words[WORDS_MAX + 1] = {NULL};
	const char *cause;
	int r = error_say(&err, EINVAL, "unknown command, or too few words: %.60s", line);
	size_t n = line_split(line, words, WORDS_MAX);

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, words[0]) == 0 && n > commands[i].min)
			r = commands[i].run(session, words + 1, &text, &err);
	if (r == 0)
		r = write_answer(array_of(words[0]), &text, &err);
	cause = sandbox_outcome_cause(session->outcome);
	if (cause)
		printf("!\t%s\tthe program was stopped at a limit\n", cause);
	else if (r < 0)
		printf("!\t%s\t%s%s%s\n", err.errnum == EOPNOTSUPP ? "unsupported" : "error",
		       err.what, err.remedy[0] ? "; " : "", err.remedy);
	else
		printf(".\n");
	(void)fflush(stdout);
}

int main(void)
{
	struct strbuf pending cleanup_strbuf = STRBUF_INIT;
	struct session session;
	struct error err = {0};
	char *line;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGPIPE, SIG_IGN);
	if (session_open(&session, &err) < 0) {
		printf("!\t%s\t%s%s%s\n", err.errnum == EOPNOTSUPP ? "unsupported" : "error",
		       err.what, err.remedy[0] ? "; " : "", err.remedy);
		session_close(&session);
		return 4;
	}
	printf(".\n");
	(void)fflush(stdout);
	while ((line = line_next(&session, &pending))) {
		answer(&session, line);
		free(line);
	}
	session_close(&session);
	return 0;
}
