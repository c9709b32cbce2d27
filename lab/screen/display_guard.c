/*
 * However lab ends, the terminal is as it was.
 *
 *	exit(3)                  at_exit()
 *	SIGSEGV SIGABRT ...      fatal(): gives the terminal back, then the signal once more
 *	SIGTSTP (^Z, kill)       stop(): gives it back, stops, takes it again
 *	SIGCONT after SIGSTOP    go_on(): a shell had the terminal, set it up again
 *
 * Handlers may interrupt anything, curses included. So they only write bytes that were
 * prepared before and set modes (signal-safety(7)); curses is made to draw all anew
 * afterwards. SIGINT, SIGTERM and SIGHUP are the loop's, SIGKILL is nobody's.
 */
#define _GNU_SOURCE
#define NCURSES_NOMACROS
#include "lab/screen/display_internal.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON  "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"

/*
 * What a program may have left behind: a scroll region (whose end would move the cursor),
 * mouse and focus reports, insert mode, no wrapping, another character set.
 */
#define TIDY_UP \
	"\0337\033[r\0338\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?1004l\033[4l\033[?7h\033(B\017"

/* All that end a program where nobody handles them. */
static const int fatal_signals[] = {SIGSEGV, SIGBUS,  SIGILL,  SIGFPE,	SIGABRT, SIGSYS,
				    SIGTRAP, SIGQUIT, SIGXCPU, SIGXFSZ, SIGPIPE, SIGALRM,
				    SIGUSR1, SIGUSR2, SIGPROF, SIGPOLL, SIGPWR,	 SIGVTALRM};

/* Curses has handlers of its own for these, which we don't want. */
static const int curses_signals[] = {SIGINT, SIGTERM, SIGWINCH};

enum {
	N_FATAL = sizeof(fatal_signals) / sizeof(fatal_signals[0]),
	N_CURSES = sizeof(curses_signals) / sizeof(curses_signals[0]),
};

struct bytes {
	char text[384];
	size_t len;
};

/* What to write; two, so that a handler never sees one that is half made. */
struct prepared {
	struct bytes leave, enter, alternate; /* alternate: before enter, after leave */
};

static struct {
	pid_t pid; /* the handlers are inherited by children, the terminal is not theirs */
	bool mouse;
	int rows;
	struct termios before, ours;
	struct prepared prepared[2];
	struct bytes hide;
	struct sigaction old_fatal[N_FATAL], old_curses[N_CURSES], old_stop, old_go_on;
	char stack[64 * 1024];
	stack_t old_stack;
} guard;

static volatile sig_atomic_t which;	 /* of the prepared */
static volatile sig_atomic_t is_ours;	 /* the terminal */
static volatile sig_atomic_t is_hidden;	 /* the cursor */
static volatile sig_atomic_t is_spoiled; /* what is on the screen is not known */

/* ---- what handlers may do ---- */

void guard_write(const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}

static void give_back(void)
{
	guard_write(guard.prepared[which].leave.text, guard.prepared[which].leave.len);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &guard.before);
}

static void take_again(void)
{
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &guard.ours);
	guard_write(guard.prepared[which].enter.text, guard.prepared[which].enter.len);
	if (is_hidden)
		guard_write(guard.hide.text, guard.hide.len);
	is_spoiled = 1;
	/* The window may have another size; and this wakes the loop, which draws. */
	(void)kill(guard.pid, SIGWINCH);
}

/* In the background of a shell: stops (SIGTTOU) until fg, and so leaves its modes alone. */
static void wait_for_foreground(void)
{
	while (tcdrain(STDIN_FILENO) < 0 && errno == EINTR)
		;
}

static bool refaults(int signo, const siginfo_t *info)
{
	return info->si_code > 0 &&
	       (signo == SIGSEGV || signo == SIGBUS || signo == SIGILL || signo == SIGFPE);
}

