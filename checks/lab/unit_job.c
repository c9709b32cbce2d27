/*
 * lab/screen/job.h: commands on a pty and on pipes, however they behave.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/strbuf.h"
#include "lab/screen/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 60000

static struct loop *loop;

struct run {
	struct job *job;
	struct strbuf out, err;
	size_t total; /* bytes, also those that are not kept */
	int status;
	bool ended, too_long;
	const char *until; /* stop the loop at this text */
	size_t until_total;
	size_t largest;	    /* told of at once */
	long long slow_us;  /* to take each piece */
	long long ended_ms; /* when */
};

static void on_output(void *data, const char *bytes, size_t len)
{
	struct run *run = data;
	struct timespec began, now;

	run->total += len;
	if (len > run->largest)
		run->largest = len;
	if (run->out.len < 1 << 20)
		strbuf_add(&run->out, bytes, len);
	if ((run->until && strstr(run->out.s, run->until)) ||
	    (run->until_total && run->total >= run->until_total))
		loop_stop(loop);
	(void)clock_gettime(CLOCK_MONOTONIC, &began);
	do {
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - began.tv_sec) * 1000000LL + (now.tv_nsec - began.tv_nsec) / 1000 <
		 run->slow_us * (long long)(len / 1024 + 1));
}

static void on_errors(void *data, const char *bytes, size_t len)
{
	struct run *run = data;

	strbuf_add(&run->err, bytes, len);
}

static void on_end(void *data, struct job *job, int status)
{
	struct run *run = data;

	run->ended = true;
	run->status = status;
	run->ended_ms = loop_now_ms();
	run->job = NULL;
	job_free(job);
	loop_stop(loop);
}

static void too_long(void *data)
{
	struct run *run = data;

	run->too_long = true;
	loop_stop(loop);
}

static void no_turn(void *data)
{
	(void)data;
}

static void turn(struct run *run)
{
	struct error err = {0};

	loop_timer(loop, PATIENCE_MS, too_long, run);
	(void)loop_run(loop, no_turn, NULL, &err);
	loop_timer(loop, -1, too_long, run);
}

/* Run until the text was printed. */
static bool wait_for(struct run *run, const char *text)
{
	run->until = text;
	if (!strstr(run->out.s, text))
		turn(run);
	run->until = NULL;
	return strstr(run->out.s, text) != NULL;
}

static bool wait_end(struct run *run)
{
	while (!run->ended && !run->too_long)
		turn(run);
	return run->ended;
}

static const struct job_events all_events = {on_output, on_errors, on_end};

static bool start(struct run *run, bool terminal, const char *script)
{
	static const char *const env[] = {"NSLAB_TEST=yes", NULL};
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};
	struct job_request request = {.argv = argv,
				      .env = env,
				      .terminal = terminal,
				      .rows = 7,
				      .cols = 33,
				      .events = &all_events,
				      .data = run};
	struct error err = {0};

	*run = (struct run){.out = STRBUF_INIT, .err = STRBUF_INIT};
	return ok(job_start(loop, &request, &run->job, &err) == 0, "started: %.60s", script);
}

static void end(struct run *run)
{
	job_free(run->job);
	strbuf_free(&run->out);
	strbuf_free(&run->err);
}

static void type(struct run *run, const char *text)
{
	job_write(run->job, text, strlen(text));
}

/* ---- tests ---- */

static void on_a_terminal(void)
{
	struct run run;

	if (!start(&run, true,
		   "stty size; tty >/dev/null && echo is a tty; echo $NSLAB_TEST ${LINES-none};"
		   " read line; echo got $line; : </dev/tty && echo controls; exit 7"))
		return;
	ok(wait_for(&run, "yes none"), "the environment");
	ok(strstr(run.out.s, "7 33\r\nis a tty\r\n") != NULL, "a terminal of that size");
	ok(job_running(run.job) && job_pid(run.job) > 0, "it runs");
	type(&run, "hello\n");
	ok(wait_end(&run), "it ends");
	ok(strstr(run.out.s, "hello\r\ngot hello\r\ncontrols\r\n") != NULL,
	   "what is typed is echoed and read: %s", run.out.s);
	ok(WIFEXITED(run.status) && WEXITSTATUS(run.status) == 7, "its exit status");
	end(&run);

	if (!start(&run, true, "cat; echo end"))
		return;
	type(&run, "one\n\004");
	ok(wait_end(&run) && strstr(run.out.s, "end"), "^D is the end of its input");
	end(&run);

	if (!start(&run, true,
		   "trap 'echo resized; stty size; exit' WINCH; echo ready;"
		   " while :; do read x; done"))
		return;
	(void)wait_for(&run, "ready");
	job_resize(run.job, 11, 44);
	ok(wait_end(&run) && strstr(run.out.s, "11 44"), "the size changes");
	end(&run);
}

