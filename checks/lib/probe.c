/*
 * The command that checks put where CMD goes. It reports nothing: it waits,
 * and everything about it is read from outside. What it can be asked for is
 * done before it starts to wait; that it waits shows in its name (comm).
 *
 *	probe [--orphans N] [--survivor] [--busy N] [--guarded] [--catch | --stubborn] [--seek PATH TEXT]
 *	probe --caller PROGRAM [ARG...]
 *	probe --held PROGRAM [ARG...]
 *
 * It never changes its signal mask or dispositions unless asked to, so that
 * what a program forgot to restore before exec stays visible. It ends when
 * PROBE_RELEASE is queued to it: a value below 256 is its exit status, 256 makes
 * it die of a real fault, which kills even the init of a PID namespace.
 */
#define _GNU_SOURCE
#include "checks/lib/probe.h"
#include "checks/lib/probe_busy.h"
#include "checks/lib/probe_seek.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t caught[2];
static const char *found; /* a way back to the old root */

static void set_name(const char *name)
{
	(void)prctl(PR_SET_NAME, name);
}

static void note(int sig)
{
	caught[sig == SIGTERM] = sig;
}

static void handle(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
}

/* Children of children that end at once: whoever adopts them has to reap them. */
static void make_orphans(int count)
{
	for (int i = 0; i < count; i++) {
		pid_t middle = fork();

		if (middle == 0) {
			pid_t orphan = fork();

			/* The orphan first waits until it is one: its parent is gone. */
			if (orphan == 0) {
				pid_t parent = getppid();

				while (getppid() == parent && parent != 1)
					(void)sched_yield();
				_exit(0);
			}
			_exit(0);
		}
		while (middle > 0 && waitpid(middle, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

/* A process that outlives its parents and every signal it may refuse. */
static void leave_survivor(void)
{
	int ready[2];
	pid_t middle;
	char byte;

	if (pipe(ready) < 0)
		return;
	middle = fork();
	if (middle == 0) {
		if (fork() == 0) {
			for (int sig = 1; sig < NSIG; sig++)
				(void)signal(sig, SIG_IGN);
			set_name("survivor");
			(void)close(ready[0]);
			(void)close(ready[1]);
			for (;;)
				(void)pause();
		}
		_exit(0);
	}
	(void)close(ready[1]);
	(void)!read(ready[0], &byte, 1);
	(void)close(ready[0]);
	while (middle > 0 && waitpid(middle, NULL, 0) < 0 && errno == EINTR)
		;
}

static void name_caught(void)
{
	char name[16] = PROBE_WAITING;
	size_t len = strlen(name);

	for (int i = 0; i < 2; i++)
		if (caught[i])
			len += (size_t)snprintf(name + len, sizeof(name) - len, " %d",
						(int)caught[i]);
	if (found)
		(void)snprintf(name + len, sizeof(name) - len, " %s", found);
	set_name(name);
}

static int wait_for_release(void)
{
	volatile int *nowhere = NULL;
	siginfo_t info;
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, PROBE_RELEASE);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	name_caught();
	for (;;) {
		/* The system call itself: some libraries hide that a handler ran. */
		if (syscall(SYS_rt_sigtimedwait, &set, &info, NULL, NSIG / 8) < 0) {
			name_caught();
			continue;
		}
		if (info.si_value.sival_int >= 256)
			*nowhere = 0; /* the fault is the wish */
		return info.si_value.sival_int;
	}
}

/* Become the program, but only once released: meanwhile a tracer attaches. */
static int hold(char **argv)
{
	sigset_t set, old;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, PROBE_RELEASE);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	set_name(PROBE_HELD);
	while (syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, NSIG / 8) < 0)
		;
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	(void)execvp(argv[0], argv);
	return errno == ENOENT ? 127 : 126;
}

/* Be the shell that calls the program: a session leader that stays when it has ended. */
static int call(char **argv)
{
	char name[16];
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		(void)execvp(argv[0], argv);
		_exit(errno == ENOENT ? 127 : 126);
	}
	set_name("calling");
	/* As a shell does: the terminal's signals are for the program. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGQUIT, SIG_IGN);
	(void)signal(SIGTSTP, SIG_IGN);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			break;
	(void)snprintf(name, sizeof(name), PROBE_ENDED "%d",
		       WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	set_name(name);
	for (;;)
		(void)pause();
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--caller") == 0 && i + 1 < argc)
			return call(argv + i + 1);
		if (strcmp(argv[i], "--held") == 0 && i + 1 < argc)
			return hold(argv + i + 1);
		if (strcmp(argv[i], "--orphans") == 0 && i + 1 < argc)
			make_orphans(atoi(argv[++i]));
		else if (strcmp(argv[i], "--busy") == 0 && i + 1 < argc)
			probe_busy((unsigned)atoi(argv[++i]));
		else if (strcmp(argv[i], "--survivor") == 0)
			leave_survivor();
		else if (strcmp(argv[i], "--seek") == 0 && i + 2 < argc) {
			found = probe_seek(argv[i + 1], argv[i + 2]);
			i += 2;
		} else if (strcmp(argv[i], "--guarded") == 0)
			(void)prctl(PR_SET_DUMPABLE, 0); /* as a set-user-ID program is */
		else if (strcmp(argv[i], "--catch") == 0)
			handle(note);
		else if (strcmp(argv[i], "--stubborn") == 0)
			handle(SIG_IGN);
		else
			return 2;
	}
	return wait_for_release();
}
