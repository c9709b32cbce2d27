/*
 * Texts of the screen's own: the keys, the welcome, why it works.
 */
#define _GNU_SOURCE
#include "lab/screen/screen_internal.h"

#include "common/cleanup.h"
#include "lab/command.h"

#include <string.h>

static void add_cell(struct strbuf *to, const char *text)
{
	for (; *text; text++) {
		if (strchr("|\\`*_[]<", *text))
			strbuf_addc(to, '\\');
		strbuf_addc(to, *text);
	}
}

static void add_binding(const struct screen *screen, const struct key_binding *binding,
			struct strbuf *to)
{
	const char *refusal = action_refusal(screen, binding->action);
	char keys[64];

	strbuf_adds(to, "| ");
	add_cell(to, keys_text(binding, keys, sizeof(keys)));
	strbuf_adds(to, " | ");
	add_cell(to, binding->name ? binding->name : "");
	strbuf_adds(to, " | ");
	add_cell(to, binding->help);
	if (refusal) {
		strbuf_adds(to, " (not now: ");
		add_cell(to, refusal);
		strbuf_addc(to, ')');
	}
	strbuf_adds(to, " |\n");
}

void help_markdown(const struct screen *screen, struct strbuf *to)
{
	const char *group = "";

	strbuf_adds(to, "Keys work in every pane, but for the program's terminal while you type in "
			"it: there Ctrl-] comes first. `/` searches this help, Esc leaves it.\n");
	for (const struct key_binding *at = key_bindings; at->action; at++) {
		if (strcmp(group, at->group) != 0)
			strbuf_addf(to, "\n## %s\n\n| key | word | |\n|---|---|---|\n", at->group);
		group = at->group;
		add_binding(screen, at, to);
	}
	strbuf_adds(to, "\n## Commands\n\nBehind `:` stand the words above, and lab's commands as "
			"on the shell's command line:\n\n");
	for (const struct command *command = commands; command->name; command++)
		strbuf_addf(to, "- `%s`: %s\n", command->name, command->summary);
	strbuf_adds(
		to,
		"\n## Namespaces\n\nEach number is the inode of a namespace: the same number is the "
		"same namespace. `=` the same as the sandbox's, `≠` another one, `*` changed "
		"just now, `^` not as it was when P pinned it, `?` may not be read. A second "
		"number behind an arrow, in the rows pid and time, is where children will be.\n");
}

const char help_welcome[] =
	"Here you learn Linux namespaces by writing what containers are made of.\n"
	"Each exercise is a small C program with gaps: e edits it, and whenever you\n"
	"save, the kernel itself says what your program does.\n"
	"r runs it, ! opens a shell to try things in. Beside them you see the\n"
	"namespaces: which are the same, which are new, while it happens.\n"
	"Nothing needs root, and nothing can touch your machine: all of it happens\n"
	"in a sandbox that vanishes. Stuck? h gives a hint, ? shows all keys.\n"
	"Enter begins, q leaves.\n";

/* One line for each fact of the last check that says what it saw. */
static void add_numbers(const struct screen *screen, struct strbuf *to)
{
	const json_t *result = verdict_pane_last(screen->verdict);
	bool any = false;
	json_t *fact;
	size_t i;

	json_array_foreach(json_object_get(result, "checks"), i, fact)
	{
		const char *observed = json_string_value(json_object_get(fact, "observed"));

		if (!observed || !observed[0])
			continue;
		strbuf_addf(to, "%s- %s: ", any ? "" : "## In your run\n\n",
			    json_string_value(json_object_get(fact, "name")));
		add_cell(to, observed);
		strbuf_addc(to, '\n');
		any = true;
	}
	if (any)
		strbuf_addc(to, '\n');
}

/* What was predicted, beside what the kernel did. */
static void add_truths(const struct screen *screen, struct strbuf *to)
{
	const json_t *result = verdict_pane_last(screen->verdict);
	bool any = false;
	json_t *truth;
	size_t i;

	json_array_foreach(json_object_get(result, "truths"), i, truth)
	{
		const char *kernel = json_string_value(json_object_get(truth, "kernel"));
		const char *said = json_string_value(json_object_get(truth, "predicted"));
		const char *question = json_string_value(json_object_get(truth, "question"));

		strbuf_addf(to, "%s- %s: ", any ? "" : "## What you predicted\n\n", question);
		add_cell(to, kernel);
		if (said[0] && strcmp(said, kernel) == 0) {
			strbuf_adds(to, ", as you said");
		} else if (said[0]) {
			strbuf_adds(to, "; you said ");
			add_cell(to, said);
		}
		strbuf_addc(to, '\n');
		any = true;
	}
	if (any)
		strbuf_addc(to, '\n');
}

void help_why(const struct screen *screen, struct strbuf *to)
{
	const struct lesson_section *why = lesson_section(&screen->text, "Why it works");

	add_truths(screen, to);
	add_numbers(screen, to);
	strbuf_addf(to, "## Why it works\n\n%s\n", why ? why->text : "The lesson does not say.");
}
