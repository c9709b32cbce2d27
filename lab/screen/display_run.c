/*
 * A program that has the whole terminal for a while: an editor. It is run as a shell
 * runs a job in the foreground: in a process group of its own that has the terminal,
 * so that ^C is the program's alone.
 *
 * While it runs, signals are waited for and not handled, so none can come too late.
 */
#define _GNU_SOURCE
#include "lab/screen/display_internal.h"

#include "common/cleanup.h"
#include "lab/screen/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KEY_WAIT 2 /* tenths of a second after which signals are looked for */

/* A program expects these as a shell leaves them, whatever we do with them. */
static const int job_signals[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD, SIGPIPE};

/* The terminal's foreground: without the signal for those that take it from behind. */
static void set_foreground(pid_t group)
{
	sigset_t ttou, old;

	(void)sigemptyset(&ttou);
	(void)sigaddset(&ttou, SIGTTOU);
	(void)sigprocmask(SIG_BLOCK, &ttou, &old);
	(void)tcsetpgrp(STDIN_FILENO, group);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
}

__attribute__((noreturn)) static void child(char *const *argv, int report)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	int failed;

	(void)setpgid(0, 0);
	set_foreground(getpid());
	for (size_t i = 0; i < sizeof(job_signals) / sizeof(job_signals[0]); i++)
		(void)sigaction(job_signals[i], &plain, NULL);
	(void)sigprocmask(SIG_SETMASK, loop_old_mask(NULL), NULL);
	(void)execvp(argv[0], argv);
	failed = errno;
	(void)!write(report, &failed, sizeof(failed));
	_exit(127);
}

/*
 * Start it. It is not waited for until it is executed: ^Z may stop it before, as nothing
 * but the terminal knows yet. What keeps it from being executed is read from *ret_report.
 */
static int start(char *const *argv, pid_t *ret, int *ret_report)
{
	int ends[2], failed;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	failed = errno;
	if (pid == 0)
		child(argv, ends[1]);
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return -failed;
	}
	/* Both do it: whoever is first. */
	(void)setpgid(pid, pid);
	set_foreground(pid);
	*ret = pid;
	*ret_report = ends[0];
	return 0;
}

/* Of what has ended: 0, or -errno where it could not be executed. */
static int execution(int report)
{
	int failed = 0;
	ssize_t n;

	do
		n = read(report, &failed, sizeof(failed));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(failed) ? -failed : 0;
}

/* Signals that are blocked while it runs: what tells of it, and what ends lab. */
static void run_signals(sigset_t *ret)
{
	(void)sigemptyset(ret);
	(void)sigaddset(ret, SIGCHLD);
	(void)sigaddset(ret, SIGTERM);
	(void)sigaddset(ret, SIGHUP);
}

static bool must_end(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGHUP) == 1);
}

/*
 * Until it ends, stops, or lab itself must end (-EINTR; the signal stays pending, for
 * the loop).
 */
static int wait_change(pid_t pid, int *ret_status)
{
	sigset_t all;

	run_signals(&all);
	for (;;) {
		pid_t r = waitpid(pid, ret_status, WUNTRACED | WNOHANG);
		int signo;

		if (r == pid)
			return 0;
		if (r < 0 && errno != EINTR)
			return -errno;
		signo = sigwaitinfo(&all, NULL);
		if (signo == SIGTERM || signo == SIGHUP) {
			(void)kill(getpid(), signo);
			return -EINTR;
		}
	}
}

/* Lab must end: so must the program. It gets a second to put the terminal in order. */
static void end_group(pid_t pid)
{
	struct timespec second = {.tv_sec = 1};
	sigset_t child_only;

	(void)sigemptyset(&child_only);
	(void)sigaddset(&child_only, SIGCHLD);
	(void)kill(-pid, SIGHUP);
	(void)kill(-pid, SIGCONT);
	while (waitpid(pid, NULL, WNOHANG) == 0 && sigtimedwait(&child_only, NULL, &second) > 0)
		;
}

static void say(const char *text)
{
	guard_write(text, strlen(text));
}

/*
 * A key of those, Escape and ^C ('\033'), or '\033' where the terminal has gone or lab
 * must end. The modes of before are set again after it.
 */
