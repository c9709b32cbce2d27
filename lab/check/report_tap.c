#define _GNU_SOURCE
#include "lab/check/report.h"

#include <string.h>

/* A name or reason: "#" begins a directive and "\" escapes. */
static void tap_escape(struct strbuf *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			strbuf_addc(to, '\\');
		strbuf_addc(to, *text);
	}
}

/* A YAML scalar in double quotes: always valid, whatever the text holds. */
static void yaml_field(struct strbuf *to, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_addf(to, "  %s: \"", key);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			strbuf_addf(to, "\\%c", c);
		else if (c == '\n')
			strbuf_adds(to, "\\n");
		else if (c < 0x20 || c == 0x7f)
			strbuf_addf(to, "\\x%02x", c);
		else
			strbuf_addc(to, (char)c);
	}
	strbuf_adds(to, "\"\n");
}

static bool tap_is_ok(enum result_status status)
{
	return status == RESULT_PASS || status == RESULT_UNSUPPORTED;
}

static void tap_check(struct strbuf *to, size_t number, const struct result *result,
		      const struct result_check *check)
{
	strbuf_addf(to, "%sok %zu - ", tap_is_ok(check->status) ? "" : "not ", number);
	tap_escape(to, result->exercise);
	strbuf_adds(to, ": ");
	tap_escape(to, check->name);
	if (check->status == RESULT_UNSUPPORTED) {
		strbuf_adds(to, " # SKIP ");
		tap_escape(to, check->why ? check->why : "");
	}
	strbuf_addc(to, '\n');
	if (tap_is_ok(check->status))
		return;
	strbuf_adds(to, "  ---\n");
	yaml_field(to, "severity",
		   check->status == RESULT_ERROR  ? "error"
		   : check->status == RESULT_SKIP ? "skipped"
						  : "fail");
	yaml_field(to, "expected", check->expected);
	yaml_field(to, "observed", check->observed);
	yaml_field(to, "cause", check->cause);
	yaml_field(to, "why", check->why);
	yaml_field(to, "read", check->read);
	strbuf_adds(to, "  ...\n");
}

/* A comment of any number of lines. */
static void tap_comment(struct strbuf *to, const char *text)
{
	while (text && *text) {
		size_t len = strcspn(text, "\n");

		strbuf_adds(to, "# ");
		strbuf_add(to, text, len);
		strbuf_addc(to, '\n');
		text += len + (text[len] == '\n');
	}
}

void report_tap(const struct result *results, size_t n, const struct report_look *look,
		struct strbuf *to)
{
	size_t total = 0, number = 0;

	(void)look;
	for (size_t i = 0; i < n; i++)
		total += results[i].n_checks;
	strbuf_addf(to, "TAP version 13\n1..%zu\n", total);
	for (size_t i = 0; i < n; i++) {
		const struct result *result = &results[i];

		tap_comment(to, result->compiler);
		for (size_t k = 0; k < result->n_checks; k++)
			tap_check(to, ++number, result, &result->checks[k]);
		tap_comment(to, result->output);
		strbuf_addf(to, "# %s: %s, %u of %u points, seed %llu, %u ms\n", result->exercise,
			    verdict_name(result->verdict), result->score, result->max_score,
			    result->seed, result->duration_ms);
	}
}
