#define _GNU_SOURCE
#include "lab/grade/grade.h"

#include "common/cleanup.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#define SCORE_MAX 1000000

static const char *const verdicts[GRADE_VERDICTS] = {
	[GRADE_PASS] = "pass",
	[GRADE_FAIL] = "fail",
	[GRADE_TIMEOUT] = "timeout",
	[GRADE_MISSING] = "missing",
	[GRADE_UNSUPPORTED] = "unsupported",
	[GRADE_ERROR] = "error",
};

/* The exit status of lab check for each verdict; -1: it has none. */
static const int statuses[GRADE_VERDICTS] = {
	[GRADE_PASS] = 0,     [GRADE_FAIL] = 1,	       [GRADE_TIMEOUT] = 124,
	[GRADE_MISSING] = -1, [GRADE_UNSUPPORTED] = 3, [GRADE_ERROR] = 4,
};

/* The members that are texts, with their keys. */
static const struct {
	const char *key;
	size_t offset;
} texts[] = {
	{"student", offsetof(struct grade, student)},
	{"exercise", offsetof(struct grade, exercise)},
	{"cause", offsetof(struct grade, cause)},
	{"reason", offsetof(struct grade, reason)},
	{"file", offsetof(struct grade, file)},
	{"submission", offsetof(struct grade, submission)},
	{"checks", offsetof(struct grade, checks)},
	{"lab", offsetof(struct grade, lab)},
	{"kernel", offsetof(struct grade, kernel)},
};

#define N_TEXTS (sizeof(texts) / sizeof(*texts))

static char **text_of(struct grade *grade, size_t i)
{
	return (char **)(void *)((char *)grade + texts[i].offset);
}

const char *grade_verdict_name(enum grade_verdict verdict)
{
	return verdicts[verdict];
}

struct grade grade_new(void)
{
	struct grade grade = {.verdict = GRADE_ERROR};

	for (size_t i = 0; i < N_TEXTS; i++)
		*text_of(&grade, i) = xstrdup("");
	return grade;
}

void grade_free(struct grade *grade)
{
	for (size_t i = 0; i < N_TEXTS; i++)
		free(*text_of(grade, i));
	json_decref(grade->result);
	*grade = (struct grade){.student = NULL};
}

void grade_set(char **member, const char *text)
{
	char *copy = xstrdup(text ? text : "");

	free(*member);
	*member = copy;
}