static void on_pipes(void)
{
	struct run run;

	if (!start(&run, false, "echo out; echo err >&2; read x || echo no input; exit 3"))
		return;
	ok(wait_end(&run), "it ends");
	is_str(run.out.s, "out\nno input\n", "standard output, and no input");
	is_str(run.err.s, "err\n", "standard error apart");
	is_int(WEXITSTATUS(run.status), 3, "its exit status");
	end(&run);

	if (!start(&run, false, "head -c 300000 /dev/zero | tr '\\0' x; printf end >&2"))
		return;
	ok(wait_end(&run), "it ends");
	is_int((long long)run.total, 300000, "nothing is lost");
	is_str(run.err.s, "end", "of neither");
	end(&run);

	if (!start(&run, false, "exec 1>&- 2>&-; exit 5"))
		return;
	ok(wait_end(&run) && WEXITSTATUS(run.status) == 5, "it closes its output first");
	end(&run);
}

/* The loop blocks signals and the test ignores one: a child must see neither. */
static void signals(void)
{
	struct run run;

	(void)signal(SIGUSR2, SIG_IGN);
	if (!start(&run, false, "grep -E '^Sig(Blk|Ign)' /proc/self/status"))
		return;
	ok(wait_end(&run) && strstr(run.out.s, "SigBlk:\t0000000000000000"),
	   "no signal is blocked");
	ok(strstr(run.out.s, "SigIgn:\t0000000000000000") != NULL, "none is ignored: %s",
	   run.out.s);
	end(&run);

	if (!start(&run, true, "echo ready; exec cat"))
		return;
	(void)wait_for(&run, "ready");
	type(&run, "\003");
	ok(wait_end(&run) && WIFSIGNALED(run.status) && WTERMSIG(run.status) == SIGINT,
	   "^C interrupts it");
	end(&run);
}

static void stops(void)
{
	struct run run;
	long long began;

	if (!start(&run, true, "sleep 1000 & echo ready; wait"))
		return;
	(void)wait_for(&run, "ready");
	job_stop(run.job);
	ok(wait_end(&run) && WIFSIGNALED(run.status), "stopped with its group");
	end(&run);

	if (!start(&run, true, "trap '' TERM HUP; echo ready; while :; do sleep 1000; done"))
		return;
	(void)wait_for(&run, "ready");
	began = loop_now_ms();
	job_stop(run.job);
	ok(wait_end(&run) && WTERMSIG(run.status) == SIGKILL, "who does not listen is killed");
	ok(loop_now_ms() - began >= 900, "after a second");
	end(&run);

	if (!start(&run, true, "trap '' TERM HUP; echo ready; while :; do sleep 1000; done"))
		return;
	(void)wait_for(&run, "ready");
	began = loop_now_ms();
	job_stop(run.job);
	job_stop(run.job);
	ok(wait_end(&run) && loop_now_ms() - began < 900, "or at once, asked again");
	end(&run);

	if (!start(&run, true, "exec cat"))
		return;
	job_stop(run.job);
	ok(wait_end(&run), "stopped before it has begun");
	end(&run);

	if (!start(&run, true, "echo ready; kill -STOP $$; exit 9"))
		return;
	(void)wait_for(&run, "ready");
	job_stop(run.job);
	ok(wait_end(&run) && WIFSIGNALED(run.status), "also while it is stopped");
	end(&run);
}

static void freed(void)
{
	struct run run;
	pid_t pid;

	if (!start(&run, true, "trap '' HUP TERM; echo ready; while :; do sleep 1000; done"))
		return;
	(void)wait_for(&run, "ready");
	pid = job_pid(run.job);
	job_free(run.job);
	run.job = NULL;
	ok(kill(pid, 0) < 0 && errno == ESRCH, "freed: it has gone");
	ok(kill(-pid, 0) < 0 || errno == ESRCH, "with its group");
	end(&run);
	job_free(NULL);
}

