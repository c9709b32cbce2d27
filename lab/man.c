#define _GNU_SOURCE
#include "lab/man.h"

#include "common/cleanup.h"
#include "lab/command.h"
#include "lab/course/markdown.h"
#include "lab/screen/keys.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

static const struct man_entry statuses[] = {
	{"0", "The program passes; or a command did what it was asked for."},
	{"1", "The program fails its check."},
	{"2", "The command line is wrong."},
	{"3", "It can't be checked on this machine. `lab doctor` tells why, and the remedy."},
	{"4", "An error of lab itself."},
	{"124", "The program was stopped at its time limit."},
	{"130", "Interrupted."},
	{NULL, NULL},
};

static const struct man_entry environment[] = {
	{"LAB_WORK",
	 "The work directory. Without it, `work` in a checkout or a course of one's own that one "
	 "may write to, else `~/nslab`."},
	{"NSLAB_COURSE",
	 "The directory of another course: it holds `phases`, `solutions`, `checks` and `docs`. "
	 "`lab --course DIR COMMAND` sets it."},
	{"VISUAL, EDITOR", "The editor of `lab edit`; VISUAL comes first."},
	{"NO_COLOR", "Nothing is coloured where this is set and not empty."},
	{"TERM", "On a terminal that can't move its cursor (`dumb`), lab prints line by line."},
	{"LC_ALL, LC_CTYPE, LANG",
	 "Where the character set is not UTF-8, signs and lines on the screen are ASCII."},
	{"INPUTRC", "How the line at the prompt is edited; see readline(3)."},
	{"NSLAB_WATCH", "`poll`: look for saves again and again, where they are not announced."},
	{"NSLAB_MIRROR",
	 "\"URL SUITE\": the Debian mirror of exercises that need one, where apt has none."},
	{"NSLAB_BUSYBOX", "A static busybox for exercises that need a root file system."},
	{"CLASSROOM, ASSIGNMENT, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL, REVIEW_URL",
	 "What `--format classroom50` reports, as its runner sets them."},
	{"TMPDIR", "Where the temporary directory of a check is made; else `/tmp`."},
	{"XDG_STATE_HOME, XDG_CACHE_HOME",
	 "See FILES; without them `~/.local/state` and `~/.cache`."},
	{NULL, NULL},
};

static const struct man_entry files[] = {
	{"work/PHASE/NN_name.c",
	 "Your programs, in the work directory. `lab reset` puts the starter back."},
	{"work/.lab/", "Progress, replaced texts, and where you were on the screen."},
	{"$XDG_STATE_HOME/nslab/history", "The lines typed at the prompt, for their owner alone."},
	{"$XDG_CACHE_HOME/nslab/mirror/", "What exercises have fetched from the Debian mirror."},
	{"DIR/.lab/grades.jsonl",
	 "What `lab grade DIR` has recorded, a line of JSON for each grade, for its owner alone."},
	{"PREFIX/share/nslab/", "The course, where lab is installed."},
	{NULL, NULL},
};

/* ---- troff ---- */

/* What troff takes for something else, or shows as a typographer would. */
static const struct {
	char c;
	const char *roff;
} escapes[] = {
	{'\\', "\\e"},	{'-', "\\-"},	{'\'', "\\(aq"}, {'`', "\\(ga"},
	{'^', "\\(ha"}, {'~', "\\(ti"}, {'"', "\\(dq"},
};

static void add_ascii(struct strbuf *to, char c)
{
	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		if (escapes[i].c == c) {
			strbuf_adds(to, escapes[i].roff);
			return;
		}
	}
	/* A dot would be a macro where a line begins. */
	if (c == '.' && (!to->len || to->s[to->len - 1] == '\n'))
		strbuf_adds(to, "\\&");
	strbuf_addc(to, c == '\n' || c == '\t' ? ' ' : c);
}

