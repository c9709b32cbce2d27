#define _GNU_SOURCE
#include "lab/check/report.h"

#include "common/cleanup.h"
#include "lab/net/draw.h"
#include "lab/output.h"

#include <string.h>

#define LABEL_WIDTH 18 /* "        expected  " */

/* How each status reads; the word says it, the colour only repeats it. */
static const struct {
	const char *word;
	enum output_style style;
} pretty_statuses[] = {
	[RESULT_PASS] = {"ok", STYLE_GOOD},    [RESULT_FAIL] = {"FAIL", STYLE_BAD},
	[RESULT_SKIP] = {"skip", STYLE_DIM},   [RESULT_UNSUPPORTED] = {"n/a", STYLE_DIM},
	[RESULT_ERROR] = {"ERROR", STYLE_BAD},
};

static const struct {
	const char *word;
	enum output_style style;
} pretty_verdicts[] = {
	[VERDICT_PASS] = {"pass", STYLE_GOOD},
	[VERDICT_FAIL] = {"FAIL", STYLE_BAD},
	[VERDICT_UNSUPPORTED] = {"can't be checked here", STYLE_BOLD},
	[VERDICT_ERROR] = {"the checker's own error", STYLE_BAD},
	[VERDICT_TIMEOUT] = {"FAIL (time limit)", STYLE_BAD},
};

static const char *style(const struct report_look *look, enum output_style which)
{
	return look->lab ? output_style(look->lab, which) : "";
}

