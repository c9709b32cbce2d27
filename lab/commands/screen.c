#include "lab/screen/screen.h"
#include "lab/command.h"
#include "lab/output.h"
#include "lab/screen/display.h"
#include "lab/screen/plain.h"
#include "lab/screen/theme.h"

#include <errno.h>

int cmd_screen(struct lab *lab, const struct args *args)
{
	struct screen_options options = {
		.exercise = args->n_words ? args->words[0] : NULL,
		.theme = args_value(args, "theme"),
		.mouse = args_flag(args, "mouse"),
	};
	const char *refusal = args_flag(args, "plain") ? NULL : display_refusal();
	struct error err = {0};

	if (options.theme && !theme_find(options.theme))
		return command_usage(args->command,
				     "there is no theme \"%s\": default, mono or contrast",
				     options.theme);
	if (args_flag(args, "plain"))
		return plain_run(lab, options.exercise);
	if (refusal) {
		(void)error_say(&err, ENOTTY, "there can be no screen here: %s", refusal);
		error_remedy(&err, "\"lab screen --plain\" does the same line by line");
		return output_error(&err, LAB_UNSUPPORTED);
	}
	return screen_run(lab, &options);
}
