/*
 * lab explain ERRNO [CALL]: why a call failed, from the state of a process and
 * of this machine. What holds now comes first.
 */
#define _GNU_SOURCE
#include "lab/explain/explain.h"
#include "common/numeral.h"
#include "lab/command.h"
#include "lab/output.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const hold_words[] = {
	[FACT_YES] = "true here",
	[FACT_MAYBE] = "likely",
	[FACT_UNKNOWN] = "possible",
	[FACT_NO] = "ruled out",
};

struct question {
	int errnum;
	const struct explain_call *call; /* NULL: any */
	pid_t pid; /* 0: lab itself, which has what its caller's programs inherit */
};

/* The words of the command line; LAB_PASS or the status after a message. */
static int read_question(const struct args *args, struct question *ret)
{
	const char *pid = args_value(args, "pid");
	const char *nearest;

	*ret = (struct question){0};
	ret->errnum = explain_errno_find(args->words[0]);
	if (!ret->errnum) {
		nearest = explain_errno_nearest(args->words[0]);
		return command_usage(args->command, "\"%s\" is no errno that I know%s%s%s",
				     args->words[0], nearest ? "; did you mean " : "",
				     nearest ? nearest : "", nearest ? "?" : "");
	}
	if (args->n_words > 1) {
		ret->call = explain_call_find(args->words[1]);
		if (!ret->call) {
			nearest = explain_call_nearest(args->words[1]);
			return command_usage(args->command, "\"%s\" is no call that I know%s%s%s",
					     args->words[1], nearest ? "; did you mean " : "",
					     nearest ? nearest : "", nearest ? "?" : "");
		}
	}
	if (pid && !numeral_pid(pid, &ret->pid))
		return command_usage(args->command, "\"%s\" is not a process ID", pid);
	return LAB_PASS;
}

static void print_json(const struct question *question, const struct explain_answer *answer)
{
	const char *meaning = explain_errno_meaning(question->errnum);
	json_t *causes = json_array();

	for (size_t i = 0; i < answer->n; i++) {
		const struct explain_cause *cause = &answer->causes[i];

		(void)json_array_append_new(
			causes,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "name", cause->row->name,
				  "holds", hold_words[cause->holds], "cause", cause->row->cause,
				  "seen", cause->seen, "tell", cause->row->tell, "remedy",
				  cause->row->remedy, "man", cause->row->man));
	}
	output_json(json_pack("{s:s, s:s, s:s?, s:i, s:s, s:s, s:o}", "schema", "nslab/explain/v1",
			      "errno", explain_errno_name(question->errnum), "call",
			      question->call ? question->call->name : NULL, "pid",
			      (int)(question->pid ? question->pid : getpid()), "text",
			      strerror(question->errnum), "meaning", meaning ? meaning : "",
			      "causes", causes));
}

static void print_cause(const struct lab *lab, const struct explain_cause *cause)
{
	printf("\n%s%s%s: %s.\n", output_style(lab, STYLE_BOLD), hold_words[cause->holds],
	       output_style(lab, STYLE_PLAIN), cause->row->cause);
	if (cause->seen[0])
		printf("  seen:   %s\n", cause->seen);
	printf("  tell:   %s\n  remedy: %s\n  man:    %s\n", cause->row->tell, cause->row->remedy,
	       cause->row->man);
}

static void print_plain(const struct lab *lab, const struct question *question,
			const struct explain_answer *answer)
{
	const char *meaning = explain_errno_meaning(question->errnum);
	size_t ruled_out = 0;

	printf("%s%s%s, \"%s\"%s%s\n", explain_errno_name(question->errnum),
	       question->call ? " from " : "", question->call ? question->call->name : "",
	       strerror(question->errnum), meaning ? ": " : "", meaning ? meaning : "");
	if (question->pid)
		printf("Looked at process %d and this machine.\n", (int)question->pid);
	else
		printf("Looked at this machine and at what a program started here would inherit; "
		       "--pid PID looks at one that runs.\n");
	for (size_t i = 0; i < answer->n; i++) {
		if (answer->causes[i].holds == FACT_NO)
			ruled_out++;
		else
			print_cause(lab, &answer->causes[i]);
	}
	if (ruled_out)
		printf("\nRuled out here:\n");
	for (size_t i = 0; i < answer->n; i++)
		if (answer->causes[i].holds == FACT_NO)
			printf("  %s%s%s\n", answer->causes[i].row->cause,
			       answer->causes[i].seen[0] ? ": " : "", answer->causes[i].seen);
	if (!answer->n)
		printf("\nNothing about namespaces is known to give this%s; its man page lists the errors.\n",
		       question->call ? " from that call" : "");
}

int cmd_explain(struct lab *lab, const struct args *args)
{
	static struct machine_readings readings;
	struct explain_answer answer;
	struct question question;
	struct error err = {0};
	int status = read_question(args, &question);
	int r;

	if (status != LAB_PASS)
		return status;
	r = machine_read(question.pid, &readings);
	if (r == -ESRCH) {
		(void)error_say(&err, ESRCH, "there is no process %d", (int)question.pid);
		return output_error(&err, LAB_FAIL);
	}
	explain_pick(question.errnum, question.call, &readings, &answer);
	if (args_flag(args, "json"))
		print_json(&question, &answer);
	else
		print_plain(lab, &question, &answer);
	explain_answer_free(&answer);
	return LAB_PASS;
}
