/*
 * lab watch: check again at every save.
 *
 *	one poll loop over	the file (lab/check/watch.h), keys, signals
 *	one child at a time	a check, or a hint; it prints, the loop goes on
 *
 * What was saved while a check ran is not what that check read: the digests
 * differ afterwards, and the next check starts. Progress is written by the child.
 */
#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "lab/check/attempt.h"
#include "lab/check/check.h"
#include "lab/check/watch.h"
#include "lab/course/pick.h"
#include "lab/course/workdir.h"
#include "lab/interrupt.h"
#include "lab/output.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum job_kind { JOB_NONE, JOB_CHECK, JOB_HINT };

struct session {
	struct lab *lab;
	const struct catalogue *catalogue;
	const struct exercise *exercise;
	char *path;
	struct watch *watch;
	enum job_kind job;
	pid_t child;
	uint64_t checked; /* digest of what the last check was started for */
	bool passed;
	bool leaving; /* end when the job has ended */
	int key;      /* pressed while a job ran, 0: none */
	int signals;
	sigset_t mask;	      /* before ours */
	bool terminal;	      /* keys come one by one */
	struct termios modes; /* of the terminal before */
};

static void key_quit(struct session *session);
static void key_check(struct session *session);
static void key_hint(struct session *session);
static void key_next(struct session *session);

static const struct {
	char key;
	const char *help;
	void (*press)(struct session *session);
	bool anytime; /* also while a check runs; else afterwards */
	bool solved;  /* offered after a pass only */
} keys[] = {
	{'n', "next exercise", key_next, false, true},
	{'c', "check now", key_check, false, false},
	{'h', "hint", key_hint, false, false},
	{'q', "quit", key_quit, true, false},
};

#define N_KEYS (sizeof(keys) / sizeof(*keys))

/* ---- terminal ---- */

/* One key at a time, not echoed; signals and output stay as they are. */
static void take_keys(struct session *session)
{
	struct termios modes = session->modes;

	if (!session->terminal)
		return;
	modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	modes.c_cc[VMIN] = 1;
	modes.c_cc[VTIME] = 0;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
}

static void give_keys_back(const struct session *session)
{
	if (session->terminal)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &session->modes);
}

static void say_ready(const struct session *session)
{
	(void)printf("\n%s", session->passed ? "It passes. " : "Save the file to check it again. ");
	for (size_t i = 0; i < N_KEYS; i++)
		if (session->passed || !keys[i].solved)
			(void)printf("%c %s%s", keys[i].key, keys[i].help,
				     i + 1 < N_KEYS ? ", " : "\n");
	(void)fflush(stdout);
}

/* ---- the child ---- */

static int child_check(struct session *session)
{
	cleanup_result struct result result = RESULT_INIT;
	struct attempt attempt = {.catalogue = session->catalogue,
				  .exercise = session->exercise,
				  .seed = check_seed(),
				  .propagation = SANDBOX_SHARED};
	struct error err = {0};
	int r = attempt_check(session->lab, &attempt, &result, &err);

	if (r == -EINTR)
		return LAB_INTERRUPTED;
	if (r < 0)
		return output_error(&err, LAB_USAGE);
	attempt_print(session->lab, session->catalogue, &result);
	return (int)verdict_status(result.verdict);
}

static int child_hint(struct session *session)
{
	char *words[] = {session->exercise->id, NULL};
	struct args args = {.command = command_find("hint"), .words = words, .n_words = 1};

	return cmd_hint(session->lab, &args);
}

static void start(struct session *session, enum job_kind job)
{
	(void)fflush(stdout);
	(void)fflush(stderr);
	session->child = fork();
	if (session->child == 0) {
		int status;

		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		interrupt_child();
		status = job == JOB_CHECK ? child_check(session) : child_hint(session);
		(void)fflush(stdout);
		_exit(status);
	}
	if (session->child < 0) {
		(void)fprintf(stderr, "lab: cannot start a check: %s.\n", strerror(errno));
		return;
	}
	session->job = job;
}

static void start_check(struct session *session)
{
	session->checked = watch_digest(session->watch);
	session->passed = false;
	(void)printf("\nChecking %s ...\n", session->exercise->id);
	start(session, JOB_CHECK);
}

static void reap(struct session *session)
{
	int status;

	if (session->job == JOB_NONE || waitpid(session->child, &status, WNOHANG) <= 0)
		return;
	if (session->job == JOB_CHECK)
		session->passed = WIFEXITED(status) && WEXITSTATUS(status) == LAB_PASS;
	session->job = JOB_NONE;
	if (!session->leaving && watch_digest(session->watch) == session->checked)
		say_ready(session);
}

static void stop_job(struct session *session)
{
	int status;

	if (session->job == JOB_NONE)
		return;
	(void)kill(session->child, SIGTERM);
	while (waitpid(session->child, &status, 0) < 0 && errno == EINTR)
		;
	session->job = JOB_NONE;
}

/* ---- the exercise ---- */

