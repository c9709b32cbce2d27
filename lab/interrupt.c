#define _GNU_SOURCE
#include "lab/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

#define N_SIGNALS (sizeof(signals) / sizeof(*signals))

static struct sigaction before[N_SIGNALS];
static unsigned depth;
static int event = -1;
static volatile sig_atomic_t came;
static volatile sig_atomic_t victim;

static void on_signal(int sig)
{
	int saved = errno;
	uint64_t one = 1;

	came = sig;
	if (victim > 0)
		(void)kill((pid_t)victim, SIGKILL);
	if (event >= 0)
		(void)!write(event, &one, sizeof(one));
	errno = saved;
}

void interrupt_begin(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	if (depth++)
		return;
	came = 0;
	victim = 0;
	event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (size_t i = 0; i < N_SIGNALS; i++) {
		(void)sigaction(signals[i], NULL, &before[i]);
		/* nohup and background jobs of a shell without job control: they asked for it. */
		if (before[i].sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &action, NULL);
	}
}

void interrupt_end(void)
{
	if (!depth || --depth)
		return;
	for (size_t i = 0; i < N_SIGNALS; i++)
		(void)sigaction(signals[i], &before[i], NULL);
	if (event >= 0)
		(void)close(event);
	event = -1;
	victim = 0;
}

int interrupt_signal(void)
{
	return came;
}

int interrupt_fd(void)
{
	return event;
}

void interrupt_kills(pid_t pid)
{
	victim = (sig_atomic_t)pid;
	if (pid > 0 && came)
		(void)kill(pid, SIGKILL);
}

void interrupt_child(void)
{
	sigset_t none;

	for (size_t i = 0; i < N_SIGNALS; i++)
		(void)signal(signals[i], SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGCHLD, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}