static char ask(const char *keys)
{
	struct termios modes = *guard_modes_before();
	char key = '\0';

	modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	modes.c_cc[VMIN] = 0;
	modes.c_cc[VTIME] = KEY_WAIT;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
	while (!key && !must_end()) {
		int waiting;
		char c;
		ssize_t n = read(STDIN_FILENO, &c, 1);

		/* Nothing within KEY_WAIT reads like the end: the terminal itself is asked. */
		if (n == 0 && ioctl(STDIN_FILENO, FIONREAD, &waiting) < 0)
			break;
		if (n < 0 && errno != EINTR)
			break;
		if (n == 1 && (c == '\033' || c == 3))
			key = '\033';
		else if (n == 1)
			key = strchr(keys, c) && c ? c : '\0';
	}
	guard_set_modes(false);
	return key ? key : '\033';
}

/* "vim", "lab edit": what a person would call it. */
static void say_name(char *const *argv)
{
	const char *slash = strrchr(argv[0], '/');

	say(slash ? slash + 1 : argv[0]);
	if (argv[1] && argv[1][0] != '-') {
		say(" ");
		say(argv[1]);
	}
}

/* There is no shell below lab where it could wait: it goes on, or ends. */
static void stopped(pid_t pid, char *const *argv)
{
	struct termios modes;
	bool known = tcgetattr(STDIN_FILENO, &modes) == 0;
	char key;

	set_foreground(getpgrp());
	guard_set_modes(false);
	say("\r\n");
	say_name(argv);
	say(" is stopped. Enter: go on with it   x: end it   X: kill it ");
	key = ask("\r\nxX");
	say("\r\n");
	if (known)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
	set_foreground(pid);
	if (key == 'x')
		(void)kill(-pid, SIGTERM);
	else if (key == 'X')
		(void)kill(-pid, SIGKILL);
	(void)kill(-pid, SIGCONT);
}

static void say_end(char *const *argv, int status)
{
	char text[64] = "";

	say("\r\n");
	if (WIFSIGNALED(status))
		(void)snprintf(text, sizeof(text), " was ended by SIG%s. ",
			       sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status))
							      : "?");
	else if (WEXITSTATUS(status))
		(void)snprintf(text, sizeof(text), " ended with status %d. ", WEXITSTATUS(status));
	if (text[0])
		say_name(argv);
	say(text);
	say("Enter: back to lab ");
}

/* The whole time in which somebody else has the terminal. */
static int run(char *const *argv, bool pause, int *ret_status, struct error *err)
{
	pid_t pid = -1;
	int status = 0, report = -1, executed = 0;
	int r = start(argv, &pid, &report);

	if (r < 0)
		return error_set(err, -r, "cannot run %.200s", argv[0]);
	while ((r = wait_change(pid, &status)) == 0 && WIFSTOPPED(status))
		stopped(pid, argv);
	if (r < 0)
		end_group(pid);
	else
		executed = execution(report);
	(void)close(report);
	set_foreground(getpgrp());
	guard_set_modes(false);
	if (r < 0)
		return error_set(err, -r, "cannot wait for %.200s", argv[0]);
	if (executed < 0)
		return error_set(err, -executed, "cannot run %.200s", argv[0]);
	if (pause) {
		say_end(argv, status);
		(void)ask("\r\n");
		say("\r\n");
	}
	*ret_status = status;
	return 0;
}

/* A ^C that came while it began or ended was meant for it. */
static void forget_interrupt(void)
{
	static const struct timespec at_once = {0};
	sigset_t interrupt;

	(void)sigemptyset(&interrupt);
	(void)sigaddset(&interrupt, SIGINT);
	while (sigtimedwait(&interrupt, NULL, &at_once) > 0)
		;
}

int display_run(char *const *argv, bool pause, int *ret_status, struct error *err)
{
	sigset_t signals, old;
	int r;

	run_signals(&signals);
	(void)sigprocmask(SIG_BLOCK, &signals, &old);
	display_leave();
	r = run(argv, pause, ret_status, err);
	display_return();
	forget_interrupt();
	/* Others' children may have ended meanwhile: the loop looks again. */
	(void)kill(getpid(), SIGCHLD);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return r;
}