/* A character of more than one byte; returns how many. The texts are ours: well-formed. */
static size_t add_beyond(struct strbuf *to, const char *text, size_t len)
{
	unsigned char first = (unsigned char)text[0];
	unsigned long code = first < 0xe0   ? first & 0x1fU
			     : first < 0xf0 ? first & 0x0fU
					    : first & 0x07U;
	size_t n = 1;

	while (n < len && ((unsigned char)text[n] & 0xc0) == 0x80)
		code = code << 6 | ((unsigned char)text[n++] & 0x3fU);
	strbuf_addf(to, "\\[u%04lX]", code);
	return n;
}

void man_text(struct strbuf *to, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		if ((unsigned char)text[i] < 0x80)
			add_ascii(to, text[i++]);
		else
			i += add_beyond(to, text + i, len - i);
	}
}

static void add(struct strbuf *to, const char *text)
{
	man_text(to, text, strlen(text));
}

/* "all of it" -> "All of it." */
static void add_sentence(struct strbuf *to, const char *text)
{
	size_t len = strlen(text);
	char first = (char)toupper((unsigned char)text[0]);

	if (!len)
		return;
	man_text(to, &first, 1);
	man_text(to, text + 1, len - 1);
	strbuf_adds(to, strchr(".:?", text[len - 1]) ? "\n" : ".\n");
}

void man_section(struct strbuf *to, const char *name)
{
	strbuf_addf(to, ".SH %s\n", name);
}

static void subsection(struct strbuf *to, const char *name)
{
	strbuf_adds(to, ".SS \"");
	add(to, name);
	strbuf_adds(to, "\"\n");
}

/* A line of text laid out of Markdown: code and bold stay. */
static void add_line(struct strbuf *to, const struct doc *doc, const struct doc_line *line)
{
	for (unsigned i = 0; i < line->n_spans; i++) {
		const struct doc_span *span = &doc->spans[line->first_span + i];
		bool bold = span->kind == SPAN_CODE || span->kind == SPAN_BOLD ||
			    span->kind == SPAN_HEADING;

		if (span->kind == SPAN_MARK)
			continue;
		strbuf_adds(to, bold ? "\\fB" : "");
		man_text(to, doc_span_text(doc, span), span->len);
		strbuf_adds(to, bold ? "\\fR" : "");
	}
	strbuf_addc(to, '\n');
}

static bool begins_item(const struct doc *doc, const struct doc_line *line)
{
	return line->n_spans && doc->spans[line->first_span].kind == SPAN_MARK;
}

/* Paragraphs, items of lists and code; BREAK is the macro between paragraphs. */
void man_markdown(struct strbuf *to, const char *markdown, const char *between)
{
	const struct doc_look look = {.width = INT_MAX, .medium = DOC_STREAM};
	struct doc doc = DOC_INIT;
	bool code = false;

	doc_markdown(&doc, markdown, &look);
	for (size_t i = 0; i < doc.n_lines; i++) {
		const struct doc_line *line = &doc.lines[i];

		if (line->code != code)
			strbuf_adds(to, code ? ".EE\n" : ".EX\n");
		code = line->code;
		if (begins_item(&doc, line))
			strbuf_adds(to, ".IP \\(bu 2\n");
		else if (!line->n_spans && !code && i + 1 < doc.n_lines)
			strbuf_addf(to, "%s\n", between);
		if (line->n_spans || code)
			add_line(to, &doc, line);
	}
	strbuf_adds(to, code ? ".EE\n" : "");
	doc_free(&doc);
}

void man_entries(struct strbuf *to, const struct man_entry *entries)
{
	for (; entries->name; entries++) {
		strbuf_adds(to, ".TP\n\\fB");
		add(to, entries->name);
		strbuf_adds(to, "\\fR\n");
		man_markdown(to, entries->text, ".IP");
	}
}

/* ---- commands ---- */

static void add_option(struct strbuf *to, const struct command_option *option)
{
	strbuf_adds(to, ".TP\n");
	if (option->letter)
		strbuf_addf(to, "\\fB\\-%c\\fR, ", option->letter);
	strbuf_adds(to, "\\fB\\-\\-");
	add(to, option->name);
	strbuf_adds(to, "\\fR");
	if (option->arg) {
		strbuf_adds(to, " \\fI");
		add(to, option->arg);
		strbuf_adds(to, "\\fR");
	}
	strbuf_addc(to, '\n');
	add(to, option->help);
	strbuf_addc(to, '\n');
}

