#define _GNU_SOURCE
#include "lab/output.h"

#include "common/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_MIN 40
#define WIDTH_MAX 100

static const char *const styles[] = {
	[STYLE_PLAIN] = "\033[0m", [STYLE_BOLD] = "\033[1m", [STYLE_DIM] = "\033[2m",
	[STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31m",
};

const char *output_style(const struct lab *lab, enum output_style style)
{
	return lab->color ? styles[style] : "";
}

unsigned output_columns(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

unsigned output_width(void)
{
	unsigned columns = output_columns();

	if (columns < WIDTH_MIN)
		return WIDTH_MIN;
	return columns > WIDTH_MAX ? WIDTH_MAX : columns;
}

void output_json(json_t *json)
{
	(void)json_dumpf(json, stdout, JSON_INDENT(2));
	(void)putchar('\n');
	json_decref(json);
}

int output_finish(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	/* Who closed the pipe does not want to hear more. */
	if (errno != EPIPE)
		(void)fprintf(stderr, "lab: cannot write to standard output: %s.\n",
			      errno ? strerror(errno) : "an earlier write failed");
	return LAB_ERROR;
}

int output_error(const struct error *err, int status)
{
	(void)fflush(stdout);
	error_print(err, "lab", stderr);
	return status;
}
