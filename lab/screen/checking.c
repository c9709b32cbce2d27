/*
 * The check that is always on: a save is noticed, `lab check --json` runs beside the
 * screen, and its result is shown. A save during a check is not lost.
 */
#define _GNU_SOURCE
#include "lab/screen/screen_internal.h"

#include "common/cleanup.h"
#include "lab/course/workdir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define RESULT_MAX (4 << 20)

static void watch_ready(void *data, uint32_t events)
{
	(void)events;
	checking_look(data);
}

static void close_watch(struct screen *screen)
{
	if (!screen->checking.watch)
		return;
	(void)loop_fd(screen->loop, watch_fd(screen->checking.watch), 0, NULL, NULL);
	watch_close(screen->checking.watch);
	screen->checking.watch = NULL;
}

/* What is known without a check of this session. */
static void show_what_is_known(struct screen *screen, const struct exercise *exercise)
{
	struct progress_entry entry = progress_get(&screen->pick.progress, exercise);
	cleanup_free char *text = NULL;
	const char *how = "Save the file to check it, or press c.";

	if (exercise->broken)
		text = xasprintf("This exercise can't be used: %s", exercise->broken);
	else if (entry.passed && entry.state == PROGRESS_PASS)
		text = xasprintf("Solved. %s", how);
	else if (entry.state == PROGRESS_FAIL)
		text = xasprintf("The last check failed%s%s, tried %u times. %s",
				 entry.cause ? " with " : "", entry.cause ? entry.cause : "",
				 entry.tries, how);
	else
		text = xasprintf("Not checked yet. e edits the program. %s", how);
	verdict_pane_none(screen->verdict, exercise->id, text);
}

static void offer(struct screen *screen)
{
	const struct exercise *next = action_unsolved(screen);
	cleanup_free char *text =
		xasprintf("w  why it works\ns  the solution beside yours\n%s%s",
			  next ? "N  on to " : "All exercises are solved.", next ? next->id : "");

	verdict_pane_offer(screen->verdict, text);
}

static bool has_passed(const struct screen *screen)
{
	const char *verdict =
		json_string_value(json_object_get(verdict_pane_last(screen->verdict), "verdict"));

	return verdict && strcmp(verdict, "pass") == 0;
}

/* The last result of this session. Returns whether it is about the text that is there now. */
static bool show_last(struct screen *screen, const struct exercise *exercise)
{
	struct checking *checking = &screen->checking;
	const json_t *last = json_object_get(checking->results, exercise->id);
	const char *text = json_string_value(json_object_get(last, "text"));
	const char *digest = json_string_value(json_object_get(last, "digest"));
	cleanup_free char *now = xasprintf("%llx", (unsigned long long)checking->checked);

	if (!text)
		return true;
	if (verdict_pane_result(screen->verdict, text, strlen(text), "") && has_passed(screen))
		offer(screen);
	return !digest || !checking->checked || strcmp(digest, now) == 0;
}

static bool open_watch(struct screen *screen, const struct exercise *exercise)
{
	struct checking *checking = &screen->checking;
	const char *wanted = getenv("NSLAB_WATCH");
	enum watch_backend backend =
		wanted && strcmp(wanted, "poll") == 0 ? WATCH_POLL : WATCH_AUTO;
	struct error err = {0};

	if (workdir_file(screen->lab, &screen->pick.catalogue, exercise, &checking->path, &err) <
		    0 ||
	    watch_open(checking->path, backend, &checking->watch, &err) < 0) {
		screen_say(screen, ROLE_BAD, "%s", err.what);
		return false;
	}
	checking->checked = watch_digest(checking->watch);
	(void)loop_fd(screen->loop, watch_fd(checking->watch), EPOLLIN, watch_ready, screen);
	return true;
}

void checking_enter(struct screen *screen, const struct exercise *exercise)
{
	struct checking *checking = &screen->checking;
	bool current;

	close_watch(screen);
	free(checking->path);
	checking->path = NULL;
	checking->checked = 0;
	show_what_is_known(screen, exercise);
	if (exercise->broken || !open_watch(screen, exercise))
		return;
	current = show_last(screen, exercise);
	if (checking->job && checking->exercise == exercise)
		verdict_pane_checking(screen->verdict);
	else if (!current)
		checking_start(screen);
}

