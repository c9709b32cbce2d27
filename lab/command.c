#include "lab/command.h"

#include <limits.h>
#include <string.h>

const char *const command_formats[] = {"pretty", "tap", "junit", "json", NULL};

#define JSON                                             \
	{                                                \
		"json", NULL, WORD_NONE, "print JSON", 0 \
	}

/* How lab grade and lab report make a report (lab/report/deliver.h). */
#define REPORT_OPTIONS                                                                            \
	{"format", "FORMAT", WORD_REPORT, "of the report, see lab help report", 0},               \
		{"json", NULL, WORD_NONE, "the same as --format json", 0},                        \
		{"output", "PATH", WORD_FILE,                                                     \
		 "write it there; a directory where there is a file for each student", 0},        \
		{"student", "NAME", WORD_TEXT, "only of this student; with --one, whose it is",   \
		 0},                                                                              \
		{"show", "full|cause|name", WORD_TEXT,                                            \
		 "how much of a failure: all, which mistake and why, or only which fact", 0},     \
		{"weights", "FILE", WORD_FILE, "lines \"ID POINTS\" or \"PHASE POINTS\"", 0},     \
		{"whole", NULL, WORD_NONE, "no points for an exercise that does not pass", 0},    \
		{"deadline", "TIME", WORD_TEXT, "what came later is late: 2026-11-30T23:59Z", 0}, \
		{"late", "PERCENT", WORD_TEXT, "what each day begun after it costs", 0},          \
	{                                                                                         \
		"times", "FILE", WORD_FILE, "CSV of STUDENT,TIME: when it was handed in", 0       \
	}