void grade_time_text(long long time, char ret[32])
{
	time_t seconds = (time_t)time;
	struct tm parts;

	if (!gmtime_r(&seconds, &parts) || parts.tm_year > 8000 || parts.tm_year < -1900)
		(void)strcpy(ret, "");
	else
		(void)strftime(ret, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* What follows the seconds: nothing and "Z" are UTC, else "+02:00" or "+0200". */
static bool read_zone(const char *text, long *ret_seconds)
{
	unsigned hours, minutes;
	char sign;
	int used = 0;

	*ret_seconds = 0;
	if (!*text || strcmp(text, "Z") == 0)
		return true;
	if (sscanf(text, "%c%2u:%2u%n", &sign, &hours, &minutes, &used) != 3 &&
	    sscanf(text, "%c%2u%2u%n", &sign, &hours, &minutes, &used) != 3)
		return false;
	if (text[used] || (sign != '+' && sign != '-') || hours > 14 || minutes > 59)
		return false;
	*ret_seconds = (sign == '-' ? -1L : 1L) * (long)(hours * 3600 + minutes * 60);
	return true;
}

long long grade_time(const char *text)
{
	static const char *const forms[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
					    "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"};
	struct tm parts = {.tm_year = 0};
	const char *rest;
	long zone;

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		parts = (struct tm){.tm_year = 0};
		rest = strptime(text, forms[i], &parts);
		/* Fractions of a second, as platforms write them, are dropped. */
		if (rest && *rest == '.')
			rest += 1 + strspn(rest + 1, "0123456789");
		if (rest && read_zone(rest, &zone))
			return (long long)timegm(&parts) - zone;
	}
	return -1;
}

/* ---- JSON ---- */

static json_t *score_of(const struct grade *grade, unsigned score)
{
	return grade->verdict == GRADE_ERROR ? json_null() : json_integer(score);
}

static void set_time(json_t *object, const char *key, long long time)
{
	char text[32];

	grade_time_text(time, text);
	json_object_set_new(object, key, json_string(text));
}

void grade_line(const struct grade *grade, struct strbuf *to)
{
	struct grade *own = (struct grade *)(size_t)grade;
	json_t *object = json_object();
	char *text;

	json_object_set_new(object, "schema", json_string(GRADE_SCHEMA));
	for (size_t i = 0; i < N_TEXTS; i++) {
		json_t *value = json_string(*text_of(own, i));

		json_object_set_new(object, texts[i].key, value ? value : json_string(""));
		/* After whose and what it is: how it went. */
		if (i != 1)
			continue;
		json_object_set_new(object, "verdict", json_string(verdicts[grade->verdict]));
		json_object_set_new(object, "score", score_of(grade, grade->score));
		json_object_set_new(object, "max_score", score_of(grade, grade->max_score));
	}
	json_object_set_new(object, "seed", json_integer((json_int_t)grade->seed));
	set_time(object, "submitted", grade->submitted);
	set_time(object, "graded", grade->graded);
	json_object_set_new(object, "duration_ms", json_integer(grade->duration_ms));
	json_object_set(object, "result", grade->result ? grade->result : json_null());
	text = json_dumps(object, JSON_COMPACT);
	strbuf_adds(to, text ? text : "{}");
	strbuf_addc(to, '\n');
	free(text);
	json_decref(object);
}

static bool read_verdict(const char *word, enum grade_verdict *ret)
{
	for (unsigned i = 0; word && i < GRADE_VERDICTS; i++) {
		if (strcmp(verdicts[i], word) == 0) {
			*ret = (enum grade_verdict)i;
			return true;
		}
	}
	return false;
}

/* An integer from 0 to max; null counts as 0. */
static bool read_number(const json_t *object, const char *key, long long max, long long *ret)
{
	const json_t *value = json_object_get(object, key);

	*ret = json_is_integer(value) ? json_integer_value(value) : 0;
	return (json_is_integer(value) || json_is_null(value)) && *ret >= 0 && *ret <= max;
}

static long long read_time(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? grade_time(text) : -1;
}

static const char *read_members(const json_t *object, struct grade *grade)
{
	const char *schema = json_string_value(json_object_get(object, "schema"));
	long long score, max_score, seed, duration;

	if (!schema || strcmp(schema, GRADE_SCHEMA) != 0)
		return "it is no " GRADE_SCHEMA;
	for (size_t i = 0; i < N_TEXTS; i++) {
		const char *text = json_string_value(json_object_get(object, texts[i].key));

		if (!text)
			return "a text is missing";
		grade_set(text_of(grade, i), text);
	}
	if (!*grade->student || !*grade->exercise)
		return "it does not say whose it is";
	if (!read_verdict(json_string_value(json_object_get(object, "verdict")), &grade->verdict))
		return "it has no verdict";
	if (!read_number(object, "score", SCORE_MAX, &score) ||
	    !read_number(object, "max_score", SCORE_MAX, &max_score) || score > max_score ||
	    !read_number(object, "seed", 0x7fffffff, &seed) ||
	    !read_number(object, "duration_ms", 0x7fffffff, &duration))
		return "a number is wrong";
	grade->score = (unsigned)score;
	grade->max_score = (unsigned)max_score;
	grade->seed = (unsigned long long)seed;
	grade->duration_ms = (unsigned)duration;
	grade->submitted = read_time(object, "submitted");
	grade->graded = read_time(object, "graded");
	grade->result = json_object_get(object, "result");
	grade->result = json_is_object(grade->result) ? json_incref(grade->result) : NULL;
	return NULL;
}

int grade_parse(const char *line, size_t len, struct grade *ret, struct error *err)
{
	cleanup_grade struct grade grade = grade_new();
	json_error_t json_error;
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &json_error);
	const char *why = json_is_object(object) ? read_members(object, &grade) : "it is no JSON";

	json_decref(object);
	if (why)
		return error_say(err, EBADMSG, "%s", why);
	*ret = grade;
	grade = grade_new();
	return 0;
}

