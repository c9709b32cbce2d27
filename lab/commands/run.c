/*
 * lab run: the learner's program on the learner's terminal, in a sandbox.
 */
#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/check/check.h"
#include "lab/check/compile.h"
#include "lab/course/pick.h"
#include "lab/course/workdir.h"
#include "lab/inside.h"
#include "lab/interrupt.h"
#include "lab/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Compile the learner's file. Returns LAB_PASS, or a status after saying why not. */
static int compile(const struct lab *lab, const struct exercise *exercise, const char *path,
		   struct compiled *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *hide[CHECK_HIDE];
	struct compile_request request = {
		.source = path, .name = exercise->name, .libs = exercise->libs, .hide = hide};
	struct error err = {0};

	if (io_read_file(AT_FDCWD, path, COMPILE_SOURCE_MAX, &text, &err) < 0)
		return output_error(&err, LAB_USAGE);
	request.text = text.s;
	request.len = text.len;
	check_hide(lab, hide, &request.n_hide);
	interrupt_begin();
	compile_source(&request, ret);
	interrupt_end();
	if (interrupt_signal())
		return LAB_INTERRUPTED;
	(void)fwrite(ret->messages.s, 1, ret->messages.len, stderr);
	switch (ret->end) {
	case COMPILE_OK:
		return LAB_PASS;
	case COMPILE_REFUSED:
		(void)fprintf(stderr, "lab: %s does not compile.\n", path);
		return LAB_FAIL;
	case COMPILE_LIMIT:
		(void)fprintf(stderr, "lab: the compiler was stopped: %s.\n", ret->cause);
		return LAB_FAIL;
	case COMPILE_BROKEN:
		return output_error(&ret->error, LAB_ERROR);
	default:
		return output_error(&ret->error, LAB_UNSUPPORTED);
	}
}

/* "./NAME" and the words after the id, in the program's own memory: argv of the program. */
static const char **arguments(const char *self, const struct args *args)
{
	const char **argv = xcalloc(args->n_words + 1, sizeof(*argv));

	argv[0] = self;
	for (size_t i = 1; i < args->n_words; i++)
		argv[i] = args->words[i];
	return argv;
}

static bool needs(const struct exercise *exercise, const char *what)
{
	for (char **need = exercise->needs; *need; need++)
		if (strcmp(*need, what) == 0)
			return true;
	return false;
}

static int run(const struct lab *lab, const struct exercise *exercise, const struct args *args,
	       const struct compiled *compiled)
{
	cleanup_free char *inside_path = xasprintf("/work/%s", exercise->name);
	cleanup_free char *self = xasprintf("./%s", exercise->name);
	cleanup_free const char **argv = arguments(self, args);
	cleanup_fd int fd = memfd_create(exercise->name, MFD_CLOEXEC);
	struct sandbox_file file = {.path = inside_path, .fd = fd, .mode = 0755};
	/* For users in any case: gid_map is then refused without "deny", as on the host. */
	bool range = exercise->start == SANDBOX_USER || needs(exercise, "subids");
	struct error err = {0};
	int r = fd < 0 ? -errno : io_write_all(fd, compiled->binary.s, compiled->binary.len);

	if (r < 0) {
		(void)error_set(&err, -r, "cannot hand the program to the sandbox");
		return output_error(&err, LAB_ERROR);
	}
	return inside_run(lab, &(struct inside){
				       .what = exercise->id,
				       .argv = argv,
				       .start = exercise->start,
				       .range = range,
				       .mirror = needs(exercise, "mirror"),
				       .internet = needs(exercise, "internet"),
				       .rootfs = needs(exercise, "rootfs") ? INSIDE_ROOTFS_NEEDED
									   : INSIDE_NO_ROOTFS,
				       .files = &file,
				       .n_files = 1,
			       });
}

int cmd_run(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_compiled struct compiled compiled = COMPILED_INIT;
	cleanup_free char *path = NULL;
	struct error err = {0};
	int status = pick_open(lab, args->words[0], &pick);

	if (status != LAB_PASS)
		return status;
	if (workdir_file(lab, &pick.catalogue, pick.exercise, &path, &err) < 0)
		return output_error(&err, LAB_ERROR);
	status = compile(lab, pick.exercise, path, &compiled);
	return status == LAB_PASS ? run(lab, pick.exercise, args, &compiled) : status;
}
