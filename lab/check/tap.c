#define _GNU_SOURCE
#include "lab/check/tap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

__attribute__((format(printf, 2, 3))) static void tap_trouble(struct tap *tap, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT;
	char line[256];
	va_list ap;

	if (tap->trouble)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	strbuf_adds(&text, line);
	tap->trouble = strbuf_steal(&text);
}

/* Digits at *at, moved past them; -1 where there are none or too many. */
static long tap_number(const char **at)
{
	long value = 0;

	if (!isdigit((unsigned char)**at))
		return -1;
	for (; isdigit((unsigned char)**at); (*at)++) {
		if (value > TAP_MAX_TESTS)
			return -1;
		value = value * 10 + (**at - '0');
	}
	return value;
}

static void tap_plan(struct tap *tap, const char *at)
{
	long count = tap_number(&at);

	if (tap->has_plan) {
		tap_trouble(tap, "there are two plans");
	} else if (count < 0 || count > TAP_MAX_TESTS || (*at && *at != ' ')) {
		tap_trouble(tap, "the plan can't be read");
	} else {
		tap->has_plan = true;
		tap->planned = (size_t)count;
	}
}

/* Cut " # skip REASON" off the end of a name. Returns the reason, or NULL. */
static char *tap_cut_directive(char *name)
{
	/* The last one: a name may hold a # of its own. */
	for (char *at = name + strlen(name); at-- > name;) {
		char *word = at + 1;

		if (*at != '#' || (at > name && at[-1] != ' '))
			continue;
		word += strspn(word, " ");
		if (strncasecmp(word, "skip", 4) != 0 || (word[4] && word[4] != ' '))
			continue;
		word += 4;
		word += strspn(word, " ");
		word = xstrdup(word);
		while (at > name && at[-1] == ' ')
			at--;
		*at = '\0';
		return word;
	}
	return NULL;
}

static void tap_test(struct tap *tap, const char *at, enum tap_result result)
{
	struct tap_test *test;
	long number = tap_number(&at);

	if (number < 0 || (*at && *at != ' ')) {
		tap_trouble(tap, "a test has no number");
		return;
	}
	if ((size_t)number != tap->n_tests + 1)
		tap_trouble(tap, "test %ld came where test %zu was due", number, tap->n_tests + 1);
	if (tap->n_tests >= TAP_MAX_TESTS) {
		tap_trouble(tap, "there are more than %d tests", TAP_MAX_TESTS);
		return;
	}
	at += strspn(at, " ");
	tap->tests = xreallocarray(tap->tests, tap->n_tests + 1, sizeof(*tap->tests));
	test = &tap->tests[tap->n_tests++];
	*test = (struct tap_test){
		.name = xstrdup(at), .result = result, .diagnostics = STRBUF_INIT};
	test->reason = tap_cut_directive(test->name);
	if (test->reason && result == TAP_OK)
		test->result = TAP_SKIP;
}

static void tap_diagnostic(struct tap *tap, const char *at)
{
	struct strbuf *to =
		tap->n_tests ? &tap->tests[tap->n_tests - 1].diagnostics : &tap->diagnostics;

	if (*at == ' ')
		at++;
	if (to->len + strlen(at) + 1 > TAP_MAX_DIAGNOSTICS)
		return;
	strbuf_adds(to, at);
	strbuf_addc(to, '\n');
}

static void tap_line(struct tap *tap, const char *line)
{
	if (strncmp(line, "1..", 3) == 0)
		tap_plan(tap, line + 3);
	else if (strncmp(line, "ok ", 3) == 0)
		tap_test(tap, line + 3, TAP_OK);
	else if (strncmp(line, "not ok ", 7) == 0)
		tap_test(tap, line + 7, TAP_NOT_OK);
	else if (strncmp(line, "Bail out!", 9) == 0)
		tap_trouble(tap, "the check gave up: %.200s", line + 9 + strspn(line + 9, " "));
	else if (line[0] == '#')
		tap_diagnostic(tap, line + 1);
	else if (line[0])
		/* Not TAP, but it may be all that says what went wrong. */
		tap_diagnostic(tap, line);
}

void tap_feed(struct tap *tap, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\n') {
			tap_line(tap, tap->line.s);
			strbuf_reset(&tap->line);
		} else if (tap->line.len >= TAP_MAX_LINE) {
			tap_trouble(tap, "a line is longer than %d bytes", TAP_MAX_LINE);
		} else {
			/* A NUL would end the name early and hide the rest. */
			strbuf_addc(&tap->line, data[i] ? data[i] : '?');
		}
	}
}

void tap_end(struct tap *tap)
{
	if (tap->line.len) {
		tap_line(tap, tap->line.s);
		strbuf_reset(&tap->line);
		tap_trouble(tap, "the last line is cut short");
	}
	if (!tap->has_plan)
		tap_trouble(tap, "there is no plan");
	else if (tap->n_tests != tap->planned)
		tap_trouble(tap, "%zu of %zu tests came", tap->n_tests, tap->planned);
	else if (!tap->planned)
		tap_trouble(tap, "there is no test");
}

void tap_free(struct tap *tap)
{
	for (size_t i = 0; i < tap->n_tests; i++) {
		free(tap->tests[i].name);
		free(tap->tests[i].reason);
		strbuf_free(&tap->tests[i].diagnostics);
	}
	free(tap->tests);
	free(tap->trouble);
	strbuf_free(&tap->diagnostics);
	strbuf_free(&tap->line);
	*tap = (struct tap)TAP_INIT;
}

/* The name in `@test "NAME" {` or `@test NAME { BODY; }`, as bats takes it: up to the last " {". */
static char *tap_bats_name(const char *at, size_t len)
{
	size_t end = len;

	while (end > 1 && !(at[end - 1] == '{' && (at[end - 2] == ' ' || at[end - 2] == '\t')))
		end--;
	if (end > 1)
		len = end - 1;
	while (len && (at[len - 1] == ' ' || at[len - 1] == '\t' || at[len - 1] == '\r'))
		len--;
	if (len >= 2 && (at[0] == '"' || at[0] == '\'') && at[len - 1] == at[0]) {
		at++;
		len -= 2;
	}
	return xstrndup(at, len);
}

size_t tap_names_of_bats(const char *text, char ***ret)
{
	char **names = NULL;
	size_t count = 0;

	for (const char *at = text; *at && count < TAP_MAX_TESTS;) {
		size_t len = strcspn(at, "\n");
		size_t indent = strspn(at, " \t");

		if (strncmp(at + indent, "@test", 5) == 0 &&
		    (at[indent + 5] == ' ' || at[indent + 5] == '\t')) {
			size_t skip = indent + 5 + strspn(at + indent + 5, " \t");

			names = xreallocarray(names, count + 1, sizeof(*names));
			names[count++] = tap_bats_name(at + skip, len > skip ? len - skip : 0);
		}
		at += len + (at[len] == '\n');
	}
	*ret = names;
	return count;
}