static void add_command(struct strbuf *to, const struct command *command)
{
	cleanup_free char *usage = xasprintf("lab %s%s%s%s", command->name,
					     command->options[0].name ? " [OPTION...]" : "",
					     command->args[0] ? " " : "", command->args);

	subsection(to, usage);
	add_sentence(to, command->summary);
	if (command->details) {
		strbuf_adds(to, ".PP\n");
		man_markdown(to, command->details, ".PP");
	}
	for (int i = 0; i < COMMAND_OPTIONS && command->options[i].name; i++)
		add_option(to, &command->options[i]);
}

/* ---- keys ---- */

static void add_binding(struct strbuf *to, const struct key_binding *binding)
{
	char keys[64];

	strbuf_adds(to, ".TP\n\\fB");
	add(to, keys_text(binding, keys, sizeof(keys)));
	strbuf_adds(to, "\\fR\n");
	add(to, binding->help);
	if (binding->name) {
		strbuf_adds(to, " (\\fB:");
		add(to, binding->name);
		strbuf_adds(to, "\\fR)");
	}
	strbuf_addc(to, '\n');
}

static void add_keys(struct strbuf *to)
{
	char leave[16];
	const char *group = "";

	man_section(to, "KEYS");
	man_markdown(to,
		     "On the screen. Most keys have a word as well, which does the same at the "
		     "prompt that `:` opens; lab's commands work there, too.",
		     ".PP");
	for (const struct key_binding *at = key_bindings; at->action; at++) {
		if (strcmp(group, at->group) != 0)
			subsection(to, at->group);
		group = at->group;
		add_binding(to, at);
	}
	subsection(to, "In the program's terminal");
	strbuf_adds(to, ".TP\n\\fB");
	add(to, key_text(&keys_leave_terminal, leave, sizeof(leave)));
	strbuf_adds(to, "\\fR\nBack to lab. Every other key is the program\\(aqs.\n");
}

/* ---- the page ---- */

static void add_head(struct strbuf *to)
{
	/* Text is not adjusted and words are not hyphenated: much of it is to be typed. */
	strbuf_adds(to, ".TH LAB 1 \"\" \"lab " LAB_VERSION "\" \"The namespaces workbook\"\n"
			".ad l\n.nh\n");
	man_section(to, "NAME");
	strbuf_adds(to,
		    "lab \\- learn Linux namespaces by writing the programs containers are made "
		    "of\n");
	man_section(to, "SYNOPSIS");
	strbuf_adds(
		to,
		"\\fBlab\\fR\n.br\n\\fBlab\\fR [\\fB\\-\\-course\\fR \\fIDIR\\fR] \\fICOMMAND\\fR [\\fIARG\\fR...]\n");
	man_section(to, "DESCRIPTION");
	man_markdown(
		to,
		"Each exercise is a small C program with gaps. You edit it, and lab compiles it, "
		"runs it in a sandbox and asks the kernel whether it does what it should. Neither "
		"lab nor your programs need root, and nothing they do outlives the sandbox.\n\n"
		"Without a command lab opens its screen: lesson, program, verdict and live "
		"namespaces side by side. Where standard output is no terminal it prints where you "
		"are and what to do next.\n\n"
		"ID is an exercise: `pid/clone`, or a prefix that fits only one, such as `clone`. "
		"Where it may be left out, the current exercise is meant.",
		".PP");
}

void man_page(struct strbuf *to)
{
	add_head(to);
	man_section(to, "COMMANDS");
	for (const struct command *command = commands; command->name; command++)
		add_command(to, command);
	add_keys(to);
	man_section(to, "EXIT STATUS");
	man_entries(to, statuses);
	man_section(to, "ENVIRONMENT");
	man_entries(to, environment);
	man_section(to, "FILES");
	man_entries(to, files);
	man_section(to, "SEE ALSO");
	strbuf_adds(to, "\\fBnamespaces\\fR(7), \\fBunshare\\fR(1), \\fBnsenter\\fR(1), "
			"\\fBlsns\\fR(8), \\fBlab\\-exercise\\fR(5)\n");
}
