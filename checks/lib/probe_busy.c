#define _GNU_SOURCE
#include "checks/lib/probe_busy.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define CROWD_MAX 100

static pid_t start_idler(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			(void)pause();
	}
	return pid;
}

static void end_idler(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The newest one goes every second time: whoever has made a list comes to it last. */
static void replace_for_ever(unsigned count)
{
	pid_t crowd[CROWD_MAX] = {0};
	unsigned newest = 0;

	for (unsigned i = 0; i < count; i++)
		crowd[i] = start_idler();
	for (unsigned turn = 0;; turn++) {
		unsigned i = turn % 2 ? newest : turn / 2 % count;

		if (crowd[i] > 0)
			end_idler(crowd[i]);
		crowd[i] = start_idler();
		newest = i;
	}
}

void probe_busy(unsigned count)
{
	if (fork() != 0)
		return;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NAME, "busy");
	replace_for_ever(count < 1 ? 1 : count > CROWD_MAX ? CROWD_MAX : count);
}