const struct command commands[] = {
	{
		.name = "screen",
		.args = "[ID]",
		.word = WORD_EXERCISE,
		.max = 1,
		.summary = "lesson, program, verdict and live namespaces side by side",
		.details = "What lab without a command opens on a terminal. ? lists the keys. With "
			   "--plain the same line by line, for a screen reader or a slow line.",
		.options = {{"plain", NULL, WORD_NONE, "line by line, without a screen", 0},
			    {"theme", "THEME", WORD_TEXT, "default, mono or contrast", 0},
			    {"mouse", NULL, WORD_NONE, "clicks and the wheel are lab's", 0}},
		.run = cmd_screen,
	},
	{
		.name = "list",
		.args = "",
		.summary = "all exercises and how far you are",
		.options = {{"phase", "P", WORD_PHASE, "only the exercises of phase P", 0},
			    {"pending", NULL, WORD_NONE, "only those not solved yet", 0},
			    {"done", NULL, WORD_NONE, "only those solved", 0},
			    {"ids", NULL, WORD_NONE, "only the ids, one a line", 0},
			    JSON},
		.run = cmd_list,
	},
	{
		.name = "next",
		.args = "",
		.summary = "the first exercise that is not solved, and what to do",
		.options = {JSON},
		.run = cmd_next,
	},
	{
		.name = "status",
		.args = "",
		.summary = "how many are solved, and where you are",
		.options = {JSON},
		.run = cmd_status,
	},
	{
		.name = "show",
		.args = "[ID]",
		.word = WORD_EXERCISE,
		.max = 1,
		.summary = "the lesson of an exercise, or an appendix",
		.details = "Hints are left out (lab hint gives them one by one), and so is what "
			   "explains the solution until the exercise is solved.",
		.options = {{"all", NULL, WORD_NONE, "leave nothing out", 0}, JSON},
		.run = cmd_show,
	},
	{
		.name = "edit",
		.args = "[ID]",
		.word = WORD_EXERCISE,
		.max = 1,
		.summary = "open your file in an editor",
		.details =
			"The editor is $VISUAL, else $EDITOR, else one that is installed. In the "
			"terminal of VS Code, and where there is none, the path is printed.",
		.run = cmd_edit,
	},
	{
		.name = "predict",
		.args = "[ID [ANSWER...]]",
		.word = WORD_EXERCISE,
		.max = UINT_MAX,
		.summary = "say first what the kernel will do",
		.details =
			"The questions of a lesson, each with its choices. On a terminal they are asked; "
			"else ANSWER is a choice's number or text, one for each question, - for none. A "
			"check that passes compares with what the kernel did, and lab status counts.",
		.options = {JSON},
		.run = cmd_predict,
	},
	{
		.name = "run",
		.args = "ID [ARG...]",
		.word = WORD_EXERCISE,
		.min = 1,
		.max = UINT_MAX,
		.rest = true,
		.summary = "compile your file and run it in the sandbox, on this terminal",
		.details = "Everything behind ID is handed to the program. The exit status is the "
			   "program's.",
		.run = cmd_run,
	},
	{
		.name = "check",
		.args = "[ID|PHASE|all ...]",
		.word = WORD_EXERCISES,
		.max = UINT_MAX,
		.summary = "compile your file, run it in the sandbox, and ask the kernel",
		.details = "Without an ID the current exercise is checked. --source and --program "
			   "check something else than your file; that does not count as progress.",
		.options = {{"source", "FILE", WORD_FILE, "check this source file instead", 0},
			    {"program", "FILE", WORD_FILE,
			     "check this executable or script instead", 0},
			    {"seed", "N", WORD_TEXT, "repeat a run with its random values", 0},
			    {"format", "FORMAT", WORD_FORMAT, "pretty, tap, junit or json", 0},
			    {"json", NULL, WORD_NONE, "the same as --format json", 0},
			    {"propagation", "shared|private", WORD_TEXT,
			     "how / is mounted outside, for testing checks", 0}},
		.run = cmd_check,
	},
	{
		.name = "watch",
		.args = "[ID]",
		.word = WORD_EXERCISE,
		.max = 1,
		.summary = "check again at every save",
		.run = cmd_watch,
	},
	{
		.name = "hint",
		.args = "[ID]",
		.word = WORD_EXERCISE,
		.max = 1,
		.summary = "one hint, each time a clearer one",
		.details =
			"If the last check failed for a known cause, the hint for that comes first; "
			"then the three hints of the lesson: the direction, the call, nearly the code.",
		.options = {{"level", "N", WORD_TEXT, "hint N (1 to 3) of the lesson", 0}, JSON},
		.run = cmd_hint,
	},
	{
		.name = "diff",
		.args = "[ID]",
		.word = WORD_EXERCISE,
		.max = 1,
		.summary = "what you changed in the starter",
		.options = {{"solution", NULL, WORD_NONE,
			     "compare your file with the solution, once yours has passed", 0}},
		.run = cmd_diff,
	},
	{
		.name = "solution",
		.args = "[ID]",
		.word = WORD_EXERCISE,
		.max = 1,
		.summary = "the workbook's solution, once yours has passed",
		.options = {{"anyway", NULL, WORD_NONE, "before that, too", 0}},
		.run = cmd_solution,
	},
	{
		.name = "reset",
		.args = "ID",
		.word = WORD_EXERCISE,
		.min = 1,
		.max = 1,
		.summary = "put the starter back (your text is kept for lab undo)",
		.options = {{"yes", NULL, WORD_NONE, "do not ask", 0}},
		.run = cmd_reset,
	},
	{
		.name = "undo",
		.args = "[ID]",
		.word = WORD_EXERCISE,
		.max = 1,
		.summary = "take the last reset back",
		.details = "Without an ID the last reset of any exercise; each call goes one back.",
		.run = cmd_undo,
	},
	{
		.name = "shell",
		.args = "",
		.summary = "a shell in the sandbox: try unshare, ip, mount there",
		.options = {{"user", NULL, WORD_NONE, "as an ordinary user instead of root", 0},
			    {"internet", NULL, WORD_NONE,
			     "with a link, uplink, to a simulated internet (198.51.100.1)", 0},
			    {"command", "COMMAND", WORD_TEXT, "run COMMAND instead of a shell",
			     'c'}},
		.run = cmd_shell,
	},
	{
		.name = "ns",
		.args = "[PID...]",
		.word = WORD_PID,
		.max = UINT_MAX,
		.anywhere = true,
		.summary = "show who shares which namespaces, and who owns them",
		.details =
			"Without a PID: the namespaces of the shell that started lab, beside those of\n"
			"PID 1 where they may be read. With PIDs: one column for each process. A number is\n"
			"the namespace's inode; the same number is the same namespace. Without a\n"
			"number: - there is none (yet), ? it may not be read.\n"
			"\n"
			"With --all every namespace of the machine that can be seen, also those held only by a\n"
			"thread, a bind mount, a pending entry for children, or a namespace below\n"
			"them; with --fds also those held only by an open descriptor. With --tree they\n"
			"hang below their parent (user and pid) or their owner.\n"
			"\n"
			"With --watch a line for each change, until ^C: a process came up in new\n"
			"namespaces, moved by unshare or setns, or ended; a namespace has gone. Without a PID it\n"
			"watches this shell and its descendants, with --all everything. The kernel\n"
			"announces the end of a process but neither its start nor unshare and setns, so the\n"
			"links are read again 10 times a second; what comes and goes between is not seen.\n"
			"\n"
			"With --details what is in them: the mount tables, the maps of ids and the\n"
			"capabilities, host names, IPC objects, network devices, clock offsets, cgroups, PIDs,\n"
			"of one process beside those of a second one (or of lab itself).",
		.options =
			{
				{"all", NULL, WORD_NONE, "every namespace of the machine", 0},
				{"tree", NULL, WORD_NONE, "show nesting and ownership", 0},
				{"type", "TYPE", WORD_TYPE,
				 "only this type: cgroup ipc mnt net pid time user uts", 0},
				{"fds", NULL, WORD_NONE, "look for open descriptors too (slower)",
				 0},
				{"watch", NULL, WORD_NONE, "print changes as they happen, until ^C",
				 0},
				{"details", NULL, WORD_NONE,
				 "what is in the namespaces of one or two PIDs", 0},
				{"json", NULL, WORD_NONE, "machine-readable (nslab/ns/v1)", 0},
			},
		.run = cmd_ns,
	},
	{
		.name = "net",
		.args = "[ID|PID...]",
		.word = WORD_EXERCISE,
		.max = UINT_MAX,
		.anywhere = true,
		.summary = "draw the network: namespaces, links, addresses, routes, NAT",
		.details =
			"Without a word: the networks of all sandboxes of this lab that run now. With\n"
			"exercises or process IDs only theirs; a process in no sandbox has its own network\n"
			"namespace drawn. Each namespace is a box, named as in /run/netns, or by a process\n"
			"in it; \"sandbox\" is the one that programs start in, \"internet\" the simulated\n"
			"internet. A line beside the boxes joins the two ends of a pair; it is dashed where\n"
			"one end is down. Each link has its state (up, down, or no carrier: set up, but the\n"
			"other end is not), its addresses, queues with their rate, and how many packets\n"
			"it has received and sent.\n"
			"\n"
			"With --watch the drawing follows what happens, until ^C. With --json, --dot and\n"
			"--svg the same for programs, for Graphviz and for a report; --from draws what\n"
			"--json has saved.",
		.options =
			{
				{"json", NULL, WORD_NONE, "machine-readable (nslab/net/v1)", 0},
				{"dot", NULL, WORD_NONE, "a graph for Graphviz", 0},
				{"svg", NULL, WORD_NONE, "the graph drawn by dot(1)", 0},
				{"watch", NULL, WORD_NONE, "draw it again as it changes, until ^C",
				 0},
				{"from", "FILE", WORD_FILE,
				 "draw a saved network (-: standard input)", 0},
			},
		.run = cmd_net,
	},
	{
		.name = "explain",
		.args = "ERRNO [CALL]",
		.word = WORD_ERRNO,
		.min = 1,
		.max = 2,
		.anywhere = true,
		.summary = "why a call failed with EPERM, EINVAL ..., on this machine",
		.options = {{"pid", "PID", WORD_PID, "look at the running process PID", 0}, JSON},
		.run = cmd_explain,
	},
	{
		.name = "doctor",
		.args = "",
		.anywhere = true,
		.summary = "what this machine can do, and the remedy for what it can't",
		.options = {JSON},
		.run = cmd_doctor,
	},
	{
		.name = "lint",
		.args = "[ID|PHASE ...]",
		.word = WORD_EXERCISES,
		.max = UINT_MAX,
		.summary = "for authors: are the files of an exercise complete and right?",
		.run = cmd_lint,
	},
	{
		.name = "new",
		.args = "PHASE/NAME",
		.word = WORD_TEXT,
		.min = 1,
		.max = 1,
		.summary = "for authors: make the files of a new exercise",
		.run = cmd_new,
	},
	{
		.name = "grade",
		.args = "DIR...",
		.word = WORD_FILE,
		.min = 1,
		.max = UINT_MAX,
		.summary = "for instructors: grade a directory of submissions",
		.details =
			"Every entry of DIR is a submission: a work directory, a flat set of files, or an "
			"archive (.tar.gz, .tgz, .zip) of one. With --one DIR itself is one, or an "
			"archive is. Checks and sandbox are those of lab check.\n"
			"\n"
			"A grade is appended to DIR/.lab/grades.jsonl as soon as it is there. The same "
			"command again goes on where it was stopped, and grades what was handed in anew; "
			"with --regrade also that of which the checks or lab have changed and what ended in "
			"an error. An error is no grade: it has no points. The exit status is 0 where "
			"everything is graded, 4 where something could not be.\n"
			"\n"
			"The report of it all is printed as lab report does.",
		.options = {{"jobs", "N", WORD_TEXT, "checks at a time; as many as processors",
			     'j'},
			    {"only", "LIST", WORD_TEXT, "these exercises or phases: pid,mnt/pivot",
			     0},
			    {"one", NULL, WORD_NONE, "each DIR is one submission", 0},
			    {"seed", "N", WORD_TEXT, "repeat a class's random values", 0},
			    {"results", "FILE", WORD_FILE, "the grades are in FILE instead", 0},
			    {"regrade", NULL, WORD_NONE, "grade again what has changed", 0},
			    REPORT_OPTIONS},
		.run = cmd_grade,
	},
	{
		.name = "report",
		.args = "DIR|FILE...",
		.word = WORD_FILE,
		.min = 1,
		.max = UINT_MAX,
		.summary = "for instructors: what came out of lab grade DIR",
		.details =
			"FILE holds grades, as --results made it. Formats: pretty, json, jsonl (the grades "
			"as they were recorded), junit, tap, csv, html for a class; gradescope, "
			"classroom50, autolab for one student, or with --output for each. Nothing is said "
			"to a platform about a student of whom something could not be graded.\n"
			"\n"
			"Without weights every fact of a check is a point. A file was handed in "
			"when it, or its archive, was written, unless --times says it.",
		.options = {REPORT_OPTIONS},
		.run = cmd_report,
	},
	{
		.name = "completion",
		.args = "bash|zsh",
		.word = WORD_TEXT,
		.min = 1,
		.max = 1,
		.anywhere = true,
		.summary = "print a completion script for your shell",
		.details =
			"For bash: lab completion bash >~/.local/share/bash-completion/completions/lab. "
			"For zsh: put the output of lab completion zsh into a file _lab in a "
			"directory of $fpath.",
		.run = cmd_completion,
	},
	{
		.name = "help",
		.args = "[COMMAND]",
		.word = WORD_COMMAND,
		.max = 1,
		.anywhere = true,
		.summary = "this list, or all about one command",
		.options =
			{{"names", NULL, WORD_NONE, "only the commands' names, one a line", 0},
			 {"man", NULL, WORD_NONE,
			  "the manual page lab(1), or with \"exercise\" lab-exercise(5), for man -l -",
			  0}},
		.run = cmd_help,
	},
	{
		.name = "version",
		.args = "",
		.anywhere = true,
		.summary = "the version of lab",
		.run = cmd_version,
	},
	{.name = NULL},
};

const struct command *command_find(const char *name)
{
	for (const struct command *command = commands; command->name; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return NULL;
}
