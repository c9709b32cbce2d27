/*
 * The loop: descriptors, signals, deadlines, in any order and while they are changed.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "lab/screen/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static struct loop *loop;
static char events[64];	  /* what happened, a letter each */
static const char *until; /* ... and when that is enough */

static void note(char letter)
{
	size_t len = strlen(events);

	if (len < sizeof(events) - 1) {
		events[len] = letter;
		events[len + 1] = '\0';
	}
	if (strcmp(events, until) == 0)
		loop_stop(loop);
}

static void too_long(void *data)
{
	(void)data;
	loop_stop(loop);
}

/* Run until these have happened, or for two seconds. */
static void happen(const char *want, const char *what)
{
	struct error err = {0};

	until = want;
	loop_timer(loop, 2000, too_long, NULL);
	if (loop_run(loop, NULL, NULL, &err) < 0)
		note('!');
	loop_timer(loop, -1, too_long, NULL);
	is_str(events, want, "%s", what);
	events[0] = '\0';
}

static void on_timer(void *data)
{
	note(*(char *)data);
}

struct pipe_end {
	int in, out;
	char letter;
	struct pipe_end *other; /* to stop watching when this one is heard */
};

static void on_pipe(void *data, uint32_t what)
{
	struct pipe_end *end = data;
	char c;

	if (what & EPOLLIN)
		(void)!read(end->in, &c, 1);
	if (end->other)
		(void)loop_fd(loop, end->other->in, 0, NULL, NULL);
	note(what & EPOLLIN ? end->letter : 'h');
	if (!(what & EPOLLIN))
		(void)loop_fd(loop, end->in, 0, NULL, NULL);
}

static struct pipe_end new_pipe(char letter)
{
	struct pipe_end end = {.letter = letter};
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		exit(4);
	end.in = ends[0];
	end.out = ends[1];
	return end;
}

static void test_pipes(void)
{
	struct pipe_end a = new_pipe('a'), b = new_pipe('b');
	char t = 't';

	is_int(loop_fd(loop, a.in, EPOLLIN, on_pipe, &a), 0, "watch a pipe");
	is_int(loop_fd(loop, b.in, EPOLLIN, on_pipe, &b), 0, "and another");
	(void)!write(a.out, "12", 2);
	happen("aa", "level-triggered: as long as something is there");
	(void)!write(b.out, "1", 1);
	happen("b", "the other one");
	/* Both are ready in one turn; whoever comes first forbids the other. */
	a.letter = b.letter = 'x';
	a.other = &b;
	b.other = &a;
	(void)!write(a.out, "1", 1);
	(void)!write(b.out, "1", 1);
	loop_timer(loop, 30, on_timer, &t);
	happen("xt", "what is no longer watched is not told of");
	a.other = b.other = NULL;
	is_int(loop_fd(loop, a.in, EPOLLIN, on_pipe, &a), 0, "watched again");
	is_int(loop_fd(loop, b.in, EPOLLIN, on_pipe, &b), 0, "both");
	happen("x", "it is still there");
	(void)loop_fd(loop, b.in, 0, NULL, NULL);
	(void)close(a.out);
	happen("h", "the end is told of");
	(void)close(a.in);
	is_int(loop_fd(loop, a.in, 0, NULL, NULL), 0, "closed before: fine");
	is_int(loop_fd(loop, -1, EPOLLIN, on_pipe, &a), -EBADF, "no descriptor");
	(void)close(b.in);
	(void)close(b.out);
}

/* Closed without a word to the loop, and the number used again. */
static void test_reuse(void)
{
	struct pipe_end a = new_pipe('a'), b;

	(void)loop_fd(loop, a.in, EPOLLIN, on_pipe, &a);
	(void)close(a.in);
	(void)close(a.out);
	b = new_pipe('b');
	is_int(loop_fd(loop, b.in, EPOLLIN, on_pipe, &b), 0, "a number that was used before");
	(void)!write(b.out, "1", 1);
	happen("b", "is the new one's");
	(void)loop_fd(loop, b.in, 0, NULL, NULL);
	(void)close(b.in);
	(void)close(b.out);
}

static void test_regular_file(void)
{
	FILE *file = tmpfile();

	is_int(loop_fd(loop, fileno(file), EPOLLIN, on_pipe, NULL), -EPERM,
	       "a regular file can't be waited for");
	(void)fclose(file);
}

static void again(void *data)
{
	note('0');
	loop_timer(loop, 0, again, data);
}