static void floods(void)
{
	struct run run;
	long long began;

	if (!start(&run, true, "exec yes"))
		return;
	run.until_total = 8 << 20;
	turn(&run);
	ok(run.total >= 8 << 20, "a flood");
	ok(run.largest <= 64 * 1024, "not more than 64 KiB at a time: %zu", run.largest);
	/* 1 ms a KiB: a turn must become short. */
	run.slow_us = 1000;
	run.until_total = run.total + (256 << 10);
	turn(&run);
	run.largest = 0;
	run.until_total = run.total + (64 << 10);
	turn(&run);
	ok(run.largest <= 8 * 1024, "less where taking it takes long: %zu", run.largest);
	began = loop_now_ms();
	job_stop(run.job);
	ok(wait_end(&run), "it can be stopped");
	ok(loop_now_ms() - began < 3000, "soon: %lld ms", loop_now_ms() - began);
	end(&run);

	if (!start(&run, true, "seq 100000; echo the end"))
		return;
	ok(wait_end(&run), "a short one ends");
	is_int((long long)run.total, 588895 + 100000 + 9, "nothing is lost of it");
	end(&run);
}

static void lingers(void)
{
	struct run run;
	long long began = loop_now_ms();

	if (!start(&run, true, "trap '' HUP; (trap '' HUP; exec sleep 1000) & echo $!; exit 4"))
		return;
	ok(wait_end(&run) && WEXITSTATUS(run.status) == 4, "a child of it keeps the terminal");
	ok(run.ended_ms - began < 2000, "and is not waited for: %lld ms", run.ended_ms - began);
	(void)kill((pid_t)strtol(run.out.s, NULL, 10), SIGKILL);
	end(&run);

	if (!start(&run, false, "(exec yes) & echo $!; exit 6"))
		return;
	ok(wait_end(&run) && WEXITSTATUS(run.status) == 6, "or floods it");
	(void)kill((pid_t)strtol(run.out.s, NULL, 10), SIGKILL);
	end(&run);
}

/* Typing to a program that reads nothing blocks nobody, and has an end. */
static void deaf(void)
{
	struct run run;
	cleanup_free char *text = xmalloc(100000);
	long long began;

	if (!start(&run, true, "stty raw -echo; echo ready; exec sleep 1000"))
		return;
	(void)wait_for(&run, "ready");
	memset(text, 'x', 100000);
	began = loop_now_ms();
	for (int i = 0; i < 100; i++)
		job_write(run.job, text, 100000);
	ok(loop_now_ms() - began < 3000, "10 MB for who reads nothing: %lld ms",
	   loop_now_ms() - began);
	job_stop(run.job);
	ok(wait_end(&run), "it ends all the same");
	end(&run);

	if (!start(&run, true, "stty raw -echo; echo ready; exec head -c 200000 | wc -c"))
		return;
	(void)wait_for(&run, "ready");
	job_write(run.job, text, 100000);
	job_write(run.job, text, 100000);
	ok(wait_end(&run) && strstr(run.out.s, "200000"), "what is queued arrives");
	end(&run);
}

static void missing(void)
{
	struct run run = {.out = STRBUF_INIT, .err = STRBUF_INIT};
	char *argv[] = {(char *)"/nowhere/lab", NULL};
	struct job_request request = {.argv = argv, .events = &all_events, .data = &run};
	struct error err = {0};

	ok(job_start(loop, &request, &run.job, &err) == 0 && wait_end(&run),
	   "a path that is not there");
	is_int(WEXITSTATUS(run.status), 127, "status 127");
	is_str(run.err.s, "lab: cannot run /nowhere/lab: No such file or directory.\n", "and why");
	end(&run);
}

static int count_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

int main(void)
{
	struct error err = {0};
	int fds;

	if (loop_new(&loop, &err) < 0)
		return 1;
	fds = count_fds();
	on_a_terminal();
	on_pipes();
	signals();
	stops();
	freed();
	floods();
	lingers();
	deaf();
	missing();
	is_int(count_fds(), fds, "no descriptor is left open");
	loop_free(loop);
	return unit_done();
}
