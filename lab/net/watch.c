/*
 * lab net --watch: look, print what is different, wait. Counters can only be read again and again;
 * a look costs some milliseconds, so the pause is so long that looking takes at most
 * a fiftieth of the time.
 */
#define _GNU_SOURCE
#include "lab/net/view.h"

#include "common/cleanup.h"
#include "lab/interrupt.h"
#include "lab/net/draw.h"
#include "lab/output.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_MS 250
#define SHARE	 50

struct watch {
	const struct net_request *request;
	struct strbuf shown;
	bool waiting; /* it was said that nothing runs */
};

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* 0: standard output is no terminal. */
static unsigned rows_of_terminal(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row ? 24 : size.ws_row;
}

/* On a terminal over the last picture, without flicker; else one after the other. */
static void print_text(const struct strbuf *text)
{
	unsigned rows = rows_of_terminal(), row = 0;
	size_t lines = 0;

	if (!rows) {
		(void)printf("%s\n", text->s);
		return;
	}
	for (const char *at = text->s; *at; at += strcspn(at, "\n") + 1)
		lines++;
	(void)fputs("\033[H", stdout);
	/* What has no room would scroll the top away. */
	for (const char *at = text->s; *at; at += strcspn(at, "\n") + 1, row++) {
		if (row + 2 >= rows && lines - row > 1) {
			(void)printf("and %zu more lines\033[K", lines - row);
			break;
		}
		(void)printf("%.*s\033[K\n", (int)strcspn(at, "\n"), at);
	}
	(void)fputs("\033[J", stdout);
}

static void show(struct watch *watch, const struct netmodel *model)
{
	const struct net_look look = {
		.width = output_width(), .charset = net_charset_here(), .counters = true};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (watch->request->format == NET_JSON)
		netmodel_json_add(&text, model, NETMODEL_COUNTERS | NETMODEL_IDS);
	else
		net_draw(&text, model, &look);
	if (!strcmp(text.s, watch->shown.s))
		return;
	if (watch->request->format == NET_JSON)
		(void)printf("%s\n", text.s);
	else
		print_text(&text);
	strbuf_reset(&watch->shown);
	strbuf_add(&watch->shown, text.s, text.len);
	watch->waiting = false;
}

/* Returns LAB_PASS to go on, or a status after saying why. */
static int look(struct watch *watch)
{
	struct netmodel model cleanup_netmodel = {.spaces = NULL};
	struct error err = {0};
	int r = net_targets_read(watch->request, &model, &err);

	if (r == 0)
		show(watch, &model);
	else if (r != -ESRCH && err.errnum != EPERM)
		return output_error(&err, LAB_ERROR);
	else if (!watch->waiting && watch->request->format == NET_TEXT && !watch->shown.len)
		(void)fprintf(stderr, "lab: %s; waiting.\n", err.what);
	/* What has just ended can't be read either: it is looked for again. */
	watch->waiting |= r != 0;
	return LAB_PASS;
}

/* Until it is time to look again, a signal comes or nobody reads any more. */
static bool wait_ms(long long ms)
{
	struct pollfd polled[2] = {{.fd = interrupt_fd(), .events = POLLIN},
				   {.fd = STDOUT_FILENO, .events = 0}};

	(void)poll(polled, 2, (int)ms);
	return !interrupt_signal() && !(polled[1].revents & (POLLERR | POLLHUP | POLLNVAL));
}

static int watch_loop(struct watch *watch)
{
	int status = LAB_PASS;
	long long pause;

	do {
		long long start = now_ms();

		status = look(watch);
		if (fflush(stdout) != 0 || status != LAB_PASS)
			break;
		pause = (now_ms() - start) * SHARE;
	} while (net_targets_live(watch->request) && wait_ms(pause > PAUSE_MS ? pause : PAUSE_MS));
	if (ferror(stdout) && errno == EPIPE) {
		__fpurge(stdout);
		clearerr(stdout);
	}
	return interrupt_signal() ? LAB_INTERRUPTED : status;
}

int net_watch(const struct net_request *request)
{
	struct watch watch = {.request = request, .shown = STRBUF_INIT};
	int status;

	if (request->format == NET_TEXT && isatty(STDOUT_FILENO))
		(void)fputs("\033[2J", stdout);
	interrupt_begin();
	status = watch_loop(&watch);
	interrupt_end();
	strbuf_free(&watch.shown);
	return status;
}