static void fatal(int signo, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	if (is_ours && getpid() == guard.pid) {
		is_ours = 0;
		give_back();
	}
	for (int i = 0; i < N_FATAL; i++)
		if (fatal_signals[i] == signo)
			(void)sigaction(signo, &guard.old_fatal[i], NULL);
	/* An instruction that failed fails again; what was sent has to be sent again. */
	if (!refaults(signo, info))
		(void)raise(signo);
	errno = saved;
}

/* Stop, as without a handler. Where no shell could continue us the kernel lets us go on. */
static void stop_now(void)
{
	struct sigaction plain = {.sa_handler = SIG_DFL}, ours;
	sigset_t stop, old;

	(void)sigaction(SIGTSTP, &plain, &ours);
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTSTP);
	(void)raise(SIGTSTP);
	(void)sigprocmask(SIG_UNBLOCK, &stop, &old);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	(void)sigaction(SIGTSTP, &ours, NULL);
}

static void stop(int signo)
{
	int saved = errno;

	(void)signo;
	if (!is_ours || getpid() != guard.pid) {
		stop_now();
		errno = saved;
		return;
	}
	is_ours = 0;
	give_back();
	stop_now();
	wait_for_foreground();
	(void)tcgetattr(STDIN_FILENO, &guard.before);
	guard_write(guard.prepared[which].alternate.text, guard.prepared[which].alternate.len);
	take_again();
	is_ours = 1;
	errno = saved;
}

/* After SIGSTOP: nothing was given back, but who knows what the shell did meanwhile. */
static void go_on(int signo)
{
	int saved = errno;

	(void)signo;
	if (is_ours && getpid() == guard.pid) {
		wait_for_foreground();
		take_again();
	}
	errno = saved;
}

/* Not by way of curses: whoever calls exit may have been called by it. */
static void at_exit(void)
{
	if (is_ours && getpid() == guard.pid) {
		is_ours = 0;
		give_back();
	}
}

/* ---- preparing ---- */

static struct bytes *collecting;

static int collect(int c)
{
	if (collecting->len < sizeof(collecting->text))
		collecting->text[collecting->len++] = (char)c;
	return c;
}

static void add_text(struct bytes *to, const char *text)
{
	collecting = to;
	while (*text)
		(void)collect(*text++);
}

static void add(struct bytes *to, const char *capability)
{
	char *text = tigetstr(capability);

	collecting = to;
	if (text && text != (char *)-1)
		(void)tputs(text, 1, collect);
}

static bool has(const char *capability)
{
	char *text = tigetstr(capability);

	return text && text != (char *)-1;
}

/* Without an alternate screen the picture stays; the shell goes on below it. */
static void add_bottom(struct bytes *to)
{
	char *cup = tigetstr("cup");

	collecting = to;
	if (cup && cup != (char *)-1)
		(void)tputs(tparm(cup, guard.rows - 1, 0, 0, 0, 0, 0, 0, 0, 0), 1, collect);
	add(to, "el");
	add_text(to, "\r\n");
}

static void prepare(struct prepared *to)
{
	to->leave.len = to->enter.len = to->alternate.len = 0;
	if (display_is_ansi())
		add_text(&to->leave, PASTE_OFF);
	if (guard.mouse)
		add_text(&to->leave, MOUSE_OFF);
	add(&to->leave, "sgr0");
	add(&to->leave, "op");
	add(&to->leave, "cnorm");
	if (!has("rmcup"))
		add_bottom(&to->leave);
	add(&to->leave, "rmcup");
	add(&to->leave, "rmkx");

	add(&to->alternate, "smcup");
	add(&to->enter, "smkx");
	if (display_is_ansi())
		add_text(&to->enter, PASTE_ON);
	if (guard.mouse)
		add_text(&to->enter, MOUSE_ON);
}

void guard_resized(int rows)
{
	guard.rows = rows;
	prepare(&guard.prepared[!which]);
	which = !which;
}

/* ---- life ---- */