/* ---- from a result to a grade ---- */

void grade_fail_to_tell(struct grade *grade, const char *fmt, ...)
{
	char why[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	grade->verdict = GRADE_ERROR;
	grade->score = grade->max_score = 0;
	grade_set(&grade->cause, "");
	grade_set(&grade->reason, why);
	json_decref(grade->result);
	grade->result = NULL;
}

/* The first check that did not pass: its cause, or the reason. */
static void explain(struct grade *grade, const json_t *result)
{
	static const char *const bad[GRADE_VERDICTS] = {[GRADE_FAIL] = "fail",
							[GRADE_TIMEOUT] = "fail",
							[GRADE_UNSUPPORTED] = "skip",
							[GRADE_ERROR] = "error"};
	const json_t *check;
	size_t i;

	if (!bad[grade->verdict])
		return;
	json_array_foreach(json_object_get(result, "checks"), i, check)
	{
		const char *status = json_string_value(json_object_get(check, "status"));

		if (!status || strcmp(status, bad[grade->verdict]) != 0)
			continue;
		if (grade->verdict == GRADE_FAIL || grade->verdict == GRADE_TIMEOUT)
			grade_set(&grade->cause,
				  json_string_value(json_object_get(check, "cause")));
		else
			grade_set(&grade->reason, json_string_value(json_object_get(check, "why")));
		return;
	}
}

/* NULL, or what is wrong with a result. */
static const char *read_result(struct grade *grade, const json_t *result, int status)
{
	const char *schema = json_string_value(json_object_get(result, "schema"));
	const char *exercise = json_string_value(json_object_get(result, "exercise"));
	const char *verdict = json_string_value(json_object_get(result, "verdict"));
	long long score, max_score, seed, duration;

	if (!schema || strcmp(schema, "nslab/result/v1") != 0 || !exercise ||
	    strcmp(exercise, grade->exercise) != 0)
		return "it is no result of this exercise";
	if (!read_verdict(verdict, &grade->verdict) ||
	    statuses[grade->verdict] != WEXITSTATUS(status))
		return "verdict and exit status differ";
	if (!read_number(result, "score", SCORE_MAX, &score) ||
	    !read_number(result, "max_score", SCORE_MAX, &max_score) || score > max_score ||
	    !read_number(result, "seed", 0x7fffffff, &seed) ||
	    (unsigned long long)seed != grade->seed ||
	    !read_number(result, "duration_ms", 0x7fffffff, &duration) ||
	    !json_is_array(json_object_get(result, "checks")))
		return "a number is wrong";
	if (grade->verdict == GRADE_PASS && (score != max_score || max_score == 0))
		return "a pass without all points";
	if ((grade->verdict == GRADE_FAIL || grade->verdict == GRADE_TIMEOUT) && score == max_score)
		return "all points without a pass";
	grade->score = (unsigned)score;
	grade->max_score = (unsigned)max_score;
	return NULL;
}

void grade_judge(struct grade *grade, const char *text, size_t len, int status)
{
	json_error_t json_error;
	json_t *result;
	const char *why;

	if (!WIFEXITED(status)) {
		grade_fail_to_tell(grade, "lab check ended with signal %d", WTERMSIG(status));
		return;
	}
	result = json_loadb(text, len, JSON_REJECT_DUPLICATES, &json_error);
	if (!json_is_object(result)) {
		grade_fail_to_tell(grade, "lab check ended with exit status %d and no result",
				   WEXITSTATUS(status));
		json_decref(result);
		return;
	}
	why = read_result(grade, result, status);
	if (why) {
		grade_fail_to_tell(grade, "the result of lab check makes no sense: %s", why);
		json_decref(result);
		return;
	}
	explain(grade, result);
	if (grade->verdict == GRADE_ERROR || grade->verdict == GRADE_UNSUPPORTED)
		grade->score = grade->max_score = 0;
	/* The copy's path is nobody's concern. */
	json_object_set_new(result, "program", json_string(grade->file));
	grade_set(&grade->kernel, json_string_value(json_object_get(result, "kernel")));
	json_decref(grade->result);
	grade->result = result;
}