/* Columns of a text, near enough: one for each character. */
static size_t columns(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

/* Append a text, wrapped between words and continued below its first column. */
static void wrapped(struct strbuf *to, const char *text, size_t indent, unsigned width)
{
	size_t at = indent;
	bool first = true;

	while (*text) {
		size_t len = strcspn(text, " ");
		size_t cols = columns(text, len);

		if (!first && width && at + 1 + cols > width) {
			strbuf_addf(to, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			strbuf_addc(to, ' ');
			at++;
		}
		strbuf_add(to, text, len);
		at += cols;
		text += len;
		text += *text == ' ';
		first = false;
	}
	strbuf_addc(to, '\n');
}

static void pretty_field(struct strbuf *to, const char *label, const char *text,
			 const struct report_look *look)
{
	if (!text || !*text)
		return;
	strbuf_addf(to, "        %s%-8s%s  ", style(look, STYLE_DIM), label,
		    style(look, STYLE_PLAIN));
	wrapped(to, text, LABEL_WIDTH, look->width);
}

static void pretty_check(struct strbuf *to, const struct result_check *check, const char *said,
			 const struct report_look *look)
{
	/* One reason for many facts is told once. */
	bool again = said && check->why && strcmp(said, check->why) == 0;

	strbuf_addf(to, "  %s%-5s%s ", style(look, pretty_statuses[check->status].style),
		    pretty_statuses[check->status].word, style(look, STYLE_PLAIN));
	wrapped(to, check->name, 8, look->width);
	if (check->status == RESULT_PASS || check->status == RESULT_SKIP)
		return;
	pretty_field(to, "expected", check->expected, look);
	pretty_field(to, "observed", check->observed, look);
	pretty_field(to, "cause", check->cause, look);
	pretty_field(to, "why", again ? NULL : check->why, look);
	pretty_field(to, "read", check->read, look);
}

/* Text of others, set off by a bar so that nobody takes it for ours. */
static void pretty_block(struct strbuf *to, const char *title, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_addf(to, "  %s\n", title);
	while (*text) {
		size_t len = strcspn(text, "\n");

		strbuf_adds(to, "    | ");
		strbuf_add(to, text, len);
		strbuf_addc(to, '\n');
		text += len + (text[len] == '\n');
	}
}

/* How the network was when the first fact failed, beside how it is in a right run. */
static void pretty_network(struct strbuf *to, const struct result *result,
			   const struct report_look *look)
{
	const unsigned indent = 4;
	unsigned columns = look->screen > 80 ? look->screen : 80;
	const struct net_look drawn = {.width = columns - indent, .charset = net_charset_here()};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (!result->network ||
	    net_draw_saved(&text, result->network_expected, result->network, &drawn) < 0)
		return;
	strbuf_adds(to, "  the network when it failed:\n");
	for (const char *at = text.s; *at;) {
		size_t len = strcspn(at, "\n");

		strbuf_addf(to, "%*s%.*s\n", (int)indent, "", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

static void pretty_score(struct strbuf *to, const struct result *result,
			 const struct report_look *look)
{
	strbuf_addf(to, "%s%s%s: ", style(look, STYLE_BOLD), result->exercise,
		    style(look, STYLE_PLAIN));
	strbuf_addf(to, "%s%s%s", style(look, pretty_verdicts[result->verdict].style),
		    pretty_verdicts[result->verdict].word, style(look, STYLE_PLAIN));
	if (result->max_score && result->verdict != VERDICT_ERROR)
		strbuf_addf(to, ", %u of %u points", result->score, result->max_score);
	strbuf_addc(to, '\n');
}

static void pretty_truths(struct strbuf *to, const struct result *result,
			  const struct report_look *look)
{
	for (size_t i = 0; i < result->n_truths; i++) {
		const struct result_truth *truth = &result->truths[i];
		bool right = truth->predicted && strcmp(truth->predicted, truth->answer) == 0;

		if (!truth->predicted)
			continue;
		strbuf_addf(to, "  %s%-5s%s ", style(look, right ? STYLE_GOOD : STYLE_BOLD),
			    right ? "right" : "other", style(look, STYLE_PLAIN));

		cleanup_free char *line =
			right ? xasprintf("predicted, %s: %s", truth->question, truth->answer)
			      : xasprintf("predicted, %s: %s; the kernel says: %s", truth->question,
					  truth->predicted, truth->answer);

		wrapped(to, line, 8, look->width);
	}
}

static void pretty_next(struct strbuf *to, const struct result *result,
			const struct report_look *look)
{
	if (result->verdict == VERDICT_ERROR) {
		strbuf_addf(to,
			    "This says nothing about the program. To see it again: lab check "
			    "%s --seed %llu\n",
			    result->exercise, result->seed);
		return;
	}
	if (!look->own)
		return;
	if (result->verdict == VERDICT_PASS) {
		strbuf_addf(to, "Why it works: lab show %s\n", result->exercise);
		if (look->next)
			strbuf_addf(to, "Next: lab edit %s\n", look->next);
	} else if (result->verdict != VERDICT_UNSUPPORTED) {
		strbuf_addf(to, "Stuck? lab hint %s\n", result->exercise);
	}
}

static void pretty_one(struct strbuf *to, const struct result *result,
		       const struct report_look *look)
{
	const struct result_check *bad = result_first_bad(result);

	strbuf_addf(to, "%s%s%s%s%s\n", style(look, STYLE_BOLD), result->exercise,
		    style(look, STYLE_PLAIN), result->title && *result->title ? "  " : "",
		    result->title ? result->title : "");
	if (result->note)
		strbuf_addf(to, "  note: %s\n", result->note);
	/* A program that does not compile is explained by the compiler's own words. */
	pretty_block(to, "the compiler says:", result->compiler);
	for (size_t i = 0; i < result->n_checks; i++) {
		pretty_check(to, &result->checks[i], i ? result->checks[i - 1].why : NULL, look);
		if (&result->checks[i] == bad)
			pretty_network(to, result, look);
	}
	pretty_truths(to, result, look);
	if (bad)
		pretty_block(to, "printed meanwhile:", result->output);
	pretty_score(to, result, look);
	pretty_next(to, result, look);
}

void report_pretty(const struct result *results, size_t n, const struct report_look *look,
		   struct strbuf *to)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_addc(to, '\n');
		pretty_one(to, &results[i], look);
	}
}