static int enter(struct session *session, const struct exercise *exercise)
{
	const char *wanted = getenv("NSLAB_WATCH");
	enum watch_backend backend =
		wanted && strcmp(wanted, "poll") == 0 ? WATCH_POLL : WATCH_AUTO;
	cleanup_free char *path = NULL;
	struct watch *watch = NULL;
	struct error err = {0};

	if (workdir_file(session->lab, session->catalogue, exercise, &path, &err) < 0 ||
	    watch_open(path, backend, &watch, &err) < 0)
		return output_error(&err, LAB_ERROR);
	if (progress_enter(session->lab, exercise, &err) < 0)
		(void)output_error(&err, LAB_ERROR);
	watch_close(session->watch);
	free(session->path);
	session->watch = watch;
	session->path = steal_ptr(path);
	session->exercise = exercise;
	session->checked = 0;
	session->passed = false;
	(void)printf("Watching %s (%s).\n", session->path, watch_how(watch));
	return LAB_PASS;
}

/* ---- keys ---- */

static void key_quit(struct session *session)
{
	stop_job(session);
	session->leaving = true;
}

static void key_check(struct session *session)
{
	start_check(session);
}

static void key_hint(struct session *session)
{
	start(session, JOB_HINT);
}

static void key_next(struct session *session)
{
	cleanup_free char *id =
		session->passed ? attempt_next(session->lab, session->catalogue) : NULL;
	const struct exercise *next = id ? catalogue_by_id(session->catalogue, id) : NULL;

	if (!session->passed)
		return;
	if (next) {
		(void)printf("\n%s: %s (lab show %s)\n", next->id, next->title, next->id);
		(void)enter(session, next);
	} else {
		(void)printf("That was the last one.\n");
	}
	(void)fflush(stdout);
}

static void press(struct session *session, int key)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		if (keys[i].key != key)
			continue;
		if (session->job == JOB_NONE || keys[i].anytime)
			keys[i].press(session);
		else
			session->key = key;
	}
}

/* At the end of input the running check may still finish. */
static void read_keys(struct session *session, struct pollfd *polled)
{
	char typed[64];
	ssize_t n = read(STDIN_FILENO, typed, sizeof(typed));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		polled->fd = -1;
		session->leaving = true;
	}
	for (ssize_t i = 0; i < n && !session->leaving; i++)
		press(session, (unsigned char)typed[i]);
}

/* ---- the loop ---- */

static void take_signals(struct session *session)
{
	static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGCONT};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		(void)sigaddset(&set, taken[i]);
	(void)sigprocmask(SIG_BLOCK, &set, &session->mask);
	(void)signal(SIGPIPE, SIG_IGN);
	session->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Returns true for a signal that ends the watch. */
static bool handle_signals(struct session *session)
{
	struct signalfd_siginfo info;
	bool end = false;

	while (read(session->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCONT)
			take_keys(session); /* the shell has had the terminal meanwhile */
		else if (info.ssi_signo != SIGCHLD)
			end = true;
	}
	return end;
}

/* What is due now that nothing runs: a key that waited, a save that was not checked. */
static void start_what_is_due(struct session *session)
{
	int key = session->key;

	if (session->job != JOB_NONE || session->leaving)
		return;
	session->key = 0;
	if (key)
		press(session, key);
	if (session->job == JOB_NONE && !session->leaving && watch_digest(session->watch) &&
	    watch_digest(session->watch) != session->checked)
		start_check(session);
}

static int loop(struct session *session)
{
	struct pollfd polled[] = {
		{.fd = session->signals, .events = POLLIN},
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = -1, .events = POLLIN},
	};

	for (;;) {
		start_what_is_due(session);
		if (session->leaving && session->job == JOB_NONE)
			return LAB_PASS;
		/* Nobody reads us any more; the terminal's modes must still be put back. */
		if (ferror(stdout))
			return LAB_ERROR;
		polled[2].fd = watch_fd(session->watch);
		if (poll(polled, 3, -1) < 0 && errno != EINTR)
			return LAB_ERROR;
		if (polled[0].revents && handle_signals(session))
			return LAB_INTERRUPTED;
		watch_step(session->watch);
		reap(session);
		if (polled[1].revents)
			read_keys(session, &polled[1]);
	}
}

int cmd_watch(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	struct session session = {.lab = lab, .signals = -1};
	int status = pick_open(lab, args->n_words ? args->words[0] : NULL, &pick);

	if (status != LAB_PASS)
		return status;
	session.catalogue = &pick.catalogue;
	status = enter(&session, pick.exercise);
	if (status == LAB_PASS) {
		session.terminal =
			isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &session.modes) == 0;
		take_signals(&session);
		take_keys(&session);
		status = loop(&session);
		stop_job(&session);
		give_keys_back(&session);
		(void)close(session.signals);
		(void)sigprocmask(SIG_SETMASK, &session.mask, NULL);
	}
	watch_close(session.watch);
	free(session.path);
	return status;
}
