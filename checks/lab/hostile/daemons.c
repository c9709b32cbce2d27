/*
 * Attack: leaves daemons behind: sessions, namespaces of their own, its output held open.
 * Outcome: fail/other timeout/time-limit
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 20; i++) {
		if (fork())
			continue;
		setsid();
		unshare(i % 2 ? CLONE_NEWPID
			      : CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET);
		if (fork())
			_exit(0);
		prctl(PR_SET_PDEATHSIG, 0);
		for (int s = 1; s < 65; s++)
			signal(s, SIG_IGN);
		if (i % 3)
			for (int fd = 0; fd < 64; fd++)
				close(fd);
		for (;;)
			pause();
	}
	return 0;
}
