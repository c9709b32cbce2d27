/*
 * The network of what runs: while the namespace pane shows it, `lab net PID --watch --json` runs
 * beside the screen and tells what is different, a line each time. It holds no namespace
 * between two looks, and its cost is its own: the screen only reads a line.
 */
#define _GNU_SOURCE
#include "lab/screen/actions.h"
#include "lab/screen/screen_internal.h"

#include "common/cleanup.h"

#include <stdio.h>
#include <string.h>

#define LINE_BYTES (8u << 20)

static void on_output(void *data, const char *bytes, size_t len)
{
	struct screen *screen = data;
	struct strbuf *line = &screen->network.line;
	const char *end;

	strbuf_add(line, bytes, len);
	/* Only the last complete one counts. */
	end = memrchr(line->s, '\n', line->len);
	if (end) {
		const char *start = memrchr(line->s, '\n', (size_t)(end - line->s));
		size_t rest = line->len - (size_t)(end + 1 - line->s);

		start = start ? start + 1 : line->s;
		spaces_pane_set_network(screen->spaces_pane, start, (size_t)(end - start));
		memmove(line->s, end + 1, rest + 1);
		line->len = rest;
		screen->dirty = true;
	}
	if (line->len > LINE_BYTES)
		strbuf_reset(line);
}

static void on_end(void *data, struct job *job, int status)
{
	struct screen *screen = data;

	(void)status;
	job_free(job);
	screen->network.job = NULL;
}

static void start(struct screen *screen, pid_t pid)
{
	static const struct job_events events = {on_output, NULL, on_end};
	struct network *network = &screen->network;
	cleanup_free char **argv = NULL;
	struct job_request request = {.events = &events, .data = screen};
	struct error err = {0};
	char number[32];

	(void)snprintf(number, sizeof(number), "%d", (int)pid);
	argv = screen_argv(screen, (const char *const[]){"net", number, "--watch", "--json", NULL});
	request.argv = argv;
	if (network->of != pid)
		spaces_pane_set_network(screen->spaces_pane, NULL, 0);
	strbuf_reset(&network->line);
	network->of = pid;
	network->looked = true;
	if (job_start(screen->loop, &request, &network->job, &err) < 0)
		screen_say(screen, ROLE_BAD, "%s", err.what);
}

void network_look(struct screen *screen)
{
	struct network *network = &screen->network;
	bool seen = !screen->overlay_on && screen->layout.panes[PANE_SPACES].rows > 0 &&
		    spaces_pane_shows_network(screen->spaces_pane);
	pid_t pid =
		terminal_pane_running(screen->terminal) ? terminal_pane_pid(screen->terminal) : 0;

	if (network->job && (!seen || network->of != pid))
		network_stop(screen);
	/* One that has ended by itself is not started again before one looks away. */
	if (!seen || network->of != pid)
		network->looked = false;
	if (seen && pid && !network->job && !network->looked)
		start(screen, pid);
}

void network_stop(struct screen *screen)
{
	job_free(screen->network.job);
	screen->network.job = NULL;
	strbuf_free(&screen->network.line);
}

void action_network(struct screen *screen)
{
	if (screen->focus != PANE_SPACES)
		screen->came_from = screen->focus;
	spaces_pane_network(screen->spaces_pane);
	screen_focus(screen, PANE_SPACES);
}
