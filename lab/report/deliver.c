#define _GNU_SOURCE
#include "lab/report/deliver.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/grade/student.h"
#include "lab/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void delivery_free(struct delivery *delivery)
{
	policy_free(&delivery->policy);
	*delivery = (struct delivery)DELIVERY_INIT;
}

/* ---- options ---- */

static int parse_format(const struct args *args, struct delivery *delivery)
{
	const char *format = args_value(args, "format");

	if (args_flag(args, "json") && format && strcmp(format, "json") != 0)
		return command_usage(args->command, "--json and --format %s exclude each other",
				     format);
	if (args_flag(args, "json"))
		format = "json";
	delivery->format = format_find(format ? format : "pretty");
	if (delivery->format)
		return LAB_PASS;
	return command_usage(args->command, "there is no format \"%s\"; lab help report lists them",
			     format);
}

static int parse_time(const struct args *args, struct delivery *delivery)
{
	const char *deadline = args_value(args, "deadline");
	unsigned long long late = 0;
	int status = args_number(args, "late", 0, 100, &late);

	delivery->policy.late = (unsigned)late;
	if (status != LAB_PASS)
		return status;
	if (deadline)
		delivery->policy.deadline = grade_time(deadline);
	if (deadline && delivery->policy.deadline < 0)
		return command_usage(
			args->command,
			"--deadline needs a time such as 2026-11-30T23:59Z, not \"%s\"", deadline);
	if (args_value(args, "late") && !deadline)
		return command_usage(args->command, "--late needs a --deadline");
	return LAB_PASS;
}

int delivery_parse(const struct args *args, struct delivery *ret)
{
	const char *show = args_value(args, "show");
	const char *weights = args_value(args, "weights");
	const char *times = args_value(args, "times");
	struct error err = {0};
	int status;

	ret->output = args_value(args, "output");
	ret->student = args_value(args, "student");
	ret->policy.credit = args_flag(args, "whole") ? CREDIT_WHOLE : CREDIT_PARTIAL;
	status = parse_format(args, ret);
	if (status == LAB_PASS)
		status = parse_time(args, ret);
	if (status != LAB_PASS)
		return status;
	if (show && !policy_show(show, &ret->policy.show))
		return command_usage(args->command, "--show is full, cause or name, not \"%s\"",
				     show);
	if (weights && policy_read_weights(&ret->policy, weights, &err) < 0)
		return output_error(&err, LAB_USAGE);
	if (times && policy_read_times(&ret->policy, times, &err) < 0)
		return output_error(&err, LAB_USAGE);
	return LAB_PASS;
}

/* ---- reports ---- */

/* A platform's refusal is no fault of the command line, except where it misses a name. */
static int refusal(const struct error *err)
{
	return output_error(err, err->errnum == EINVAL ? LAB_USAGE : LAB_ERROR);
}

static int put(const char *path, const struct strbuf *text)
{
	struct error err = {0};

	if (!path) {
		(void)fwrite(text->s, 1, text->len, stdout);
		return LAB_PASS;
	}
	/* Grades are nobody else's business. */
	if (io_replace_file(path, text->s, text->len, 0600, &err) < 0)
		return output_error(&err, LAB_ERROR);
	return LAB_PASS;
}

static int deliver_class(const struct delivery *delivery, const struct class *class)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	delivery->format->write_class(class, &text);
	return put(delivery->output, &text);
}

/* A file for each student; one of them that can't be told keeps no other from it. */
static int deliver_each(const struct delivery *delivery, const struct class *class)
{
	struct error err = {0};
	int status = LAB_PASS;

	if (io_make_dirs(delivery->output, &err) < 0)
		return output_error(&err, LAB_ERROR);
	for (size_t i = 0; i < class->n_students; i++) {
		const struct class_student *student = &class->students[i];
		cleanup_free char *name = student_file(student->name, delivery->format->ending);
		cleanup_free char *path = io_join(delivery->output, name);
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		int r = delivery->format->write_student(class, student, &text, &err);
		int one = r < 0 ? refusal(&err) : put(path, &text);

		/* What an earlier report said of somebody who can't be told now is no score. */
		if (r < 0)
			(void)remove(path);
		if (one != LAB_PASS)
			status = one;
		err = (struct error){0};
	}
	return status;
}

static int deliver_student(const struct delivery *delivery, const struct class *class)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = {0};

	if (class->n_students == 1 &&
	    delivery->format->write_student(class, &class->students[0], &text, &err) < 0)
		return refusal(&err);
	if (class->n_students == 1)
		return put(NULL, &text);
	(void)error_say(&err, EINVAL, "the format %s is for one student, and there are %zu",
			delivery->format->name, class->n_students);
	error_remedy(&err, "name one with --student, or a directory for all with --output");
	return output_error(&err, LAB_USAGE);
}

int delivery_make(const struct delivery *delivery, const struct catalogue *catalogue,
		  const struct grade *grades, size_t n)
{
	cleanup_class struct class class = {.policy = NULL};
	struct error err = {0};

	class_build(grades, n, catalogue, &delivery->policy, delivery->student, &class);
	if (delivery->student && !class.n_students) {
		(void)error_say(&err, ENOENT, "there is no grade of \"%.200s\"", delivery->student);
		error_remedy(&err, "lab report lists the students");
		return output_error(&err, LAB_USAGE);
	}
	if (delivery->format->write_class)
		return deliver_class(delivery, &class);
	if (delivery->output)
		return deliver_each(delivery, &class);
	return deliver_student(delivery, &class);
}
