#define _GNU_SOURCE
#include "common/detach.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST 3

static void forget_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

void detach(int *const fds[], size_t n)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int high[DETACH_MAX];

	/* Out of the way first: any of them may have the number that another shall get. */
	null = fcntl(null, F_DUPFD_CLOEXEC, FIRST + DETACH_MAX);
	for (size_t i = 0; i < n; i++)
		high[i] = fcntl(*fds[i], F_DUPFD_CLOEXEC, FIRST + DETACH_MAX);
	for (int fd = 0; fd < FIRST; fd++)
		if (dup2(null, fd) < 0)
			_exit(1);
	for (size_t i = 0; i < n; i++) {
		*fds[i] = dup3(high[i], FIRST + (int)i, O_CLOEXEC);
		if (*fds[i] < 0)
			_exit(1);
	}
	(void)syscall(SYS_close_range, FIRST + (unsigned)n, ~0U, 0U);
	(void)setsid();
	forget_signals();
}