static void on_output(void *data, const char *bytes, size_t len)
{
	struct screen *screen = data;

	if (screen->checking.out.len < RESULT_MAX)
		strbuf_add(&screen->checking.out, bytes, len);
}

static void on_errors(void *data, const char *bytes, size_t len)
{
	struct screen *screen = data;

	if (screen->checking.err.len < 4096)
		strbuf_add(&screen->checking.err, bytes, len);
}

static void show_result(struct screen *screen)
{
	struct checking *checking = &screen->checking;
	cleanup_strbuf struct strbuf line = STRBUF_INIT;

	if (!verdict_pane_result(screen->verdict, checking->out.s, checking->out.len,
				 checking->err.s)) {
		screen_say(screen, ROLE_BAD, "the check ended without a result");
		return;
	}
	verdict_pane_summary(screen->verdict, &line);
	if (has_passed(screen))
		strbuf_adds(&line, ".  w why, s solution, N next");
	screen_say(screen, has_passed(screen) ? ROLE_GOOD : ROLE_WARN, "%s", line.s);
	if (has_passed(screen))
		offer(screen);
}

static void keep_result(struct checking *checking)
{
	cleanup_free char *digest = xasprintf("%llx", (unsigned long long)checking->of_job);
	json_t *text = json_stringn(checking->out.s, checking->out.len);

	if (text)
		(void)json_object_set_new(checking->results, checking->exercise->id,
					  json_pack("{s:o, s:s}", "text", text, "digest", digest));
}

static void on_end(void *data, struct job *job, int status)
{
	struct screen *screen = data;
	struct checking *checking = &screen->checking;
	const struct exercise *exercise = checking->exercise;

	(void)status;
	checking->job = NULL;
	job_free(job);
	screen_reload(screen);
	screen->dirty = true;
	if (!checking->stopped)
		keep_result(checking);
	if (exercise == screen->exercise && checking->stopped)
		verdict_pane_none(screen->verdict, exercise->id,
				  "The check was stopped. c checks again.");
	else if (exercise == screen->exercise)
		show_result(screen);
	if (checking->again == screen->exercise)
		checking_start(screen);
	else
		checking_look(screen);
}

void checking_start(struct screen *screen)
{
	static const struct job_events events = {on_output, on_errors, on_end};
	struct checking *checking = &screen->checking;
	const char *const words[] = {"check", screen->exercise->id, "--json", NULL};
	cleanup_free char **argv = NULL;
	struct job_request request = {.events = &events, .data = screen};
	struct error err = {0};

	verdict_pane_checking(screen->verdict);
	screen->dirty = true;
	if (checking->job) {
		checking->again = screen->exercise;
		return;
	}
	checking->again = NULL;
	if (checking->watch)
		checking->checked = watch_digest(checking->watch);
	checking->of_job = checking->checked;
	checking->stopped = false;
	strbuf_reset(&checking->out);
	strbuf_reset(&checking->err);
	argv = screen_argv(screen, words);
	request.argv = argv;
	checking->exercise = screen->exercise;
	if (job_start(screen->loop, &request, &checking->job, &err) < 0) {
		verdict_pane_none(screen->verdict, screen->exercise->id, err.what);
		screen_say(screen, ROLE_BAD, "%s", err.what);
	}
}

bool checking_cancel(struct screen *screen)
{
	struct checking *checking = &screen->checking;

	if (!checking->job)
		return false;
	checking->again = NULL;
	checking->stopped = true;
	job_stop(checking->job);
	return true;
}

void checking_look(struct screen *screen)
{
	struct checking *checking = &screen->checking;
	int fd;

	if (!checking->watch)
		return;
	fd = watch_fd(checking->watch);
	watch_step(checking->watch);
	/* The watch may have fallen back to another way of looking. */
	if (watch_fd(checking->watch) != fd) {
		(void)loop_fd(screen->loop, fd, 0, NULL, NULL);
		(void)loop_fd(screen->loop, watch_fd(checking->watch), EPOLLIN, watch_ready,
			      screen);
	}
	if (!watch_digest(checking->watch) || watch_digest(checking->watch) == checking->checked)
		return;
	checking_start(screen);
}

void checking_stop(struct screen *screen)
{
	struct checking *checking = &screen->checking;

	close_watch(screen);
	job_free(checking->job);
	checking->job = NULL;
	free(checking->path);
	strbuf_free(&checking->out);
	strbuf_free(&checking->err);
	json_decref(checking->results);
}
