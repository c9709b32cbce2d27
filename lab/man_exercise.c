#define _GNU_SOURCE
#include "lab/man.h"

#include "lab/course/manifest.h"
#include "lab/lab.h"

#include <stdbool.h>

static const struct man_entry files[] = {
	{"phases/PHASE/NN_name.c",
	 "The starter: a program with numbered gaps. It compiles without a warning, stops at the "
	 "first gap with exit status 42 and says which it is. Header comment with title, `Goal:`, "
	 "`Man:`, `Run:`, `Expect:`, `Read:`."},
	{"solutions/PHASE/NN_name.c",
	 "The same program without gaps, equal to the starter outside of them."},
	{"docs/PHASE/NN_name.md", "The lesson. It begins with the front matter."},
	{"checks/PHASE/NN_name.bats", "The check: a bats(1) file, a fact in each test."},
	{"checks/PHASE/NN_name.right/",
	 "Other programs that keep the contract, `.c`, `.sh` or `.py`, one of them not C."},
	{"checks/PHASE/NN_name.wrong/",
	 "Programs that make a mistake, named `CAUSE.c` or `CAUSE.sh` after it; `CAUSE.2.sh` is a second one."},
	{"checks/PHASE/NN_name.net",
	 "What `lab net --json` prints while a right program runs: drawn beside the network of one that fails."},
	{"checks/lib/", "The words that checks are written in."},
	{NULL, NULL},
};

static const struct man_entry sections[] = {
	{"Predict first",
	 "Optional. `### QUESTION`, a paragraph, then two or more lines `- CHOICE`. The check answers with "
	 "`truth QUESTION CHOICE`, computed from facts."},
	{"What you will see", "What the finished program prints, and what is surprising in it."},
	{"Why it matters", "Where one meets this."},
	{"The picture", "A drawing."},
	{"Task", "The contract: what is asked for, and what is left open."},
	{"Try it",
	 "Commands to type in `lab shell`. Blocks marked `console` are run by the tests, and must print what "
	 "stands below the `$` lines; runs of four or more digits match any number."},
	{"Hints",
	 "`### 1`, `### 2`, `### 3`: the direction, the call, nearly the code. None holds a line of the solution."},
	{"In a container runtime", "The same in runc or `config.json`."},
	{"What people get wrong",
	 "`### CAUSE` for each mistake. The first paragraph is the one sentence that a failing check shows, what "
	 "follows is the hint for it. Shown once the exercise is solved."},
	{"Why it works", "The explanation, shown once the exercise is solved."},
	{"Read more", "Manual pages, and where to look in the kernel."},
	{NULL, NULL},
};

static const struct man_entry words[] = {
	{"start [ARG...]",
	 "Run the program with ARG... and a probe as its command, in a fresh sandbox, and read the facts of all: "
	 "`${fact[WHO.KEY]}` with WHO `outside`, `program`, `parent`, `cmd`."},
	{"launch [ARG...], finish, release [WHO] [STATUS], signal WHO SIG",
	 "Run without waiting; wait for the end (`$status`, `$output`, `$errors`); let the probe end; send a signal."},
	{"new_namespace TYPE CAUSE, same_namespaces CAUSE TYPE...",
	 "The usual facts about namespaces."},
	{"outside_unchanged CAUSE, network_unchanged CAUSE", "Nothing was left behind."},
	{"exit_status_passes, signal_passes, exec_failure_shows", "The rules for exit statuses."},
	{"fail_with CAUSE EXPECTED OBSERVED", "Record a mistake and end the test."},
	{"seen TEXT, truth QUESTION ANSWER", "What a passing test saw; what the kernel answered."},
	{"unsupported REASON", "This machine can't tell: the test leaves the total."},
	{"random_int LOW HIGH, random_word", "From the seed; into `$REPLY`."},
	{NULL, NULL},
};

static void add_keys(struct strbuf *to)
{
	struct man_entry entry[2] = {{NULL, NULL}, {NULL, NULL}};
	bool required = false;

	for (size_t i = 0; (entry[0].name = manifest_key(i, &entry[0].text, &required)); i++) {
		man_entries(to, entry);
		if (!required)
			man_markdown(to, "It may be left out.", ".IP");
	}
}

void man_page_exercise(struct strbuf *to)
{
	strbuf_adds(to, ".TH LAB\\-EXERCISE 5 \"\" \"lab " LAB_VERSION
			"\" \"The namespaces workbook\"\n.ad l\n.nh\n");
	man_section(to, "NAME");
	strbuf_adds(to, "lab\\-exercise \\- the files of an exercise of the namespaces workbook\n");
	man_section(to, "DESCRIPTION");
	man_markdown(
		to,
		"An exercise is a few files below the top directory of a course, and nothing else: `lab` "
		"finds them by their names. Its identity is `PHASE/name`; NN only orders. The phases are pid, "
		"net, mnt, uts, ipc, user and advanced.\n\n"
		"`lab new PHASE/NAME` makes all of them from templates, `lab lint ID` says what is missing or "
		"wrong. A course of one's own is a directory that `lab --course DIR` names.",
		".PP");
	man_section(to, "FILES");
	man_entries(to, files);
	man_section(to, "FRONT MATTER");
	man_markdown(to,
		     "Lines `key: value` between two lines `---`, at the very top of the lesson.",
		     ".PP");
	add_keys(to);
	man_section(to, "LESSON");
	man_markdown(to, "Sections, as `## ` headings in this order.", ".PP");
	man_entries(to, sections);
	man_section(to, "CHECK");
	man_markdown(
		to,
		"A file begins with `load ../lib/load`. Each `@test` states one fact; they stand in the order in "
		"which causes should be found, since the first that fails names the verdict's. Facts are read "
		"from outside of the sandbox, from the kernel; what a program prints proves nothing. All words are "
		"listed in `docs/design.md`; the most used are:",
		".PP");
	man_entries(to, words);
	man_markdown(
		to,
		"Both directions are proven by the tests: the solution and all of `.right` pass, the starter and "
		"all of `.wrong` fail with the cause in their name.",
		".PP");
	man_section(to, "SEE ALSO");
	strbuf_adds(to, "\\fBlab\\fR(1), \\fBbats\\fR(1), \\fBnamespaces\\fR(7)\n");
}