int guard_modes(void)
{
	wait_for_foreground();
	if (tcgetattr(STDIN_FILENO, &guard.before) < 0)
		return -errno;
	for (int i = 0; i < N_CURSES; i++)
		(void)sigaction(curses_signals[i], NULL, &guard.old_curses[i]);
	(void)sigaction(SIGTSTP, NULL, &guard.old_stop);
	return 0;
}

static void take_signals(void)
{
	struct sigaction on_fatal = {.sa_sigaction = fatal,
				     .sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND};
	struct sigaction on_stop = {.sa_handler = stop};
	struct sigaction on_go_on = {.sa_handler = go_on};
	stack_t stack = {.ss_sp = guard.stack, .ss_size = sizeof(guard.stack)};

	for (int i = 0; i < N_CURSES; i++)
		(void)sigaction(curses_signals[i], &guard.old_curses[i], NULL);
	/* The sanitizers may have one already. */
	if (sigaltstack(NULL, &guard.old_stack) == 0 && guard.old_stack.ss_flags & SS_DISABLE)
		(void)sigaltstack(&stack, NULL);
	for (int i = 0; i < N_FATAL; i++) {
		(void)sigaction(fatal_signals[i], NULL, &guard.old_fatal[i]);
		if (guard.old_fatal[i].sa_handler != SIG_IGN)
			(void)sigaction(fatal_signals[i], &on_fatal, NULL);
	}
	/* The other way round it is stop() that goes on. */
	(void)sigaddset(&on_go_on.sa_mask, SIGTSTP);
	/* A shell without job control has it ignored: nobody could continue us. */
	(void)sigaction(SIGTSTP, guard.old_stop.sa_handler == SIG_IGN ? &guard.old_stop : &on_stop,
			NULL);
	(void)sigaction(SIGCONT, &on_go_on, &guard.old_go_on);
}

void guard_open(bool mouse)
{
	static bool registered;

	guard.pid = getpid();
	guard.mouse = mouse;
	guard.hide.len = 0;
	add(&guard.hide, "civis");
	is_hidden = is_spoiled = 0;
	(void)tcgetattr(STDIN_FILENO, &guard.ours);
	take_signals();
	if (!registered)
		(void)atexit(at_exit);
	registered = true;
	is_ours = 1;
}

void guard_close(void)
{
	is_ours = 0;
	for (int i = 0; i < N_FATAL; i++)
		(void)sigaction(fatal_signals[i], &guard.old_fatal[i], NULL);
	(void)sigaction(SIGTSTP, &guard.old_stop, NULL);
	(void)sigaction(SIGCONT, &guard.old_go_on, NULL);
	if (guard.old_stack.ss_flags & SS_DISABLE)
		(void)sigaltstack(&guard.old_stack, NULL);
}

void guard_ours(bool ours)
{
	is_ours = ours;
}

void guard_cursor(bool hidden)
{
	is_hidden = hidden;
}

bool guard_spoiled(void)
{
	bool spoiled = is_spoiled;

	is_spoiled = 0;
	return spoiled;
}

void guard_set_modes(bool ours)
{
	while (tcsetattr(STDIN_FILENO, TCSADRAIN, ours ? &guard.ours : &guard.before) < 0 &&
	       errno == EINTR)
		;
}

const struct termios *guard_modes_before(void)
{
	return &guard.before;
}

void guard_tidy(void)
{
	if (display_is_ansi())
		guard_write(TIDY_UP, strlen(TIDY_UP));
}

void guard_extras(bool on)
{
	if (display_is_ansi())
		guard_write(on ? PASTE_ON : PASTE_OFF, strlen(PASTE_ON));
	if (guard.mouse)
		guard_write(on ? MOUSE_ON : MOUSE_OFF, strlen(MOUSE_ON));
}

void display_suspend(void)
{
	/* The whole job, as the terminal's ^Z does; our handler has run when this returns. */
	if (guard.old_stop.sa_handler != SIG_IGN)
		(void)kill(0, SIGTSTP);
}
