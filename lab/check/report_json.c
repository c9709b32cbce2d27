#define _GNU_SOURCE
#include "lab/check/report.h"

#include <stdlib.h>

static const char *const json_statuses[] = {
	[RESULT_PASS] = "pass",	       [RESULT_FAIL] = "fail",	 [RESULT_SKIP] = "skip",
	[RESULT_UNSUPPORTED] = "skip", [RESULT_ERROR] = "error",
};

/* A string, or "" where there is nothing to say: every key is always there. */
static json_t *json_text(const char *text)
{
	json_t *string = json_string(text ? text : "");

	/* Malformed UTF-8 was replaced when the result was made; never drop a key. */
	return string ? string : json_string("");
}

static json_t *json_check(const struct result_check *check)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", json_text(check->name));
	json_object_set_new(object, "status", json_text(json_statuses[check->status]));
	json_object_set_new(object, "points", json_integer(check->points));
	json_object_set_new(object, "expected", json_text(check->expected));
	json_object_set_new(object, "observed", json_text(check->observed));
	json_object_set_new(object, "cause", json_text(check->cause));
	json_object_set_new(object, "why", json_text(check->why));
	json_object_set_new(object, "read", json_text(check->read));
	return object;
}

static json_t *json_truth(const struct result_truth *truth)
{
	json_t *object = json_object();

	json_object_set_new(object, "question", json_text(truth->question));
	json_object_set_new(object, "kernel", json_text(truth->answer));
	json_object_set_new(object, "predicted", json_text(truth->predicted));
	return object;
}

/* A saved network as it is, null where it is none. */
static json_t *json_saved(const char *text)
{
	json_t *saved = text ? json_loads(text, 0, NULL) : NULL;

	return saved ? saved : json_null();
}

static json_t *json_network(const struct result *result)
{
	json_t *object = json_object();

	json_object_set_new(object, "expected", json_saved(result->network_expected));
	json_object_set_new(object, "observed", json_saved(result->network));
	return object;
}

json_t *report_json_object(const struct result *result)
{
	json_t *object = json_object();
	json_t *checks = json_array();
	json_t *truths = json_array();

	for (size_t i = 0; i < result->n_checks; i++)
		json_array_append_new(checks, json_check(&result->checks[i]));
	for (size_t i = 0; i < result->n_truths; i++)
		json_array_append_new(truths, json_truth(&result->truths[i]));
	json_object_set_new(object, "schema", json_text("nslab/result/v1"));
	json_object_set_new(object, "exercise", json_text(result->exercise));
	json_object_set_new(object, "verdict", json_text(verdict_name(result->verdict)));
	json_object_set_new(object, "score", json_integer(result->score));
	json_object_set_new(object, "max_score", json_integer(result->max_score));
	json_object_set_new(object, "seed", json_integer((json_int_t)result->seed));
	json_object_set_new(object, "duration_ms", json_integer(result->duration_ms));
	json_object_set_new(object, "checks", checks);
	json_object_set_new(object, "truths", truths);
	json_object_set_new(object, "compiler", json_text(result->compiler));
	json_object_set_new(object, "output", json_text(result->output));
	json_object_set_new(object, "program", json_text(result->program));
	json_object_set_new(object, "kernel", json_text(result->kernel));
	json_object_set_new(object, "lab", json_text(LAB_VERSION));
	if (result->network)
		json_object_set_new(object, "network", json_network(result));
	return object;
}

void report_json(const struct result *results, size_t n, const struct report_look *look,
		 struct strbuf *to)
{
	json_t *all;
	char *text;

	if (look->several) {
		all = json_array();
		for (size_t i = 0; i < n; i++)
			json_array_append_new(all, report_json_object(&results[i]));
	} else {
		all = n ? report_json_object(&results[0]) : json_object();
	}
	text = json_dumps(all, JSON_INDENT(2));
	strbuf_adds(to, text ? text : "null");
	strbuf_addc(to, '\n');
	free(text);
	json_decref(all);
}
