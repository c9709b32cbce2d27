/*
 * A shell of its own
 *
 * Goal:   Run an interactive shell as PID 1 of a new PID namespace, on the
 *         caller's terminal, with job control; then give the terminal back.
 * Man:    clone(2) pid_namespaces(7) setpgid(2) tcsetpgrp(3) credentials(7)
 * Run:    shell [CMD [ARG...]]
 * Expect: a prompt; "echo $$" prints 1, "ps -e" lists bash and ps alone.
 * Read:   docs/pid/06_shell.md
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

	/* TODO(2): make the mounts private, then mount proc; see mount(2) */
	errx(42, "TODO(2): there is no /proc of the namespace yet");
	/* END(2) */

	/*
	 * We are still in the caller's process group, which has no number in
	 * here. As a group of our own in the foreground, we get the keyboard
	 * and Ctrl-C, and the caller's group gets neither.
	 */
	if (on_terminal) {
		/* TODO(3): lead a group: setpgid(2); in front: tcsetpgrp(3) */
		errx(42, "TODO(3): the shell is not in the foreground yet");
		/* END(3) */
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

	/* TODO(1): make the child in two new namespaces with clone3(2) */
	errx(42, "TODO(1): there is no child in new namespaces yet");
	/* END(1) */
	if (child == 0)
		run(argc, argv, on_terminal);

	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");

	/* The group in front has died with the shell. Nobody moves up. */
	if (on_terminal) {
		/* TODO(4): go in front again with tcsetpgrp(3) */
		errx(42, "TODO(4): the terminal is not taken back yet");
		/* END(4) */
		tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
	}

	/* TODO(5): return what $? would show for the shell; see waitpid(2) */
	errx(42, "TODO(5): the exit status is not returned yet");
	/* END(5) */
}
