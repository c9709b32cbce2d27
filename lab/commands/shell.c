/*
 * lab shell: a place to type unshare, ip netns, mount and ps without root and
 * without harm.
 */
#define _GNU_SOURCE
#include "lab/command.h"

#include "common/internet.h"
#include "lab/inside.h"

#include <stdio.h>
#include <unistd.h>

static void greet(bool user, bool internet)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return;
	(void)printf("A sandbox: you are %s here and nobody outside. All you change is gone when "
		     "you leave (Ctrl-D).\n"
		     "Try: unshare %s--pid --fork --mount-proc ps aux\n",
		     user ? "an ordinary user" : "root", user ? "--user --map-root-user " : "");
	if (internet)
		(void)printf(
			"Behind the link " INTERNET_LINK " (" INTERNET_UPLINK ") is a simulated "
			"internet: " INTERNET_NAME ", " INTERNET_ADDRESS ".\n"
			"Try: ping -c 1 " INTERNET_NAME "; curl http://" INTERNET_NAME "/seen\n");
	(void)fflush(stdout);
}

int cmd_shell(struct lab *lab, const struct args *args)
{
	const char *line = args_value(args, "command");
	/* bash where there is one; the sandbox's sh finds out, in one exec. */
	const char *const find[] = {"sh", "-c", "command -v bash >/dev/null && exec bash; exec sh",
				    NULL};
	const char *const command[] = {
		"sh",
		"-c",
		"if command -v bash >/dev/null; then exec bash -c \"$1\"; else exec sh -c \"$1\"; fi",
		"sh",
		line,
		NULL};
	bool user = args_flag(args, "user");
	bool internet = args_flag(args, "internet");

	if (!line)
		greet(user, internet);
	return inside_run(lab, &(struct inside){
				       .what = "the shell",
				       .argv = line ? command : find,
				       .start = user ? SANDBOX_USER : SANDBOX_ROOT,
				       .range = true,
				       .internet = internet,
				       .rootfs = INSIDE_ROOTFS_OFFERED,
			       });
}
