/*
 * Attack: stops itself and everybody else, and so waits for ever.
 * Outcome: fail/other timeout/time-limit
 */
#include <signal.h>
#include <unistd.h>

int main(void)
{
	for (int pid = 1; pid < 1000; pid++)
		if (pid != getpid())
			kill(pid, SIGSTOP);
	for (;;)
		raise(SIGSTOP);
}
