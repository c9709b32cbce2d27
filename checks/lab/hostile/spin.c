/*
 * Attack: spins for ever, with as many processes as there are processors and more.
 * Outcome: fail/other timeout/time-limit
 */
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 3; i++)
		fork();
	for (;;)
		;
}
