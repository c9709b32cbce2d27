#define _GNU_SOURCE
#include "lab/command.h"

#include "common/io.h"
#include "lab/course/pick.h"
#include "lab/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

int cmd_solution(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = {0};
	int status = pick_open(lab, args->n_words ? args->words[0] : NULL, &pick);

	if (status != LAB_PASS)
		return status;
	if (!args_flag(args, "anyway") && !progress_solved(&pick.progress, pick.exercise)) {
		(void)error_say(&err, EPERM, "%s is not solved yet", pick.exercise->id);
		error_remedy(&err, "Try \"lab hint %s\", or see it now with --anyway",
			     pick.exercise->id);
		return output_error(&err, LAB_FAIL);
	}
	if (io_read_file(AT_FDCWD, pick.exercise->solution, 1 << 20, &text, &err) < 0)
		return output_error(&err, LAB_ERROR);
	(void)fputs(text.s, stdout);
	return LAB_PASS;
}
