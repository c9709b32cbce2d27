/*
 * Wrong: Takes the terminal back with SIGTTOU at its default. The kernel does
 * not let a background process choose the foreground: it stops it, or fails
 * with EIO when nobody could wake it up.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h> /* struct clone_args, CLONE_NEWPID, CLONE_NEWNS */
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h> /* SYS_clone3 */
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* The new namespace's PID 1, until it becomes the shell. */
static void run(int argc, char *argv[], int on_terminal)
{
	/* Should the program be killed, the namespace ends with it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(1, "mount / private");
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) < 0)
		err(1, "mount /proc");

	/*
	 * We are still in the caller's process group, which has no number in
	 * here. As a group of our own in the foreground, we get the keyboard
	 * and Ctrl-C, and the caller's group gets neither.
	 */
	if (on_terminal) {
		if (setpgid(0, 0) < 0)
			err(1, "setpgid");
		if (tcsetpgrp(STDIN_FILENO, getpgrp()) < 0)
			err(1, "tcsetpgrp");
	}

	/* exec keeps what is ignored; the shell's jobs need the default. */
	signal(SIGTTOU, SIG_DFL);
	if (argc > 1)
		execvp(argv[1], argv + 1);
	else
		execlp("bash", "bash", (char *)NULL);

	/* Still here. A shell says 127 for "not found", 126 for the rest. */
	err(errno == ENOENT ? 127 : 126, "exec %s",
	    argc > 1 ? argv[1] : "bash");
}

int main(int argc, char *argv[])
{
	struct termios modes;
	pid_t child = -1;
	int status;

	/* Is there a terminal, and is it ours to give away? */
	int on_terminal = tcgetpgrp(STDIN_FILENO) == getpgrp() &&
			  tcgetattr(STDIN_FILENO, &modes) == 0;

	/*
	 * Only the foreground may choose the next foreground. Others are sent
	 * SIGTTOU and stop, unless they ignore it.
	 */
	signal(SIGTTOU, SIG_IGN);

	struct clone_args args = {
		.flags = CLONE_NEWPID | CLONE_NEWNS,
		.exit_signal = SIGCHLD,
	};

	child = syscall(SYS_clone3, &args, sizeof(args));
	if (child < 0)
		err(1, "clone3");
	if (child == 0)
		run(argc, argv, on_terminal);

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");

	/* The group in front has died with the shell. Nobody moves up. */
	if (on_terminal) {
		signal(SIGTTOU, SIG_DFL);
		if (tcsetpgrp(STDIN_FILENO, getpgrp()) < 0)
			err(1, "tcsetpgrp");
		tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
	}

	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
