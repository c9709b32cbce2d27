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

#include "checks/lib/probe.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "common/proc.h"
#include "common/sandbox_internal.h"
#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

static long long deadline_of(const char *ms)
{
	return sandbox_now_ms() + atoll(ms);
}

static int find(struct session *session, const char *name, struct subject **ret, struct error *err)
{
	*ret = session_subject(session, name);
	return *ret ? 0 : error_say(err, ESRCH, "there is no %s", name);
}

static int do_launch(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	(void)to;
	return session_launch(session, words, false, err);
}

static int do_terminal(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	(void)to;
	return session_launch(session, words, true, err);
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
	(void)session_wait(session, enough_probes, &wanted, deadline_of(words[1]));
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
	(void)session_wait(session, session_has_ended, NULL, deadline_of(words[0]));
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
	(void)session_wait(session, nothing_left, &left, deadline_of(words[0]));
	add_text(to, "leftover", &left);
	return 0;
}

/* helper MS NAME ARG... */
static int do_helper(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	(void)to;
	return session_helper(session, words[1], words + 2, deadline_of(words[0]), err);
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
	(void)session_wait(session, text_is_shown, &shown, deadline_of(words[0]));
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
	return 0;
}

static const struct {
	const char *name;
	size_t min; /* words that must follow */
	handler *run;
} commands[] = {
	{"facts", 0, do_facts},	    {"finish", 1, do_finish},	  {"helper", 3, do_helper},
	{"info", 0, do_info},	    {"launch", 0, do_launch},	  {"probes", 2, do_probes},
	{"release", 2, do_release}, {"settled", 1, do_settled},	  {"shown", 2, do_shown},
	{"signal", 2, do_signal},   {"terminal", 0, do_terminal}, {"type", 1, do_type},
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

static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text == '\\' && text[1]) {
			text++;
			*to++ = *text == 'n' ? '\n' : *text == 't' ? '\t' : *text;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

static void answer(struct session *session, char *line)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct error err = {0};
	char *words[WORDS_MAX + 1] = {NULL};
	const char *cause;
	size_t n = 0;
	int r = error_say(&err, EINVAL, "unknown command, or too few words: %.60s", line);

	for (char *word; n < WORDS_MAX && (word = strsep(&line, "\t"));) {
		unescape(word);
		words[n++] = word;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, words[0]) == 0 && n > commands[i].min)
			r = commands[i].run(session, words + 1, &text, &err);
	if (r == 0)
		r = write_answer(strcmp(words[0], "facts") == 0 ? "fact" : "answer", &text, &err);
	cause = sandbox_outcome_cause(session->outcome);
	if (cause)
		printf("!\t%s\tthe program was stopped at a limit\n", cause);
	else if (r < 0)
		printf("!\terror\t%s\n", err.what);
	else
		printf(".\n");
	(void)fflush(stdout);
}

/* A line of standard input; NULL at its end, or once lab has gone. */
static char *next_line(struct session *session, struct strbuf *pending)
{
	for (;;) {
		char *end = strchr(pending->s, '\n');
		struct pollfd polled[2] = {
			{.fd = 0, .events = POLLIN},
			{.fd = session->lifeline, .events = POLLIN},
		};
		char chunk[4096];
		ssize_t n;

		if (end) {
			char *line = xstrndup(pending->s, (size_t)(end - pending->s));
			char *rest = xstrdup(end + 1);

			strbuf_reset(pending);
			strbuf_adds(pending, rest);
			free(rest);
			return line;
		}
		/* The program goes on while the check thinks. */
		if (poll(polled, 2, 50) < 0 && errno != EINTR)
			return NULL;
		if (polled[1].revents)
			return NULL;
		if (!polled[0].revents) {
			(void)session_keep_limits(session);
			continue;
		}
		n = read(0, chunk, sizeof(chunk));
		if (n <= 0)
			return NULL;
		strbuf_add(pending, chunk, (size_t)n);
	}
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
	while ((line = next_line(&session, &pending))) {
		answer(&session, line);
		free(line);
	}
	session_close(&session);
	return 0;
}
