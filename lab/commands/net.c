/*
 * lab net: the network namespaces of a sandbox as a drawing, and a saved one.
 */
#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/numeral.h"
#include "common/proc.h"
#include "lab/course/pick.h"
#include "lab/net/view.h"
#include "lab/output.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (16 << 20)

static const struct {
	const char *option;
	enum net_format format;
} formats[] = {{"json", NET_JSON}, {"dot", NET_DOT}, {"svg", NET_SVG}};

static int read_format(const struct args *args, enum net_format *ret)
{
	const char *given = NULL;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!args_flag(args, formats[i].option))
			continue;
		if (given)
			return command_usage(args->command, "--%s and --%s do not go together",
					     given, formats[i].option);
		given = formats[i].option;
		*ret = formats[i].format;
	}
	if (args_flag(args, "watch") && (*ret == NET_DOT || *ret == NET_SVG))
		return command_usage(args->command, "--watch and --%s do not go together", given);
	return LAB_PASS;
}

static int show_saved(const struct lab *lab, const struct args *args, enum net_format format)
{
	const char *path = args_value(args, "from");
	struct netmodel model cleanup_netmodel = {.spaces = NULL};
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = {0}, why = {0};
	int r;

	if (args->n_words)
		return command_usage(args->command,
				     "--from draws a saved network: leave \"%s\" out",
				     args->words[0]);
	if (args_flag(args, "watch"))
		return command_usage(args->command, "--watch and --from do not go together");
	if (strcmp(path, "-") == 0) {
		r = io_read_fd(STDIN_FILENO, FILE_MAX, &text);
		if (r < 0)
			(void)error_set(&err, -r, "cannot read standard input");
	} else {
		r = io_read_file(AT_FDCWD, path, FILE_MAX, &text, &err);
	}
	if (r < 0)
		return output_error(&err, LAB_USAGE);
	r = netmodel_json_parse(text.s, text.len, &model, &why);
	if (r < 0) {
		(void)error_say(&err, -r, "%s is no saved network: %s",
				strcmp(path, "-") == 0 ? "standard input" : path, why.what);
		error_remedy(&err, "lab net --json prints one");
		return output_error(&err, LAB_USAGE);
	}
	return net_print(lab, &model, format);
}

/* A number is a process, anything else an exercise. */
static int read_targets(const struct lab *lab, const struct args *args, struct pick *pick,
			struct net_target *targets)
{
	for (size_t i = 0; i < args->n_words; i++) {
		struct error err = {0};
		int r;

		targets[i].word = args->words[i];
		if (numeral_pid(args->words[i], &targets[i].pid))
			continue;
		if (!lab->course)
			return command_usage(args->command,
					     "\"%s\" is no process ID, and there "
					     "is no course here",
					     args->words[i]);
		if (!pick->catalogue.n_exercises) {
			r = pick_load(lab, pick);
			if (r != LAB_PASS)
				return r;
		}
		r = catalogue_find(&pick->catalogue, args->words[i], &targets[i].exercise, &err);
		if (r < 0)
			return output_error(&err, catalogue_status(r));
	}
	return LAB_PASS;
}

int cmd_net(struct lab *lab, const struct args *args)
{
	cleanup_free struct net_target *targets = xcalloc(args->n_words + 1, sizeof(targets[0]));
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_fd int procfd = -1;
	struct net_request request = {.lab = lab, .targets = targets, .n_targets = args->n_words};
	struct error err = {0};
	int status = read_format(args, &request.format);
	int r;

	if (status != LAB_PASS)
		return status;
	if (args_value(args, "from"))
		return show_saved(lab, args, request.format);
	status = read_targets(lab, args, &pick, targets);
	if (status != LAB_PASS)
		return status;
	r = proc_mount_open("/proc", &procfd);
	if (r < 0) {
		(void)error_set(&err, -r, "cannot open /proc");
		error_remedy(&err, "mount it: mount -t proc proc /proc");
		return output_error(&err, LAB_UNSUPPORTED);
	}
	request.procfd = procfd;
	request.catalogue = &pick.catalogue;
	return args_flag(args, "watch") ? net_watch(&request) : net_show(&request);
}
