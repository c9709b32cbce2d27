#define _GNU_SOURCE
#include "lab/check/report.h"

#include <stddef.h>

/*
 * The code point at *at and how many bytes it takes; 0 bytes where they are no
 * UTF-8. Results hold clean text, but XML has to be well-formed even if not.
 */
static size_t utf8_next(const unsigned char *at, unsigned long *ret)
{
	static const struct {
		unsigned char mask, lead;
		unsigned long least;
	} forms[] = {
		{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

	for (size_t len = 1; len <= 4; len++) {
		unsigned long code = at[0] & (unsigned char)~forms[len - 1].mask;

		if ((at[0] & forms[len - 1].mask) != forms[len - 1].lead)
			continue;
		for (size_t i = 1; i < len; i++) {
			if ((at[i] & 0xc0) != 0x80)
				return 0;
			code = code << 6 | (at[i] & 0x3f);
		}
		if (code < forms[len - 1].least)
			return 0;
		*ret = code;
		return len;
	}
	return 0;
}

/* The characters XML 1.0 allows (section 2.2). */
static bool xml_allows(unsigned long c)
{
	return c == '\t' || c == '\n' || (c >= 0x20 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

/* Append text for element content or an attribute; what XML can't hold is left out. */
static void xml_text(struct strbuf *to, const char *text)
{
	const unsigned char *at = (const unsigned char *)(text ? text : "");

	while (*at) {
		unsigned long code = 0;
		size_t len = utf8_next(at, &code);

		if (!len || !xml_allows(code))
			;
		else if (code == '&')
			strbuf_adds(to, "&amp;");
		else if (code == '<')
			strbuf_adds(to, "&lt;");
		else if (code == '>')
			strbuf_adds(to, "&gt;");
		else if (code == '"')
			strbuf_adds(to, "&quot;");
		else
			strbuf_add(to, at, len);
		at += len ? len : 1;
	}
}

static void xml_attribute(struct strbuf *to, const char *name, const char *text)
{
	strbuf_addf(to, " %s=\"", name);
	xml_text(to, text);
	strbuf_addc(to, '"');
}

/* The explanation of a failure as lines. */
static void junit_explain(struct strbuf *to, const struct result_check *check)
{
	const struct {
		const char *label;
		const char *text;
	} lines[] = {
		{"expected", check->expected}, {"observed", check->observed},
		{"cause", check->cause},       {"why", check->why},
		{"read", check->read},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		if (!lines[i].text)
			continue;
		strbuf_addf(to, "%s: ", lines[i].label);
		xml_text(to, lines[i].text);
		strbuf_addc(to, '\n');
	}
}

static void junit_check(struct strbuf *to, const struct result *result,
			const struct result_check *check)
{
	static const char *const elements[] = {
		[RESULT_PASS] = NULL,	   [RESULT_FAIL] = "failure",
		[RESULT_SKIP] = "skipped", [RESULT_UNSUPPORTED] = "skipped",
		[RESULT_ERROR] = "error",
	};
	const char *element = elements[check->status];

	strbuf_adds(to, "    <testcase");
	xml_attribute(to, "classname", result->exercise);
	xml_attribute(to, "name", check->name);
	if (!element) {
		strbuf_adds(to, "/>\n");
		return;
	}
	strbuf_addf(to, ">\n      <%s", element);
	if (check->cause)
		xml_attribute(to, "type", check->cause);
	xml_attribute(to, "message", check->observed ? check->observed : check->why);
	strbuf_addc(to, '>');
	junit_explain(to, check);
	strbuf_addf(to, "</%s>\n    </testcase>\n", element);
}

static void junit_suite(struct strbuf *to, const struct result *result)
{
	unsigned counts[RESULT_ERROR + 1] = {0};

	for (size_t i = 0; i < result->n_checks; i++)
		counts[result->checks[i].status]++;
	strbuf_adds(to, "  <testsuite");
	xml_attribute(to, "name", result->exercise);
	strbuf_addf(
		to,
		" tests=\"%zu\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%u.%03u\">\n",
		result->n_checks, counts[RESULT_FAIL], counts[RESULT_ERROR],
		counts[RESULT_SKIP] + counts[RESULT_UNSUPPORTED], result->duration_ms / 1000,
		result->duration_ms % 1000);
	strbuf_addf(to,
		    "    <properties>\n"
		    "      <property name=\"verdict\" value=\"%s\"/>\n"
		    "      <property name=\"score\" value=\"%u\"/>\n"
		    "      <property name=\"max_score\" value=\"%u\"/>\n"
		    "      <property name=\"seed\" value=\"%llu\"/>\n"
		    "    </properties>\n",
		    verdict_name(result->verdict), result->score, result->max_score, result->seed);
	for (size_t i = 0; i < result->n_checks; i++)
		junit_check(to, result, &result->checks[i]);
	if (result->compiler || result->output) {
		strbuf_adds(to, "    <system-out>");
		xml_text(to, result->compiler);
		xml_text(to, result->output);
		strbuf_adds(to, "</system-out>\n");
	}
	strbuf_adds(to, "  </testsuite>\n");
}

void report_junit(const struct result *results, size_t n, const struct report_look *look,
		  struct strbuf *to)
{
	(void)look;
	strbuf_adds(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t i = 0; i < n; i++)
		junit_suite(to, &results[i]);
	strbuf_adds(to, "</testsuites>\n");
}
