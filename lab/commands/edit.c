#define _GNU_SOURCE
#include "lab/command.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/course/pick.h"
#include "lab/course/workdir.h"
#include "lab/output.h"
#include "lab/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Tried in this order where neither $VISUAL nor $EDITOR says anything. */
static const char *const editors[] = {"sensible-editor", "editor", "nano",  "vim", "nvim", "vi",
				      "micro",		 "hx",	   "emacs", NULL};

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

static bool on_path(const char *program)
{
	cleanup_free char *path = xstrdup(env("PATH") ? env("PATH") : "/usr/bin:/bin");
	char *rest = path;
	char *dir;

	while ((dir = strsep(&rest, ":"))) {
		cleanup_free char *file = io_join(dir[0] ? dir : ".", program);

		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

static const char *chosen_editor(void)
{
	return env("VISUAL") ? env("VISUAL") : env("EDITOR");
}

static const char *found_editor(void)
{
	for (const char *const *editor = editors; *editor; editor++) {
		if (on_path(*editor))
			return *editor;
	}
	return NULL;
}

/* The line of the first gap, 1 where there is none: the path opens there. */
static unsigned first_gap(const char *path)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = {0};
	unsigned line = 1;
	const char *gap;

	if (io_read_file(AT_FDCWD, path, 1 << 20, &text, &ignored) < 0)
		return 1;
	gap = strstr(text.s, "TODO(");
	for (const char *at = text.s; gap && at < gap; at++)
		line += *at == '\n';
	return line;
}

static bool in_vscode(void)
{
	return env("TERM_PROGRAM") && strcmp(env("TERM_PROGRAM"), "vscode") == 0;
}

static int run_editor(const char *editor, const char *path)
{
	/* The variable may hold arguments and quotes, as in "code --wait": the shell's business. */
	cleanup_free char *script = xasprintf("%s \"$@\"", editor);
	const char *const argv[] = {"sh", "-c", script, editor, path, NULL};
	struct error err = {0};
	int status;
	int r = spawn_wait(argv, &status);

	if (r == 0 && status == 0)
		return LAB_PASS;
	if (r < 0)
		(void)error_set(&err, -r, "cannot run sh for the editor \"%s\"", editor);
	else if (status == 126 || status == 127)
		(void)error_say(&err, ENOENT, "cannot run the editor \"%s\"", editor);
	else
		(void)error_say(&err, EIO, "the editor \"%s\" ended with status %d", editor,
				status);
	error_remedy(&err, "Set EDITOR to another one, or open %s yourself", path);
	return output_error(&err, LAB_ERROR);
}

int cmd_edit(struct lab *lab, const struct args *args)
{
	cleanup_pick struct pick pick = PICK_INIT;
	cleanup_free char *path = NULL;
	const char *editor = chosen_editor();
	bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	struct error err = {0};
	int status = pick_open(lab, args->n_words ? args->words[0] : NULL, &pick);

	if (status != LAB_PASS)
		return status;
	if (workdir_file(lab, &pick.catalogue, pick.exercise, &path, &err) < 0 ||
	    progress_enter(lab, pick.exercise, &err) < 0)
		return output_error(&err, LAB_ERROR);
	if (!editor && terminal && !in_vscode())
		editor = found_editor();
	/* FILE:LINE is what VS Code, tmux and most terminals can open with a click. */
	if (!editor || in_vscode() || env("TMUX"))
		(void)printf("%s:%u\n", path, first_gap(path));
	return editor ? run_editor(editor, path) : LAB_PASS;
}