static void test_timers(void)
{
	char a = 'a', b = 'b', c = 'c';
	struct pipe_end p = new_pipe('p');
	long long before = loop_now_ms();

	loop_timer(loop, 20, on_timer, &b);
	loop_timer(loop, 30, on_timer, &c);
	loop_timer(loop, 10, on_timer, &a);
	happen("abc", "in the order of their deadlines");
	ok(loop_now_ms() - before >= 30, "and not too early");
	loop_timer(loop, 5, on_timer, &a);
	loop_timer(loop, 10, on_timer, &b);
	loop_timer(loop, 20, on_timer, &a);
	happen("ba", "the deadline is replaced");
	loop_timer(loop, 1, on_timer, &a);
	loop_timer(loop, -1, on_timer, &a);
	loop_timer(loop, -1, on_timer, &c);
	loop_timer(loop, 10, on_timer, &b);
	happen("b", "and taken back");
	/* One that is always due. */
	(void)loop_fd(loop, p.in, EPOLLIN, on_pipe, &p);
	(void)!write(p.out, "1", 1);
	loop_timer(loop, 0, again, NULL);
	happen("p0", "who is always due starves nobody");
	loop_timer(loop, -1, again, NULL);
	(void)loop_fd(loop, p.in, 0, NULL, NULL);
	(void)close(p.in);
	(void)close(p.out);
}

static void test_many_timers(void)
{
	char letters[LOOP_TIMERS];
	char want[LOOP_TIMERS] = "";

	for (int i = 0; i < LOOP_TIMERS - 1; i++) {
		letters[i] = want[i] = (char)('a' + i);
		loop_timer(loop, i, on_timer, &letters[i]);
	}
	want[LOOP_TIMERS - 1] = '\0';
	happen(want, "as many as there may be");
}

static void on_signal(void *data, int signo)
{
	(void)data;
	note(signo == SIGTERM ? 't' : signo == SIGWINCH ? 'w' : signo == SIGCHLD ? 'c' : '?');
}

static void test_signals(void)
{
	char a = 'a';

	(void)raise(SIGWINCH);
	(void)raise(SIGWINCH);
	loop_timer(loop, 10, on_timer, &a);
	happen("a", "signals wait for somebody to hear them");
	loop_signals(loop, on_signal, NULL);
	happen("w", "and several of a kind are one");
	(void)raise(SIGTERM);
	happen("t", "another");
	if (fork() == 0)
		_exit(0);
	happen("c", "a child's end");
	loop_signals(loop, NULL, NULL);
}

static int turns;
static char in_before = 'x';

static void before_wait(void *data)
{
	(void)data;
	if (++turns == 3)
		loop_stop(loop);
	else
		loop_timer(loop, 1, on_timer, &in_before);
}

static void test_turns(void)
{
	struct error err = {0};

	until = "";
	is_int(loop_run(loop, before_wait, NULL, &err), 0, "stopped before it waits");
	is_int(turns, 3, "called each turn");
	events[0] = '\0';
	loop_stop(loop);
	is_int(loop_run(loop, NULL, NULL, &err), 0, "stopped before it runs");
}

static void test_mask(void)
{
	struct error err = {0};
	struct loop *mine = NULL;
	sigset_t now;

	(void)signal(SIGHUP, SIG_IGN);
	(void)sigprocmask(SIG_BLOCK, NULL, &now);
	is_int(sigismember(&now, SIGTERM), 0, "nothing is blocked before");
	is_int(loop_new(&mine, &err), 0, "a loop");
	is_int(sigismember(loop_old_mask(mine), SIGTERM), 0, "which knows the mask of before");
	is_int(sigismember(loop_old_mask(NULL), SIGTERM), 0, "for everybody");
	(void)sigprocmask(SIG_BLOCK, NULL, &now);
	is_int(sigismember(&now, SIGTERM), 1, "blocked");
	is_int(sigismember(&now, SIGTSTP), 0, "but not what stops");
	is_int(sigismember(&now, SIGHUP), 0, "nor what is ignored (nohup)");
	loop_free(mine);
	(void)sigprocmask(SIG_BLOCK, NULL, &now);
	is_int(sigismember(&now, SIGTERM), 0, "as before");
	(void)signal(SIGHUP, SIG_DFL);
	loop_free(NULL);
}

int main(void)
{
	struct error err = {0};

	test_mask();
	if (loop_new(&loop, &err) < 0)
		return 4;
	test_pipes();
	test_reuse();
	test_regular_file();
	test_timers();
	test_many_timers();
	test_signals();
	test_turns();
	loop_free(loop);
	return unit_done();
}
