#define _GNU_SOURCE
#include "lab/report/policy.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/numeral.h"
#include "common/strbuf.h"
#include "lab/grade/grade.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX (4L * 1024 * 1024)
#define DAY	       86400

static const char *const shows[] = {
	[SHOW_FULL] = "full", [SHOW_CAUSE] = "cause", [SHOW_NAME] = "name"};

bool policy_show(const char *word, enum policy_show *ret)
{
	for (unsigned i = 0; i < sizeof(shows) / sizeof(*shows); i++) {
		if (strcmp(shows[i], word) == 0) {
			*ret = (enum policy_show)i;
			return true;
		}
	}
	return false;
}

/* ---- files of lines ---- */

typedef int take_line(struct policy *policy, char *line, unsigned number, const char *path,
		      struct error *err);

static int read_lines(struct policy *policy, const char *path, take_line *take, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	unsigned number = 0;
	int r = io_read_file(AT_FDCWD, path, FILE_BYTES_MAX, &text, err);
	char *rest = text.s;

	for (char *line; r == 0 && text.len && (line = strsep(&rest, "\n"));) {
		size_t len = strlen(line);

		if (len && line[len - 1] == '\r')
			line[len - 1] = '\0';
		r = take(policy, line, ++number, path, err);
	}
	return r;
}

static int take_weight(struct policy *policy, char *line, unsigned number, const char *path,
		       struct error *err)
{
	const char *what, *digits;
	uint64_t weight;

	line[strcspn(line, "#")] = '\0';
	what = strtok_r(line, " \t", &line);
	if (!what)
		return 0;
	digits = strtok_r(NULL, " \t", &line);
	if (!digits || !numeral_take(&digits, 10, POLICY_WEIGHT_MAX, &weight) || *digits ||
	    strtok_r(NULL, " \t", &line))
		return error_say(err, EBADMSG,
				 "%s:%u: a line is \"ID WEIGHT\", the weight from 0 to %d", path,
				 number, POLICY_WEIGHT_MAX);
	policy->weights =
		xreallocarray(policy->weights, policy->n_weights + 1, sizeof(*policy->weights));
	policy->weights[policy->n_weights++] =
		(struct policy_weight){.what = xstrdup(what), .weight = (unsigned)weight};
	return 0;
}

int policy_read_weights(struct policy *policy, const char *path, struct error *err)
{
	return read_lines(policy, path, take_weight, err);
}

/* The next field of a line of CSV, unquoted in place; *at moves behind it, NULL after the last one. */
static char *csv_field(char **at)
{
	char *from = *at, *to = from, *start = from;

	if (!from)
		return NULL;
	if (*from != '"') {
		char *comma = strchr(from, ',');

		*at = comma ? comma + 1 : NULL;
		if (comma)
			*comma = '\0';
		return start;
	}
	for (from++; *from && (*from != '"' || from[1] == '"'); from++) {
		if (*from == '"')
			from++;
		*to++ = *from;
	}
	if (*from == '"')
		from++;
	*at = *from == ',' ? from + 1 : NULL;
	*to = '\0';
	return start;
}

static int take_time(struct policy *policy, char *line, unsigned number, const char *path,
		     struct error *err)
{
	char *at = line;
	const char *student = csv_field(&at);
	const char *text = csv_field(&at);
	long long time = text ? grade_time(text) : -1;

	if (!*student && !text)
		return 0;
	if (time < 0 && number == 1)
		return 0;
	if (time < 0)
		return error_say(err, EBADMSG,
				 "%s:%u: a line is \"STUDENT,TIME\" with a time such as "
				 "2026-11-30T23:59:00Z",
				 path, number);
	policy->times = xreallocarray(policy->times, policy->n_times + 1, sizeof(*policy->times));
	policy->times[policy->n_times++] =
		(struct policy_time){.student = xstrdup(student), .time = time};
	return 0;
}

int policy_read_times(struct policy *policy, const char *path, struct error *err)
{
	return read_lines(policy, path, take_time, err);
}

/* ---- what they say ---- */

int policy_weight(const struct policy *policy, const char *id, const struct exercise *exercise)
{
	int of_phase = -1, of_id = -1;
	size_t phase = strcspn(id, "/");

	for (size_t i = 0; i < policy->n_weights; i++) {
		const struct policy_weight *weight = &policy->weights[i];

		if (strcmp(weight->what, id) == 0)
			of_id = (int)weight->weight;
		else if (strlen(weight->what) == phase && strncmp(weight->what, id, phase) == 0)
			of_phase = (int)weight->weight;
	}
	if (of_id >= 0)
		return of_id;
	if (of_phase >= 0)
		return of_phase;
	return exercise && exercise->weight ? (int)exercise->weight : -1;
}

long long policy_time(const struct policy *policy, const char *student, long long fallback)
{
	for (size_t i = policy->n_times; i-- > 0;)
		if (strcmp(policy->times[i].student, student) == 0)
			return policy->times[i].time;
	return fallback;
}

unsigned policy_days_late(const struct policy *policy, long long time)
{
	if (policy->deadline < 0 || time <= policy->deadline)
		return 0;
	return (unsigned)((time - policy->deadline + DAY - 1) / DAY);
}

unsigned policy_per_cent(const struct policy *policy, unsigned days)
{
	unsigned long lost = (unsigned long)days * policy->late;

	return lost >= 100 ? 0 : (unsigned)(100 - lost);
}

void policy_free(struct policy *policy)
{
	for (size_t i = 0; i < policy->n_weights; i++)
		free(policy->weights[i].what);
	for (size_t i = 0; i < policy->n_times; i++)
		free(policy->times[i].student);
	free(policy->weights);
	free(policy->times);
	*policy = (struct policy)POLICY_INIT;
}
