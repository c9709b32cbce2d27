#define _GNU_SOURCE
#include "checks/lib/observe_net_reach.h"

#include "common/cleanup.h"
#include "common/sandbox_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

/*
 * Silence is believed after so long: a packet crosses any number of namespaces in
 * microseconds, but the first may wait for ARP, which asks again after a second. Where it
 * is expected it is believed sooner, after the kernel has sent a TCP SYN for the second time.
 */
#define SILENCE_MS  2500
#define EXPECTED_MS 1300
/* An error may be over soon: of a route, a port, a link that is just coming up. */
#define TROUBLE_MS 1000

struct rows {
	struct reach reach;
	bool wanted[REACH_ROWS_MAX];
	long long begun;
};

/* Has this attempt said all that it will? */
static bool is_decided(const struct rows *rows, const struct reach_attempt *attempt, long long now)
{
	if (reach_is_there(attempt) || !attempt->from || !attempt->to)
		return true;
	if (!rows->wanted[attempt->row])
		return now - rows->begun >= EXPECTED_MS;
	if (attempt->trouble_since && now - attempt->trouble_since >= TROUBLE_MS)
		return true;
	return now - rows->begun >= SILENCE_MS;
}

static bool all_decided(struct session *session, void *data)
{
	struct rows *rows = data;
	long long now;

	(void)session;
	reach_step(&rows->reach);
	now = sandbox_now_ms();
	for (size_t i = 0; i < rows->reach.n_attempts; i++)
		if (!is_decided(rows, &rows->reach.attempts[i], now))
			return false;
	return true;
}

static int measure(struct rows *rows, struct session *session, struct error *err)
{
	int r = reach_open(&rows->reach, session, err);

	if (r < 0)
		return r;
	rows->begun = sandbox_now_ms();
	(void)session_wait(session, all_decided, rows, rows->begun + 2LL * SILENCE_MS);
	return 0;
}

static void add_attempt(const struct reach_attempt *attempt, struct strbuf *to)
{
	char source[INET_ADDRSTRLEN] = "";

	if (attempt->seen || attempt->source.s_addr)
		(void)inet_ntop(AF_INET, &attempt->source, source, sizeof(source));
	answer_add(to, "reached", reach_is_there(attempt) ? "1" : "0");
	answer_add(to, "source", source);
	answer_add(to, "why", reach_is_there(attempt) ? "" : reach_why(attempt));
	answer_add(to, "proto", reach_protos[attempt->proto]);
}

int net_do_reach(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct rows *rows = xcalloc(1, sizeof(*rows));
	const char *const row[3] = {words[0], words[1], words[2]};
	enum reach_proto proto = 0;
	int r = 0;

	while (proto < REACH_PROTOS && strcmp(reach_protos[proto], words[3]) != 0)
		proto++;
	rows->wanted[0] = true;
	if (proto == REACH_PROTOS)
		r = error_say(err, EINVAL, "%s is no protocol", words[3]);
	if (r == 0)
		r = reach_add(&rows->reach, session, 0, row, proto, err);
	if (r == 0)
		r = measure(rows, session, err);
	if (r == 0)
		add_attempt(&rows->reach.attempts[0], to);
	reach_close(&rows->reach);
	free(rows);
	return r;
}

/* A row, cut up in a copy: FROM TO ADDRESS yes|no. */
static int add_row(struct rows *rows, struct session *session, size_t index, char *text,
		   struct error *err)
{
	const char *words[4] = {NULL};
	char *save = NULL;
	size_t n = 0;
	int r = 0;

	for (char *word = strtok_r(text, " ", &save); word && n < 4;
	     word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	if (n != 4 || (strcmp(words[3], "yes") != 0 && strcmp(words[3], "no") != 0))
		return error_say(err, EINVAL, "a row is FROM TO ADDRESS yes|no");
	for (enum reach_proto proto = 0; proto < REACH_PROTOS && r == 0; proto++)
		r = reach_add(&rows->reach, session, index, words, proto, err);
	if (r == 0)
		rows->wanted[index] = words[3][0] == 'y';
	return r;
}

int net_do_matrix(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct rows *rows = xcalloc(1, sizeof(*rows));
	cleanup_free char **copies = xcalloc(REACH_ROWS_MAX, sizeof(*copies));
	size_t n = 0;
	int r = 0;

	for (; n < REACH_ROWS_MAX && words[n] && r == 0; n++) {
		copies[n] = xstrdup(words[n]);
		r = add_row(rows, session, n, copies[n], err);
	}
	if (r == 0)
		r = measure(rows, session, err);
	for (size_t i = 0; r == 0 && i < rows->reach.n_attempts; i++) {
		const struct reach_attempt *attempt = &rows->reach.attempts[i];

		if (reach_is_there(attempt) == rows->wanted[attempt->row])
			continue;
		answer_add(to, "row", words[attempt->row]);
		add_attempt(attempt, to);
		break;
	}
	reach_close(&rows->reach);
	for (size_t i = 0; i < n; i++)
		free(copies[i]);
	free(rows);
	return r;
}
