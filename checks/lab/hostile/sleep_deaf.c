/*
 * Attack: sleeps for ever, deaf to every signal, with all of them blocked.
 * Outcome: fail/other timeout/time-limit
 */
#include <signal.h>
#include <unistd.h>

int main(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	for (int i = 1; i < 65; i++)
		signal(i, SIG_IGN);
	for (;;)
		pause();
}
